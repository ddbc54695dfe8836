#include "tests/sim/sim_checks.h"

#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sim {

using sync::ChangeId;
using sync::Origin;

namespace {

struct Office {
    std::vector<LogRow> log;
    Model model;
    std::set<ChangeId> applied;
    std::set<ChangeId> aside;
    /// Kept, and in the log under the number of another life of the same terminal.
    std::map<ChangeId, std::string> came_before;
    std::set<std::string> contents;  ///< of all
    std::map<std::string, Model::Places> people;
};

std::string name_of(const ChangeId& id) {
    return id.origin.device.text() + "/" + std::to_string(id.seq);
}

Office look_at(SimHub& hub) {
    Office office;
    office.log = read_hub_log(hub.store().store().writer());
    for (const LogRow& row : office.log) {
        office.model.add(row);
        if (row.change) office.applied.insert(row.entry.change.id);
    }
    sqlite::Database& database = hub.store().store().writer();
    office.contents = contents_of(database, "whole_log");
    office.contents.merge(contents_of(database, "hub_set_aside"));
    for (const auto& each : must(hub.store().set_aside(100'000), "list what is set aside")) {
        office.aside.insert(each.id);
    }
    auto select = must(database.prepare("SELECT o.device,o.incarnation,a.seq,a.transaction_id,"
                                        "a.payload,a.origin FROM hub_set_aside a JOIN origin o "
                                        "ON o.number=a.origin WHERE a.code='known' ORDER BY "
                                        "a.origin,a.seq"),
                       "list what came before");
    Contents contents;
    while (must(select.step(), "list what came before")) {
        const ChangeId id{{{select.id(0)}, {select.id(1)}}, select.integer(2)};
        office.came_before[id] = contents.name(
            select.integer(5), content_of(TransactionId{select.id(3)}, select.text(4)));
    }
    for (const Person& person : people()) {
        auto& places = office.people[person.user];
        places = {person.branch, person.territory, person.scope};
    }
    return office;
}

/// I1, I7: what was acknowledged is there, and nothing saved is nowhere.
void check_nothing_lost(SimWorld& world, const Office& office) {
    for (const auto& [origin, changes] : world.saved()) {
        const auto acked = world.acknowledged().find(origin.device);
        for (const SavedChange& change : changes) {
            // By its contents: after a restore or a clone it may have come under another number.
            const bool here = office.contents.contains(change.content);
            const bool promised =
                acked != world.acknowledged().end() && change.id.seq <= acked->second;
            require(here || !promised, "I1",
                    "acknowledged and gone: " + name_of(change.id) + " " + change.content);
            require(here, "I7", "saved and nowhere: " + name_of(change.id) + " " + change.content);
        }
    }
    for (auto& terminal : world.terminals()) {
        std::set<ChangeId> listed;
        for (const auto& each : must(terminal->replica().set_aside(100'000), "list")) {
            listed.insert(each.id);
        }
        const auto tail = must(sync::ChangeLog::tail(terminal->store().writer()), "tail");
        const auto mine = world.saved().find(tail.origin);
        if (mine == world.saved().end()) continue;
        for (const SavedChange& change : mine->second) {
            if (!office.aside.contains(change.id)) continue;
            require(listed.contains(change.id), "I7",
                    "set aside and not listed at its terminal: " + name_of(change.id));
        }
    }
}

/// I3: no number of a device is missing. `rows`: of the log, by their contents.
void check_numbers(const Office& office, const std::map<std::string, const LogRow*>& rows) {
    std::map<Origin, std::int64_t> highest;
    std::map<Origin, std::int64_t> count;
    for (const auto* ids : {&office.applied, &office.aside}) {
        for (const ChangeId& id : *ids) {
            highest[id.origin] = std::max(highest[id.origin], id.seq);
            ++count[id.origin];
        }
    }
    for (const auto& [id, content] : office.came_before) {
        require(rows.contains(content), "I7", "said to be known, and is not: " + name_of(id));
        highest[id.origin] = std::max(highest[id.origin], id.seq);
        ++count[id.origin];
    }
    for (const auto& [origin, top] : highest) {
        require(count[origin] == top, "I3",
                "device " + origin.device.text() + " has " + std::to_string(count[origin]) +
                    " changes up to number " + std::to_string(top));
    }
}

/// I2, I3, I5: every number once, without gaps, one hash each; what was saved is what arrived.
void check_log(SimWorld& world, const Office& office) {
    std::int64_t expected = 0;
    std::set<ChangeId> seen;
    std::map<std::string, const LogRow*> rows;
    Contents contents;
    std::set<std::int64_t> ends;
    for (std::size_t i = 0; i < office.log.size(); ++i) {
        const LogRow& row = office.log[i];
        ++expected;
        require(row.hub_seq == expected, "I5", "hub_seq has a gap at " + std::to_string(expected));
        const bool last = i + 1 == office.log.size() || office.log[i + 1].tx_first != row.tx_first;
        if (last) ends.insert(row.hub_seq);
        if (!row.change) continue;
        const sync::Change& change = row.entry.change;
        require(seen.insert(change.id).second, "I2", "in the log twice: " + name_of(change.id));
        const bool fresh =
            rows.emplace(
                    contents.name(row.tx_first, content_of(change.transaction, change.payload)),
                    &row)
                .second;
        require(fresh, "I17", "in the log twice, under two numbers: " + name_of(change.id));
        require(change.commitment == sync::commitment_of(change.salt, change.payload), "I3",
                "a payload that is not the one committed to: " + name_of(change.id));
    }
    for (const std::int64_t cursor : world.cursors_given()) {
        require(cursor == 0 || ends.contains(cursor), "I5",
                "a cursor inside a transaction: " + std::to_string(cursor));
    }
    check_numbers(office, rows);
    for (const auto& [origin, changes] : world.saved()) {
        for (const SavedChange& change : changes) {
            const auto found = rows.find(change.content);
            if (found == rows.end()) continue;
            const sync::ChangeBody& body = *found->second->body;
            require(body.type == change.type && body.id == change.record, "I3",
                    "another record than was saved: " + name_of(change.id));
            for (const auto& [field, value] : change.values) {
                const auto sent = body.fields.find(field);
                require(sent != body.fields.end() && sent->second.value == value, "I3",
                        "another value than was saved: " + name_of(change.id) + " " + field);
            }
        }
    }
    must(world.hub().store().verify(), "the hub verifies itself");
}

void check_rows(const std::map<RecordKey, FieldValues>& rows, const Office& office,
                const Model::Eyes& eyes, const char* invariant, const std::string& whose) {
    std::size_t expected = 0;
    for (const auto& [key, record] : office.model.records()) {
        if (!office.model.visible(key, eyes, office.people)) continue;
        ++expected;
        const auto found = rows.find(key);
        require(found != rows.end(), invariant, whose + " lacks " + describe(key));
        const FieldValues shown = office.model.shown(record);
        require(found->second == shown, invariant,
                whose + " has " + describe(key) + " " + describe(found->second) + " instead of " +
                    describe(shown));
    }
    for (const auto& [key, values] : rows) {
        require(office.model.find(key) != nullptr && office.model.visible(key, eyes, office.people),
                invariant, whose + " has what it should not: " + describe(key));
    }
    require(rows.size() == expected, invariant, whose + " has another number of records");
}

void check_conflicts(sqlite::Database& database, const Office& office, const Model::Eyes& eyes,
                     const std::string& whose) {
    std::map<RecordKey, std::set<std::string>> expected;
    for (const auto& [key, record] : office.model.records()) {
        if (!office.model.visible(key, eyes, office.people)) continue;
        auto fields = office.model.conflicts(record);
        if (!fields.empty()) expected[key] = std::move(fields);
    }
    const auto open = read_conflicts(database);
    for (const auto& [key, fields] : expected) {
        const auto found = open.find(key);
        require(found != open.end() && found->second == fields, "I10",
                whose + " misses a conflict of " + describe(key) + " " + *fields.begin());
    }
    for (const auto& [key, fields] : open) {
        const auto found = expected.find(key);
        require(found != expected.end() && found->second == fields, "I10",
                whose + " has a conflict that is none: " + describe(key) + " " + *fields.begin());
    }
}

void check_terminals(SimWorld& world, const Office& office) {
    std::map<std::string, std::string> digests;
    for (auto& terminal : world.terminals()) {
        const Person& person = terminal->person();
        const std::string whose = person.user + "'s terminal (" + person.scope + ")";
        const auto status = must(terminal->replica().status(), "status");
        sqlite::Database& database = terminal->store().writer();
        const Model::Eyes eyes{person.scope,
                               office.model.fetched_by(status.device, world.hub_wall_ms())};
        check_rows(read_rows(database), office, eyes, "I4", whose);
        check_conflicts(database, office, eyes, whose);
        require(!status.digest_differs, "I4", whose + " does not have the hub's digest");
        const auto digest = must(terminal->store().setting(sync::setting::kDigest), "digest");
        std::string sight = person.scope;
        for (const RecordId& customer : eyes.fetched) {
            // Of two terminals of one scope that fetched others, what is their own anyway is alike.
            if (!office.model.visible({"customer", customer}, {person.scope}, office.people)) {
                sight += " " + customer.text();
            }
        }
        const auto [known, fresh] = digests.emplace(sight, digest.value_or(""));
        require(fresh || known->second == digest.value_or(""), "I4",
                "two terminals of scope " + person.scope + " differ");
        require(terminal->troubles().empty(), "I13",
                whose + " had trouble after healing: " +
                    (terminal->troubles().empty() ? std::string() : terminal->troubles().front()));
    }
}

/// What is being taken in as a snapshot is compared at the end.
bool is_loading(const SimWorld& world, const DeviceId& device, const sync::SyncStatus& status) {
    const auto ahead = std::max<std::int64_t>(1, world.ahead_until(device));
    return status.rereading || status.cursor < ahead;
}

/// I17: two that are one device go by different incarnations, unless their logs are still the same.
void check_identities(SimWorld& world) {
    std::map<Origin, sync::Hash> ends;
    for (auto& terminal : world.terminals()) {
        const auto tail = must(sync::ChangeLog::tail(terminal->store().writer()), "tail");
        const auto [known, fresh] = ends.emplace(tail.origin, tail.hash);
        require(fresh || known->second == tail.hash, "I17",
                "two copies of " + terminal->person().user + "'s terminal go by one name");
    }
}

/// I9: of what is not here nothing can be read in the own log once a backup of the hub has it.
void check_nothing_readable(SimWorld& world) {
    for (auto& terminal : world.terminals()) {
        sqlite::Database& database = terminal->store().writer();
        store::RecordTables tables(database);
        auto select =
            must(database.prepare("SELECT record_type,record_id,payload FROM change_log WHERE "
                                  "state=2 AND payload<>'' AND hub_seq<=(SELECT CAST(value AS "
                                  "INTEGER) FROM setting WHERE key='sync.backed_up_hub_seq')"),
                 "read the own log");
        while (must(select.step(), "read the own log")) {
            const auto* spec = domain::find_record(select.text(0));
            if (spec == nullptr) continue;
            const RecordId id{select.id(1)};
            require(must(tables.exists(spec->type, id), "look for a record"), "I9",
                    terminal->person().user + "'s terminal lets " + std::string(spec->name) + " " +
                        id.text() + " be read, which left it: " + std::string(select.text(2)));
        }
    }
}

}  // namespace

void check_all(SimWorld& world) {
    const Office office = look_at(world.hub());
    check_nothing_lost(world, office);
    check_log(world, office);
    sqlite::Database& database = world.hub().store().store().writer();
    check_rows(read_rows(database), office, {"all"}, "I4", "the hub");
    check_conflicts(database, office, {"all"}, "the hub");
    check_terminals(world, office);
    check_identities(world);
    check_nothing_readable(world);
    check_papers(world);
    for (const LogRow& row : office.log) {
        const std::int64_t now = kSimStartMs + world.time().now_ms;
        require(!row.change || row.entry.effective.ms() <= now + 60'000, "I11",
                "a stamp from the future: " + name_of(row.entry.change.id));
    }
}

void check_terminal(SimWorld& world, SimTerminal& terminal) {
    if (terminal.person().scope != "all" || world.plan().restores()) return;
    sqlite::Database& database = terminal.store().writer();
    const auto status = must(terminal.replica().status(), "status");
    const auto tail = must(sync::ChangeLog::tail(database), "tail");
    if (is_loading(world, tail.origin.device, status)) return;
    Model model;
    std::set<ChangeId> confirmed;
    for (const LogRow& row : read_hub_log(world.hub().store().store().writer())) {
        if (row.hub_seq > status.cursor) break;
        model.add(row);
        if (row.change) confirmed.insert(row.entry.change.id);
    }
    std::map<RecordKey, FieldValues> expected;
    for (const auto& [key, record] : model.records()) expected[key] = model.shown(record);
    for (const auto& each : must(terminal.replica().set_aside(100'000), "list")) {
        confirmed.insert(each.id);  // taken back: no longer over the confirmed state
    }
    if (const auto mine = world.saved().find(tail.origin); mine != world.saved().end()) {
        for (const SavedChange& change : mine->second) {
            if (confirmed.contains(change.id)) continue;
            const RecordKey key{change.type, change.record};
            if (!change.creates && !expected.contains(key)) continue;
            for (const auto& [field, value] : change.values) expected[key][field] = value;
            std::erase_if(expected[key], [](const auto& each) { return is_null(each.second); });
        }
    }
    const auto rows = read_rows(database);
    const std::string whose =
        terminal.person().user + "'s terminal at cursor " + std::to_string(status.cursor);
    for (const auto& [key, values] : expected) {
        const auto found = rows.find(key);
        require(found != rows.end(), "I8", whose + " lacks " + describe(key));
        require(found->second == values, "I8",
                whose + " shows " + describe(key) + " " + describe(found->second) + " instead of " +
                    describe(values));
    }
    for (const auto& [key, values] : rows) {
        require(expected.contains(key), "I8",
                whose + " shows what it should not: " + describe(key) + " " + describe(values));
    }
}

}  // namespace balie::sim

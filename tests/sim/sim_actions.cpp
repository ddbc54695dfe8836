// What people do at their terminals.
#include "tests/sim/sim_checks.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_world.h"

#include <algorithm>

namespace balie::sim {

using domain::RecordType;

namespace {

Value text(const std::string& value) {
    return Value{value};
}

}  // namespace

std::optional<RecordId> SimWorld::any(SimTerminal& terminal, RecordType type) {
    const auto& ids = known_[type];
    store::RecordTables tables(terminal.store().writer());
    for (int tries = 0; tries < 5 && !ids.empty(); ++tries) {
        // Few records, edited by many: this is where conflicts come from.
        const RecordId& id = random_.chance(50) ? ids.back() : random_.pick(ids);
        if (must(tables.exists(type, id), "look for a record")) return id;
    }
    return std::nullopt;
}

FieldValues SimWorld::new_customer(SimTerminal& terminal) {
    const Person& person = terminal.person();
    FieldValues values{{"kind", text("person")},
                       {"name", text("Customer " + std::to_string(++counter_))},
                       {"owner", text(person.user)},
                       {"branch", text(person.branch)},
                       {"territory", text(person.territory)}};
    if (random_.chance(15)) values["territory"] = text(random_.chance(50) ? "north" : "south");
    if (random_.chance(15)) values["branch"] = text(random_.chance(50) ? "12" : "14");
    if (random_.chance(30)) values["note"] = text("first note \"quoted\"\n");
    return values;
}

namespace {

std::string content_in_log(SimTerminal& terminal, std::int64_t origin, const SavedChange& change) {
    auto& select =
        *must(terminal.store().writer().cached("SELECT transaction_id,payload,record_id "
                                               "FROM change_log WHERE origin=? AND seq=?"),
              "read the own log");
    select.bind(1, origin).bind(2, change.id.seq);
    require(must(select.step(), "read the own log"), "I3",
            "saved and not in the own log: " + std::to_string(change.id.seq));
    require(RecordId{select.id(2)} == change.record, "I3",
            "another record in the own log than was saved: " + std::to_string(change.id.seq));
    std::string content = content_of(TransactionId{select.id(0)}, select.text(1));
    select.reset();
    return content;
}

}  // namespace

bool SimWorld::commit(SimTerminal& terminal, store::UnitOfWork unit, std::int64_t changes) {
    constexpr std::int64_t kWritesMax = 40;
    const auto end = [&] {
        return must(sync::ChangeLog::tail(terminal.store().writer()), "read the log's end").seq;
    };
    if (!power_.chance.chance(power_.percent)) {
        must(unit.commit(), "save");
        return true;
    }
    const std::int64_t before = end() - changes;
    disk::cut_power_after(terminal.path(), power_.chance.below(kWritesMax));
    bool saved = false;
    {
        auto under_way = std::make_unique<store::UnitOfWork>(std::move(unit));
        saved = under_way->commit().ok();
    }
    if (!disk::disarm(terminal.path())) return saved;
    ++power_.cuts;
    note(terminal.person().user + " loses power while saving" + (saved ? ", after it" : ""));
    terminal.lose_power();
    const std::int64_t there = end() - before;
    require(there == changes || (there == 0 && !saved), "I1",
            "of " + std::to_string(changes) + " changes that were saved at once " +
                std::to_string(there) + " are there");
    return there == changes;
}

void SimWorld::save(SimTerminal& terminal, store::UnitOfWork unit,
                    std::vector<SavedChange> changes) {
    const auto before =
        must(sync::ChangeLog::tail(terminal.store().writer()), "read the log's end");
    auto& saved = saved_[before.origin];
    if (!commit(terminal, std::move(unit), static_cast<std::int64_t>(changes.size()))) return;
    const auto after = must(sync::ChangeLog::tail(terminal.store().writer()), "read the log's end");
    std::int64_t seq = after.seq - static_cast<std::int64_t>(changes.size());
    Contents contents;
    for (SavedChange& change : changes) {
        change.id = {before.origin, ++seq};
        change.content = contents.name(0, content_in_log(terminal, after.origin_number, change));
        std::string fields;
        for (const auto& [field, value] : change.values)
            fields += field + "=" + value_text(value) + " ";
        note(terminal.person().user + "/" + std::to_string(terminal.number()) + " saves " +
             std::to_string(seq) + ": " + (change.creates ? "new " : "") +
             describe({change.type, change.record}) + " " + fields);
        saved.push_back(std::move(change));
    }
    terminal.saved();
}

namespace {

std::optional<SavedChange> edited(store::UnitOfWork& unit, RecordType type, const RecordId& id,
                                  FieldValues values) {
    const bool differed = must(unit.edit(type, id, values), "edit");
    if (!differed) return std::nullopt;
    return SavedChange{{}, std::string(domain::spec(type).name), id, false, std::move(values)};
}

}  // namespace

void SimWorld::edit_something(SimTerminal& terminal, store::UnitOfWork& unit,
                              std::vector<SavedChange>& changes) {
    const auto customer = any(terminal, RecordType::Customer);
    if (!customer) return;
    static const std::vector<std::string> kFields{"name",      "note",   "name",  "number",
                                                  "territory", "branch", "owner", "deleted_at"};
    const std::string& field = random_.pick(kFields);
    const std::string number = std::to_string(++counter_);
    Value value = text(field + " " + number);
    if (field == "territory") value = text(random_.chance(50) ? "north" : "south");
    if (field == "branch") value = text(random_.chance(50) ? "12" : "14");
    if (field == "owner") value = text(random_.chance(50) ? "anna" : "bram");
    if (field == "deleted_at") value = std::int64_t{1} + counter_;
    if ((field == "note" || field == "deleted_at") && random_.chance(30)) value = Value{};
    // The record of the edit is what differs from the row: only one field, so all or nothing.
    auto change = edited(unit, RecordType::Customer, *customer, {{field, value}});
    if (change) changes.push_back(std::move(*change));
}

void SimWorld::create_child(SimTerminal& terminal, store::UnitOfWork& unit,
                            std::vector<SavedChange>& changes, const RecordId& customer) {
    const Person& person = terminal.person();
    const Value owner = text(customer.text());
    const std::string number = std::to_string(++counter_);
    RecordType type = RecordType::Interaction;
    FieldValues values;
    switch (random_.below(4)) {
        case 0:
            type = RecordType::ContactPoint;
            values = {{"customer_id", owner},
                      {"kind", text("phone")},
                      {"value", text("+31 20 " + number)}};
            break;
        case 1:
            type = RecordType::Task;
            values = {{"customer_id", owner},
                      {"subject", text("Call " + number)},
                      {"author", text(person.user)},
                      {"assignee", text("anna")}};
            break;
        case 2:
            type = RecordType::PriorityFlag;
            values = {{"customer_id", owner},
                      {"level", text("A")},
                      {"reason", text("at_risk")},
                      {"state", text("proposed")},
                      {"since", std::int64_t{1'760'000'000'000}}};
            break;
        default:
            values = {
                {"customer_id", owner},        {"channel", text("visit")},
                {"outcome", text("held")},     {"occurred_at", std::int64_t{1'760'000'000'000}},
                {"author", text(person.user)}, {"note", text("visit " + number)}};
            if (const auto former = any(terminal, type); former && random_.chance(30)) {
                values["amends_id"] = text(former->text());
            }
            if (random_.chance(15)) values.erase("customer_id");
            break;
    }
    const RecordId id = must(unit.create(type, values), "create");
    known_[type].push_back(id);
    changes.push_back({{}, std::string(domain::spec(type).name), id, true, std::move(values)});
}

RecordId SimWorld::create_customer(SimTerminal& terminal) {
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    FieldValues values = new_customer(terminal);
    const RecordId id = must(unit.create(RecordType::Customer, values), "create");
    known_[RecordType::Customer].push_back(id);
    save(terminal, std::move(unit), {{{}, "customer", id, true, std::move(values)}});
    return id;
}

void SimWorld::resolve_conflict(SimTerminal& terminal) {
    const auto open = must(terminal.replica().conflicts(10), "list conflicts");
    if (open.empty()) return;
    const sync::ConflictEntry& conflict = random_.pick(open);
    const auto* spec = domain::find_record(conflict.type);
    const FieldValues chosen{{conflict.field, random_.pick(conflict.heads).value}};
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    must(unit.rewrite(spec->type, conflict.record, chosen), "choose");
    note("a conflict is decided");
    save(terminal, std::move(unit), {{{}, conflict.type, conflict.record, false, chosen}});
}

void SimWorld::fetch_something(SimTerminal& terminal) {
    const auto& customers = known_[RecordType::Customer];
    if (customers.empty()) return;
    const RecordId customer = random_.pick(customers);
    if (mallory_) mallory_->ask_for(customer);
    const std::string token = std::to_string(++counter_);
    static const std::vector<std::string> kReasons{"at_counter", "called_us", "complaint"};
    const bool finds = random_.chance(20);
    const bool asked =
        terminal.ask(finds ? sync::HubQuestion{sync::Find{token, "customer"}}
                           : sync::HubQuestion{sync::Fetch{token, customer, random_.pick(kReasons),
                                                           "note " + token}});
    if (!asked) return;
    note(terminal.person().user + (finds ? " looks for a customer" : " fetches ") +
         (finds ? "" : customer.text()));
}

void SimWorld::act(SimTerminal& terminal) {
    if (random_.chance(8)) return resolve_conflict(terminal);
    if (random_.chance(20) || !any(terminal, RecordType::Customer)) {
        create_customer(terminal);
        return;
    }
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    std::vector<SavedChange> changes;
    const std::int64_t edits = 1 + random_.below(4);
    for (std::int64_t i = 0; i < edits; ++i) {
        if (random_.chance(60)) {
            edit_something(terminal, unit, changes);
        } else if (const auto customer = any(terminal, RecordType::Customer)) {
            create_child(terminal, unit, changes, *customer);
        }
    }
    if (changes.empty()) return;
    if (random_.chance(3)) {
        note(terminal.person().user + " loses power before saving");
        auto lost = std::make_unique<store::UnitOfWork>(std::move(unit));
        lost.reset();
        terminal.crash();
        return;
    }
    save(terminal, std::move(unit), std::move(changes));
}

/// What the terminal's own rules would have stopped: written straight into rows and log.
void SimWorld::save_bad_change(SimTerminal& terminal) {
    const auto customer = any(terminal, RecordType::Customer);
    if (!customer) return;
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    store::RecordEdit edit;
    edit.type = RecordType::Customer;
    edit.id = *customer;
    edit.write = domain::Write::Edit;
    edit.before["priority_class"] =
        must(unit.tables().read_field(edit.type, edit.id, "priority_class"), "read");
    edit.after["priority_class"] = text("Z" + std::to_string(++counter_));
    must(unit.tables().update(edit.type, edit.id, edit.after), "write");
    must(terminal.log().record(edit, unit.authorship(), unit.database()), "record");
    save(terminal, std::move(unit), {{{}, "customer", *customer, false, FieldValues(edit.after)}});
}

}  // namespace balie::sim

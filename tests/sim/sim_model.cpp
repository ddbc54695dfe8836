#include "tests/sim/sim_model.h"

#include "sync/protocol/codec.h"
#include "tests/sim/sim_hub.h"

#include <algorithm>
#include <unordered_map>

namespace balie::sim {

using sync::Origin;
using sync::Version;
using Candidate = ModelRecord::Candidate;

namespace {

/// Read once: a run looks at the same log again and again, and what a payload says does not
/// change. Null: it cannot be read.
std::shared_ptr<const sync::ChangeBody> body_of(const std::string& payload) {
    constexpr std::size_t kKept = 2000;  // more than a world has; the next world has others
    static std::unordered_map<std::string, std::shared_ptr<const sync::ChangeBody>> known;
    if (const auto found = known.find(payload); found != known.end()) return found->second;
    if (known.size() >= kKept) known.clear();
    auto body = sync::decode_payload(payload);
    auto kept = body.ok() ? std::make_shared<const sync::ChangeBody>(std::move(*body)) : nullptr;
    return known.emplace(payload, std::move(kept)).first->second;
}

bool replaces(const Candidate& later, const Version& earlier) {
    if (later.version == earlier) return false;
    const Origin& origin = earlier.id.origin;
    if (later.version.id.origin == origin) return later.version.id.seq > earlier.id.seq;
    const auto seen = later.base.find(origin);
    return seen != later.base.end() && seen->second >= earlier.id.seq;
}

}  // namespace

void Model::add(const LogRow& row) {
    if (!row.change) return;
    const RecordKey key{row.body->type, row.body->id};
    const Version version{row.entry.effective, row.entry.change.id};
    const auto found = records_.find(key);
    if (found == records_.end()) {
        ModelRecord record;
        record.birth = version;
        for (const auto& [field, edit] : row.body->fields) record.born[field] = edit.value;
        records_.emplace(key, std::move(record));
        return;
    }
    for (const auto& [field, edit] : row.body->fields) {
        found->second.edits[field].push_back({version, edit.value, edit.base});
    }
}

const ModelRecord* Model::find(const RecordKey& key) const {
    const auto found = records_.find(key);
    return found == records_.end() ? nullptr : &found->second;
}

std::vector<Candidate> Model::heads(const ModelRecord& record, std::string_view field) const {
    const auto born = record.born.find(field);
    std::vector<Candidate> all{
        {record.birth, born == record.born.end() ? Value{} : born->second, {}}};
    if (const auto edits = record.edits.find(field); edits != record.edits.end()) {
        all.insert(all.end(), edits->second.begin(), edits->second.end());
    }
    std::vector<Candidate> left;
    for (const Candidate& each : all) {
        const bool replaced = std::any_of(all.begin(), all.end(), [&](const Candidate& other) {
            return replaces(other, each.version);
        });
        if (!replaced) left.push_back(each);
    }
    std::sort(left.begin(), left.end(),
              [](const Candidate& a, const Candidate& b) { return a.version > b.version; });
    return left;
}

FieldValues Model::shown(const ModelRecord& record) const {
    FieldValues values;
    for (const auto& [field, value] : record.born) values[field] = value;
    for (const auto& [field, edits] : record.edits) {
        const auto left = heads(record, field);
        values[field] = left.empty() ? Value{} : left.front().value;
    }
    std::erase_if(values, [](const auto& each) { return is_null(each.second); });
    return values;
}

bool Model::deletion_in_doubt(const ModelRecord& record) const {
    const auto& deletions = record.edits.at("deleted_at");
    const auto left = heads(record, "deleted_at");
    std::size_t brought_back = 0;
    for (const Candidate& each : left) brought_back += is_null(each.value) ? 1 : 0;
    if (brought_back > 0) return brought_back < left.size();
    for (const auto& [field, edits] : record.edits) {
        if (field == "deleted_at") continue;
        for (const Candidate& head : heads(record, field)) {
            const bool seen =
                std::any_of(deletions.begin(), deletions.end(), [&](const Candidate& each) {
                    return each.version == head.version || replaces(each, head.version);
                });
            if (!seen) return true;
        }
    }
    return false;
}

std::set<std::string> Model::conflicts(const ModelRecord& record) const {
    std::set<std::string> fields;
    for (const auto& [field, edits] : record.edits) {
        if (field == "deleted_at") {
            if (deletion_in_doubt(record)) fields.insert(field);
            continue;
        }
        const auto left = heads(record, field);
        for (const Candidate& each : left) {
            if (each.value != left.front().value) fields.insert(field);
        }
    }
    return fields;
}

/// By the audit alone, which the hub's own tables of it are not asked for.
std::set<RecordId> Model::fetched_by(const DeviceId& device, std::int64_t now_ms) const {
    std::set<RecordId> customers;
    for (const auto& [key, record] : records_) {
        if (key.first != "audit_entry") continue;
        FieldValues values = shown(record);
        if (value_text(values["what"]) != "fetch") continue;
        if (value_text(values["device"]) != device.text()) continue;
        if (value_integer(values["until"]) <= now_ms) continue;
        customers.insert(must(RecordId::parse(value_text(values["customer_id"])), "whom"));
    }
    return customers;
}

bool Model::visible(const RecordKey& key, const Eyes& eyes,
                    const std::map<std::string, Places>& people) const {
    const std::string& scope = eyes.scope;
    const domain::RecordSpec* spec = domain::find_record(key.first);
    const ModelRecord* record = find(key);
    if (spec == nullptr || record == nullptr) return false;
    if (spec->scope == domain::ScopeRule::Everyone || scope == "all") return true;
    if (spec->scope == domain::ScopeRule::Office) return false;
    FieldValues values = shown(*record);
    if (spec->scope == domain::ScopeRule::ViaCustomer) {
        const auto customer = values.find("customer_id");
        if (customer != values.end()) {
            auto id = RecordId::parse(value_text(customer->second));
            return id.ok() && visible({"customer", *id}, eyes, people);
        }
        const auto author = values.find("author");
        if (author == values.end()) return false;
        const std::string login = value_text(author->second);
        const auto places = people.find(login);
        if (places == people.end()) return false;
        return scope == "branch:" + places->second.branch ||
               scope == "territory:" + places->second.territory || scope == "portfolio:" + login ||
               scope == places->second.scope;
    }
    return eyes.fetched.contains(key.second) || scope == "branch:" + value_text(values["branch"]) ||
           scope == "territory:" + value_text(values["territory"]) ||
           scope == "portfolio:" + value_text(values["owner"]);
}

std::string content_of(const TransactionId& transaction, std::string_view payload) {
    const auto body = body_of(std::string(payload));
    if (body == nullptr) return transaction.text() + std::string(payload);
    std::string text = transaction.text() + " " + body->type + " " + body->id.text();
    for (const auto& [field, edit] : body->fields) {
        text += " " + field + "=" + (is_null(edit.value) ? "-" : value_text(edit.value));
    }
    return text;
}

std::string Contents::name(std::int64_t group, std::string content) {
    const int times = ++times_[{group, content}];
    if (times > 1) content += " for the " + std::to_string(times) + "th time";
    return content;
}

std::set<std::string> contents_of(sqlite::Database& database, const std::string& table) {
    const std::string group = table == "whole_log" ? "tx_first" : "origin";
    auto select =
        must(database.prepare("SELECT transaction_id,payload," + group + " FROM " + table +
                              " WHERE transaction_id IS NOT NULL ORDER BY " + group + ",seq"),
             "list changes");
    Contents contents;
    std::set<std::string> out;
    while (must(select.step(), "list changes")) {
        out.insert(contents.name(select.integer(2),
                                 content_of(TransactionId{select.id(0)}, select.text(1))));
    }
    return out;
}

std::vector<LogRow> read_hub_log(sqlite::Database& database) {
    auto select = must(
        database.prepare("SELECT l.hub_seq,l.tx_first,l.kind,o.device,o.incarnation,l.seq,"
                         "l.effective_stamp,l.raw_stamp,l.transaction_id,l.action_id,l.user,"
                         "l.schema_version,l.salt,l.commitment,l.hash,l.payload FROM whole_log l "
                         "LEFT JOIN origin o ON o.number=l.origin ORDER BY l.hub_seq"),
        "read the hub's log");
    std::vector<LogRow> rows;
    while (must(select.step(), "read the hub's log")) {
        LogRow row;
        row.hub_seq = select.integer(0);
        row.tx_first = select.integer(1);
        row.change = select.integer(2) == 0;
        if (row.change) {
            sync::Change& change = row.entry.change;
            change.id = {{{select.id(3)}, {select.id(4)}}, select.integer(5)};
            row.entry.hub_seq = row.hub_seq;
            row.entry.effective.packed = select.integer(6);
            change.raw.packed = select.integer(7);
            change.transaction = {select.id(8)};
            change.action = {select.id(9)};
            change.user = select.text(10);
            change.schema_version = static_cast<int>(select.integer(11));
            const auto copy = [&](int column, auto& to) {
                const BytesView from = select.blob(column);
                std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
            };
            copy(12, change.salt);
            copy(13, change.commitment);
            copy(14, change.hash);
            change.payload = select.text(15);
            row.body = body_of(change.payload);
            require(row.body != nullptr, "world", "read a payload of the log");
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::map<RecordKey, FieldValues> read_rows(sqlite::Database& database) {
    std::map<RecordKey, FieldValues> rows;
    store::RecordTables tables(database);
    for (const domain::RecordSpec& spec : domain::all_records()) {
        auto select =
            must(database.prepare("SELECT id FROM " + std::string(spec.plural)), "list records");
        std::vector<RecordId> ids;
        while (must(select.step(), "list records")) ids.push_back({select.id(0)});
        for (const RecordId& id : ids) {
            auto values = must(tables.read(spec.type, id), "read a record");
            rows[{std::string(spec.name), id}] = values.value_or(FieldValues{});
        }
    }
    return rows;
}

std::map<RecordKey, std::set<std::string>> read_conflicts(sqlite::Database& database) {
    auto select = must(database.prepare("SELECT record_type,record_id,field FROM conflict "
                                        "WHERE closed_ms IS NULL"),
                       "read conflicts");
    std::map<RecordKey, std::set<std::string>> open;
    while (must(select.step(), "read conflicts")) {
        const auto* spec = domain::find_record(static_cast<std::uint8_t>(select.integer(0)));
        open[{std::string(spec->name), RecordId{select.id(1)}}].insert(std::string(select.text(2)));
    }
    return open;
}

std::string describe(const RecordKey& key) {
    return key.first + " " + key.second.text();
}

std::string describe(const FieldValues& values) {
    std::string text = "{";
    for (const auto& [field, value] : values) text += field + "=" + value_text(value) + " ";
    return text + "}";
}

}  // namespace balie::sim

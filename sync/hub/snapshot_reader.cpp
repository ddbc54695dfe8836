#include "sync/hub/snapshot_reader.h"

#include "sync/core/limits.h"
#include "sync/hub/sql.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <array>
#include <set>

namespace balie::sync {

namespace {

using domain::RecordSpec;
using domain::RecordType;
using domain::ScopeRule;

/// Rows looked at for one part, so that a scope with few of them does not hold the hub up.
constexpr std::int64_t kRowsPerPart = 4000;
constexpr std::string_view kOwnPart = "own";
constexpr int kFirstFieldColumn = 6;

/// What one works with first comes first, so that a first load over a slow line is of use before it
/// is done: the office's lists, who matters, whom one can find and call, what is to be done; then
/// what was said in all the years before. A customer comes after its numbers, as it is by then that
/// it is made findable.
int rank(const RecordSpec& spec) {
    const bool office = spec.scope == ScopeRule::Everyone || spec.scope == ScopeRule::Office;
    if (office && spec.type != RecordType::AuditEntry) return 0;
    constexpr std::array kOrder{RecordType::PriorityFlag, RecordType::ContactPoint,
                                RecordType::Customer, RecordType::Task};
    const auto at = std::find(kOrder.begin(), kOrder.end(), spec.type) - kOrder.begin();
    return 1 + static_cast<int>(at);
}

std::vector<const RecordSpec*> types_in_order() {
    std::vector<const RecordSpec*> types;
    for (const RecordSpec& spec : domain::all_records()) types.push_back(&spec);
    std::stable_sort(types.begin(), types.end(),
                     [](const RecordSpec* a, const RecordSpec* b) { return rank(*a) < rank(*b); });
    return types;
}

const std::vector<const RecordSpec*>& order() {
    static const std::vector<const RecordSpec*> kOrder = types_in_order();
    return kOrder;
}

Error no_place(std::string_view text) {
    return {
        ErrorCode::Protocol, "this is no place in a snapshot", std::string(text.substr(0, 80)), {}};
}

std::string select_of(const RecordSpec& spec) {
    std::string sql =
        "SELECT t.id,t.birth_origin,t.birth_seq,t.birth_stamp,"
        "EXISTS(SELECT 1 FROM field_version v WHERE v.record_id=t.id),";
    sql += spec.custom_fields ? "EXISTS(SELECT 1 FROM custom_value c WHERE c.owner=t.id)" : "0";
    for (const domain::Field& field : spec.fields) sql += ",t.\"" + std::string(field.name) + "\"";
    return sql + " FROM " + std::string(spec.plural) +
           " t WHERE t.id>? AND t.birth_origin IS NOT NULL ORDER BY t.id LIMIT ?";
}

/// Columns that no row fills need not go.
void drop_empty_fields(SnapshotTable& table) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const bool filled =
            std::any_of(table.rows.begin(), table.rows.end(), [&](const SnapshotTable::Row& row) {
                return i < row.values.size() && !is_null(row.values[i]);
            });
        if (!filled) continue;
        if (kept != i) table.fields[kept] = std::move(table.fields[i]);
        for (SnapshotTable::Row& row : table.rows) {
            row.values.resize(table.fields.size());
            if (kept != i) row.values[kept] = std::move(row.values[i]);
        }
        ++kept;
    }
    table.fields.resize(kept);
    for (SnapshotTable::Row& row : table.rows) row.values.resize(kept);
}

}  // namespace

/// "TYPE/ID" after a record, "own/INCARNATION/SEQ" after an own change; empty at the start.
struct SnapshotReader::Place {
    std::size_t type{0};  ///< of order(); behind the last: own changes
    std::optional<RecordId> id;
    std::optional<Pull::OwnAfter> own;
    /// At or behind that one, of records.
    [[nodiscard]] bool reached(const Place& other) const {
        if (type != other.type) return type > other.type;
        return id.value_or(RecordId{}) >= other.id.value_or(RecordId{});
    }
};

Result<SnapshotReader::Place> SnapshotReader::parse_place(std::string_view text) {
    Place place;
    if (text.empty()) return place;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return no_place(text);
    const std::string_view name = text.substr(0, slash);
    const std::string_view rest = text.substr(slash + 1);
    if (name == kOwnPart) {
        place.type = order().size();
        if (rest.empty()) return place;
        const std::size_t end = rest.find('/');
        auto incarnation = Incarnation::parse(rest.substr(0, end));
        if (end == std::string_view::npos || !incarnation.ok()) return no_place(text);
        const std::string digits(rest.substr(end + 1));
        if (digits.empty() || digits.size() > 18 ||
            digits.find_first_not_of("0123456789") != std::string::npos) {
            return no_place(text);
        }
        place.own = Pull::OwnAfter{*incarnation, std::stoll(digits)};
        return place;
    }
    const auto found = std::find_if(order().begin(), order().end(),
                                    [&](const RecordSpec* spec) { return spec->name == name; });
    auto id = RecordId::parse(rest);
    if (found == order().end() || !id.ok()) return no_place(text);
    place.type = static_cast<std::size_t>(found - order().begin());
    place.id = *id;
    return place;
}

struct SnapshotReader::Progress {
    Sight sight;
    std::set<RecordId> fetched;  ///< customers that the device sees for a while
    Snapshot part;
    Place place;
    std::size_t bytes{};
    std::size_t bytes_max{};
    std::int64_t rows_left{kRowsPerPart};
    std::optional<Place> limit{};  ///< records only up to here

    [[nodiscard]] bool full() const { return bytes >= bytes_max || rows_left <= 0; }
    [[nodiscard]] bool at_limit() const { return limit && place.reached(*limit); }
    [[nodiscard]] bool beyond_limit(const RecordId& id) const {
        return limit && place.type == limit->type && id > limit->id.value_or(RecordId{});
    }
};

Result<bool> SnapshotReader::in_scope(const RecordSpec& spec, const RecordId& id,
                                      const std::vector<Value>& values, const Progress& progress) {
    const Sight& sight = progress.sight;
    if (spec.scope == ScopeRule::Everyone || sight.scope == kScopeAll) return true;
    if (spec.scope == ScopeRule::Office) return false;
    const auto text = [&](std::string_view name) {
        for (std::size_t i = 0; i < spec.fields.size(); ++i) {
            if (spec.fields[i].name == name) return value_text(values[i]);
        }
        return std::string();
    };
    if (spec.scope == ScopeRule::Customer) {
        const ScopeSet set = customer_scopes(text("branch"), text("territory"), text("owner"));
        return progress.fetched.contains(id) ||
               std::find(set.begin(), set.end(), sight.scope) != set.end();
    }
    std::optional<ScopeNumber> set;
    if (const auto customer = RecordId::parse(text("customer_id")); customer.ok()) {
        BALIE_ASSIGN(set, core_->scopes.of_customer(*customer));
    } else {
        BALIE_ASSIGN(set, core_->scopes.of_orphan(id));
    }
    if (!set) return false;
    return core_->scopes.seen_by(*set, sight);
}

Result<SnapshotTable::Row> SnapshotReader::row_of(const RecordSpec& spec,
                                                  const sqlite::Statement& statement) {
    SnapshotTable::Row row;
    row.id.bytes = statement.id(0);
    BALIE_ASSIGN(row.birth.id.origin, core_->origins.origin_of(statement.integer(1)));
    row.birth.id.seq = statement.integer(2);
    row.birth.effective.packed = statement.integer(3);
    row.values.reserve(spec.fields.size());
    for (int i = 0; i < static_cast<int>(spec.fields.size()); ++i) {
        row.values.push_back(statement.value(kFirstFieldColumn + i));
    }
    return row;
}

Outcome SnapshotReader::add_custom(const RecordId& id, SnapshotTable& table,
                                   SnapshotTable::Row& row) {
    return each_row(
        core_->database(), "SELECT field, value FROM custom_value WHERE owner = ?",
        [&](const sqlite::Statement& custom) -> Outcome {
            const std::string name = std::string(kCustomPrefix) + std::string(custom.text(0));
            const auto found = std::find(table.fields.begin(), table.fields.end(), name);
            const auto column = static_cast<std::size_t>(found - table.fields.begin());
            if (found == table.fields.end()) table.fields.push_back(name);
            if (row.values.size() <= column) row.values.resize(column + 1);
            row.values[column] = custom.value(1);
            return {};
        },
        id.bytes);
}

Outcome SnapshotReader::add_rest(const sqlite::Statement& statement, SnapshotTable& table,
                                 SnapshotTable::Row& row) {
    const bool versions = statement.integer(4) != 0;
    const bool custom = statement.integer(5) != 0;
    if (versions) {
        BALIE_ASSIGN(auto edited, core_->confirmed.edited_fields(row.id));
        row.edited = std::move(edited);
    }
    return custom ? add_custom(row.id, table, row) : Outcome{};
}

Outcome SnapshotReader::read_type(const RecordSpec& spec, Progress& progress) {
    SnapshotTable table;
    table.type = spec.name;
    for (const domain::Field& field : spec.fields) table.fields.emplace_back(field.name);
    const RecordId after = progress.place.id.value_or(RecordId{});
    BALIE_ASSIGN(auto* statement,
                 prepared(core_->database(), select_of(spec), after.bytes, progress.rows_left));
    bool more = false;
    while (!progress.full()) {
        auto stepped = statement->step();
        if (!stepped.ok()) return std::move(stepped).error();
        more = *stepped;
        if (!more) break;
        --progress.rows_left;
        auto row = row_of(spec, *statement);
        if (!row.ok()) {
            statement->reset();
            return std::move(row).error();
        }
        if (progress.beyond_limit(row->id)) {
            progress.place.id = progress.limit->id;
            break;
        }
        BALIE_ASSIGN(const bool seen, in_scope(spec, row->id, row->values, progress));
        if (seen) {
            BALIE_TRY(add_rest(*statement, table, *row));
        }
        const std::size_t size = seen ? encoded_bytes(*row) : 0;
        const bool first = progress.bytes == 0;
        if (!first && progress.bytes + size > std::max(progress.bytes_max, kBatchBytesMax)) {
            progress.bytes = progress.bytes_max;  // it begins the next part
            break;
        }
        progress.place.id = row->id;
        progress.bytes += size;
        if (seen) table.rows.push_back(std::move(*row));
    }
    statement->reset();
    if (!table.rows.empty()) {
        drop_empty_fields(table);
        progress.part.tables.push_back(std::move(table));
    }
    if (more || progress.full()) return {};
    ++progress.place.type;
    progress.place.id.reset();
    return {};
}

Outcome SnapshotReader::read_range(const RecordSpec& spec, Progress& progress) {
    SnapshotRange range;
    range.type = spec.name;
    const RecordId from = progress.place.id.value_or(RecordId{});
    if (from != RecordId{}) range.after = from;
    BALIE_ASSIGN(auto* statement,
                 prepared(core_->database(), select_of(spec), from.bytes, kRowsPerPart));
    std::vector<RecordId> ids;
    std::int64_t rows = 0;
    while (true) {
        auto stepped = statement->step();
        if (!stepped.ok()) return std::move(stepped).error();
        if (!*stepped) break;
        ++rows;
        auto row = row_of(spec, *statement);
        if (!row.ok()) {
            statement->reset();
            return std::move(row).error();
        }
        progress.place.id = row->id;
        BALIE_ASSIGN(const bool seen, in_scope(spec, row->id, row->values, progress));
        if (seen) ids.push_back(row->id);
    }
    statement->reset();
    for (const RecordId& id : ids) {
        BALIE_ASSIGN(const Digest part, core_->confirmed.contribution(spec.type, id));
        range.digest += part;
    }
    if (rows == kRowsPerPart) {
        range.to = progress.place.id;
    } else {
        ++progress.place.type;
        progress.place.id.reset();
    }
    progress.part.range = std::move(range);
    return {};
}

std::string SnapshotReader::text_of(const Place& place) {
    if (place.type >= order().size()) return std::string(kOwnPart) + "/";
    return std::string(order()[place.type]->name) + "/" + place.id.value_or(RecordId{}).text();
}

Outcome SnapshotReader::read_own(const Origin& origin, const Pull::OwnAfter& own,
                                 Progress& progress) {
    BALIE_ASSIGN(const auto number,
                 one_integer(core_->database(),
                             "SELECT number FROM origin WHERE device = ? AND incarnation = ?",
                             origin.device.bytes, own.incarnation.bytes));
    if (!number) return {};
    constexpr std::size_t kOwnBytes = 128;
    return each_row(
        core_->database(),
        "SELECT seq, hub_seq, effective_stamp, hash, record_type, record_id FROM hub_log "
        "WHERE kind = 0 AND origin = ? AND seq > ? AND hub_seq <= ? ORDER BY seq LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            SnapshotOwn change;
            change.incarnation = own.incarnation;
            change.seq = row.integer(0);
            change.hub_seq = row.integer(1);
            change.effective.packed = row.integer(2);
            const BytesView hash = row.blob(3);
            const BytesView kept = hash.first(std::min(hash.size(), kOwnHashBytes));
            change.hash.assign(kept.begin(), kept.end());
            const RecordSpec* spec = domain::find_record(row.text(4));
            if (spec != nullptr) {
                const RecordId id{row.id(5)};
                BALIE_ASSIGN(const auto set, core_->scopes.of_record(spec->type, id));
                if (set) {
                    BALIE_ASSIGN(change.in_scope, core_->scopes.seen_by(*set, progress.sight));
                }
            }
            progress.place.own = Pull::OwnAfter{own.incarnation, change.seq};
            progress.part.own.push_back(std::move(change));
            progress.bytes += kOwnBytes;
            --progress.rows_left;
            return {};
        },
        *number, own.seq, progress.part.hub_seq, std::max<std::int64_t>(progress.rows_left, 0));
}

Result<Snapshot> SnapshotReader::read(const DeviceRecord& device, const ReadSnapshot& request) {
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core_->database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core_->begin_read());
    Progress progress;
    progress.sight = sight_of(device);
    BALIE_TRY(each_row(
        core_->database(), "SELECT customer FROM hub_fetch WHERE device = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            progress.fetched.insert(RecordId{row.id(0)});
            return {};
        },
        device.device.bytes));
    progress.bytes_max = static_cast<std::size_t>(
        std::clamp<std::int64_t>(request.bytes_max, 1, static_cast<std::int64_t>(kBatchBytesMax)));
    BALIE_ASSIGN(progress.place, parse_place(request.place.after));
    Snapshot& part = progress.part;
    part.after = request.place.after;
    part.hub_seq = request.place.hub_seq;
    if (part.hub_seq == 0) {
        BALIE_ASSIGN(part.hub_seq, stored_hub_seq(core_->database()));
    }
    if (!request.place.full_to.empty() && request.place.full_to != request.place.after) {
        BALIE_ASSIGN(progress.limit, parse_place(request.place.full_to));
    }
    if (request.place.compare && !progress.limit && progress.place.type < order().size()) {
        BALIE_TRY(read_range(*order()[progress.place.type], progress));
        part.to = text_of(progress.place);
        return std::move(progress.part);
    }
    while (progress.place.type < order().size() && !progress.full() && !progress.at_limit()) {
        BALIE_TRY(read_type(*order()[progress.place.type], progress));
    }
    if (progress.at_limit()) {
        part.to = request.place.full_to;
        return std::move(progress.part);
    }
    if (progress.place.type < order().size()) {
        part.to = text_of(progress.place);
        return std::move(progress.part);
    }
    bool done = !progress.full();
    const auto reached = progress.place.own;
    for (std::size_t i = 0; i < request.own.size() && done; ++i) {
        Pull::OwnAfter own = request.own[i];
        if (reached) {
            // Those before the one that was reached were told whole.
            const auto at = std::find_if(request.own.begin(), request.own.end(),
                                         [&](const Pull::OwnAfter& each) {
                                             return each.incarnation == reached->incarnation;
                                         });
            if (at == request.own.end()) return no_place(part.after);
            const auto index = static_cast<std::size_t>(at - request.own.begin());
            if (i < index) continue;
            if (i == index) own.seq = std::max(own.seq, reached->seq);
        }
        BALIE_TRY(read_own({device.device, own.incarnation}, own, progress));
        done = !progress.full();
    }
    part.done = done;
    part.to = std::string(kOwnPart) + "/";
    if (progress.place.own) {
        part.to +=
            progress.place.own->incarnation.text() + "/" + std::to_string(progress.place.own->seq);
    }
    return std::move(progress.part);
}

}  // namespace balie::sync

#include "sync/log/change_log.h"

#include "storage/store/record_tables.h"
#include "sync/core/hlc.h"
#include "sync/core/limits.h"
#include "sync/core/merge.h"
#include "sync/log/origins.h"
#include "sync/log/overlay.h"
#include "sync/log/own_order.h"
#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sync {

namespace {

Result<std::optional<std::string>> read_setting(sqlite::Database& database, std::string_view key) {
    BALIE_ASSIGN(auto* select, database.cached("SELECT value FROM setting WHERE key=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, key).step());
    std::optional<std::string> value;
    if (there) value = std::string(select->text(0));
    select->reset();
    return value;
}

Error not_enrolled(const sqlite::Database& database) {
    return {ErrorCode::Denied, "this device is not enrolled: nothing can be saved yet",
            database.path(), "Enrol it first: balie enrol --hub wss://HOST:PORT --code CODE"};
}

Error too_large(std::string what) {
    return {ErrorCode::LimitExceeded, std::move(what), {}, "Do it in several smaller actions"};
}

ChangeBody body_of(const store::RecordEdit& edit) {
    ChangeBody body;
    body.type = domain::spec(edit.type).name;
    body.id = edit.id;
    body.operation = edit.write == domain::Write::Create ? Operation::Create : Operation::Edit;
    for (const auto& [field, value] : edit.after) body.fields.emplace(field, FieldEdit{value, {}});
    return body;
}

/// What is seen of a record: per origin the highest sequence of its edited fields, and its
/// creation.
constexpr std::string_view kSeenOfRecord =
    "SELECT origin,max(seq) FROM field_version WHERE record_id=? GROUP BY origin";
constexpr std::string_view kSeenOfField =
    "SELECT origin,seq FROM field_version WHERE record_id=? AND field=?";

}  // namespace

Result<Base> confirmed_base(sqlite::Database& database, domain::RecordType type, const RecordId& id,
                            std::string_view field) {
    Origins origins(database);
    const bool whole = field == kDeletedAt;
    BALIE_ASSIGN(auto* select, database.cached(whole ? kSeenOfRecord : kSeenOfField));
    select->bind(1, id.bytes);
    if (!whole) select->bind(2, field);
    std::vector<std::pair<std::int64_t, std::int64_t>> seen;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        seen.emplace_back(select->integer(0), select->integer(1));
    }
    if (seen.empty() || whole) {
        BALIE_ASSIGN(const auto birth, store::RecordTables(database).birth(type, id));
        if (birth) seen.emplace_back(birth->origin, birth->seq);
    }
    Base base;
    for (const auto& [number, seq] : seen) {
        BALIE_ASSIGN(const Origin origin, origins.origin_of(number));
        auto& highest = base[origin];
        highest = std::max(highest, seq);
    }
    return base;
}

Result<ChangeLog::Tail> ChangeLog::tail(sqlite::Database& database) {
    BALIE_ASSIGN(const auto device, read_setting(database, setting::kDevice));
    BALIE_ASSIGN(const auto incarnation, read_setting(database, setting::kIncarnation));
    if (!device || !incarnation) return not_enrolled(database);
    Tail tail;
    BALIE_ASSIGN(tail.origin.device, DeviceId::parse(*device));
    BALIE_ASSIGN(tail.origin.incarnation, Incarnation::parse(*incarnation));
    Origins origins(database);
    BALIE_ASSIGN(tail.origin_number, origins.number_of(tail.origin));
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT seq,hash,raw_stamp FROM change_log WHERE origin=? "
                                 "ORDER BY seq DESC LIMIT 1"));
    BALIE_ASSIGN(const bool any, select->bind(1, tail.origin_number).step());
    if (any) {
        tail.seq = select->integer(0);
        copy_bytes(select->blob(1), tail.hash);
        tail.stamp = Stamp{select->integer(2)};
    }
    select->reset();
    BALIE_ASSIGN(const auto floor, read_setting(database, setting::kStampFloor));
    if (floor) tail.stamp = std::max(tail.stamp, Stamp{std::strtoll(floor->c_str(), nullptr, 10)});
    return tail;
}

Result<ChangeLog::Tail> ChangeLog::load_tail(sqlite::Database& database) {
    return tail(database);
}

Outcome ChangeLog::record(const store::RecordEdit& edit, const store::Authorship& authorship,
                          sqlite::Database& database) {
    if (!tail_) {
        BALIE_ASSIGN(tail_, load_tail(database));
        changes_ = 0;
        bytes_ = 0;
    }
    ChangeBody body = body_of(edit);
    if (body.operation == Operation::Edit) {
        for (auto& [field, field_edit] : body.fields) {
            BALIE_ASSIGN(field_edit.base, confirmed_base(database, edit.type, edit.id, field));
        }
        BALIE_TRY(name_former_lives(database, body));
    }
    Change change;
    change.id = {tail_->origin, tail_->seq + 1};
    change.transaction = authorship.transaction;
    change.action = authorship.action;
    change.raw = next_stamp(tail_->stamp, clock_->wall_ms());
    change.user = authorship.user;
    change.schema_version = domain::kSchemaVersion;
    change.payload = encode_payload(body);
    entropy_->fill(change.salt);
    change.commitment = commitment_of(change.salt, change.payload);
    change.hash = chain_hash(tail_->hash, change);
    if (++changes_ > kTransactionChangesMax) {
        return too_large("one action may change at most " + std::to_string(kTransactionChangesMax) +
                         " records at once");
    }
    bytes_ += encoded_bytes(change);
    if (bytes_ > kTransactionBytesMax) {
        return too_large("one action may hold at most " +
                         std::to_string(kTransactionBytesMax / 1024) + " KiB");
    }
    BALIE_TRY(append(change, body, edit, database));
    tail_->seq = change.id.seq;
    tail_->hash = change.hash;
    tail_->stamp = change.raw;
    return {};
}

Outcome ChangeLog::insert(sqlite::Database& database, std::int64_t origin_number,
                          const Change& change, std::string_view type, const RecordId& id,
                          std::int64_t saved_ms) {
    BALIE_ASSIGN(
        auto* insert,
        database.cached("INSERT INTO change_log(origin,seq,transaction_id,action_id,record_type,"
                        "record_id,raw_stamp,user,schema_version,payload,salt,commitment,hash,"
                        "state,saved_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,0,?)"));
    insert->bind(1, origin_number).bind(2, change.id.seq).bind(3, change.transaction.bytes);
    insert->bind(4, change.action.bytes).bind(5, type).bind(6, id.bytes).bind(7, change.raw.packed);
    insert->bind(8, std::string_view(change.user)).bind(9, std::int64_t{change.schema_version});
    insert->bind(10, std::string_view(change.payload)).bind(11, BytesView(change.salt));
    insert->bind(12, BytesView(change.commitment))
        .bind(13, BytesView(change.hash))
        .bind(14, saved_ms);
    return insert->run();
}

Outcome ChangeLog::append(const Change& change, const ChangeBody& body,
                          const store::RecordEdit& edit, sqlite::Database& database) {
    BALIE_TRY(
        insert(database, tail_->origin_number, change, body.type, body.id, clock_->wall_ms()));
    if (edit.write == domain::Write::Create) return {};
    store::RecordTables tables(database);
    Overlay overlay(database, tables);
    for (const auto& [field, before] : edit.before) {
        BALIE_TRY(overlay.cover(edit.type, edit.id, field, before, change.id.seq));
    }
    return {};
}

Outcome ChangeLog::before_commit(sqlite::Database& /*database*/) {
    // Another process may write before the next transaction of this one: nothing is kept.
    tail_.reset();
    return {};
}

void ChangeLog::rolled_back() {
    tail_.reset();
}

}  // namespace balie::sync

#include "sync/log/field_versions.h"

namespace balie::sync {

namespace {

/// Collects the rows of one field.
struct Rows {
    std::vector<Head> heads;
    Base context;

    void add(const Origin& origin, std::int64_t seq, std::int64_t stamp, bool head, Value value) {
        context[origin] = seq;
        if (head) heads.push_back({Version{Stamp{stamp}, ChangeId{origin, seq}}, std::move(value)});
    }
    [[nodiscard]] FieldState state() && { return {std::move(heads), std::move(context)}; }
};

const Head* head_of(const FieldState& state, const Origin& origin) {
    for (const Head& head : state.heads()) {
        if (head.version.id.origin == origin) return &head;
    }
    return nullptr;
}

}  // namespace

Result<std::optional<FieldState>> FieldVersions::load(const RecordId& id, std::string_view field) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT origin,seq,stamp,head,value FROM field_version "
                                   "WHERE record_id=? AND field=?"));
    select->bind(1, id.bytes).bind(2, field);
    Rows rows;
    bool any = false;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        any = true;
        BALIE_ASSIGN(const Origin origin, origins_->origin_of(select->integer(0)));
        rows.add(origin, select->integer(1), select->integer(2), select->integer(3) != 0,
                 select->value(4));
    }
    if (!any) return std::optional<FieldState>{};
    return std::optional(std::move(rows).state());
}

Outcome FieldVersions::save(domain::RecordType type, const RecordId& id, std::string_view field,
                            const FieldState& state) {
    for (const auto& [origin, seq] : state.context()) {
        BALIE_ASSIGN(const std::int64_t number, origins_->number_of(origin));
        const Head* head = head_of(state, origin);
        BALIE_ASSIGN(
            auto* write,
            database_->cached("INSERT OR REPLACE INTO field_version(record_type,record_id,field,"
                              "origin,seq,stamp,head,value) VALUES(?,?,?,?,?,?,?,?)"));
        write->bind(1, static_cast<std::int64_t>(type)).bind(2, id.bytes).bind(3, field);
        write->bind(4, number).bind(5, seq);
        write->bind(6, head != nullptr ? head->version.effective.packed : std::int64_t{0});
        write->bind(7, std::int64_t{head != nullptr ? 1 : 0});
        if (head != nullptr) write->bind(8, head->value);
        BALIE_TRY(write->run());
    }
    return {};
}

Result<std::vector<std::pair<std::string, FieldState>>> FieldVersions::load_all(
    const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT field,origin,seq,stamp,head,value FROM "
                                                 "field_version WHERE record_id=? ORDER BY field"));
    select->bind(1, id.bytes);
    std::vector<std::pair<std::string, FieldState>> all;
    std::string field;
    Rows rows;
    const auto flush = [&] {
        if (!field.empty()) all.emplace_back(field, std::move(rows).state());
        rows = {};
    };
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        if (select->text(0) != field) {
            flush();
            field = select->text(0);
        }
        BALIE_ASSIGN(const Origin origin, origins_->origin_of(select->integer(1)));
        rows.add(origin, select->integer(2), select->integer(3), select->integer(4) != 0,
                 select->value(5));
    }
    flush();
    return all;
}

Outcome FieldVersions::remove_all(const RecordId& id) {
    BALIE_ASSIGN(auto* remove, database_->cached("DELETE FROM field_version WHERE record_id=?"));
    BALIE_TRY(remove->bind(1, id.bytes).run());
    BALIE_ASSIGN(auto* former, database_->cached("DELETE FROM former_value WHERE record_id=?"));
    return former->bind(1, id.bytes).run();
}

Result<std::optional<FieldVersions::Former>> FieldVersions::former(const RecordId& id,
                                                                   std::string_view field) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT origin,seq,value FROM former_value WHERE "
                                                 "record_id=? AND field=?"));
    BALIE_ASSIGN(const bool known, select->bind(1, id.bytes).bind(2, field).step());
    if (!known) return std::optional<Former>{};
    const std::int64_t origin = select->integer(0);
    Former former{{{}, select->integer(1)}, select->value(2)};
    select->reset();
    BALIE_ASSIGN(former.id.origin, origins_->origin_of(origin));
    return std::optional(std::move(former));
}

Outcome FieldVersions::keep_former(const RecordId& id, std::string_view field,
                                   const Former& former) {
    BALIE_ASSIGN(const std::int64_t origin, origins_->number_of(former.id.origin));
    BALIE_ASSIGN(auto* write,
                 database_->cached("INSERT OR REPLACE INTO former_value(record_id,field,origin,seq,"
                                   "value) VALUES(?,?,?,?,?)"));
    write->bind(1, id.bytes).bind(2, field).bind(3, origin).bind(4, former.id.seq);
    return write->bind(5, former.value).run();
}

}  // namespace balie::sync

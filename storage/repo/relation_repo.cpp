#include "storage/repo/relation_repo.h"

#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

constexpr std::string_view kRelationColumns =
    "SELECT r.id, r.customer_id, r.other_id, r.kind, r.since, r.until, r.note, r.author,"
    " r.deleted_at";

Relation read_relation(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1).value_or(RecordId{}),
            .other = reference_at(row, 2).value_or(RecordId{}),
            .kind = text_at(row, 3),
            .since = text_at(row, 4),
            .until = text_at(row, 5),
            .note = text_at(row, 6),
            .author = text_at(row, 7),
            .deleted_at = integer_at(row, 8)};
}

/// ?1 is the customer, ?2 today, ?3 the limit.
const std::string& select_of_customer() {
    const auto half = [](const std::string& own, const std::string& other, const char* backwards) {
        return std::string(kRelationColumns) +
               ", c.name, c.name_prefix, c.given_name, c.kind, c.deleted_at, " + backwards +
               " AS backwards, (SELECT k.kind FROM codes k WHERE k.list='relation_kind'"
               " AND k.code=r.kind ORDER BY k.active DESC, k.id LIMIT 1)"
               " FROM relations r LEFT JOIN customers c ON c.id=" +
               id_of_reference(other) + " WHERE " + own + "=?1 AND r.deleted_at IS NULL";
    };
    static const std::string kSelect =
        "SELECT * FROM (" + half("r.customer_id", "r.other_id", "0") + " UNION ALL " +
        half("r.other_id", "r.customer_id", "1") +
        ") ORDER BY (until IS NOT NULL AND until<?2), kind, name, id LIMIT ?3";
    return kSelect;
}

RelationRow read_relation_row(const sqlite::Statement& row) {
    RelationRow out;
    out.relation = read_relation(row);
    out.backwards = row.integer(14) != 0;
    out.other = out.backwards ? out.relation.customer : out.relation.other;
    // One that was deleted keeps its name here.
    if (!row.is_null(9)) out.other_name = display_name(row.text(11), row.text(10), row.text(9));
    out.other_kind = text_at(row, 12);
    out.kind = out.relation.kind;
    if (out.backwards) {
        const std::string reverse = text_at(row, 15);
        out.kind_known = !reverse.empty();
        if (out.kind_known) out.kind = reverse;
    }
    return out;
}

}  // namespace

Result<std::optional<Relation>> RelationRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kRelationColumns) +
                                                 " FROM relations r WHERE r.id=?"));
    return read_row<Relation>(select->bind(1, id.bytes), read_relation);
}

Result<Relation> RelationRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto found, find(id));
    if (!found || found->deleted_at) {
        return Error{ErrorCode::NotFound,
                     found ? "the relation " + id.text() + " was removed"
                           : "there is no relation " + id.text(),
                     {},
                     "List them: balie relation list CUSTOMER"};
    }
    return *std::move(found);
}

Result<std::vector<RelationRow>> RelationRepo::of_customer(const RecordId& customer,
                                                           std::string_view today, int limit) {
    BALIE_ASSIGN(auto* select, database_->cached(select_of_customer()));
    select->bind(1, customer.text()).bind(2, today);
    select->bind(3, std::int64_t{clamp_rows(limit, kRelationRowsMax)});
    return read_rows<RelationRow>(*select, read_relation_row);
}

Result<std::string> RelationRepo::reverse_of(std::string_view kind) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT kind FROM codes WHERE list='relation_kind' AND code=?"
                                   " ORDER BY active DESC, id LIMIT 1"));
    BALIE_ASSIGN(const auto reverse,
                 read_row<std::string>(select->bind(1, kind), [](const sqlite::Statement& row) {
                     return text_at(row, 0);
                 }));
    return reverse.value_or(std::string());
}

}  // namespace balie::repo

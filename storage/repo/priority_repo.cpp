#include "storage/repo/priority_repo.h"

#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

constexpr std::string_view kFlagColumns =
    "SELECT f.id, f.customer_id, f.level, f.reason, f.note, f.state, f.since, f.until, f.author,"
    " f.decided_by, f.decided_at, f.ended_at, f.ended_by, f.end_reason";

PriorityFlag read_flag(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1).value_or(RecordId{}),
            .level = text_at(row, 2),
            .reason = text_at(row, 3),
            .note = text_at(row, 4),
            .state = text_at(row, 5),
            .since = row.integer(6),
            .until = text_at(row, 7),
            .author = text_at(row, 8),
            .decided_by = text_at(row, 9),
            .decided_at = integer_at(row, 10),
            .ended_at = integer_at(row, 11),
            .ended_by = text_at(row, 12),
            .end_reason = text_at(row, 13)};
}

}  // namespace

Result<std::optional<PriorityFlag>> PriorityRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kFlagColumns) +
                                                 " FROM priority_flags f WHERE f.id=?"));
    return read_row<PriorityFlag>(select->bind(1, id.bytes), read_flag);
}

Result<std::optional<PriorityFlag>> PriorityRepo::current(const RecordId& customer,
                                                          std::string_view today) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(std::string(kFlagColumns) +
                                   " FROM priority_flags f WHERE f.customer_id=?1"
                                   " AND f.state='approved' AND (f.until IS NULL OR f.until >= ?2)"
                                   " ORDER BY f.level, f.since DESC, f.id DESC LIMIT 1"));
    return read_row<PriorityFlag>(select->bind(1, customer.text()).bind(2, today), read_flag);
}

Result<std::vector<PriorityFlag>> PriorityRepo::history(const RecordId& customer, int limit) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kFlagColumns) +
                                                 " FROM priority_flags f WHERE f.customer_id=?"
                                                 " ORDER BY f.since DESC, f.id DESC LIMIT ?"));
    select->bind(1, customer.text()).bind(2, std::int64_t{clamp_rows(limit, kPriorityRowsMax)});
    return read_rows<PriorityFlag>(*select, read_flag);
}

Result<std::vector<PriorityRow>> PriorityRepo::list(std::string_view today, std::string_view level,
                                                    int limit) {
    // A second flag of the same customer, made on another terminal at the same time, gives no
    // second row: only the one that nothing precedes.
    static const std::string kSelect =
        std::string(kFlagColumns) +
        ", c.number, c.name, c.name_prefix, c.given_name,"
        " (SELECT json_extract(p.address,'$.city') FROM contact_points p"
        " WHERE p.customer_id=f.customer_id AND p.kind='address' AND p.deleted_at IS NULL"
        " ORDER BY p.preferred DESC LIMIT 1),"
        " (SELECT max(i.occurred_at) FROM interactions i WHERE i.customer_id=f.customer_id)"
        "   AS last_contact"
        " FROM priority_flags f JOIN customers c ON c.id=" +
        id_of_reference("f.customer_id") +
        " WHERE f.state='approved' AND (f.until IS NULL OR f.until >= ?1)"
        " AND (?2='' OR f.level=?2) AND c.deleted_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM priority_flags g WHERE g.customer_id=f.customer_id"
        "  AND g.state='approved' AND (g.until IS NULL OR g.until >= ?1)"
        "  AND (g.level < f.level OR (g.level=f.level AND (g.since, g.id) > (f.since, f.id))))"
        " ORDER BY f.level, last_contact IS NOT NULL, last_contact, c.name, f.id LIMIT ?3";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    select->bind(1, today).bind(2, level).bind(3,
                                               std::int64_t{clamp_rows(limit, kPriorityRowsMax)});
    return read_rows<PriorityRow>(*select, [](const sqlite::Statement& row) {
        return PriorityRow{.flag = read_flag(row),
                           .number = text_at(row, 14),
                           .display_name = display_name(row.text(17), row.text(16), row.text(15)),
                           .city = text_at(row, 18),
                           .last_contact_ms = integer_at(row, 19)};
    });
}

}  // namespace balie::repo

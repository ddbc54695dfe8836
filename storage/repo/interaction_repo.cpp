#include "storage/repo/interaction_repo.h"

#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

constexpr int kHistoryRowsMax = 1000;

const std::string& interaction_columns() {
    static const std::string kColumns =
        "SELECT i.id, i.customer_id, i.channel, i.outcome, i.reason, i.direction, i.note,"
        " i.occurred_at, i.occurred_offset_min, i.duration_s, i.author, i.amends_id,"
        " i.next_task_id, EXISTS(SELECT 1 FROM codes k WHERE k.list='outcome'"
        " AND k.code=i.outcome AND k.kind='withdrawn')";
    return kColumns;
}

Interaction read_interaction(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1),
            .customer_name = {},
            .channel = text_at(row, 2),
            .outcome = text_at(row, 3),
            .reason = text_at(row, 4),
            .direction = text_at(row, 5),
            .note = text_at(row, 6),
            .occurred_at = row.integer(7),
            .occurred_offset_min = static_cast<int>(row.integer(8)),
            .duration_s = integer_at(row, 9),
            .author = text_at(row, 10),
            .amends = reference_at(row, 11),
            .next_task = reference_at(row, 12),
            .withdrawn = row.integer(13) != 0};
}

Interaction read_with_name(const sqlite::Statement& row) {
    Interaction line = read_interaction(row);
    line.customer_name = display_name(row.text(16), row.text(15), row.text(14));
    return line;
}

}  // namespace

std::string in_force_condition(std::string_view alias) {
    const std::string line(alias);
    const std::string spelled = spelled_id(line + ".id");
    // Own lines that the hub has not placed yet (no birth_stamp) come after all that it has,
    // in the order in which they were made here.
    return "(CASE WHEN " + line +
           ".amends_id IS NULL THEN NOT EXISTS (SELECT 1 FROM interactions a"
           " WHERE a.amends_id IS NOT NULL AND a.amends_id=" +
           spelled +
           ")"
           " ELSE " +
           line +
           ".id=(SELECT a.id FROM interactions a WHERE a.amends_id IS NOT NULL"
           " AND a.amends_id=" +
           line +
           ".amends_id ORDER BY a.birth_stamp IS NULL DESC,"
           " a.birth_stamp DESC, CASE WHEN a.birth_stamp IS NULL THEN a.rowid END DESC, a.id DESC"
           " LIMIT 1) END)";
}

std::string not_withdrawn_condition(std::string_view alias) {
    return std::string(alias) +
           ".outcome NOT IN (SELECT k.code FROM codes k"
           " WHERE k.list='outcome' AND k.kind='withdrawn')";
}

Result<std::optional<Interaction>> InteractionRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(interaction_columns() + " FROM interactions i WHERE i.id=?"));
    return read_row<Interaction>(select->bind(1, id.bytes), read_interaction);
}

Result<Interaction> InteractionRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto found, find(id));
    if (!found) {
        return Error{ErrorCode::NotFound,
                     "there is no interaction " + id.text(),
                     {},
                     "Look it up: balie customer show …"};
    }
    return *std::move(found);
}

Result<TimelinePage> InteractionRepo::timeline(const RecordId& customer,
                                               const std::optional<TimelineCursor>& before,
                                               int limit) {
    const int rows = clamp_rows(limit, kTimelineRowsMax);
    static const std::string kSelect =
        interaction_columns() + " FROM interactions i WHERE i.customer_id=?1" +
        " AND (i.occurred_at, i.id) < (?2, ?3) AND " + in_force_condition("i") + " AND " +
        not_withdrawn_condition("i") + " ORDER BY i.occurred_at DESC, i.id DESC LIMIT ?4";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    TimelineCursor from{.occurred_at = INT64_MAX, .id = {}};
    if (before) from = *before;
    select->bind(1, customer.text())
        .bind(2, from.occurred_at)
        .bind(3, from.id.bytes)
        .bind(4, std::int64_t{rows} + 1);
    TimelinePage page;
    BALIE_ASSIGN(page.lines, read_rows<Interaction>(*select, read_interaction));
    if (page.lines.size() > static_cast<std::size_t>(rows)) {
        page.lines.pop_back();
        page.next = TimelineCursor{page.lines.back().occurred_at, page.lines.back().id};
    }
    return page;
}

Outcome InteractionRepo::each_in_force(const RecordId& customer, const TimelineCursor& before,
                                       const LineFilter& filter,
                                       const std::function<bool(Interaction&&)>& take) {
    static const std::string kSelect =
        interaction_columns() + " FROM interactions i WHERE i.customer_id=?1" +
        " AND (i.occurred_at, i.id) < (?2, ?3) AND (?4='' OR i.channel=?4)" +
        " AND (?5='' OR i.author=?5) AND " + in_force_condition("i") + " AND " +
        not_withdrawn_condition("i") + " ORDER BY i.occurred_at DESC, i.id DESC";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    select->bind(1, customer.text()).bind(2, before.occurred_at).bind(3, before.id.bytes);
    select->bind(4, filter.channel).bind(5, filter.author);
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return {};
        if (!take(read_interaction(*select))) break;
    }
    select->reset();
    return {};
}

Result<std::optional<Interaction>> InteractionRepo::latest(const RecordId& customer) {
    BALIE_ASSIGN(TimelinePage page, timeline(customer, {}, 1));
    if (page.lines.empty()) return std::optional<Interaction>{};
    return std::optional(std::move(page.lines.front()));
}

Result<std::vector<Interaction>> InteractionRepo::history(const RecordId& id) {
    BALIE_ASSIGN(const Interaction given, get(id));
    const RecordId root = given.root();
    static const std::string kSelect =
        interaction_columns() +
        " FROM interactions i WHERE i.id=?1"
        " OR (i.amends_id IS NOT NULL AND i.amends_id=?2)"
        " ORDER BY i.amends_id IS NOT NULL, i.birth_stamp IS NULL,"
        " i.birth_stamp, CASE WHEN i.birth_stamp IS NULL THEN i.rowid END,"
        " i.id LIMIT ?3";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    select->bind(1, root.bytes).bind(2, root.text()).bind(3, std::int64_t{kHistoryRowsMax});
    return read_rows<Interaction>(*select, read_interaction);
}

Result<Interaction> InteractionRepo::in_force(const RecordId& id) {
    BALIE_ASSIGN(std::vector<Interaction> lines, history(id));
    return std::move(lines.back());
}

Result<std::vector<Interaction>> InteractionRepo::between(std::int64_t from_ms, std::int64_t to_ms,
                                                          std::string_view author, int limit) {
    static const std::string kSelect =
        interaction_columns() + ", c.name, c.name_prefix, c.given_name FROM interactions i" +
        " LEFT JOIN customers c ON c.id=" + id_of_reference("i.customer_id") +
        " WHERE i.occurred_at >= ?1 AND i.occurred_at < ?2 AND (?3='' OR i.author=?3) AND " +
        in_force_condition("i") + " AND " + not_withdrawn_condition("i") +
        " ORDER BY i.occurred_at DESC LIMIT ?4";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    select->bind(1, from_ms)
        .bind(2, to_ms)
        .bind(3, author)
        .bind(4, std::int64_t{clamp_rows(limit, kTimelineRowsMax)});
    return read_rows<Interaction>(*select, read_with_name);
}

Result<std::int64_t> InteractionRepo::count() {
    BALIE_ASSIGN(const Value count, database_->scalar("SELECT count(*) FROM interactions"));
    return value_integer(count);
}

}  // namespace balie::repo

#include "storage/repo/fact_repo.h"

#include "storage/base/date.h"
#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"

#include <algorithm>
#include <charconv>

namespace balie::repo {

namespace {

constexpr std::string_view kSelectFact =
    "SELECT f.id, f.customer_id, f.kind, f.text, f.\"on\", f.source_id, f.author, f.noted_at,"
    " f.deleted_at FROM facts f WHERE ";

Fact read_fact(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1).value_or(RecordId{}),
            .kind = text_at(row, 2),
            .text = text_at(row, 3),
            .on = text_at(row, 4),
            .source = reference_at(row, 5),
            .author = text_at(row, 6),
            .noted_at = row.integer(7),
            .deleted_at = integer_at(row, 8)};
}

constexpr std::string_view kLeapDay = "02-29";

/// "MM-DD", as it is looked up, and the day on which it falls this time.
struct Wanted {
    std::string month_day;
    std::string day;
};

Result<std::vector<Wanted>> wanted_days(std::string_view today, int days) {
    std::vector<Wanted> out;
    for (int i = 0; i <= days; ++i) {
        BALIE_ASSIGN(std::string day, add_days(today, i));
        const std::string month_day = day.substr(5);
        const std::string leap = day.substr(0, 5) + std::string(kLeapDay);
        if (month_day == "02-28" && !is_date(leap)) out.push_back({std::string(kLeapDay), day});
        out.push_back({month_day, std::move(day)});
    }
    return out;
}

/// From "1980-03-14" to the day of this year; nothing where the year is not known or not over.
std::optional<int> years_until(std::string_view from, std::string_view day) {
    const auto year_of = [](std::string_view date) {
        int year = 0;
        std::from_chars(date.data(), date.data() + 4, year);
        return year;
    };
    if (from.size() != day.size()) return std::nullopt;
    const int years = year_of(day) - year_of(from);
    if (years <= 0) return std::nullopt;
    return years;
}

/// ?1 is the month and day, ?2 the login, ?3 today.
const std::string& select_near() {
    static const std::string kMine =
        "(?2='' OR c.owner=?2 OR EXISTS(SELECT 1 FROM priority_flags p WHERE p.customer_id=" +
        spelled_id("c.id") + " AND p.state='approved' AND (p.until IS NULL OR p.until>=?3)))";
    static const std::string kSelect =
        "SELECT c.id, c.name, c.name_prefix, c.given_name, c.birthday, NULL, NULL"
        " FROM customers c WHERE substr(c.birthday,-5)=?1 AND c.birthday IS NOT NULL"
        " AND c.deleted_at IS NULL AND " +
        kMine +
        " UNION ALL SELECT c.id, c.name, c.name_prefix, c.given_name, f.\"on\", f.kind, f.text"
        " FROM facts f JOIN customers c ON c.id=" +
        id_of_reference("f.customer_id") +
        " WHERE substr(f.\"on\",-5)=?1 AND f.\"on\" IS NOT NULL AND f.deleted_at IS NULL"
        " AND c.deleted_at IS NULL AND (f.author=?2 OR " +
        kMine + ") LIMIT ?4";
    return kSelect;
}

/// One thing that comes once, and has not been yet, is near only in its own year.
bool comes(std::string_view on, std::string_view day) {
    return on.size() != day.size() || on.substr(0, 4) <= day.substr(0, 4);
}

}  // namespace

Result<std::optional<Fact>> FactRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kSelectFact) + "f.id=?"));
    return read_row<Fact>(select->bind(1, id.bytes), read_fact);
}

Result<Fact> FactRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto found, find(id));
    if (!found || found->deleted_at) {
        return Error{
            ErrorCode::NotFound,
            found ? "the fact " + id.text() + " was removed" : "there is no fact " + id.text(),
            {},
            "List them: balie fact list CUSTOMER"};
    }
    return *std::move(found);
}

Result<std::vector<Fact>> FactRepo::of_customer(const RecordId& customer, int limit) {
    BALIE_ASSIGN(
        auto* select,
        database_->cached(
            std::string(kSelectFact) +
            "f.customer_id=? AND f.deleted_at IS NULL ORDER BY coalesce((SELECT k.kind FROM codes k"
            " WHERE k.list='fact_kind' AND k.code=f.kind LIMIT 1), f.kind)"
            " IN ('promise','need') DESC, f.noted_at DESC, f.id DESC LIMIT ?"));
    select->bind(1, customer.text()).bind(2, std::int64_t{clamp_rows(limit, kFactRowsMax)});
    return read_rows<Fact>(*select, read_fact);
}

Result<std::vector<NearDay>> FactRepo::near(std::string_view today, std::string_view user, int days,
                                            int limit) {
    const int rows = clamp_rows(limit, kFactRowsMax);
    BALIE_ASSIGN(const auto wanted, wanted_days(today, std::clamp(days, 0, kNearDaysMax)));
    BALIE_ASSIGN(auto* select, database_->cached(select_near()));
    std::vector<NearDay> out;
    for (const Wanted& each : wanted) {
        select->bind(1, each.month_day).bind(2, user).bind(3, today);
        select->bind(4, std::int64_t{rows});
        while (true) {
            BALIE_ASSIGN(const bool more, select->step());
            if (!more) break;
            const std::string on = text_at(*select, 4);
            if (!comes(on, each.day)) continue;
            out.push_back(
                {.customer = id_at(*select, 0),
                 .customer_name = display_name(select->text(3), select->text(2), select->text(1)),
                 .day = each.day,
                 .birthday = select->is_null(5),
                 .kind = text_at(*select, 5),
                 .text = text_at(*select, 6),
                 .turn = years_until(on, each.day)});
        }
        select->reset();
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const NearDay& one, const NearDay& other) { return one.day < other.day; });
    if (out.size() > static_cast<std::size_t>(rows)) out.resize(static_cast<std::size_t>(rows));
    return out;
}

}  // namespace balie::repo

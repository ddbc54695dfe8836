#include "storage/repo/code_repo.h"

#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

constexpr std::string_view kSelectCode =
    "SELECT id, list, code, kind, en, nl, position, coalesce(active,1) FROM codes WHERE ";

Code read_code(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .list = text_at(row, 1),
            .code = text_at(row, 2),
            .kind = text_at(row, 3),
            .en = text_at(row, 4),
            .nl = text_at(row, 5),
            .position = row.integer(6),
            .active = row.integer(7) != 0};
}

std::int64_t least_active(Codes which) {
    return which == Codes::Active ? 1 : 0;
}

}  // namespace

Result<std::vector<Code>> CodeRepo::list(std::string_view list, Codes which) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(std::string(kSelectCode) + "list=? AND coalesce(active,1) >= ?"
                                                              " ORDER BY position, code LIMIT ?"));
    select->bind(1, list).bind(2, least_active(which)).bind(3, std::int64_t{kCodesMax});
    return read_rows<Code>(*select, read_code);
}

Result<std::vector<Code>> CodeRepo::all(Codes which) {
    BALIE_ASSIGN(
        auto* select,
        database_->cached(std::string(kSelectCode) +
                          "coalesce(active,1) >= ? ORDER BY list, position, code LIMIT ?"));
    select->bind(1, least_active(which)).bind(2, std::int64_t{kCodesMax} * 10);
    return read_rows<Code>(*select, read_code);
}

Result<std::optional<Code>> CodeRepo::find(std::string_view list, std::string_view code) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(std::string(kSelectCode) + "list=? AND code=?"
                                                              " ORDER BY active DESC, id LIMIT 1"));
    return read_row<Code>(select->bind(1, list).bind(2, code), read_code);
}

Result<bool> CodeRepo::is_active(std::string_view list, std::string_view code) {
    BALIE_ASSIGN(const auto found, find(list, code));
    return found && found->active;
}

Result<std::optional<Code>> CodeRepo::first_of_kind(std::string_view list, std::string_view kind) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kSelectCode) +
                                                 "list=? AND kind=? AND coalesce(active,1)=1"
                                                 " ORDER BY position, code LIMIT 1"));
    return read_row<Code>(select->bind(1, list).bind(2, kind), read_code);
}

Outcome CodeRepo::check(std::string_view field, std::string_view list, std::string_view code) {
    BALIE_ASSIGN(const bool active, is_active(list, code));
    if (active) return {};
    BALIE_ASSIGN(const auto valid, this->list(list));
    std::string choices;
    for (const Code& each : valid) choices += (choices.empty() ? "" : ", ") + each.code;
    return Error{ErrorCode::InvalidInput,
                 std::string(field) + " cannot be '" + std::string(code.substr(0, 60)) + "'",
                 "field " + std::string(field),
                 choices.empty()
                     ? "The list '" + std::string(list) + "' is empty here: synchronise first"
                     : "Choose one of: " + choices};
}

}  // namespace balie::repo

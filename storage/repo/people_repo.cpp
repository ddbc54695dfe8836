#include "storage/repo/people_repo.h"

#include "storage/repo/rows.h"
#include "storage/store/record_tables.h"

#include <algorithm>

namespace balie::repo {

namespace {

constexpr std::string_view kUsers =
    "SELECT id, login, name, role, branch, territory, language, coalesce(active,1) FROM users ";

User read_user(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .login = text_at(row, 1),
            .name = text_at(row, 2),
            .role = text_at(row, 3),
            .branch = text_at(row, 4),
            .territory = text_at(row, 5),
            .language = text_at(row, 6),
            .active = row.integer(7) != 0};
}

Result<std::vector<Place>> read_places(sqlite::Statement& select, int limit) {
    select.bind(1, std::int64_t{clamp_rows(limit, kPeopleMax)});
    return read_rows<Place>(select, [](const sqlite::Statement& row) {
        return Place{.id = id_at(row, 0),
                     .code = text_at(row, 1),
                     .name = text_at(row, 2),
                     .active = row.integer(3) != 0};
    });
}

}  // namespace

Result<std::vector<User>> PeopleRepo::users(int limit) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(std::string(kUsers) + "ORDER BY name, login LIMIT ?"));
    select->bind(1, std::int64_t{clamp_rows(limit, kPeopleMax)});
    return read_rows<User>(*select, read_user);
}

Result<std::optional<User>> PeopleRepo::find_user(std::string_view login) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kUsers) +
                                                 "WHERE login=? ORDER BY active DESC, id LIMIT 1"));
    return read_row<User>(select->bind(1, login), read_user);
}

Result<std::vector<Place>> PeopleRepo::branches(int limit) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT id, code, name, coalesce(active,1)"
                                                 " FROM branches ORDER BY code LIMIT ?"));
    return read_places(*select, limit);
}

Result<std::vector<Place>> PeopleRepo::territories(int limit) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT id, code, name, coalesce(active,1)"
                                                 " FROM territories ORDER BY code LIMIT ?"));
    return read_places(*select, limit);
}

Result<std::vector<domain::CustomField>> PeopleRepo::custom_fields(domain::RecordType type) {
    BALIE_ASSIGN(auto fields, store::RecordTables(*database_).custom_fields());
    std::erase_if(fields, [type](const auto& each) { return each.type != type; });
    std::sort(fields.begin(), fields.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return fields;
}

}  // namespace balie::repo

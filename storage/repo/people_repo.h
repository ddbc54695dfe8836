// Users, branches, territories and custom field definitions, as the hub sent them.
// Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kPeopleMax = 5000;

struct User {
    RecordId id;
    std::string login;
    std::string name;
    std::string role;
    std::string branch;
    std::string territory;
    std::string language;
    bool active{true};
};

struct Place {
    RecordId id;
    std::string code;
    std::string name;
    bool active{true};
};

class PeopleRepo {
  public:
    explicit PeopleRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::vector<User>> users(int limit = kPeopleMax);
    [[nodiscard]] Result<std::optional<User>> find_user(std::string_view login);
    [[nodiscard]] Result<std::vector<Place>> branches(int limit = kPeopleMax);
    [[nodiscard]] Result<std::vector<Place>> territories(int limit = kPeopleMax);
    /// Those of one record type, in order of name.
    [[nodiscard]] Result<std::vector<domain::CustomField>> custom_fields(domain::RecordType type);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo

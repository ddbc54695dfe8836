// Code lists of the organisation: channels, outcomes, reasons… with their labels in both languages.
// Invariant: lists are in order of position; a code that is no longer active keeps its label.
// Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kCodesMax = 1000;

struct Code {
    RecordId id;
    std::string list;
    std::string code;
    std::string kind;  ///< what the program knows it by: held, not_held, withdrawn, visit…
    std::string en;
    std::string nl;
    std::int64_t position{};
    bool active{true};

    [[nodiscard]] const std::string& label(std::string_view language) const {
        return language == "nl" ? nl : en;
    }
};

enum class Codes : std::uint8_t { Active, All };

class CodeRepo {
  public:
    explicit CodeRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::vector<Code>> list(std::string_view list,
                                                 Codes which = Codes::Active);
    /// Every list, by list and position.
    [[nodiscard]] Result<std::vector<Code>> all(Codes which = Codes::All);
    [[nodiscard]] Result<std::optional<Code>> find(std::string_view list, std::string_view code);
    [[nodiscard]] Result<bool> is_active(std::string_view list, std::string_view code);
    /// The first active code of that kind.
    [[nodiscard]] Result<std::optional<Code>> first_of_kind(std::string_view list,
                                                            std::string_view kind);
    /// Passes for an active code. Errors: InvalidInput naming the valid ones.
    [[nodiscard]] Outcome check(std::string_view field, std::string_view list,
                                std::string_view code);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo

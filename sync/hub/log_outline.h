// The end of the log in outline: whose each entry is and who may see it, so that what is for others
// is passed by without being read. A thousand terminals that come back at once write each other's
// log full; read row by row, everybody would read everybody's.
// Invariant: it holds whole transactions of the committed log, without gaps, up to where extend()
// found its end. Thread: store only.
#pragma once

#include "sync/hub/scopes.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace balie::sync {

class LogOutline {
  public:
    explicit LogOutline(ScopeBook& scopes) : scopes_(&scopes) {}

    /// Takes in what was committed since. Within a read transaction.
    [[nodiscard]] Outcome extend(sqlite::Database& database);
    /// It knows everything behind this cursor.
    [[nodiscard]] bool covers(std::int64_t cursor) const {
        return !lines_.empty() && cursor >= first_tx_ - 1;
    }
    [[nodiscard]] std::int64_t end() const { return lines_.empty() ? 0 : lines_.back().hub_seq; }

    /// A stretch of whole transactions.
    struct Stretch {
        std::int64_t after{};  ///< nothing for this device lies between the cursor and here
        std::int64_t to{};     ///< much of (after, to] is for it; as `after` at the end of the log
    };
    /// The next one that is worth reading for a device. `cursor`: covered, on the end of a
    /// transaction.
    [[nodiscard]] Result<Stretch> next(const Sight& sight, std::int64_t own_origin,
                                       std::int64_t cursor);
    /// After a rollback, or another process's commit.
    void forget();

  private:
    struct Line {
        std::int64_t hub_seq{};
        std::int64_t tx_first{};
        ScopeNumber scopes{};
        std::int64_t origin{};  ///< of a change; 0 for a move
    };
    [[nodiscard]] Outcome add_from(sqlite::Database& database, std::int64_t after);
    void shorten();
    using NameNumber = std::uint32_t;
    /// The names in a set, as numbers; those of a customer are at most five.
    using Names = std::vector<NameNumber>;
    [[nodiscard]] NameNumber number_of(const std::string& name);
    [[nodiscard]] Result<const Names*> names_in(ScopeNumber set);
    /// The first line behind the transaction of this one.
    [[nodiscard]] std::size_t behind(std::size_t line) const;

    ScopeBook* scopes_;
    std::vector<Line> lines_;
    std::int64_t first_tx_{0};
    std::unordered_map<std::string, NameNumber> numbers_;
    std::unordered_map<ScopeNumber, Names> sets_;
};

}  // namespace balie::sync

// A customer's timeline: contacts, tasks that were done, priority and facts in one row by time, by
// the page and by what one looks for.
// Invariant: a page is read by index and ends after so many entries, however long the history is;
// contacts are the lines in force. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/repo/interaction_repo.h"
#include "storage/sqlite/database.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kEntriesMax = 5000;

enum class EntryKind : std::uint8_t { Contact, Task, Flag, Fact };
inline constexpr std::array<std::string_view, 4> kEntryKindNames{"contact", "task", "flag", "fact"};

struct TimelineEntry {
    EntryKind kind{EntryKind::Contact};
    RecordId id;
    std::int64_t at{};    ///< when it was, or became so
    Interaction contact;  ///< of a contact
    std::string text;     ///< a task's subject, a fact's text, the note of a contact or a flag
    std::string code;     ///< a flag's level, a fact's kind
    std::string reason;   ///< a flag's
    std::string until;    ///< a flag's last day
    std::string on;       ///< a fact's day
    bool ended{false};    ///< a flag that was ended
    std::string who;      ///< login: author; of a task whose it was
};

/// All of it counts; empty: everything.
struct TimelineFilter {
    std::optional<EntryKind> kind;
    std::string channel;  ///< code: contacts alone
    std::string who;      ///< login
    std::string text;     ///< words that all stand in it; case and accents do not matter

    [[nodiscard]] bool empty() const {
        return !kind && channel.empty() && who.empty() && text.empty();
    }
    bool operator==(const TimelineFilter&) const = default;
};

struct EntryPage {
    std::vector<TimelineEntry> entries;  ///< the latest first
    std::optional<TimelineCursor> next;  ///< nothing: that was the last page
};

class TimelineRepo {
  public:
    explicit TimelineRepo(sqlite::Database& database) : database_(&database) {}

    /// Entries before the cursor. At most kEntriesMax.
    [[nodiscard]] Result<EntryPage> page(const RecordId& customer, const TimelineFilter& filter,
                                         const std::optional<TimelineCursor>& before, int limit);
    /// The channels of a customer's contacts, the most used first.
    [[nodiscard]] Result<std::vector<std::string>> channels(const RecordId& customer);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo

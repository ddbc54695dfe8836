// What can be taken back in this session: facts, not keystrokes. Undoing a save appends a new
// change to the log, so that other terminals and the office see it as well.
// Invariant: at most kUndoMax, the oldest go; an entry is taken at most once.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/runtime/commands.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace balie::app {

inline constexpr std::size_t kUndoMax = 50;

struct UndoEntry {
    std::string text;  ///< what would be taken back: "Visit with Anna Jansen"
    Command inverse;
};

class UndoStack {
  public:
    /// Answers the entry's number, by which a toast can name it.
    std::uint64_t push(UndoEntry entry);
    [[nodiscard]] std::optional<UndoEntry> take_last();
    [[nodiscard]] std::optional<UndoEntry> take(std::uint64_t number);
    [[nodiscard]] const UndoEntry* last() const;
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    void clear() { entries_.clear(); }

  private:
    struct Numbered {
        std::uint64_t number{};
        UndoEntry entry;
    };
    std::vector<Numbered> entries_;
    std::uint64_t next_{1};
};

}  // namespace balie::app

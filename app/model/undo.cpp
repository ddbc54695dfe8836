#include "app/model/undo.h"

#include <algorithm>
#include <utility>

namespace balie::app {

std::uint64_t UndoStack::push(UndoEntry entry) {
    entries_.push_back({next_, std::move(entry)});
    if (entries_.size() > kUndoMax) entries_.erase(entries_.begin());
    return next_++;
}

std::optional<UndoEntry> UndoStack::take_last() {
    if (entries_.empty()) return std::nullopt;
    UndoEntry entry = std::move(entries_.back().entry);
    entries_.pop_back();
    return entry;
}

std::optional<UndoEntry> UndoStack::take(std::uint64_t number) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [number](const auto& each) { return each.number == number; });
    if (found == entries_.end()) return std::nullopt;
    UndoEntry entry = std::move(found->entry);
    entries_.erase(found);
    return entry;
}

const UndoEntry* UndoStack::last() const {
    return entries_.empty() ? nullptr : &entries_.back().entry;
}

}  // namespace balie::app

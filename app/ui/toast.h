#pragma once
// Short messages at the bottom right, each with at most one action ("Undo").
//
// Invariant: at most kToastsMax are kept, the oldest goes first; a toast leaves at its deadline
// and never under the pointer or while its action has the keyboard.
// Thread: UI only. Ownership: the queue owns its texts; it reads no clock, time is passed in.

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::ui {

inline constexpr std::size_t kToastsMax = 4;
inline constexpr std::int64_t kToastMs = 6000;

struct Toast {
    std::string id = {};  // "visit.saved"; the action is "<id>.action", the cross "<id>.dismiss"
    std::string text = {};
    Role role = Role::Ok;
    Icon icon = Icon::CheckCircle;
    std::string action = {};    // label, empty: none
    std::string shortcut = {};  // shown beside the action
    std::int64_t until_ms = 0;  // 0: set by push()
};

class ToastQueue {
  public:
    // A toast with an id that is shown already replaces it.
    void push(Toast toast, std::int64_t now_ms);
    // Drops what is over; true when something went.
    bool tick(std::int64_t now_ms);
    // When the next one ends, -1 when none does.
    [[nodiscard]] std::int64_t next_deadline_ms() const;
    void remove(std::string_view id);
    [[nodiscard]] const std::vector<Toast>& items() const { return items_; }
    // While true nothing ends (pointer over a toast).
    void hold(bool held) { held_ = held; }

  private:
    std::vector<Toast> items_;
    bool held_ = false;
};

// Draws them over everything. The id of the toast whose action was chosen. Dismissed ones are
// removed from the queue.
std::optional<std::string> toasts(Ui& ui, ToastQueue& queue);

}  // namespace balie::ui

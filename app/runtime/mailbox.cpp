#include "app/runtime/mailbox.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

template <typename T>
bool replace_unread(std::vector<Event>& events, Event& event) {
    if (!std::holds_alternative<T>(event)) return false;
    const auto unread = std::find_if(events.begin(), events.end(), [](const Event& each) {
        return std::holds_alternative<T>(each);
    });
    if (unread == events.end()) return false;
    if constexpr (std::is_same_v<T, DataChanged>) {
        // Changes from the office make more stale than our own.
        if (std::get<T>(*unread).by == ChangedBy::Office) return true;
    }
    *unread = std::move(event);
    return true;
}

}  // namespace

bool Mailbox::push(Event event) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        const bool replaced = replace_unread<SyncChanged>(events_, event) ||
                              replace_unread<DataChanged>(events_, event);
        if (!replaced) {
            if (events_.size() >= kMailboxMax) {
                const auto oldest = std::find_if(
                    events_.begin(), events_.end(),
                    [](const Event& each) { return std::holds_alternative<SyncLogged>(each); });
                if (oldest == events_.end()) return false;
                events_.erase(oldest);
            }
            events_.push_back(std::move(event));
        }
        wake = wake_;
    }
    if (wake) wake();
    return true;
}

std::vector<Event> Mailbox::drain() {
    std::vector<Event> out;
    const std::lock_guard lock(mutex_);
    out.swap(events_);
    return out;
}

bool Mailbox::empty() const {
    const std::lock_guard lock(mutex_);
    return events_.empty();
}

void Mailbox::set_wake(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

}  // namespace balie::app

#include "sync/hub/code_guard.h"

#include "storage/base/date.h"
#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

namespace {
constexpr std::size_t kHostsMax = 10'000;
}  // namespace

bool CodeGuard::may_try(const std::string& host, std::int64_t now_ms) {
    const auto found = tries_.find(host);
    if (found == tries_.end()) return true;
    if (now_ms - found->second.since_ms >= kMinuteMs) {
        tries_.erase(found);
        return true;
    }
    return found->second.count < kEnrolTriesPerMinute;
}

void CodeGuard::was_wrong(const std::string& host, std::int64_t now_ms) {
    if (tries_.size() >= kHostsMax) make_room(now_ms);
    auto& tries = tries_[host];
    if (tries.count++ == 0) tries.since_ms = now_ms;
}

void CodeGuard::make_room(std::int64_t now_ms) {
    std::erase_if(
        tries_, [now_ms](const auto& each) { return now_ms - each.second.since_ms >= kMinuteMs; });
    if (tries_.size() < kHostsMax) return;
    tries_.erase(std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) {
        return a.second.since_ms < b.second.since_ms;
    }));
}

}  // namespace balie::sync

#include "sync/hub/hub_inbox.h"

#include "sync/core/limits.h"

#include <algorithm>
#include <chrono>

namespace balie::sync {

namespace {

/// ENROL and HELLO.
constexpr int kGreetingsMax = 2;

}  // namespace

void HubInbox::set_flow(PeerFunction pause, PeerFunction resume) {
    pause_ = std::move(pause);
    resume_ = std::move(resume);
}

bool HubInbox::over(const Load& load) const {
    return load.messages >= kInboxPeerMessagesMax || load.bytes >= kInboxPeerBytesMax ||
           bytes_ >= kInboxBytesMax;
}

bool HubInbox::greets(const HubEvent& event) {
    if (event.kind == HubEvent::Kind::Opened) greeting_[event.peer] = 0;
    const auto found = greeting_.find(event.peer);
    if (found == greeting_.end()) return false;
    if (event.kind == HubEvent::Kind::Closed) {
        greeting_.erase(found);  // behind its greetings, which may not have been taken yet
        return true;
    }
    if (event.kind != HubEvent::Kind::Received || ++found->second <= kGreetingsMax) return true;
    greeting_.erase(found);
    return false;
}

void HubInbox::put(HubEvent event) {
    const auto peer = event.peer;
    bool pause = false;
    {
        const std::lock_guard lock(mutex_);
        if (event.kind == HubEvent::Kind::Received) {
            auto& load = loads_[peer];
            ++load.messages;
            load.bytes += event.bytes;
            bytes_ += event.bytes;
            pause = over(load) && paused_.insert(peer).second;
        } else if (event.kind == HubEvent::Kind::Closed) {
            paused_.erase(peer);
        }
        (greets(event) ? greetings_ : events_).push_back(std::move(event));
    }
    filled_.notify_one();
    if (pause && pause_) pause_(peer);
}

std::vector<HubEvent> HubInbox::take(std::size_t count, std::int64_t wait_ms) {
    std::vector<HubEvent> out;
    std::vector<std::uint64_t> resumed;
    {
        std::unique_lock lock(mutex_);
        filled_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                         [this] { return !greetings_.empty() || !events_.empty() || stopped_; });
        move_some(greetings_, count, out);
        move_some(events_, count, out);
        resumed = resumable();
    }
    if (resume_) std::for_each(resumed.begin(), resumed.end(), resume_);
    return out;
}

void HubInbox::move_some(std::deque<HubEvent>& from, std::size_t count,
                         std::vector<HubEvent>& out) {
    while (!from.empty() && out.size() < count) {
        unload(from.front());
        out.push_back(std::move(from.front()));
        from.pop_front();
    }
}

void HubInbox::unload(const HubEvent& event) {
    if (event.kind != HubEvent::Kind::Received) return;
    const auto found = loads_.find(event.peer);
    bytes_ -= event.bytes;
    found->second.bytes -= event.bytes;
    if (--found->second.messages == 0) loads_.erase(found);
}

std::vector<std::uint64_t> HubInbox::resumable() {
    std::vector<std::uint64_t> out;
    if (bytes_ >= kInboxBytesMax / 2) return out;
    for (const auto peer : paused_) {
        // Half empty: pausing and resuming for every message would cost more than it saves.
        const auto load = loads_.find(peer);
        const bool room =
            load == loads_.end() || (load->second.messages <= kInboxPeerMessagesMax / 2 &&
                                     load->second.bytes <= kInboxPeerBytesMax / 2);
        if (room) out.push_back(peer);
    }
    for (const auto peer : out) paused_.erase(peer);
    return out;
}

void HubInbox::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    filled_.notify_all();
}

bool HubInbox::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_ && events_.empty() && greetings_.empty();
}

std::size_t HubInbox::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace balie::sync

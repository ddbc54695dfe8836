#pragma once
// Decides whether a frame is due: three after something happened, one at each deadline, else none.
//
// Invariant: with no request and no deadline, wait_ms() is kForever: an idle window draws nothing.
// Requests expire by being drawn; nothing has to be switched off again.
// Thread: UI only. Ownership: a value; time is passed in.

#include <algorithm>
#include <cstdint>

namespace balie::shell {

// Dear ImGui settles a popup, a focus change or a new layout within two frames after the first.
inline constexpr int kFramesAfterNews = 3;
inline constexpr std::int64_t kForever = -1;

class RenderScheduler {
  public:
    void request(int frames = kFramesAfterNews) { frames_ = std::max(frames_, frames); }

    void request_at(std::int64_t deadline_ms) {
        deadline_ms_ = deadline_ms_ < 0 ? deadline_ms : std::min(deadline_ms_, deadline_ms);
    }

    // How long nothing needs to be drawn; 0: a frame is due; kForever: until something happens.
    [[nodiscard]] std::int64_t wait_ms(std::int64_t now_ms) const {
        if (frames_ > 0) {
            return 0;
        }
        return deadline_ms_ < 0 ? kForever : std::max<std::int64_t>(0, deadline_ms_ - now_ms);
    }

    // True when a frame is due; it counts as drawn.
    [[nodiscard]] bool take_frame(std::int64_t now_ms) {
        const bool deadline = deadline_ms_ >= 0 && deadline_ms_ <= now_ms;
        if (deadline) {
            deadline_ms_ = kForever;
        }
        if (frames_ > 0) {
            --frames_;
            return true;
        }
        return deadline;
    }

  private:
    int frames_ = kFramesAfterNews;
    std::int64_t deadline_ms_ = kForever;
};

// Notices waits that keep returning at once with nothing to do (a driver's fault, a stuck event),
// which would turn an idle window into a busy one.
class BusyGuard {
  public:
    // To be called after each wait that brought nothing; true: pause before the next.
    [[nodiscard]] bool idle_return(std::int64_t now_ms) {
        if (now_ms - window_start_ms_ >= 1000) {
            window_start_ms_ = now_ms;
            returns_ = 0;
        }
        return ++returns_ > kReturnsASecondMax;
    }

    static constexpr int kReturnsASecondMax = 50;
    static constexpr int kPauseMs = 10;

  private:
    std::int64_t window_start_ms_ = 0;
    int returns_ = 0;
};

}  // namespace balie::shell

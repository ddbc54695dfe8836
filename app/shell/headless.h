#pragma once
// A window that is none: fixed size, no GL, events come only from who pushes them.
//
// Invariant: never blocks; a wait is only counted.
// Thread: UI only, wake() apart: any. Ownership: see Platform.

#include "app/shell/platform.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace balie::shell {

class HeadlessPlatform final : public Platform {
  public:
    explicit HeadlessPlatform(ui::Vec2 size = {1280, 800}, float scale = 1.0F)
        : size_(size), scale_(scale) {}

    void attach(InputQueue& /*input*/) override {}
    void detach() override {}
    void wait_events_ms(std::int64_t timeout_ms) override { last_wait_ms_ = timeout_ms; }
    void wake() override { ++wakes_; }
    void pause_ms(int /*ms*/) override { ++pauses_; }
    [[nodiscard]] ui::Vec2 size() const override { return size_; }
    [[nodiscard]] float monitor_scale() const override { return scale_; }
    [[nodiscard]] bool iconified() const override { return iconified_; }
    [[nodiscard]] bool should_close() const override { return close_; }
    void cancel_close() override { close_ = false; }
    void set_title(std::string_view title) override { title_ = title; }
    void set_cursor(Cursor cursor) override { cursor_ = cursor; }
    void upload_fonts() override { ++uploads_; }
    void render(ui::Color /*background*/) override { ++renders_; }

    // What a user would do to the window.
    void resize(ui::Vec2 size) { size_ = size; }
    void set_scale(float scale) { scale_ = scale; }
    void set_iconified(bool iconified) { iconified_ = iconified; }
    void request_close() { close_ = true; }

    [[nodiscard]] std::int64_t last_wait_ms() const { return last_wait_ms_; }
    [[nodiscard]] int wakes() const { return wakes_; }
    [[nodiscard]] int pauses() const { return pauses_; }
    [[nodiscard]] int uploads() const { return uploads_; }
    [[nodiscard]] int renders() const { return renders_; }
    [[nodiscard]] Cursor cursor() const { return cursor_; }
    [[nodiscard]] const std::string& title() const { return title_; }

  private:
    ui::Vec2 size_;
    float scale_;
    bool iconified_ = false;
    bool close_ = false;
    std::int64_t last_wait_ms_ = 0;
    std::atomic<int> wakes_ = 0;
    int pauses_ = 0;
    int uploads_ = 0;
    int renders_ = 0;
    Cursor cursor_ = Cursor::Arrow;
    std::string title_;
};

}  // namespace balie::shell

#include "tests/support/gui_driver.h"

#include "app/platform/data_dir.h"
#include "tests/support/imgui_hooks.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace balie::test {
namespace {

constexpr int kFramesMax = 400;
constexpr std::int64_t kFrameMs = 16;
// Deadlines this near belong to what was just done (a held-back letter).
constexpr std::int64_t kSoonMs = 120;

shell::FrameSteps only_draw(std::function<void(ui::Ui&)> draw) {
    shell::FrameSteps steps;
    steps.draw = std::move(draw);
    return steps;
}

std::vector<char32_t> code_points(std::string_view utf8) {
    std::vector<char32_t> out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k) {
            code = (code << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        }
        out.push_back(code);
        i += length;
    }
    return out;
}

ui::Key key_of(char32_t code) {
    using ui::Key;
    const auto from = [](Key first, char32_t by) {
        return static_cast<Key>(static_cast<int>(first) + static_cast<int>(by));
    };
    if (code >= U'a' && code <= U'z') {
        return from(Key::A, code - U'a');
    }
    if (code >= U'A' && code <= U'Z') {
        return from(Key::A, code - U'A');
    }
    if (code >= U'0' && code <= U'9') {
        return from(Key::Digit0, code - U'0');
    }
    switch (code) {
        case U' ':
            return Key::Space;
        case U'/':
            return Key::Slash;
        case U',':
            return Key::Comma;
        case U'.':
            return Key::Period;
        case U'-':
            return Key::Minus;
        default:
            return Key::None;
    }
}

char character_of(const ui::Chord& chord) {
    const std::string name = ui::chord_text({chord.key});
    if (name.size() != 1) {
        return chord.key == ui::Key::Space ? ' ' : '\0';
    }
    const char c = name[0];
    return !chord.shift && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

GuiDriver::GuiDriver(std::function<void(ui::Ui&)> draw, const GuiOptions& options)
    : GuiDriver(only_draw(std::move(draw)), options) {}

GuiDriver::GuiDriver(shell::FrameSteps steps, const GuiOptions& options)
    : platform_(options.size, options.scale),
      loop_(std::make_unique<shell::FrameLoop>(platform_, clock_, std::move(steps))) {
    look(options);
    watch_imgui_items();
    ui().transcript().set_recording(true);
    settle();
}

GuiDriver::~GuiDriver() = default;

void GuiDriver::look(const GuiOptions& options) {
    Result<std::string> data = platform::data_dir();
    if (!data.ok()) {
        throw std::runtime_error(data.error().text());
    }
    const Result<void> fonts = ui().fonts().load(ui::font_files_in(*data + "/fonts"));
    Result<ui::Theme> theme = ui::load_theme(*data + "/themes/" + options.theme + ".json");
    if (!fonts.ok() || !theme.ok()) {
        throw std::runtime_error(fonts.ok() ? theme.error().text() : fonts.error().text());
    }
    ui().set_theme(*std::move(theme));
}

bool GuiDriver::step() {
    const std::uint64_t before = loop_->frames_drawn();
    if (!loop_->poll()) {
        return false;
    }
    if (loop_->frames_drawn() != before) {
        check_frame();
    }
    clock_.advance(kFrameMs);
    return true;
}

void GuiDriver::check_frame() {
    const ui::Transcript& drawn = ui().transcript();
    const auto note = [this](const std::string& problem) {
        if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) {
            problems_.push_back(problem);
        }
    };
    for (const ImGuiItemSeen& item : take_imgui_items()) {
        if (!drawn.knows_item(item.item) && loop_->failures() == 0) {
            note("no entry for item \"" + item.label + "\" in window " + item.window);
        }
    }
    for (const std::string& id : drawn.duplicate_ids()) {
        note("two widgets have the id " + id);
    }
}

void GuiDriver::settle() {
    for (int i = 0; i < kFramesMax; ++i) {
        if (!step()) {
            return;
        }
        const std::int64_t wait = loop_->wait_ms();
        if (wait < 0 || wait > kSoonMs) {
            return;
        }
    }
    throw std::runtime_error("the window does not come to rest:\n" + transcript());
}

void GuiDriver::advance_ms(std::int64_t ms) {
    const std::int64_t end = clock_.steady_ms() + ms;
    while (clock_.steady_ms() < end) {
        if (!step()) {
            return;
        }
        const std::int64_t left = end - clock_.steady_ms();
        const std::int64_t wait = loop_->wait_ms();
        if (left > 0 && wait != 0) {
            clock_.advance(wait < 0 ? left : std::min(wait, left));
        }
    }
}

bool GuiDriver::until(std::string_view text, std::int64_t timeout_ms) {
    const std::int64_t end = clock_.steady_ms() + timeout_ms;
    while (!sees(text)) {
        if (clock_.steady_ms() >= end) {
            return false;
        }
        advance_ms(50);
    }
    return true;
}

const ui::Entry& GuiDriver::entry(std::string_view id) const {
    const ui::Entry* const found = loop_->ui().transcript().find(id);
    if (found == nullptr) {
        throw std::runtime_error("there is no " + std::string(id) + " on screen:\n" + transcript());
    }
    return *found;
}

void GuiDriver::bring_into_view(std::string_view id) {
    for (int i = 0; i < 60; ++i) {
        const ui::Entry& wanted = entry(id);
        const ui::Vec2 middle = wanted.rect.centre();
        if (wanted.clip.contains(middle)) {
            return;
        }
        // What lies wholly outside has nothing left to be seen through: the page it is on scrolls.
        const bool gone = wanted.clip.max.y <= wanted.clip.min.y;
        const ui::Vec2 window = platform_.size();
        const float edge = gone ? window.y / 2 : wanted.clip.max.y;
        loop_->input().mouse_move(gone ? ui::Vec2{window.x / 2, edge} : wanted.clip.centre());
        loop_->input().wheel({0, middle.y > edge ? -1.0F : 1.0F});
        settle();
    }
    throw std::runtime_error(std::string(id) + " cannot be scrolled into view");
}

ui::Vec2 GuiDriver::place_of(std::string_view id) {
    bring_into_view(id);
    return entry(id).rect.centre();
}

void GuiDriver::hover(std::string_view id) {
    loop_->input().mouse_move(place_of(id));
    settle();
}

void GuiDriver::click(std::string_view id) {
    hover(id);
    ++keys_;
    loop_->input().mouse_button(shell::MouseButton::Left, true);
    loop_->input().mouse_button(shell::MouseButton::Left, false);
    settle();
    // A later click is not the second half of this one.
    clock_.advance(1000);
}

void GuiDriver::double_click(std::string_view id) {
    hover(id);
    for (const bool down : {true, false, true, false}) {
        loop_->input().mouse_button(shell::MouseButton::Left, down);
    }
    settle();
    clock_.advance(1000);
}

void GuiDriver::push_character(char32_t code_point) {
    ++keys_;
    const ui::Key key = key_of(code_point);
    const bool shift = code_point >= U'A' && code_point <= U'Z';
    shell::InputQueue& input = loop_->input();
    if (shift) {
        input.key(ui::Key::LeftShift, true);
    }
    if (key != ui::Key::None) {
        input.key(key, true);
    }
    input.text(code_point);
    if (key != ui::Key::None) {
        input.key(key, false);
    }
    if (shift) {
        input.key(ui::Key::LeftShift, false);
    }
}

void GuiDriver::type(std::string_view utf8) {
    for (const char32_t code : code_points(utf8)) {
        push_character(code);
        settle();
    }
}

void GuiDriver::burst(std::string_view utf8) {
    for (const char32_t code : code_points(utf8)) {
        push_character(code);
    }
    settle();
}

void GuiDriver::press(std::string_view chord) {
    const std::optional<ui::Chord> parsed = ui::parse_chord(chord);
    if (!parsed) {
        throw std::runtime_error("no such chord: " + std::string(chord));
    }
    ++keys_;
    shell::InputQueue& input = loop_->input();
    const auto modifiers = [&](bool down) {
        if (parsed->ctrl) {
            input.key(ui::Key::LeftCtrl, down);
        }
        if (parsed->alt) {
            input.key(ui::Key::LeftAlt, down);
        }
        if (parsed->shift) {
            input.key(ui::Key::LeftShift, down);
        }
    };
    modifiers(true);
    input.key(parsed->key, true);
    if (const char c = character_of(*parsed); c != '\0' && !parsed->ctrl && !parsed->alt) {
        input.text(static_cast<char32_t>(c));
    }
    input.key(parsed->key, false);
    modifiers(false);
    settle();
}

void GuiDriver::press(std::string_view chord, int times) {
    for (int i = 0; i < times; ++i) {
        press(chord);
    }
}

bool GuiDriver::sees(std::string_view text) const {
    return loop_->ui().transcript().sees(text);
}
bool GuiDriver::has(std::string_view id) const {
    return loop_->ui().transcript().find(id) != nullptr;
}
std::string GuiDriver::value(std::string_view id) const {
    return entry(id).value;
}
std::string GuiDriver::label(std::string_view id) const {
    return entry(id).label;
}
std::string GuiDriver::error(std::string_view id) const {
    return entry(id).error;
}
bool GuiDriver::enabled(std::string_view id) const {
    return entry(id).enabled;
}
bool GuiDriver::selected(std::string_view id) const {
    return entry(id).selected;
}
std::string GuiDriver::focused() const {
    return loop_->ui().focused();
}
std::string GuiDriver::transcript() const {
    return loop_->ui().transcript().print();
}

}  // namespace balie::test

#include "app/ui/ui.h"

#include "app/ui/widget_core.h"

#include <algorithm>

namespace balie::ui {

namespace {
// A widget that was asked for but is not drawn within so many frames is not coming.
constexpr int kFocusRequestFrames = 5;
}  // namespace

Ui::Ui() : state_(std::make_unique<WidgetState>()) {}
Ui::~Ui() = default;

void Ui::set_theme(Theme theme) {
    theme_ = std::move(theme);
}

std::string_view Ui::look_up(int key) const {
    return lookup_ ? lookup_(key) : std::string_view{};
}

std::string Ui::fill(std::string_view pattern, std::initializer_list<TextArg> args) {
    std::string out;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        const std::size_t close = pattern.find('}', open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) {
            break;
        }
        const std::string_view name = pattern.substr(open + 1, close - open - 1);
        const auto* const arg =
            std::find_if(args.begin(), args.end(),
                         [name](const TextArg& candidate) { return candidate.name == name; });
        out += pattern.substr(0, open);
        out += arg == args.end() ? pattern.substr(open, close - open + 1) : arg->value;
        pattern.remove_prefix(close + 1);
    }
    return out += pattern;
}

void Ui::focus(std::string_view id) {
    state_->focus_request = hash_id(id);
    state_->focus_request_frames = 0;
    need_frame_in_ms(0);
}

bool Ui::pressed(const Chord& chord) const {
    return std::find(chords_.begin(), chords_.end(), chord) != chords_.end();
}

bool Ui::pressed(std::string_view chord) const {
    const std::optional<Chord> parsed = parse_chord(chord);
    return parsed && pressed(*parsed);
}

void Ui::need_frame_in_ms(std::int64_t delay_ms) {
    if (frame_wish_ms_ < 0 || delay_ms < frame_wish_ms_) {
        frame_wish_ms_ = delay_ms;
    }
}

std::int64_t Ui::take_frame_wish_ms() {
    return std::exchange(frame_wish_ms_, -1);
}

bool Ui::prepare() {
    apply_style(theme_, em());
    if (built_em_ == em()) {
        return false;
    }
    built_em_ = em();
    fonts_.build(*ImGui::GetIO().Fonts, scale_);
    return true;
}

void Ui::begin_frame() {
    transcript_.begin_frame();
    next_focused_.clear();
    state_->wants_letters = false;
    if (state_->select.id != 0 && state_->select.shown) {
        // An open list uses these up itself.
        std::erase_if(chords_, [](const Chord& chord) {
            return chord == Chord{Key::Escape} || chord == Chord{Key::Enter};
        });
    }
    for (DialogMark& dialog : state_->dialogs) {
        dialog.drawn = false;
    }
    if (state_->focus_request != 0 && ++state_->focus_request_frames > kFocusRequestFrames) {
        state_->focus_request = 0;
    }
    // ImGui fades the scrim in over frames that an idle window does not draw.
    ImGui::GetCurrentContext()->DimBgRatio = state_->dialogs.empty() ? 0.0F : 1.0F;
    // Alt alone would open ImGui's menu layer, and Ctrl+Tab its list of windows.
    ImGui::SetKeyOwner(static_cast<ImGuiKey>(ImGuiMod_Alt), hash_id("balie.alt"));
}

void Ui::end_frame() {
    close_dialogs_not_drawn(*this);
    focused_ = next_focused_;
    modal_ = state_->dialogs.empty() ? std::string{} : state_->dialogs.back().id;
    typing_ = ImGui::GetIO().WantTextInput || state_->wants_letters;
    chords_.clear();
    if (state_->focus_request != 0 || state_->frames_to_settle > 0) {
        state_->frames_to_settle -= state_->frames_to_settle > 0 ? 1 : 0;
        need_frame_in_ms(0);
    }
}

void Ui::abandon_frame() {
    transcript_.begin_frame();
    next_focused_.clear();
    chords_.clear();
}

}  // namespace balie::ui

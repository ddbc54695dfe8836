#pragma once
// The handle passed to every draw(): theme, fonts, texts, transcript, intents and keyboard.
//
// Invariant: nothing here knows what is shown; one Ui serves one ImGui context.
// Thread: UI only. Ownership: owns its theme, fonts and transcript; the intent queue and the
// texts are lent by the caller and outlive it.

#include "app/ui/fonts.h"
#include "app/ui/geometry.h"
#include "app/ui/keys.h"
#include "app/ui/scale.h"
#include "app/ui/theme.h"
#include "app/ui/transcript.h"

#include <any>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balie::ui {

struct TextArg {
    std::string_view name;
    std::string_view value;
};

// Key (an enum of the application, as a number) to text in the user's language.
using TextLookup = std::function<std::string_view(int key)>;

// The few words widgets say by themselves; the application sets them on a change of language.
struct ToolkitTexts {
    std::string close = "Close";
    std::string back = "Back";
    std::string dismiss = "Dismiss";
    std::string cancel = "Cancel";
    std::string no_match = "Nothing matches";
    std::string choose = "Choose…";
    std::string palette_keys = "↑↓ choose   Enter run   Esc close";
    std::string frame_failed = "Something went wrong while drawing this screen";
    std::string frame_failed_help =
        "What you saved is safe, and what you were typing is kept. Try again, or go back.";
    std::string try_again = "Try again";
};

struct WidgetState;  // what widgets remember between frames; widget_state.h

class Ui {
  public:
    Ui();
    ~Ui();
    Ui(const Ui&) = delete;
    Ui& operator=(const Ui&) = delete;

    // Look. A change takes effect with the next frame.
    void set_theme(Theme theme);
    [[nodiscard]] const Theme& theme() const { return theme_; }
    [[nodiscard]] Color color(Role role) const { return theme_.color(role); }
    void set_scale(Scale scale) { scale_ = scale; }
    [[nodiscard]] const Scale& scale() const { return scale_; }
    // Pixels of n em.
    [[nodiscard]] float em(float n = 1.0F) const { return scale_.em_px() * n; }
    [[nodiscard]] Fonts& fonts() { return fonts_; }

    // Texts: ui.text(Text::VisitSave), ui.text(Text::PendingCount, {{"count", "3"}}).
    void set_texts(TextLookup lookup) { lookup_ = std::move(lookup); }
    void set_toolkit_texts(ToolkitTexts texts) { own_texts_ = std::move(texts); }
    [[nodiscard]] const ToolkitTexts& own_texts() const { return own_texts_; }
    template <class TextKey>
    [[nodiscard]] std::string_view text(TextKey key) const {
        return look_up(static_cast<int>(key));
    }
    // "{name}" in the text becomes the argument's value.
    template <class TextKey>
    [[nodiscard]] std::string text(TextKey key, std::initializer_list<TextArg> args) const {
        return fill(look_up(static_cast<int>(key)), args);
    }

    // Intents: the application binds its queue once; screens call
    // ui.emit<Intent>(OpenCustomer{id}).
    template <class Intent>
    void bind_intents(std::vector<Intent>& queue) {
        sink_ = [&queue](std::any intent) {
            queue.push_back(std::any_cast<Intent>(std::move(intent)));
        };
    }
    template <class Intent>
    void emit(Intent intent) {
        if (sink_) {
            sink_(std::any(std::move(intent)));
        }
    }

    [[nodiscard]] Transcript& transcript() { return transcript_; }
    [[nodiscard]] const Transcript& transcript() const { return transcript_; }

    // Keyboard focus goes to this widget when it is next drawn (a text field is ready to type in).
    void focus(std::string_view id);
    // Id of the widget that has the keyboard, as of the last frame; empty when none.
    [[nodiscard]] const std::string& focused() const { return focused_; }
    // The user is typing into a field: one-letter shortcuts must rest.
    [[nodiscard]] bool typing() const { return typing_; }

    // Chords pressed since the last frame, as the input door saw them. A dialog on top does not
    // take them away: ask modal_open().
    void set_chords(std::vector<Chord> chords) { chords_ = std::move(chords); }
    [[nodiscard]] std::span<const Chord> chords() const { return chords_; }
    [[nodiscard]] bool pressed(const Chord& chord) const;
    [[nodiscard]] bool pressed(std::string_view chord) const;
    // The id of the topmost dialog of the last frame; empty when there is none.
    [[nodiscard]] const std::string& modal_open() const { return modal_; }

    // Asks for another frame in so many milliseconds (progress, a toast that ends).
    void need_frame_in_ms(std::int64_t delay_ms);
    // Takes the earliest wish, -1 when there was none. For the frame loop.
    [[nodiscard]] std::int64_t take_frame_wish_ms();

    // For the frame loop, before ImGui's NewFrame: style and, when the scale changed, the atlas.
    // True when the font texture has to be uploaded again.
    [[nodiscard]] bool prepare();
    // For the frame loop: between ImGui's NewFrame and Render.
    void begin_frame();
    void end_frame();
    // For the frame loop: an exception left draw(); forget what was half said.
    void abandon_frame();

    // For the widgets.
    [[nodiscard]] WidgetState& state() { return *state_; }
    void note_focus(std::string_view id) { next_focused_ = id; }

  private:
    [[nodiscard]] std::string_view look_up(int key) const;
    [[nodiscard]] static std::string fill(std::string_view pattern,
                                          std::initializer_list<TextArg> args);

    Theme theme_;
    Scale scale_;
    float built_em_ = 0;  // of the fonts in the atlas
    Fonts fonts_;
    Transcript transcript_;
    TextLookup lookup_;
    ToolkitTexts own_texts_;
    std::function<void(std::any)> sink_;
    std::vector<Chord> chords_;
    std::string focused_;
    std::string next_focused_;
    std::string modal_;
    bool typing_ = false;
    std::int64_t frame_wish_ms_ = -1;
    std::unique_ptr<WidgetState> state_;
};

}  // namespace balie::ui

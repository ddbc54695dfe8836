// Themes, keys and soft line breaks: the parts of the look that need no window.
#include "app/platform/data_dir.h"
#include "app/ui/keys.h"
#include "app/ui/soft_wrap.h"
#include "app/ui/theme.h"
#include "tests/support/catch.h"

#include <random>

namespace balie::test {
namespace {

ui::Theme theme_named(const std::string& name) {
    return must(ui::load_theme(must(platform::data_dir()) + "/themes/" + name + ".json"));
}

}  // namespace

TEST_CASE("Every text can be read on every ground, in every theme", "[look]") {
    for (const char* const name : {"light", "dark", "contrast"}) {
        const ui::Theme theme = theme_named(name);
        REQUIRE(theme.name() == name);
        for (const auto& [text, ground] : ui::text_pairs()) {
            INFO(name << ": " << ui::role_name(text) << " on " << ui::role_name(ground));
            CHECK(theme.contrast(text, ground) >= ui::kTextContrastMin);
        }
        for (const ui::Role role : ui::soft_roles()) {
            INFO(name << ": " << ui::role_name(role) << " on its soft ground");
            CHECK(ui::contrast(theme.color(role), theme.soft(role)) >= ui::kTextContrastMin);
            CHECK(ui::contrast(theme.color(ui::Role::Text), theme.soft(role)) >=
                  ui::kTextContrastMin);
        }
        CHECK(theme.contrast(ui::Role::Focus, ui::Role::Surface) >= 3.0F);
        CHECK(theme.contrast(ui::Role::BorderStrong, ui::Role::SurfaceRaised) >= 3.0F);
    }
}

TEST_CASE("The built-in theme is the light one", "[look]") {
    const ui::Theme built_in;
    const ui::Theme light = theme_named("light");
    for (std::size_t i = 0; i < ui::kRoleCount; ++i) {
        const auto role = static_cast<ui::Role>(i);
        INFO(ui::role_name(role));
        REQUIRE(ui::contrast(built_in.color(role), light.color(role)) < 1.001F);
    }
}

TEST_CASE("Contrast is that of WCAG", "[look]") {
    const ui::Color black{0, 0, 0, 1};
    const ui::Color white{1, 1, 1, 1};
    REQUIRE(ui::contrast(black, white) > 20.99F);
    REQUIRE(ui::contrast(white, white) < 1.01F);
}

TEST_CASE("A theme file that is not whole is refused with the reason", "[look]") {
    struct Case {
        const char* json;
        const char* reason;
    };
    for (const Case& each :
         {Case{"", "line 1: expected '{'"}, Case{"{\"surface\": \"#ffffff\"}", "is missing"},
          Case{"{\n\"surface\" \"#fff\"}", "line 2"},
          Case{"{\"surface\": \"#fff\", \"surface\": \"#fff\"}", "twice"},
          Case{"{\"surface\": \"white\"}", "no colour"}, Case{"{} trailing", "follows"}}) {
        const Error error = must_fail(ui::parse_theme(each.json));
        INFO(error.text());
        REQUIRE(error.text().find(each.reason) != std::string::npos);
    }
    REQUIRE_ERROR(ui::load_theme("/nowhere/dark.json"), ErrorCode::NotFound);
}

TEST_CASE("Chords are spelled one way and read back", "[look]") {
    for (const char* const text :
         {"Ctrl+Enter", "Alt+1", "Ctrl+Shift+K", "F5", "Esc", "/", "Ctrl+Alt+Delete", "Ctrl+-"}) {
        const auto chord = ui::parse_chord(text);
        REQUIRE(chord);
        REQUIRE(ui::chord_text(*chord) == text);
    }
    REQUIRE(ui::parse_chord("ctrl+k") == ui::parse_chord("Ctrl+K"));
    REQUIRE_FALSE(ui::parse_chord("Hyper+K"));
    REQUIRE_FALSE(ui::parse_chord("Ctrl+Nonsense"));
}

namespace {

ui::LineFit fit_bytes(std::size_t width) {
    return [width](std::string_view rest) {
        if (rest.size() <= width) {
            return rest.size();
        }
        const std::size_t blank = rest.substr(0, width + 1).rfind(' ');
        return blank == std::string_view::npos || blank == 0 ? width : blank;
    };
}

}  // namespace

TEST_CASE("Soft breaks never become part of the text", "[look]") {
    std::mt19937 random(20261122);
    const std::string pieces[] = {"a", "bé", " ", "\n", "woord", "ſ", "  ", "twenty-year"};
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (auto i = random() % 40; i > 0; --i) {
            text += pieces[random() % std::size(pieces)];
        }
        const std::string wrapped = ui::soft_wrap(text, fit_bytes(8));
        REQUIRE(ui::soft_unwrap(wrapped) == text);
    }
}

TEST_CASE("Deleting at a soft break deletes the character beside it", "[look]") {
    const std::string wrapped = "one two \r\nthree";
    const ui::SoftEdit removed = ui::soft_edit(wrapped, "one two \nthree", 8);
    REQUIRE(removed.text == "one two hree");
    REQUIRE(removed.cursor == 8);
    const ui::SoftEdit back = ui::soft_edit(wrapped, "one two \rthree", 9);
    REQUIRE(back.text == "one twothree");
    REQUIRE(back.cursor == 7);
    const ui::SoftEdit typed = ui::soft_edit(wrapped, "one two \r\nXthree", 11);
    REQUIRE(typed.text == "one two Xthree");
    REQUIRE(typed.cursor == 9);
    REQUIRE(ui::soft_place(wrapped, 8) == 10);
    REQUIRE(ui::soft_place(wrapped, 3) == 3);
}

}  // namespace balie::test

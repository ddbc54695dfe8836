#include "app/ui/theme.h"

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace balie::ui {

namespace {

constexpr std::array<std::string_view, kRoleCount> kRoleNames{
    "surface",       "surface_raised", "surface_sunken",
    "border",        "border_strong",  "text",
    "muted",         "accent",         "accent_hover",
    "accent_text",   "sidebar",        "sidebar_text",
    "sidebar_muted", "sidebar_active", "selection",
    "hover",         "focus",          "ok",
    "warn",          "danger",         "info",
    "priority",      "unsent",         "scrim",
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

// "#rrggbb" or "#rrggbbaa".
std::optional<Color> parse_color(std::string_view text) {
    if ((text.size() != 7 && text.size() != 9) || text[0] != '#') {
        return std::nullopt;
    }
    std::array<float, 4> channels{0, 0, 0, 1};
    for (std::size_t i = 0; i * 2 + 2 < text.size(); ++i) {
        const int high = hex_digit(text[i * 2 + 1]);
        const int low = hex_digit(text[i * 2 + 2]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        channels[i] = static_cast<float>(high * 16 + low) / 255.0F;
    }
    return Color{channels[0], channels[1], channels[2], channels[3]};
}

float linear(float channel) {
    return channel <= 0.04045F ? channel / 12.92F : std::pow((channel + 0.055F) / 1.055F, 2.4F);
}

float luminance(Color c) {
    return 0.2126F * linear(c.r) + 0.7152F * linear(c.g) + 0.0722F * linear(c.b);
}

// The flat object of strings that a theme file is. Strict: no nesting, no numbers, no escapes.
class FlatJson {
  public:
    explicit FlatJson(std::string_view text) : text_(text) {}

    // Empty when well formed; else what is wrong, with its line.
    std::string read(std::map<std::string, std::string>& out) {
        if (!take('{')) {
            return problem("expected '{'");
        }
        if (take('}')) {
            return at_end();
        }
        do {
            std::string key;
            std::string value;
            if (!string(key) || !take(':') || !string(value)) {
                return problem("expected \"role\": \"#rrggbb\"");
            }
            if (!out.emplace(key, value).second) {
                return problem("\"" + key + "\" is given twice");
            }
        } while (take(','));
        return take('}') ? at_end() : problem("expected ',' or '}'");
    }

  private:
    std::string at_end() {
        skip_space();
        return at_ == text_.size() ? std::string{} : problem("something follows the last '}'");
    }
    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            line_ += text_[at_] == '\n' ? 1 : 0;
            ++at_;
        }
    }
    bool take(char wanted) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != wanted) {
            return false;
        }
        ++at_;
        return true;
    }
    bool string(std::string& out) {
        if (!take('"')) {
            return false;
        }
        const std::size_t end = text_.find('"', at_);
        if (end == std::string_view::npos) {
            return false;
        }
        out = text_.substr(at_, end - at_);
        at_ = end + 1;
        return out.find('\\') == std::string::npos;
    }
    [[nodiscard]] std::string problem(const std::string& what) const {
        return "line " + std::to_string(line_) + ": " + what;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
};

constexpr std::string_view kBuiltIn = R"({
"name": "light",
"surface": "#f4f6f7", "surface_raised": "#ffffff", "surface_sunken": "#eaeef0",
"border": "#d9dfe2", "border_strong": "#86939a", "text": "#17242b", "muted": "#52626b",
"accent": "#0b6472", "accent_hover": "#084f5b", "accent_text": "#ffffff",
"sidebar": "#10303a", "sidebar_text": "#eef4f5", "sidebar_muted": "#a9c0c6",
"sidebar_active": "#1d4a57", "selection": "#d8eaed", "hover": "#e9f0f2", "focus": "#1685d3",
"ok": "#1b6e3c", "warn": "#855300", "danger": "#b3261e", "info": "#1c5c99",
"priority": "#7d3a8c", "unsent": "#4a4fb3", "scrim": "#0b1c2299"
})";

}  // namespace

struct ThemeReader {
    static Result<Theme> read(std::string_view json, Theme theme) {
        std::map<std::string, std::string> values;
        if (std::string problem = FlatJson(json).read(values); !problem.empty()) {
            return wrong(problem, "compare it with assets/themes/light.json");
        }
        theme.name_ = values["name"];
        values.erase("name");
        for (std::size_t i = 0; i < kRoleCount; ++i) {
            const std::string role(kRoleNames[i]);
            const auto found = values.find(role);
            if (found == values.end()) {
                return wrong("the role \"" + role + "\" is missing", "add its colour");
            }
            const std::optional<Color> color = parse_color(found->second);
            if (!color) {
                return wrong("\"" + role + "\": \"" + found->second + "\" is no colour",
                             "write #rrggbb or #rrggbbaa");
            }
            theme.colors_[i] = *color;
            values.erase(found);
        }
        if (!values.empty()) {
            return wrong("\"" + values.begin()->first + "\" is no role of a theme", "take it out");
        }
        theme.dark_ = luminance(theme.color(Role::Surface)) < 0.2F;
        theme.soft_share_ = theme.dark_ ? 0.13F : 0.10F;
        return theme;
    }
    static void fill_built_in(Theme& theme);
    static Error wrong(std::string what, std::string mend) {
        return {ErrorCode::InvalidInput, std::move(what), {}, std::move(mend)};
    }
};

void ThemeReader::fill_built_in(Theme& theme) {
    // Parsing into a copy: the constructor is what is running.
    std::map<std::string, std::string> values;
    FlatJson(kBuiltIn).read(values);
    for (std::size_t i = 0; i < kRoleCount; ++i) {
        theme.colors_[i] = parse_color(values[std::string(kRoleNames[i])]).value_or(Color{});
    }
    theme.name_ = values["name"];
    theme.soft_share_ = 0.10F;
}

Theme::Theme() {
    ThemeReader::fill_built_in(*this);
}

std::string_view role_name(Role role) {
    return kRoleNames[static_cast<std::size_t>(role)];
}

float contrast(Color a, Color b) {
    const float first = luminance(a);
    const float second = luminance(b);
    return (std::fmax(first, second) + 0.05F) / (std::fmin(first, second) + 0.05F);
}

Color mix(Color over, Color under, float share) {
    const auto blend = [share](float o, float u) { return o * share + u * (1 - share); };
    return {blend(over.r, under.r), blend(over.g, under.g), blend(over.b, under.b), 1.0F};
}

Color Theme::soft(Role role) const {
    return mix(color(role), color(Role::SurfaceRaised), soft_share_);
}

float Theme::contrast(Role a, Role b) const {
    return ui::contrast(color(a), color(b));
}

Result<Theme> parse_theme(std::string_view json) {
    return ThemeReader::read(json, Theme{});
}

Result<Theme> load_theme(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error{ErrorCode::NotFound, "this theme cannot be read", file,
                     "install Balie again, or set BALIE_DATA_DIR to its data"};
    }
    std::ostringstream content;
    content << in.rdbuf();
    Result<Theme> theme = parse_theme(content.str());
    if (!theme.ok()) {
        Error error = theme.error();
        error.where = file;
        return error;
    }
    return theme;
}

std::vector<std::pair<Role, Role>> text_pairs() {
    std::vector<std::pair<Role, Role>> pairs;
    for (const Role text : {Role::Text, Role::Muted, Role::Accent, Role::Ok, Role::Warn,
                            Role::Danger, Role::Info, Role::Priority, Role::Unsent}) {
        for (const Role under : {Role::Surface, Role::SurfaceRaised, Role::SurfaceSunken,
                                 Role::Selection, Role::Hover}) {
            pairs.emplace_back(text, under);
        }
    }
    for (const Role under : {Role::Accent, Role::AccentHover, Role::Danger}) {
        pairs.emplace_back(Role::AccentText, under);
    }
    for (const Role under : {Role::Sidebar, Role::SidebarActive}) {
        pairs.emplace_back(Role::SidebarText, under);
        pairs.emplace_back(Role::SidebarMuted, under);
    }
    return pairs;
}

std::vector<Role> soft_roles() {
    return {Role::Accent, Role::Ok,       Role::Warn,   Role::Danger,
            Role::Info,   Role::Priority, Role::Unsent, Role::Muted};
}

}  // namespace balie::ui

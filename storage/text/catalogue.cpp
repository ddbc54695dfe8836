#include "storage/text/catalogue.h"

#include <unicode/locid.h>
#include <unicode/plurrule.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <utility>

namespace balie::text {
namespace {

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Length of "{name}" at the start, 0 when it is none.
std::size_t placeholder_length(std::string_view text) {
    if (text.empty() || text[0] != '{') return 0;
    std::size_t i = 1;
    while (i < text.size() && is_name_char(text[i])) ++i;
    return i > 1 && i < text.size() && text[i] == '}' ? i + 1 : 0;
}

std::string missing(std::string_view key) {
    return "⟦" + std::string(key) + "⟧";
}

}  // namespace

struct Catalogue::Rules {
    std::unique_ptr<icu::PluralRules> plurals;
};

Catalogue::Catalogue(std::string language, Texts texts, std::unique_ptr<Rules> rules)
    : language_(std::move(language)), texts_(std::move(texts)), rules_(std::move(rules)) {}
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

Catalogue Catalogue::make(std::string language, Texts texts) {
    UErrorCode failed = U_ZERO_ERROR;
    auto rules = std::make_unique<Rules>();
    rules->plurals.reset(
        icu::PluralRules::forLocale(icu::Locale::createFromName(language.c_str()), failed));
    return {std::move(language), std::move(texts), std::move(rules)};
}

std::string Catalogue::text(std::string_view key) const {
    const auto found = texts_.find(key);
    return found == texts_.end() ? missing(key) : found->second;
}

std::string Catalogue::text(std::string_view key, std::span<const Argument> args) const {
    const auto found = texts_.find(key);
    return found == texts_.end() ? missing(key) : fill_placeholders(found->second, args);
}

std::string Catalogue::text(std::string_view key, std::initializer_list<Argument> args) const {
    return text(key, std::span<const Argument>(args.begin(), args.size()));
}

std::string Catalogue::plural(std::string_view key, std::int64_t count,
                              std::span<const Argument> args) const {
    std::string form = "other";
    if (rules_->plurals) {
        rules_->plurals->select(static_cast<double>(count)).toUTF8String(form.erase());
    }
    std::string full = std::string(key) + "." + form;
    if (!has(full)) full = std::string(key) + ".other";
    std::vector<Argument> all(args.begin(), args.end());
    all.push_back({"count", std::to_string(count)});
    return text(full, std::span<const Argument>(all));
}

std::vector<std::string> placeholders(std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "{{") {
            ++i;
            continue;
        }
        const std::size_t length = placeholder_length(text.substr(i));
        if (length == 0) continue;
        std::string name(text.substr(i + 1, length - 2));
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
        i += length - 1;
    }
    return names;
}

std::string fill_placeholders(std::string_view pattern, std::span<const Argument> args) {
    std::string out;
    out.reserve(pattern.size() + 16);
    for (std::size_t i = 0; i < pattern.size();) {
        const std::string_view rest = pattern.substr(i);
        if (rest.substr(0, 2) == "{{" || rest.substr(0, 2) == "}}") {
            out += rest[0];
            i += 2;
            continue;
        }
        const std::size_t length = placeholder_length(rest);
        if (length == 0) {
            out += rest[0];
            ++i;
            continue;
        }
        const std::string_view name = rest.substr(1, length - 2);
        const auto given = std::find_if(args.begin(), args.end(),
                                        [&](const Argument& each) { return each.name == name; });
        if (given != args.end()) {
            out += given->value;
        } else {
            out += rest.substr(0, length);
        }
        i += length;
    }
    return out;
}

}  // namespace balie::text

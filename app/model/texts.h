// The words of the program in one language, by key; plurals, {placeholders}, dates and numbers.
// Invariant: every Text has words in every language (the build refuses otherwise).
// Thread: one at a time for an object. Ownership: owns its formatter; words are constant data.
#pragma once

#include "app/model/text_keys.h"
#include "storage/text/catalogue.h"
#include "storage/text/formats.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace balie::app {

/// The languages of the interface, in the order in which settings offer them; and one for tests of
/// the layout, English with every word 40 % longer, which nobody is offered.
enum class Language : std::uint8_t { En, Nl, Stretched };

[[nodiscard]] std::string_view language_code(Language language);  ///< "en", "nl", "stretched"
[[nodiscard]] std::optional<Language> parse_language(std::string_view code);

class Texts {
  public:
    explicit Texts(Language language);

    [[nodiscard]] Language language() const { return language_; }
    [[nodiscard]] std::string_view code() const { return language_code(language_); }

    /// The words as they stand; of a text that counts, the form for many.
    [[nodiscard]] std::string_view operator()(Text key) const;
    [[nodiscard]] std::string operator()(Text key,
                                         std::initializer_list<text::Argument> args) const;
    /// The form for `count`; {count} is filled in, formatted.
    [[nodiscard]] std::string plural(Text key, std::int64_t count,
                                     std::initializer_list<text::Argument> args = {}) const;
    /// By the spelling of its key; nothing when there is no such text.
    [[nodiscard]] static std::optional<Text> find(std::string_view key);

    [[nodiscard]] const text::Formats& formats() const { return formats_; }
    /// "today", "yesterday", "in 3 days", else the short date.
    [[nodiscard]] std::string day(std::string_view date, std::string_view today) const;
    /// "812 bytes", "48 kB", "3.2 MB": a thousand each.
    [[nodiscard]] std::string bytes(std::int64_t bytes) const;
    /// "just now", "12 min", "3 h", "5 days": how long ago, for the status line.
    [[nodiscard]] std::string age(std::int64_t seconds) const;

  private:
    Language language_;
    text::Formats formats_;
    text::Catalogue catalogue_;  // the same words, for formats that look words up by themselves
};

}  // namespace balie::app

// The texts of the program in one language: keys to words, {placeholders}, plurals.
// Invariant: a key that is not there is seen on the screen ("⟦visit.save⟧"), never an empty spot.
// Thread: any (constant once made). Owns its texts. Reading the JSON file is storage/exchange's.
#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::text {

struct Argument {
    std::string_view name;
    std::string value;
};

class Catalogue {
  public:
    using Texts = std::map<std::string, std::string, std::less<>>;

    /// `language` is "en", "nl" or any that ICU knows; plural forms come as key.one, key.other….
    [[nodiscard]] static Catalogue make(std::string language, Texts texts);
    Catalogue(Catalogue&&) noexcept;
    Catalogue& operator=(Catalogue&&) noexcept;
    ~Catalogue();

    [[nodiscard]] const std::string& language() const { return language_; }
    [[nodiscard]] const Texts& texts() const { return texts_; }
    [[nodiscard]] bool has(std::string_view key) const { return texts_.find(key) != texts_.end(); }

    /// The text as it is, braces included.
    [[nodiscard]] std::string text(std::string_view key) const;
    /// {name} becomes its value; one that is not given stays as it is; {{ and }} are braces.
    [[nodiscard]] std::string text(std::string_view key, std::span<const Argument> args) const;
    [[nodiscard]] std::string text(std::string_view key,
                                   std::initializer_list<Argument> args) const;
    /// key.one or key.other… by the language's rules for `count`; {count} is given by itself.
    [[nodiscard]] std::string plural(std::string_view key, std::int64_t count,
                                     std::span<const Argument> args = {}) const;

  private:
    struct Rules;
    Catalogue(std::string language, Texts texts, std::unique_ptr<Rules> rules);

    std::string language_;
    Texts texts_;
    std::unique_ptr<Rules> rules_;
};

/// Names in braces, in order and each once: what a translation must have too.
[[nodiscard]] std::vector<std::string> placeholders(std::string_view text);
/// Fills {name}s in; see Catalogue::text.
[[nodiscard]] std::string fill_placeholders(std::string_view pattern,
                                            std::span<const Argument> args);

}  // namespace balie::text

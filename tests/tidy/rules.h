// The house rules (what style alone would not hold), each a function from text to what breaks it.
// Invariant: a rule reads nothing but what it is given, so every rule has a test with a bad
// example. Thread: any.
#pragma once

#include "tests/tidy/source_text.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace balie::tidy {

// arrows.cpp: who may include whom, and which folder alone may see which third party.
[[nodiscard]] Violations include_arrows(const File& file);
[[nodiscard]] Violations third_party_owners(const File& file);

// rules.cpp
[[nodiscard]] Violations file_size(const File& file);  ///< .cpp ≤ 500 lines, .h ≤ 250
[[nodiscard]] Violations pragma_once(const File& file);
[[nodiscard]] Violations banned_code(const File& file);
[[nodiscard]] Violations unfinished_words(const File& file);
[[nodiscard]] Violations sleeps_in_tests(const File& file);
[[nodiscard]] Violations skips_without_issue(const File& file);
[[nodiscard]] Violations literals_in_screens(const File& file);
[[nodiscard]] Violations machine_paths(const File& file);
[[nodiscard]] Violations top_level(const std::vector<std::string>& names);
[[nodiscard]] Violations long_readme(const File& file);  ///< a folder's README ≤ 80 lines

/// Hosts named in apt's own sources, in either of its two forms.
[[nodiscard]] std::set<std::string> hosts_in_apt_sources(std::string_view text);
[[nodiscard]] Violations registry_hosts(const File& file, const std::set<std::string>& hosts);

// texts.cpp: assets/i18n
/// Both languages have the same keys, the same placeholders, and nothing empty.
[[nodiscard]] Violations texts_differ(const File& first, const File& second);
/// Keys that no source mentions: as Text::VisitSave, as "visit.save", or by a prefix like "error.".
[[nodiscard]] Violations texts_unused(const File& texts, const std::vector<File>& tree);

}  // namespace balie::tidy

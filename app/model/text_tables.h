// The words of the program in every language, as the build made them from assets/i18n.
// Invariant: one line per Text in each table, in the order of the enum; `one` equals `other` where
// the text does not count anything. Thread: any (constant data).
#pragma once

#include "app/model/text_keys.h"

#include <array>
#include <string_view>

namespace balie::app {

struct TextForms {
    std::string_view one;
    std::string_view other;
};

extern const std::array<std::string_view, kTextCount> kTextKeys;
extern const std::array<TextForms, kTextCount> kTextsEn;
extern const std::array<TextForms, kTextCount> kTextsNl;

}  // namespace balie::app

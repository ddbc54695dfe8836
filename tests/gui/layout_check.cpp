#include "tests/gui/layout_check.h"

#include <algorithm>
#include <cstddef>

namespace balie::test {

namespace {

constexpr float kPixel = 1.5F;

std::string place(const ui::Rect& rect) {
    const auto whole = [](float value) { return std::to_string(static_cast<int>(value)); };
    return " [" + whole(rect.min.x) + "," + whole(rect.min.y) + " to " + whole(rect.max.x) + "," +
           whole(rect.max.y) + "]";
}

std::string said(const ui::Ink& ink) {
    return "\"" + ink.text.substr(0, 60) + "\"" + place(ink.rect);
}

bool sticks_out(const ui::Ink& ink) {
    const bool sideways =
        ink.rect.min.x < ink.clip.min.x - kPixel || ink.rect.max.x > ink.clip.max.x + kPixel;
    const bool upright =
        ink.rect.min.y < ink.clip.min.y - kPixel || ink.rect.max.y > ink.clip.max.y + kPixel;
    return sideways || (upright && !ink.scrolls);
}

/// Lines stand close: what counts is the middle of the letters.
bool covers(const ui::Ink& one, const ui::Ink& other) {
    const float side =
        std::min(one.rect.max.x, other.rect.max.x) - std::max(one.rect.min.x, other.rect.min.x);
    const float high =
        std::min(one.rect.max.y, other.rect.max.y) - std::max(one.rect.min.y, other.rect.min.y);
    const float line =
        std::min(one.rect.max.y - one.rect.min.y, other.rect.max.y - other.rect.min.y);
    return side > kPixel && high > line * 0.3F;
}

}  // namespace

std::vector<std::string> layout_problems(const ui::Transcript& transcript,
                                         const std::vector<std::string_view>& may_be_cut) {
    std::vector<std::string> out;
    const std::vector<ui::Ink>& all = transcript.ink();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const ui::Ink& ink = all[i];
        const bool data = std::any_of(may_be_cut.begin(), may_be_cut.end(), [&](const auto& part) {
            return ink.text.find(part) != std::string::npos;
        });
        if (ink.cut && !data) out.push_back("cut: " + said(ink));
        if (sticks_out(ink)) out.push_back("clipped: " + said(ink) + " in" + place(ink.clip));
        for (std::size_t k = i + 1; k < all.size(); ++k) {
            if (ink.window == all[k].window && covers(ink, all[k])) {
                out.push_back("over each other: " + said(ink) + " and " + said(all[k]));
            }
        }
    }
    return out;
}

}  // namespace balie::test

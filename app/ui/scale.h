#pragma once
// How large one em is: the monitor's scale times the size the user likes.
//
// Invariant: user lies in 1.0..2.0 (100 % to 200 %), monitor in 0.5..4.0.
// Thread: any. Ownership: a value.

#include <algorithm>
#include <cmath>

namespace balie::ui {

struct Scale {
    float monitor = 1.0F;
    float user = 1.0F;

    // Pixels of the body text; every size in the toolkit is a multiple of it. Whole pixels, so
    // that glyphs stay sharp.
    [[nodiscard]] float em_px() const {
        const float factor = std::clamp(monitor, 0.5F, 4.0F) * std::clamp(user, 1.0F, 2.0F);
        return std::round(kBasePx * factor);
    }

    friend bool operator==(const Scale& a, const Scale& b) {
        return a.monitor == b.monitor && a.user == b.user;
    }

    static constexpr float kBasePx = 15.0F;
};

}  // namespace balie::ui

// The command palette: every action that works here and the customers, in one list.
// Invariant: what it runs is what a key or button would. Thread: any (one owner).
// Ownership: values.
#pragma once

#include "app/model/palette_rank.h"
#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct PaletteForm {
    std::string query;
    int marked{0};
};

struct PaletteRowView {
    std::string id;
    std::string label;
    std::string detail;
    std::string shortcut;
    std::string icon;
};

struct PaletteView {
    std::vector<PaletteRowView> rows;
};

struct PaletteState {
    using View = PaletteView;
    using Form = PaletteForm;
    static constexpr ScreenId kId = ScreenId::Palette;

    struct Candidate {
        PaletteRowView row;
        Intent intent;
    };

    PaletteForm form;
    std::vector<ActionView> actions;  ///< what works where one is; filled in when it opens
    Waiting waiting;
    std::vector<repo::SearchHit> hits;
    std::string answered;
    std::vector<Candidate> shown;  ///< what fits the query, best first
};

[[nodiscard]] std::span<const Action> palette_actions();
void start(PaletteState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(PaletteState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(PaletteState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const PaletteState& state);
[[nodiscard]] bool enabled(const PaletteState& state, std::string_view action);
[[nodiscard]] PaletteView view(const PaletteState& state, const ScreenContext& context);

}  // namespace balie::app

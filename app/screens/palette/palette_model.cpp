#include "app/screens/palette/palette_model.h"

#include "storage/text/fold.h"
#include "storage/text/phone.h"

namespace balie::app {

namespace {

constexpr std::size_t kRowsMax = 12;
constexpr int kHitsMax = 6;
constexpr std::size_t kQueryLettersMin = 2;

PaletteState::Candidate customer_row(const RecordId& id, std::string name, std::string detail) {
    return {{"customer." + id.text(), std::move(name), std::move(detail), {}, "Person"},
            GoTo{{ScreenId::Customer, id}}};
}

/// Actions and customers lately seen, ranked; then the customers that the store found.
void rank(PaletteState& state, const ScreenContext& context) {
    std::vector<PaletteState::Candidate> all;
    std::vector<PaletteCandidate> names;
    for (const ActionView& action : state.actions) {
        if (!action.enabled) continue;
        names.push_back({text::fold_for_search(action.label), 0});
        all.push_back({{"action." + action.id, action.label, {}, action.shortcut, action.icon},
                       RunAction{action.id}});
    }
    int recency = static_cast<int>(context.app.recent.size());
    for (const RecentCustomer& recent : context.app.recent) {
        names.push_back({text::fold_for_search(recent.name), recency--});
        all.push_back(
            customer_row(recent.id, recent.name, std::string{context.texts(Text::PaletteRecent)}));
    }
    const std::string query = text::fold_for_search(state.form.query);
    state.shown.clear();
    for (const std::size_t index : palette_rank(query, names, kRowsMax)) {
        state.shown.push_back(std::move(all[index]));
    }
    if (query.size() < kQueryLettersMin) return;
    for (const repo::SearchHit& hit : state.hits) {
        auto row = customer_row(hit.id, hit.display_name,
                                hit.city.empty() ? text::format_phone(hit.phone) : hit.city);
        const bool there = std::any_of(
            state.shown.begin(), state.shown.end(),
            [&row](const PaletteState::Candidate& each) { return each.row.id == row.row.id; });
        if (!there) state.shown.push_back(std::move(row));
    }
}

}  // namespace

std::span<const Action> palette_actions() {
    return {};
}

void start(PaletteState& state, const OpenOverlay& /*with*/, const ScreenContext& context,
           Effects& /*effects*/) {
    rank(state, context);
}

void update(PaletteState& state, const Event& event, const ScreenContext& context,
            Effects& /*effects*/) {
    if (const auto* result = answer_in<repo::SearchResult>(event, state.waiting)) {
        state.hits = result->hits;
        rank(state, context);
    }
}

void update(PaletteState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (std::holds_alternative<FormChanged>(intent)) {
        state.form.marked = 0;
        if (state.form.query.size() >= kQueryLettersMin) {
            state.waiting.ticket = effects.ask(SearchQuery{state.form.query, kHitsMax});
        } else {
            state.hits.clear();
        }
        rank(state, context);
        return;
    }
    const auto* chosen = std::get_if<RowChosen>(&intent);
    if (chosen == nullptr || chosen->row < 0 ||
        chosen->row >= static_cast<int>(state.shown.size())) {
        return;
    }
    const Intent what = state.shown[static_cast<std::size_t>(chosen->row)].intent;
    effects.close_overlay();
    if (const auto* run = std::get_if<RunAction>(&what)) effects.run(run->id);
    if (const auto* go = std::get_if<GoTo>(&what)) effects.go(go->place);
}

bool may_close(const PaletteState& /*state*/) {
    return true;
}

bool enabled(const PaletteState& /*state*/, std::string_view /*action*/) {
    return true;
}

PaletteView view(const PaletteState& state, const ScreenContext& /*context*/) {
    PaletteView out;
    for (const PaletteState::Candidate& each : state.shown) out.rows.push_back(each.row);
    return out;
}

}  // namespace balie::app

#include "app/screens/search/search_model.h"

#include "storage/text/phone.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kSearchActions{
    Action{"search.new", Text::ActionSearchNew, "PersonAdd", "Ctrl+Enter", ScreenId::Search},
};

void ask(SearchState& state, Effects& effects) {
    state.answered = state.form.query;
    state.waiting.ticket = effects.ask(SearchQuery{state.form.query});
}

/// What was typed is the new customer's name, or phone when it looks like one.
void create(const SearchState& state, Effects& effects) {
    OpenOverlay start{ScreenId::CustomerForm};
    if (text::looks_like_phone(state.form.query)) {
        start.fields.emplace("phone", Value{state.form.query});
    } else if (!state.form.query.empty()) {
        start.fields.emplace("name", Value{state.form.query});
    }
    effects.open(std::move(start));
}

}  // namespace

std::span<const Action> search_actions() {
    return kSearchActions;
}

void enter(SearchState& state, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& effects) {
    ask(state, effects);
    effects.focus("search.query");
}

void update(SearchState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* result = answer_in<repo::SearchResult>(event, state.waiting)) {
        state.result = *result;
        state.problem = {};
        const int last = static_cast<int>(state.result.hits.size()) - 1;
        state.form.selected = std::max(std::min(state.form.selected, last), 0);
        if (state.open_first && last >= 0) {
            effects.go({ScreenId::Customer, state.result.hits.front().id});
        }
        state.open_first = false;
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
    } else if (is_stale(event)) {
        ask(state, effects);
    }
}

void update(SearchState& state, const Intent& intent, const ScreenContext& /*context*/,
            Effects& effects) {
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        if (changed->field == "search.query") {
            state.form.selected = 0;
            state.open_first = false;
            ask(state, effects);
        }
        return;
    }
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        const auto row = static_cast<std::size_t>(chosen->row);
        if (!chosen->open) return;
        if (state.waiting.ticket != 0) {
            // The newest answer is under way: what is marked now may not be what is meant.
            state.open_first = true;
        } else if (chosen->row >= 0 && row < state.result.hits.size()) {
            effects.go({ScreenId::Customer, state.result.hits[row].id});
        }
        return;
    }
    if (is_action(intent, "search.new")) create(state, effects);
}

bool enabled(const SearchState& /*state*/, std::string_view /*action*/) {
    return true;
}

SearchView view(const SearchState& state, const ScreenContext& context) {
    SearchView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    for (const repo::SearchHit& hit : state.result.hits) {
        SearchRow row;
        row.key = hit.id.text();
        row.name = hit.display_name;
        row.number = hit.number;
        row.city = hit.city;
        row.phone = hit.phone.empty() ? hit.email : text::format_phone(hit.phone);
        row.level = hit.flag_level;
        row.level_text = hit.flag_level;
        row.klass = hit.priority_class;
        row.last_contact = hit.last_contact_ms ? moment_text(context, *hit.last_contact_ms)
                                               : std::string{texts(Text::NeverContacted)};
        out.rows.push_back(std::move(row));
    }
    const auto count = static_cast<std::int64_t>(out.rows.size());
    if (state.answered.empty()) {
        out.summary = texts(Text::SearchRecent);
    } else if (state.result.more) {
        out.summary = texts.plural(Text::SearchMore, count);
    } else {
        out.summary = texts.plural(Text::SearchFound, count);
    }
    out.nothing = out.known && out.rows.empty();
    out.nothing_text = state.answered.empty()
                           ? std::string{texts(Text::SearchEmptyBook)}
                           : texts(Text::SearchNothing, {{"query", state.answered}});
    out.create = action_view(context, "search.new");
    return out;
}

}  // namespace balie::app

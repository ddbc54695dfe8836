#include "app/screens/search/search_model.h"

#include "storage/text/phone.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array kSearchActions{
    Action{"search.new", Text::ActionSearchNew, "PersonAdd", "Ctrl+Enter", ScreenId::Search},
    Action{"search.ask_office", Text::ActionSearchAskOffice, "Bank", "Ctrl+H", ScreenId::Search},
};

void ask(SearchState& state, Effects& effects) {
    state.answered = state.form.query;
    state.waiting.ticket = effects.ask(SearchQuery{state.form.query});
}

bool may_ask_office(const SearchState& state) {
    const std::string& query = state.form.query;
    const auto letters = std::count_if(query.begin(), query.end(), [](char c) {
        return c != ' ' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return static_cast<std::size_t>(letters) >= kOfficeLettersMin &&
           query.size() <= kOfficeTextBytesMax && state.office_waiting.ticket == 0;
}

void forget_office(SearchState& state) {
    state.office_waiting = {};
    state.office = {};
    state.office_problem = {};
    state.form.office_selected = 0;
}

void ask_office(SearchState& state, Effects& effects) {
    if (!may_ask_office(state)) return;
    forget_office(state);
    state.office_waiting.ticket = effects.ask(HubSearchQuery{state.form.query});
}

/// One's own is opened; whoever is another's is fetched first.
void choose_at_office(const SearchState& state, int row, Effects& effects) {
    if (row < 0 || row >= static_cast<int>(state.office.rows.size())) return;
    const sync::Found::Row& chosen = state.office.rows[static_cast<std::size_t>(row)];
    if (chosen.in_scope) {
        effects.go({ScreenId::Customer, chosen.id});
    } else {
        effects.open({ScreenId::Fetch, chosen.id, chosen.name, {}});
    }
}

OfficeView office_view(const SearchState& state, const ScreenContext& context) {
    OfficeView out;
    const Texts& texts = context.texts;
    out.ask = action_view(context, "search.ask_office", may_ask_office(state));
    const bool asking = state.office_waiting.ticket != 0;
    out.problem = state.office_problem.headline;
    out.problem_detail = state.office_problem.detail;
    out.shown = asking || state.office_waiting.known || !state.office_problem.empty();
    for (const sync::Found::Row& row : state.office.rows) {
        out.rows.push_back({row.id.text(), row.name, row.number, row.city, row.in_scope});
    }
    if (asking) {
        out.state = texts(Text::SearchOfficeAsking);
    } else if (state.office_waiting.known && out.rows.empty()) {
        out.state = texts(Text::SearchOfficeNobody, {{"query", state.form.query}});
    } else if (state.office.more) {
        out.state =
            texts.plural(Text::SearchMore, static_cast<std::int64_t>(state.office.rows.size()));
    }
    return out;
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
    } else if (const auto* found = answer_in<sync::Found>(event, state.office_waiting)) {
        state.office = *found;
        if (!found->rows.empty()) effects.focus("search.office");
    } else if (const Error* refused = failure_in(event, state.office_waiting.ticket)) {
        state.office_problem = describe_refusal(*refused, context.texts);
        state.office_waiting = {};
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
            forget_office(state);
            ask(state, effects);
        }
        return;
    }
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        const auto row = static_cast<std::size_t>(chosen->row);
        if (!chosen->open) return;
        if (chosen->list == "search.office") return choose_at_office(state, chosen->row, effects);
        if (state.waiting.ticket != 0) {
            // The newest answer is under way: what is marked now may not be what is meant.
            state.open_first = true;
        } else if (chosen->row >= 0 && row < state.result.hits.size()) {
            effects.go({ScreenId::Customer, state.result.hits[row].id});
        }
        return;
    }
    if (is_action(intent, "search.new")) create(state, effects);
    if (is_action(intent, "search.ask_office")) ask_office(state, effects);
}

bool enabled(const SearchState& state, std::string_view action) {
    return action != "search.ask_office" || may_ask_office(state);
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
    out.office = office_view(state, context);
    return out;
}

}  // namespace balie::app

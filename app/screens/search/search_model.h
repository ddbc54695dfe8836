// Search: customers as one types; Enter opens the marked one, Ctrl+Enter makes a new one, Ctrl+H
// asks head office for customers of others, who come below as a group of their own.
// Invariant: hits shown belong to the newest answer; an older answer never replaces a newer one;
// what head office answered belongs to what is typed, and goes with the next letter.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct SearchForm {
    std::string query;
    int selected{0};
    int office_selected{0};
};

struct SearchRow {
    std::string key;
    std::string name;
    std::string number;
    std::string city;
    std::string phone;
    std::string level;  ///< of the flag; empty: none
    std::string level_text;
    std::string klass;
    std::string last_contact;
};

/// A customer at head office.
struct OfficeRow {
    std::string key;
    std::string name;
    std::string number;
    std::string city;
    bool here{false};  ///< one's own: nothing has to be fetched
};
struct OfficeView {
    bool shown{false};
    std::string state;  ///< "being asked", "nobody", "the first 20"; empty: there is a list
    std::string problem;
    std::string problem_detail;
    std::vector<OfficeRow> rows;
    ActionView ask;
};

struct SearchView {
    std::vector<SearchRow> rows;
    std::string summary;  ///< "12 customers", "the first 30", "lately contacted"
    bool known{false};
    bool nothing{false};  ///< something was asked for and nobody fits
    std::string nothing_text;
    std::string problem;
    std::string problem_detail;
    ActionView create;
    OfficeView office;
};

struct SearchState {
    using View = SearchView;
    using Form = SearchForm;
    static constexpr ScreenId kId = ScreenId::Search;

    SearchForm form;
    Waiting waiting;
    std::string answered;  ///< the query that `result` answers
    repo::SearchResult result;
    bool open_first{false};  ///< Enter came before the answer: its first hit is opened
    Problem problem;
    Waiting office_waiting;
    sync::Found office;
    Problem office_problem;
};

[[nodiscard]] std::span<const Action> search_actions();
void enter(SearchState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(SearchState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(SearchState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const SearchState& state, std::string_view action);
[[nodiscard]] SearchView view(const SearchState& state, const ScreenContext& context);

}  // namespace balie::app

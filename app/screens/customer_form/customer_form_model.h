// A new customer, or the facts of one that is there. While a name or phone is typed, customers that
// look the same are shown, so that nobody is entered twice.
// Invariant: nothing typed is lost on an error: it stays in the form with the reason beside it.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct CustomerEditForm {
    std::string kind{"person"};
    std::string given_name;
    std::string name_prefix;
    std::string name;
    std::string number;
    std::string phone;
    std::string email;
    std::string street;
    std::string house_number;
    std::string postal_code;
    std::string city;
    std::string birthday;
    std::string company_register_no;
    std::string customer_group;
    std::string preferred_channel;
    std::string preferred_time;
    std::string language;
    std::string note;
    bool do_not_call{false};

    bool operator==(const CustomerEditForm&) const = default;
};

struct DuplicateRow {
    std::string id;
    std::string text;
};

struct CustomerFormView {
    bool known{false};  ///< an existing customer was read, or there is none to read
    bool is_new{true};
    bool organisation{false};
    std::string title;
    std::vector<ChoiceView> kinds;
    std::vector<ChoiceView> groups;
    std::vector<ChoiceView> channels;
    std::vector<ChoiceView> languages;
    std::vector<DuplicateRow> duplicates;
    std::string birthday_understood;
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    bool asks_to_leave{false};
    std::size_t note_max{0};
    ActionView save;
    ActionView cancel;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct CustomerFormState {
    using View = CustomerFormView;
    using Form = CustomerEditForm;
    static constexpr ScreenId kId = ScreenId::CustomerForm;

    CustomerEditForm form;
    CustomerEditForm before;  ///< as it was read
    RecordId id;              ///< nil: a new one
    Waiting waiting;
    Waiting matches;
    CustomerData data;
    std::vector<repo::SearchHit> duplicates;
    Ticket saving{};
    bool asks_to_leave{false};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;

    std::int64_t draft_due_ms{0};  ///< wall clock; 0: nothing to keep
    FieldValues restoring;         ///< a draft that waits for the customer to be read

    [[nodiscard]] bool dirty() const { return !(form == before); }
};

inline constexpr std::string_view kCustomerFormDraft = "customer_form";

[[nodiscard]] std::span<const Action> customer_form_actions();
void enter(CustomerFormState& state, const Place& place, const ScreenContext& context,
           Effects& effects);
/// What is typed, to be kept until it is saved, and the opening that brings it back.
[[nodiscard]] Draft draft_of(const CustomerFormState& state);
[[nodiscard]] OpenOverlay form_from_draft(const Draft& draft);
/// Time passed: keeps the draft when it is due.
void tick(CustomerFormState& state, const ScreenContext& context, Effects& effects);
/// What a new customer starts with: "name", "phone"; or all of a draft.
void start_with(CustomerFormState& state, const FieldValues& fields);
void update(CustomerFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(CustomerFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const CustomerFormState& state, std::string_view action);
[[nodiscard]] CustomerFormView view(const CustomerFormState& state, const ScreenContext& context);

}  // namespace balie::app

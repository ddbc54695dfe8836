#include "app/screens/customer_form/customer_form_model.h"

#include "app/model/when.h"
#include "app/screens/customer_form/customer_form_save.h"
#include "storage/base/date.h"
#include "storage/domain/schema.h"
#include "storage/text/phone.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kCustomerFormActions{
    Action{"customer_form.save", Text::ActionSave, "Save", "Ctrl+Enter", ScreenId::CustomerForm},
    Action{"customer_form.save_too", Text::ActionSave, "Save", "Ctrl+S", ScreenId::CustomerForm,
           Listed::Hidden},
    Action{"customer_form.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::CustomerForm},
};

constexpr std::size_t kMatchLettersMin = 3;
constexpr int kMatchesMax = 4;

void look_for_matches(CustomerFormState& state, const std::string& field, Effects& effects) {
    if (!state.id.is_nil()) return;
    std::string query;
    if (field == "customer_form.name") query = state.form.name;
    if (field == "customer_form.phone") query = state.form.phone;
    if (field == "customer_form.email") query = state.form.email;
    if (query.size() < kMatchLettersMin) {
        if (!query.empty()) state.duplicates.clear();
        return;
    }
    state.matches.ticket = effects.ask(SearchQuery{query, kMatchesMax});
}

/// As the domain writes it; empty when it is none.
std::string birthday_of(const std::string& typed) {
    return parse_yearly(typed).value_or("");
}

void check(CustomerFormState& state, const ScreenContext& context) {
    state.errors.clear();
    const Texts& texts = context.texts;
    if (state.form.name.empty()) {
        state.errors["customer_form.name"] = texts(Text::ErrorNameMissing);
    } else if (state.form.name.size() > static_cast<std::size_t>(domain::kNameBytesMax)) {
        state.errors["customer_form.name"] = texts(Text::ErrorTooLong);
    }
    if (!state.form.birthday.empty() && birthday_of(state.form.birthday).empty()) {
        state.errors["customer_form.birthday"] = texts(Text::ErrorBirthday);
    }
    if (!state.form.email.empty() && state.form.email.find('@') == std::string::npos) {
        state.errors["customer_form.email"] = texts(Text::ErrorEmail);
    }
    if (!state.form.phone.empty() && !text::looks_like_phone(state.form.phone)) {
        state.errors["customer_form.phone"] = texts(Text::ErrorPhone);
    }
    if (state.form.note.size() > static_cast<std::size_t>(domain::kTextBytesMax)) {
        state.errors["customer_form.note"] = texts(Text::ErrorTooLong);
    }
}

std::string shown_name(const CustomerEditForm& form) {
    return repo::display_name(form.given_name, form.name_prefix, form.name);
}

void save_new(CustomerFormState& state, const CustomerEditForm& form, const ScreenContext& context,
              Effects& effects) {
    const std::string name = shown_name(form);
    Completion completion;
    completion.done = context.texts(Text::ToastCustomerAdded, {{"name", name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<repo::SavedCustomer>(&saved);
        if (made == nullptr) return std::nullopt;
        return DeleteCustomer{made->customer};
    };
    completion.undo_text = name;
    completion.form_shows_error = true;
    state.saving = effects.send(AddCustomer{new_customer(form)}, std::move(completion));
}

void save_edit(CustomerFormState& state, const CustomerEditForm& form, const ScreenContext& context,
               Effects& effects) {
    const std::string name = shown_name(form);
    const RecordId id = state.id;
    const repo::CustomerChanges back = changes_between(form, state.before, state.data);
    Completion completion;
    completion.done = context.texts(Text::ToastCustomerSaved, {{"name", name}});
    completion.undo = [id, back](const Saved& saved) -> std::optional<Command> {
        repo::CustomerChanges inverse = back;
        // What was added has an id only now; what was removed comes back as a new one.
        if (const auto* made = std::get_if<repo::SavedCustomer>(&saved)) {
            inverse.removed = made->contact_points;
        }
        return EditCustomer{id, std::move(inverse)};
    };
    completion.undo_text = name;
    completion.form_shows_error = true;
    state.saving = effects.send(EditCustomer{id, changes_between(state.before, form, state.data)},
                                std::move(completion));
}

void save(CustomerFormState& state, const ScreenContext& context, Effects& effects) {
    check(state, context);
    state.problem = {};
    if (!state.errors.empty()) {
        effects.focus(state.errors.begin()->first);
        return;
    }
    CustomerEditForm form = state.form;
    form.birthday = birthday_of(form.birthday);
    if (state.id.is_nil()) {
        save_new(state, form, context, effects);
    } else {
        save_edit(state, form, context, effects);
    }
}

void forget_draft(CustomerFormState& state, Effects& effects) {
    state.draft_due_ms = 0;
    effects.send(DropDraft{std::string{kCustomerFormDraft}});
}

void saved(CustomerFormState& state, const Saved& answer, Effects& effects) {
    state.saving = 0;
    forget_draft(state, effects);
    state.before = state.form;
    if (!state.id.is_nil()) {
        effects.back();
    } else if (const auto* made = std::get_if<repo::SavedCustomer>(&answer)) {
        effects.replace({ScreenId::Customer, made->customer});
    }
}

}  // namespace

std::span<const Action> customer_form_actions() {
    return kCustomerFormActions;
}

std::string_view CustomerFormView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

void enter(CustomerFormState& state, const Place& place, const ScreenContext& /*context*/,
           Effects& effects) {
    state.id = place.subject;
    if (state.id.is_nil()) {
        state.waiting.known = true;
    } else if (!state.waiting.known) {
        state.waiting.ticket = effects.ask(CustomerQuery{state.id});
    }
    effects.focus("customer_form.given_name");
}

void tick(CustomerFormState& state, const ScreenContext& context, Effects& effects) {
    if (state.draft_due_ms == 0 || context.now_ms < state.draft_due_ms) return;
    state.draft_due_ms = 0;
    if (state.dirty()) {
        effects.send(KeepDraft{draft_of(state)});
    } else {
        effects.send(DropDraft{std::string{kCustomerFormDraft}});
    }
}

void start_with(CustomerFormState& state, const FieldValues& fields) {
    if (fields.count("draft") > 0) {
        state.restoring = fields;
        if (state.waiting.known) restore(state);
        return;
    }
    state.before = state.form;
    if (const auto name = fields.find("name"); name != fields.end()) {
        const std::string typed = value_text(name->second);
        const std::size_t blank = typed.find(' ');
        state.form.given_name = blank == std::string::npos ? "" : typed.substr(0, blank);
        state.form.name = blank == std::string::npos ? typed : typed.substr(blank + 1);
    }
    if (const auto phone = fields.find("phone"); phone != fields.end()) {
        state.form.phone = value_text(phone->second);
    }
}

void update(CustomerFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<CustomerData>(event, state.waiting)) {
        state.data = *data;
        state.form = form_of(*data);
        state.before = state.form;
        restore(state);
    } else if (const auto* hits = answer_in<repo::SearchResult>(event, state.matches)) {
        state.duplicates = hits->hits;
    } else if (const Saved* answer = saved_in(event, state.saving)) {
        saved(state, *answer, effects);
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
    } else if (const Error* unread = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*unread, context.texts);
    }
}

void update(CustomerFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        if (!state.errors.empty()) check(state, context);
        if (state.draft_due_ms == 0) state.draft_due_ms = context.now_ms + kDraftDelayMs;
        look_for_matches(state, changed->field, effects);
        return;
    }
    if (const auto* run = std::get_if<RunAction>(&intent)) {
        if (run->id == "customer_form.save" || run->id == "customer_form.save_too") {
            if (state.saving == 0) save(state, context, effects);
        } else if (run->id == "customer_form.cancel" && state.saving == 0) {
            state.asks_to_leave = state.dirty();
            if (!state.dirty()) effects.back();
        } else if (run->id == "customer_form.leave") {
            state.asks_to_leave = false;
            state.form = state.before;
            forget_draft(state, effects);
            effects.back();
        } else if (run->id == "customer_form.stay") {
            state.asks_to_leave = false;
        }
    }
}

bool enabled(const CustomerFormState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

CustomerFormView view(const CustomerFormState& state, const ScreenContext& context) {
    CustomerFormView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.is_new = state.id.is_nil();
    out.organisation = state.form.kind == "organisation";
    out.title = out.is_new ? std::string{texts(Text::CustomerFormNew)}
                           : texts(Text::CustomerFormEdit, {{"name", shown_name(state.before)}});
    out.kinds = {{"person", std::string{texts(Text::KindPerson)}, "Person"},
                 {"organisation", std::string{texts(Text::KindOrganisation)}, "Organisation"}};
    for (const std::string_view group : {"active", "inactive", "prospect", "suspect", "other"}) {
        const auto key = Texts::find("group." + std::string{group});
        out.groups.push_back({std::string{group}, std::string{texts(key.value_or(Text::Yes))}, {}});
    }
    out.channels = code_choices(context, "channel");
    out.languages = {{"nl", std::string{texts(Text::LanguageNl)}, {}},
                     {"en", std::string{texts(Text::LanguageEn)}, {}}};
    for (const repo::SearchHit& hit : state.duplicates) {
        std::string words = hit.display_name;
        if (!hit.city.empty()) words += " · " + hit.city;
        if (!hit.phone.empty()) words += " · " + text::format_phone(hit.phone);
        out.duplicates.push_back({hit.id.text(), std::move(words)});
    }
    const std::string birthday = birthday_of(state.form.birthday);
    if (!birthday.empty()) out.birthday_understood = texts.formats().date_long(birthday);
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.asks_to_leave = state.asks_to_leave;
    out.note_max = static_cast<std::size_t>(domain::kTextBytesMax);
    out.save = action_view(context, "customer_form.save", !out.busy);
    out.cancel = action_view(context, "customer_form.cancel", !out.busy);
    return out;
}

}  // namespace balie::app

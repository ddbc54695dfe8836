#include "app/screens/fact_form/fact_form_model.h"

#include "app/model/when.h"
#include "storage/domain/schema.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kFactFormActions{
    Action{"fact.save", Text::ActionSave, "Save", "Ctrl+Enter", ScreenId::FactForm, Listed::Keys},
    Action{"fact.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::FactForm, Listed::Keys},
};

constexpr auto kFactMax = static_cast<std::size_t>(domain::kFactBytesMax);

bool is_date_kind(const FactFormState& state, const ScreenContext& context) {
    const repo::Code* code = context.app.code("fact_kind", state.form.kind);
    return code != nullptr && code->kind == "date";
}

void check(FactFormState& state, const ScreenContext& context) {
    const Texts& texts = context.texts;
    state.errors.clear();
    if (state.form.text.empty()) {
        state.errors["fact.text"] = texts(Text::ErrorFactMissing);
    } else if (state.form.text.size() > kFactMax) {
        state.errors["fact.text"] = texts(Text::ErrorTooLong);
    }
    if (state.form.kind.empty()) state.errors["fact.kind"] = texts(Text::ErrorKindMissing);
    if (!state.form.on.empty() && !parse_yearly(state.form.on)) {
        state.errors["fact.on"] = texts(Text::ErrorBirthday);
    } else if (state.form.on.empty() && is_date_kind(state, context)) {
        state.errors["fact.on"] = texts(Text::ErrorDayMissing);
    }
}

repo::FactChanges changes_between(const FactForm& before, const FactForm& after) {
    repo::FactChanges out;
    if (before.kind != after.kind) out.kind = after.kind;
    if (before.text != after.text) out.text = after.text;
    if (before.on != after.on) out.on = after.on;
    return out;
}

void save_edit(FactFormState& state, const FactForm& form, const ScreenContext& context,
               Effects& effects) {
    if (form == state.before) {
        effects.close_overlay();
        return;
    }
    const RecordId id = *state.edited;
    const repo::FactChanges back = changes_between(form, state.before);
    Completion completion;
    completion.done = context.texts(Text::ToastFactChanged, {{"name", state.customer_name}});
    completion.undo = [id, back](const Saved&) -> std::optional<Command> {
        return EditFact{id, back};
    };
    completion.undo_text = form.text;
    completion.form_shows_error = true;
    state.saving =
        effects.send(EditFact{id, changes_between(state.before, form)}, std::move(completion));
}

void save_new(FactFormState& state, const FactForm& form, const ScreenContext& context,
              Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastFactAdded, {{"name", state.customer_name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<RecordId>(&saved);
        if (made == nullptr) return std::nullopt;
        return RemoveFact{*made};
    };
    completion.undo_text = form.text;
    completion.form_shows_error = true;
    state.saving = effects.send(AddFact{{.customer = state.customer,
                                         .kind = form.kind,
                                         .text = form.text,
                                         .on = form.on,
                                         .source = {}}},
                                std::move(completion));
}

void save(FactFormState& state, const ScreenContext& context, Effects& effects) {
    check(state, context);
    state.problem = {};
    for (const char* field : {"fact.text", "fact.kind", "fact.on"}) {
        if (state.errors.count(field) == 0) continue;
        effects.focus(field);
        return;
    }
    FactForm form = state.form;
    form.on = parse_yearly(form.on).value_or("");
    if (state.edited) {
        save_edit(state, form, context, effects);
    } else {
        save_new(state, form, context, effects);
    }
}

}  // namespace

std::string_view FactFormView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> fact_form_actions() {
    return kFactFormActions;
}

void start(FactFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects) {
    state.customer = with.customer;
    state.customer_name = with.customer_name;
    const auto given = [&with](std::string_view field) {
        const auto found = with.fields.find(field);
        return found == with.fields.end() ? std::string{} : value_text(found->second);
    };
    state.form = {given("kind"), given("text"), given("on")};
    state.before = state.form;
    if (const auto id = RecordId::parse(given("edit")); id.ok()) state.edited = *id;
    const auto kinds = context.app.codes("fact_kind");
    if (state.form.kind.empty() && !kinds.empty()) state.form.kind = kinds.front()->code;
    effects.focus("fact.text");
}

void update(FactFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        effects.focus("fact.text");
    }
}

void update(FactFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (std::holds_alternative<FormChanged>(intent)) {
        if (!state.errors.empty()) check(state, context);
    } else if (is_action(intent, "fact.save")) {
        save(state, context, effects);
    }
}

bool may_close(const FactFormState& state) {
    return state.saving == 0;
}

bool enabled(const FactFormState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

FactFormView view(const FactFormState& state, const ScreenContext& context) {
    FactFormView out;
    const Texts& texts = context.texts;
    out.title = texts(state.edited ? Text::FactTitleEdit : Text::FactTitle,
                      {{"name", state.customer_name}});
    if (const auto day = parse_yearly(state.form.on)) {
        out.on_understood = texts.formats().date_long(*day);
    }
    out.kinds = code_choices(context, "fact_kind");
    out.no_codes = context.app.reference_known && out.kinds.empty();
    out.text_max = kFactMax;
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.save = action_view(context, "fact.save", !out.busy);
    return out;
}

}  // namespace balie::app

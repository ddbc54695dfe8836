#include "app/screens/relation_form/relation_form_model.h"

#include "app/model/when.h"
#include "storage/text/phone.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kRelationFormActions{
    Action{"relation.save", Text::ActionSave, "Save", "Ctrl+Enter", ScreenId::RelationForm,
           Listed::Keys},
    Action{"relation.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::RelationForm,
           Listed::Keys},
};

constexpr int kHitsAsked = 6;

/// When it began lies behind, as a rule; when it ends ahead.
std::optional<std::string> since_of(const RelationForm& form, const ScreenContext& context) {
    return parse_when_back(form.since, context.today);
}

std::optional<std::string> until_of(const RelationForm& form, const ScreenContext& context) {
    return parse_when(form.until, context.today);
}

void look_for_other(RelationFormState& state, Effects& effects) {
    state.waiting.ticket = effects.ask(SearchQuery{state.form.query, kHitsAsked});
}

void choose_other(RelationFormState& state, int row, Effects& effects) {
    if (state.waiting.ticket != 0) {
        state.choose_first = true;
        return;
    }
    if (row < 0 || row >= static_cast<int>(state.hits.size())) return;
    const repo::SearchHit& hit = state.hits[static_cast<std::size_t>(row)];
    state.other = hit.id;
    state.other_name = hit.display_name;
    state.errors.erase("relation.other");
    effects.focus("relation.kind");
}

void check(RelationFormState& state, const ScreenContext& context) {
    const Texts& texts = context.texts;
    state.errors.clear();
    if (!state.edited && !state.other) {
        state.errors["relation.other"] = texts(Text::ErrorOtherMissing);
    }
    if (!state.edited && state.form.kind.empty()) {
        state.errors["relation.kind"] = texts(Text::ErrorKindMissing);
    }
    const auto since = since_of(state.form, context);
    const auto until = until_of(state.form, context);
    if (!state.form.since.empty() && !since) {
        state.errors["relation.since"] = texts(Text::ErrorDateBack);
    }
    if (!state.form.until.empty() && !until) {
        state.errors["relation.until"] = texts(Text::ErrorDate);
    } else if (since && until && *until < *since) {
        state.errors["relation.until"] = texts(Text::ErrorUntilBefore);
    }
}

FieldValues fields_of(const RelationForm& form, const ScreenContext& context) {
    const auto value = [](const std::string& text) { return text.empty() ? Value{} : Value{text}; };
    return {{"since", value(since_of(form, context).value_or(""))},
            {"until", value(until_of(form, context).value_or(""))},
            {"note", value(form.note)}};
}

void save_edit(RelationFormState& state, const ScreenContext& context, Effects& effects) {
    const RecordId id = *state.edited;
    FieldValues fields = fields_of(state.form, context);
    FieldValues back = fields_of(state.before, context);
    for (const char* field : {"since", "until", "note"}) {
        if (fields.at(field) != back.at(field)) continue;
        fields.erase(field);
        back.erase(field);
    }
    if (fields.empty()) {
        effects.close_overlay();
        return;
    }
    Completion completion;
    completion.done = context.texts(Text::ToastRelationChanged, {{"name", state.customer_name}});
    completion.undo = [id, back](const Saved&) -> std::optional<Command> {
        return EditRelation{id, back};
    };
    completion.undo_text = context.texts(Text::UndoRelation, {{"name", state.other_name}});
    completion.form_shows_error = true;
    state.saving = effects.send(EditRelation{id, std::move(fields)}, std::move(completion));
}

void save_new(RelationFormState& state, const ScreenContext& context, Effects& effects) {
    repo::NewRelation relation;
    relation.customer = state.customer;
    relation.other = *state.other;
    relation.kind = state.form.kind;
    relation.since = since_of(state.form, context).value_or("");
    relation.until = until_of(state.form, context).value_or("");
    relation.note = state.form.note;
    Completion completion;
    completion.done = context.texts(Text::ToastRelationAdded, {{"name", state.other_name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<RecordId>(&saved);
        if (made == nullptr) return std::nullopt;
        return RemoveRelation{*made};
    };
    completion.undo_text = context.texts(Text::UndoRelation, {{"name", state.other_name}});
    completion.form_shows_error = true;
    state.saving = effects.send(AddRelation{std::move(relation)}, std::move(completion));
}

void save(RelationFormState& state, const ScreenContext& context, Effects& effects) {
    check(state, context);
    state.problem = {};
    for (const char* field :
         {"relation.other", "relation.kind", "relation.since", "relation.until"}) {
        if (state.errors.count(field) == 0) continue;
        effects.focus(field);
        return;
    }
    if (state.edited) {
        save_edit(state, context, effects);
    } else {
        save_new(state, context, effects);
    }
}

void on_change(RelationFormState& state, const std::string& field, const ScreenContext& context,
               Effects& effects) {
    if (field == "relation.other") {
        state.form.hit = 0;
        state.choose_first = false;
        look_for_other(state, effects);
    }
    if (!state.errors.empty()) check(state, context);
}

}  // namespace

std::string_view RelationFormView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> relation_form_actions() {
    return kRelationFormActions;
}

void start(RelationFormState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    state.customer = with.customer;
    state.customer_name = with.customer_name;
    const auto given = [&with](std::string_view field) {
        const auto found = with.fields.find(field);
        return found == with.fields.end() ? std::string{} : value_text(found->second);
    };
    if (const auto id = RecordId::parse(given("edit")); id.ok()) {
        state.edited = *id;
        state.other_name = given("other_name");
        state.form.since = given("since");
        state.form.until = given("until");
        state.form.note = given("note");
        state.before = state.form;
        effects.focus("relation.until");
        return;
    }
    look_for_other(state, effects);
    effects.focus("relation.other");
}

void update(RelationFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* result = answer_in<repo::SearchResult>(event, state.waiting)) {
        state.hits = result->hits;
        std::erase_if(state.hits, [&state](const auto& hit) { return hit.id == state.customer; });
        state.form.hit = 0;
        if (state.choose_first) choose_other(state, 0, effects);
        state.choose_first = false;
    } else if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        effects.focus(state.edited ? "relation.until" : "relation.kind");
    }
}

void update(RelationFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        on_change(state, changed->field, context, effects);
    } else if (const auto* row = std::get_if<RowChosen>(&intent)) {
        if (row->open) choose_other(state, row->row, effects);
    } else if (is_action(intent, "relation.other_again")) {
        state.other.reset();
        look_for_other(state, effects);
        effects.focus("relation.other");
    } else if (is_action(intent, "relation.save")) {
        save(state, context, effects);
    }
}

bool may_close(const RelationFormState& state) {
    return state.saving == 0;
}

bool enabled(const RelationFormState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

RelationFormView view(const RelationFormState& state, const ScreenContext& context) {
    RelationFormView out;
    const Texts& texts = context.texts;
    out.edits = state.edited.has_value();
    out.title = texts(out.edits ? Text::RelationTitleEdit : Text::RelationTitle,
                      {{"name", state.customer_name}});
    out.has_other = state.other.has_value();
    out.other = state.other_name;
    for (const repo::SearchHit& hit : state.hits) {
        std::string detail = hit.number;
        for (const std::string& part : {hit.city, text::format_phone(hit.phone)}) {
            if (!part.empty()) detail += (detail.empty() ? "" : " · ") + part;
        }
        out.hits.push_back({hit.id.text(), hit.display_name, std::move(detail)});
    }
    out.no_hits = state.waiting.ticket == 0 && state.hits.empty() && !state.form.query.empty();
    out.kinds = code_choices(context, "relation_kind");
    out.kind_label = texts(Text::RelationKind, {{"name", state.customer_name}});
    out.no_codes = context.app.reference_known && out.kinds.empty();
    if (const auto day = since_of(state.form, context)) {
        out.since_understood = texts.formats().date_short(*day);
    }
    if (const auto day = until_of(state.form, context)) {
        out.until_understood = texts.formats().date_short(*day);
    }
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.save = action_view(context, "relation.save", !out.busy);
    return out;
}

}  // namespace balie::app

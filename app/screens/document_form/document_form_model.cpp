#include "app/screens/document_form/document_form_model.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kDocumentFormActions{
    Action{"document.form_save", Text::ActionSave, "Save", "Ctrl+Enter", ScreenId::DocumentForm,
           Listed::Keys},
    Action{"document.form_cancel", Text::ActionCancel, "Close", "Esc", ScreenId::DocumentForm,
           Listed::Keys},
};

constexpr std::string_view kPathField = "document.path";

/// The last part of what was typed.
std::string file_name(std::string path) {
    while (!path.empty() && (path.back() == ' ' || path.back() == '"' || path.back() == '\'')) {
        path.pop_back();
    }
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

void attach_file(DocumentFormState& state, const ScreenContext& context, Effects& effects) {
    const std::string name = file_name(state.form.path);
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentAdded, {{"name", name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* id = std::get_if<RecordId>(&saved);
        if (id == nullptr) return std::nullopt;
        return RemoveDocument{*id};
    };
    completion.undo_text = name;
    completion.form_shows_error = true;
    state.saving =
        effects.send(AttachFile{state.customer, state.form.path, state.form.kind, state.form.note},
                     std::move(completion));
}

void save_copy(DocumentFormState& state, const ScreenContext& context, Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentSaved, {{"path", state.form.path}});
    completion.form_shows_error = true;
    state.saving = effects.send(SaveCopy{state.document, state.form.path}, std::move(completion));
}

}  // namespace

std::span<const Action> document_form_actions() {
    return kDocumentFormActions;
}

void start(DocumentFormState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    state.customer = with.customer;
    state.name = with.customer_name;
    const auto given = [&with](std::string_view field) {
        const auto found = with.fields.find(field);
        return found == with.fields.end() ? std::string{} : value_text(found->second);
    };
    if (const auto id = RecordId::parse(given("document")); id.ok()) {
        state.document = *id;
        state.name = given("name");
    }
    state.form.path = given("path");
    effects.focus(std::string{kPathField});
}

void update(DocumentFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        effects.focus(std::string{kPathField});
    }
}

void update(DocumentFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (const auto* file = std::get_if<FileDropped>(&intent)) {
        if (state.document.is_nil()) state.form.path = file->path;
        state.path_missing = false;
    } else if (std::holds_alternative<FormChanged>(intent)) {
        if (state.path_missing) state.path_missing = state.form.path.empty();
    } else if (is_action(intent, "document.form_save")) {
        state.problem = {};
        state.path_missing = state.form.path.empty();
        if (state.path_missing) {
            effects.focus(std::string{kPathField});
        } else if (state.document.is_nil()) {
            attach_file(state, context, effects);
        } else {
            save_copy(state, context, effects);
        }
    }
}

bool may_close(const DocumentFormState& state) {
    return state.saving == 0;
}

bool enabled(const DocumentFormState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

DocumentFormView view(const DocumentFormState& state, const ScreenContext& context) {
    DocumentFormView out;
    const Texts& texts = context.texts;
    out.attaches = state.document.is_nil();
    out.title = texts(out.attaches ? Text::DocumentFormTitle : Text::DocumentFormSaveTitle,
                      {{"name", state.name}});
    out.path_label = texts(out.attaches ? Text::DocumentFormPath : Text::DocumentFormSavePath);
    if (state.path_missing) out.path_error = texts(Text::ErrorPathMissing);
    out.kinds = code_choices(context, "document_kind");
    if (!out.kinds.empty()) {
        out.kinds.insert(out.kinds.begin(),
                         {"", std::string{texts(Text::DocumentFormKindByName)}, {}});
    }
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.save = action_view(context, "document.form_save", !out.busy);
    return out;
}

}  // namespace balie::app

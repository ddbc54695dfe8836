// A file that is attached to a customer, or a copy that is saved: where it lies, and what it is.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct DocumentForm {
    std::string path;
    std::string kind;  ///< a code of document_kind; empty: by the file's name
    std::string note;
};

struct DocumentFormView {
    std::string title;
    std::string path_label;
    std::string path_error;
    bool attaches{true};  ///< otherwise a copy is saved
    std::vector<ChoiceView> kinds;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;
};

struct DocumentFormState {
    using View = DocumentFormView;
    using Form = DocumentForm;
    static constexpr ScreenId kId = ScreenId::DocumentForm;

    DocumentForm form;
    RecordId customer;
    std::string name;   ///< the customer's, or the document's
    RecordId document;  ///< of which a copy is saved; nil: one is attached
    Ticket saving{};
    bool path_missing{false};
    Problem problem;
};

[[nodiscard]] std::span<const Action> document_form_actions();
void start(DocumentFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(DocumentFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(DocumentFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const DocumentFormState& state);
[[nodiscard]] bool enabled(const DocumentFormState& state, std::string_view action);
[[nodiscard]] DocumentFormView view(const DocumentFormState& state, const ScreenContext& context);

}  // namespace balie::app

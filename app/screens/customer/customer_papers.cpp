#include "app/screens/customer/customer_papers.h"

#include <algorithm>

namespace balie::app {

namespace {

const attach::Document* chosen_document(const CustomerState& state) {
    const auto& documents = state.data.documents;
    const int row = state.form.document;
    if (row < 0 || row >= static_cast<int>(documents.size())) return nullptr;
    return &documents[static_cast<std::size_t>(row)];
}

bool is_here(const attach::Document& document) {
    return document.at == attach::BytesAt::Here || document.at == attach::BytesAt::ToSend;
}

void save_copy(const CustomerState& state, const attach::Document& document, Effects& effects) {
    effects.open({ScreenId::DocumentForm,
                  state.id,
                  state.data.card.customer.display_name(),
                  {{"document", Value{document.id.text()}},
                   {"name", Value{document.name}},
                   {"path", Value{"~/" + document.name}}}});
}

void fetch(const attach::Document& document, const ScreenContext& context, Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentAsked, {{"name", document.name}});
    effects.send(AskDocument{document.id}, std::move(completion));
}

void remove(const attach::Document& document, const ScreenContext& context, Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentRemoved, {{"name", document.name}});
    completion.undo = [id = document.id](const Saved& /*saved*/) -> std::optional<Command> {
        return RestoreDocument{id};
    };
    completion.undo_text = document.name;
    effects.send(RemoveDocument{document.id}, std::move(completion));
}

DocumentRow document_row(const attach::Document& document, const ScreenContext& context) {
    const Texts& texts = context.texts;
    DocumentRow row;
    row.key = document.id.text();
    row.name = document.name;
    row.about = context.app.label("document_kind", document.kind) + " · " +
                texts.bytes(document.bytes) + " · " + moment_text(context, document.added_at) +
                " · " + context.app.user_name(document.author);
    if (!document.note.empty()) row.about += " · " + document.note;
    std::replace(row.about.begin(), row.about.end(), '\n', ' ');
    const bool not_sent = document.trouble == "not_here";
    if (!document.trouble.empty() && !not_sent) {
        row.mark = DocumentRow::Mark::Trouble;
        row.state = texts(Text::DocumentTrouble);
    } else if (is_here(document)) {
        const bool sent = document.at == attach::BytesAt::Here;
        row.mark = sent ? DocumentRow::Mark::Good : DocumentRow::Mark::Unsent;
        row.state = texts(sent ? Text::DocumentHere : Text::DocumentToSend);
    } else {
        row.mark = DocumentRow::Mark::Away;
        const bool asked = document.at == attach::BytesAt::Asked;
        row.state = texts(not_sent ? Text::DocumentNotHere
                                   : (asked ? Text::DocumentAsked : Text::DocumentAway));
    }
    return row;
}

}  // namespace

bool run_document(const CustomerState& state, const std::string& action,
                  const ScreenContext& context, Effects& effects) {
    if (!action.starts_with("customer.document_")) return false;
    const attach::Document* document = chosen_document(state);
    if (document == nullptr) return true;
    if (action == "customer.document_save") save_copy(state, *document, effects);
    if (action == "customer.document_fetch") fetch(*document, context, effects);
    if (action == "customer.document_remove") remove(*document, context, effects);
    return true;
}

bool document_enabled(const CustomerState& state, std::string_view action) {
    const attach::Document* document = chosen_document(state);
    if (document == nullptr) return false;
    if (action == "customer.document_save") return is_here(*document);
    if (action == "customer.document_fetch") return !is_here(*document);
    return true;
}

void read_document(CustomerState& state) {
    const attach::Document* document = chosen_document(state);
    if (document != nullptr) state.reading = document->id;
}

void fill_documents(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    for (const attach::Document& document : state.data.documents) {
        out.documents.push_back(document_row(document, context));
    }
    const attach::Document* chosen = chosen_document(state);
    const bool away = chosen != nullptr && !is_here(*chosen);
    out.attach = action_view(context, "customer.attach", out.known);
    out.document = action_view(context, away ? "customer.document_fetch" : "customer.document_save",
                               chosen != nullptr);
    out.document_remove = action_view(context, "customer.document_remove", chosen != nullptr);
}

void fill_reading_document(const CustomerState& state, const ScreenContext& context,
                           CustomerView& out) {
    const auto& all = state.data.documents;
    const auto document =
        std::find_if(all.begin(), all.end(),
                     [&state](const attach::Document& each) { return each.id == state.reading; });
    if (document == all.end()) return;
    const Texts& texts = context.texts;
    ReadingView& reading = out.reading;
    reading.open = true;
    reading.title = document->name;
    reading.icon = "Document";
    reading.note = document->note;
    const auto add = [&](Text label, std::string value, const char* icon) {
        if (value.empty()) return;
        reading.facts.push_back({std::string{texts(label)}, std::move(value), icon});
    };
    add(Text::FieldKind, context.app.label("document_kind", document->kind), "Tag");
    add(Text::FieldMediaType, document->media_type + ", " + texts.bytes(document->bytes),
        "Document");
    add(Text::FieldAddedAt, moment_text(context, document->added_at), "Clock");
    add(Text::ReadingWho, context.app.user_name(document->author), "Person");
    add(Text::ReadingState, document_row(*document, context).state, "Cloud");
}

}  // namespace balie::app

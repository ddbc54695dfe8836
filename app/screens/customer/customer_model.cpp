#include "app/screens/customer/customer_model.h"

#include <array>
#include <map>

namespace balie::app {

namespace {

constexpr std::array kCustomerActions{
    Action{"customer.log", Text::ActionCustomerLog, "NoteAdd", "l", ScreenId::Customer},
    Action{"customer.flag", Text::ActionCustomerFlag, "Flag", "f", ScreenId::Customer},
    Action{"customer.unflag", Text::ActionCustomerUnflag, "FlagOutline", "u", ScreenId::Customer},
    Action{"customer.task", Text::ActionCustomerTask, "CalendarAdd", "t", ScreenId::Customer},
    Action{"customer.edit", Text::ActionCustomerEdit, "Edit", "e", ScreenId::Customer},
    Action{"customer.done", Text::ActionTaskDone, "Check", "d", ScreenId::Customer},
    Action{"customer.attach", Text::ActionCustomerAttach, "Document", "b", ScreenId::Customer},
    Action{"customer.document_save", Text::ActionDocumentSave, "Download", "s", ScreenId::Customer},
    Action{"customer.document_fetch", Text::ActionDocumentFetch, "Download", "h",
           ScreenId::Customer},
    Action{"customer.document_remove", Text::ActionDocumentRemove, "Delete", "x",
           ScreenId::Customer},
    Action{"customer.filter_next", Text::ActionFilterNext, "Filter", "]", ScreenId::Customer},
    Action{"customer.filter_before", Text::ActionFilterBefore, "Filter", "[", ScreenId::Customer},
    Action{"customer.older", Text::ActionOlder, "History", "m", ScreenId::Customer},
};

constexpr std::size_t kChannelsShownMax = 6;

void sort_channels(CustomerState& state) {
    std::map<std::string, int> uses;
    for (const repo::Interaction& line : state.lines) ++uses[line.channel];
    state.channels.clear();
    for (const auto& [channel, count] : uses) state.channels.push_back(channel);
    std::stable_sort(
        state.channels.begin(), state.channels.end(),
        [&](const std::string& one, const std::string& two) { return uses[one] > uses[two]; });
    if (state.channels.size() > kChannelsShownMax) state.channels.resize(kChannelsShownMax);
    if (state.form.filter > state.channels.size()) state.form.filter = 0;
}

const repo::Task* chosen_task(const CustomerState& state) {
    const auto& tasks = state.data.card.open_tasks;
    const int row = state.form.task;
    if (row < 0 || row >= static_cast<int>(tasks.size())) return nullptr;
    return &tasks[static_cast<std::size_t>(row)];
}

void take(CustomerState& state, const CustomerData& data) {
    state.data = data;
    state.problem = {};
    state.lines = data.card.timeline.lines;
    state.next = data.card.timeline.next;
    state.pending = data.pending;
    state.receipts = data.receipts;
    const int last = static_cast<int>(data.card.open_tasks.size()) - 1;
    state.form.task = std::min(std::max(state.form.task, 0), last);
    const int last_document = static_cast<int>(data.documents.size()) - 1;
    state.form.document = std::min(std::max(state.form.document, 0), last_document);
    sort_channels(state);
}

void take_more(CustomerState& state, const TimelineData& more) {
    state.lines.insert(state.lines.end(), more.page.lines.begin(), more.page.lines.end());
    state.pending.insert(state.pending.end(), more.pending.begin(), more.pending.end());
    state.receipts.insert(more.receipts.begin(), more.receipts.end());
    state.next = more.page.next;
    sort_channels(state);
}

/// The contact in that row, as the filter has them.
RecordId shown_line(const CustomerState& state, int row) {
    const std::string wanted = wanted_channel(state);
    for (const repo::Interaction& line : state.lines) {
        if (!wanted.empty() && line.channel != wanted) continue;
        if (row-- == 0) return line.id;
    }
    return {};
}

void step_filter(CustomerState& state, int step) {
    const auto count = static_cast<int>(state.channels.size()) + 1;
    state.form.filter =
        static_cast<std::size_t>((static_cast<int>(state.form.filter) + step + count) % count);
}

void fetch_document(const attach::Document& document, const ScreenContext& context,
                    Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentAsked, {{"name", document.name}});
    effects.send(AskDocument{document.id}, std::move(completion));
}

void remove_document(const attach::Document& document, const ScreenContext& context,
                     Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastDocumentRemoved, {{"name", document.name}});
    completion.undo = [id = document.id](const Saved& /*saved*/) -> std::optional<Command> {
        return RestoreDocument{id};
    };
    completion.undo_text = document.name;
    effects.send(RemoveDocument{document.id}, std::move(completion));
}

void open(const CustomerState& state, ScreenId overlay, Effects& effects, FieldValues fields = {}) {
    effects.open({overlay, state.id, state.data.card.customer.display_name(), std::move(fields)});
}

}  // namespace

std::string wanted_channel(const CustomerState& state) {
    const std::size_t filter = state.form.filter;
    return filter > 0 && filter <= state.channels.size() ? state.channels[filter - 1]
                                                         : std::string{};
}

const attach::Document* chosen_document(const CustomerState& state) {
    const auto& documents = state.data.documents;
    const int row = state.form.document;
    if (row < 0 || row >= static_cast<int>(documents.size())) return nullptr;
    return &documents[static_cast<std::size_t>(row)];
}

bool is_here(const attach::Document& document) {
    return document.at == attach::BytesAt::Here || document.at == attach::BytesAt::ToSend;
}

std::span<const Action> customer_actions() {
    return kCustomerActions;
}

void enter(CustomerState& state, const Place& place, const ScreenContext& /*context*/,
           Effects& effects) {
    state.id = place.subject;
    state.waiting.ticket = effects.ask(CustomerQuery{state.id});
}

void update(CustomerState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<CustomerData>(event, state.waiting)) {
        take(state, *data);
    } else if (const auto* more = answer_in<TimelineData>(event, state.waiting_more)) {
        take_more(state, *more);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
    } else if (is_stale(event)) {
        state.waiting.ticket = effects.ask(CustomerQuery{state.id});
    }
}

void update(CustomerState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        if (chosen->open && chosen->list == "customer.timeline") {
            state.reading = shown_line(state, chosen->row);
        } else if (chosen->open && chosen->list == "customer.documents") {
            const attach::Document* document = chosen_document(state);
            if (document != nullptr) state.reading = document->id;
        }
        return;
    }
    if (const auto* file = std::get_if<FileDropped>(&intent)) {
        if (state.waiting.known) {
            open(state, ScreenId::DocumentForm, effects, {{"path", Value{file->path}}});
        }
        return;
    }
    if (is_action(intent, "customer.reading_done")) {
        state.reading = {};
        return;
    }
    const auto* run = std::get_if<RunAction>(&intent);
    if (run == nullptr || !enabled(state, run->id)) return;
    if (run->id == "customer.log") {
        open(state, ScreenId::Capture, effects);
    } else if (run->id == "customer.flag") {
        open(state, ScreenId::Flag, effects);
    } else if (run->id == "customer.unflag") {
        open(state, ScreenId::Flag, effects, {{"end", Value{std::int64_t{1}}}});
    } else if (run->id == "customer.task") {
        open(state, ScreenId::TaskForm, effects);
    } else if (run->id == "customer.attach") {
        open(state, ScreenId::DocumentForm, effects);
    } else if (run->id == "customer.document_save") {
        const attach::Document& document = *chosen_document(state);
        open(state, ScreenId::DocumentForm, effects,
             {{"document", Value{document.id.text()}},
              {"name", Value{document.name}},
              {"path", Value{"~/" + document.name}}});
    } else if (run->id == "customer.document_fetch") {
        fetch_document(*chosen_document(state), context, effects);
    } else if (run->id == "customer.document_remove") {
        remove_document(*chosen_document(state), context, effects);
    } else if (run->id == "customer.edit") {
        effects.go({ScreenId::CustomerForm, state.id});
    } else if (run->id == "customer.done") {
        complete_task(*chosen_task(state), context, effects);
    } else if (run->id == "customer.filter_next") {
        step_filter(state, 1);
    } else if (run->id == "customer.filter_before") {
        step_filter(state, -1);
    } else if (run->id == "customer.older" && state.waiting_more.ticket == 0) {
        state.waiting_more.ticket = effects.ask(TimelineQuery{state.id, *state.next});
    }
}

bool enabled(const CustomerState& state, std::string_view action) {
    if (!state.waiting.known) return false;
    if (action == "customer.unflag") return state.data.card.flag.has_value();
    if (action == "customer.done") return chosen_task(state) != nullptr;
    if (action == "customer.older") return state.next.has_value();
    const attach::Document* document = chosen_document(state);
    if (action == "customer.document_save") return document != nullptr && is_here(*document);
    if (action == "customer.document_fetch") return document != nullptr && !is_here(*document);
    if (action == "customer.document_remove") return document != nullptr;
    return true;
}

}  // namespace balie::app

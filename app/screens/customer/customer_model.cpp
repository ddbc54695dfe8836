#include "app/screens/customer/customer_model.h"

#include "app/screens/customer/customer_known.h"
#include "app/screens/customer/customer_papers.h"
#include "app/screens/customer/customer_timeline.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kCustomerActions{
    Action{"customer.log", Text::ActionCustomerLog, "NoteAdd", "l", ScreenId::Customer},
    Action{"customer.flag", Text::ActionCustomerFlag, "Flag", "f", ScreenId::Customer},
    Action{"customer.unflag", Text::ActionCustomerUnflag, "FlagOutline", "u", ScreenId::Customer},
    Action{"customer.task", Text::ActionCustomerTask, "CalendarAdd", "t", ScreenId::Customer},
    Action{"customer.edit", Text::ActionCustomerEdit, "Edit", "e", ScreenId::Customer},
    Action{"customer.done", Text::ActionTaskDone, "Check", "d", ScreenId::Customer},
    Action{"customer.fact", Text::ActionCustomerFact, "Idea", "a", ScreenId::Customer},
    Action{"customer.relation", Text::ActionCustomerRelation, "Link", "r", ScreenId::Customer},
    Action{"customer.change", Text::ActionCustomerChange, "Edit", "F2", ScreenId::Customer},
    Action{"customer.remove", Text::ActionCustomerRemove, "Delete", "Delete", ScreenId::Customer},
    Action{"customer.attach", Text::ActionCustomerAttach, "Document", "b", ScreenId::Customer},
    Action{"customer.document_save", Text::ActionDocumentSave, "Download", "k", ScreenId::Customer},
    Action{"customer.document_fetch", Text::ActionDocumentFetch, "Download", "y",
           ScreenId::Customer},
    Action{"customer.document_remove", Text::ActionDocumentRemove, "Delete", "x",
           ScreenId::Customer},
    Action{"customer.filter_next", Text::ActionFilterNext, "Filter", "]", ScreenId::Customer},
    Action{"customer.filter_before", Text::ActionFilterBefore, "Filter", "[", ScreenId::Customer},
    Action{"customer.find", Text::ActionFilterText, "Search", "s", ScreenId::Customer},
    Action{"customer.find_channel", Text::ActionFilterChannel, "Filter", "h", ScreenId::Customer},
    Action{"customer.find_person", Text::ActionFilterPerson, "Person", "p", ScreenId::Customer},
    Action{"customer.jump", Text::ActionFilterDay, "CalendarToday", "g", ScreenId::Customer},
    Action{"customer.filter_clear", Text::ActionFilterClear, "Close", "Esc", ScreenId::Customer},
    Action{"customer.older", Text::ActionOlder, "History", "m", ScreenId::Customer},
};

const repo::Task* chosen_task(const CustomerState& state) {
    const auto& tasks = state.data.card.open_tasks;
    const int row = state.form.task;
    if (row < 0 || row >= static_cast<int>(tasks.size())) return nullptr;
    return &tasks[static_cast<std::size_t>(row)];
}

int kept_row(int row, std::size_t rows) {
    return std::min(std::max(row, 0), static_cast<int>(rows) - 1);
}

void take(CustomerState& state, const CustomerData& data) {
    state.data = data;
    state.problem = {};
    state.form.task = kept_row(state.form.task, data.card.open_tasks.size());
    state.form.fact = kept_row(state.form.fact, data.card.facts.size());
    state.form.relation = kept_row(state.form.relation, data.card.relations.size());
    state.form.document = kept_row(state.form.document, data.documents.size());
}

void open(const CustomerState& state, ScreenId overlay, Effects& effects, FieldValues fields = {}) {
    effects.open({overlay, state.id, state.data.card.customer.display_name(), std::move(fields)});
}

void open_row(CustomerState& state, const RowChosen& chosen, const ScreenContext& context,
              Effects& effects) {
    if (!chosen.open) return;
    if (chosen.list == "customer.timeline") {
        read_entry(state, chosen.row);
    } else if (chosen.list == "customer.known") {
        state.form.fact = chosen.row;
        change_fact(state, effects);
    } else if (chosen.list == "customer.relations") {
        state.form.relation = chosen.row;
        go_to_related(state, context, effects);
    } else if (chosen.list == "customer.documents") {
        read_document(state);
    }
}

/// Overlays that begin with this customer. False: it is none of them.
bool open_overlay(const CustomerState& state, const std::string& id, Effects& effects) {
    if (id == "customer.log") {
        open(state, ScreenId::Capture, effects);
    } else if (id == "customer.flag") {
        open(state, ScreenId::Flag, effects);
    } else if (id == "customer.unflag") {
        open(state, ScreenId::Flag, effects, {{"end", Value{std::int64_t{1}}}});
    } else if (id == "customer.task") {
        open(state, ScreenId::TaskForm, effects);
    } else if (id == "customer.fact") {
        open(state, ScreenId::FactForm, effects);
    } else if (id == "customer.relation") {
        open(state, ScreenId::RelationForm, effects);
    } else if (id == "customer.attach") {
        open(state, ScreenId::DocumentForm, effects);
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::span<const Action> customer_actions() {
    return kCustomerActions;
}

void enter(CustomerState& state, const Place& place, const ScreenContext& context,
           Effects& effects) {
    state.id = place.subject;
    state.waiting.ticket = effects.ask(CustomerQuery{state.id});
    ask_timeline(state, context, effects);
}

void update(CustomerState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<CustomerData>(event, state.waiting)) {
        take(state, *data);
    } else if (const auto* page = answer_in<TimelineData>(event, state.waiting_timeline)) {
        take_page(state, *page);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
    } else if (const Error* late = failure_in(event, state.waiting_timeline.ticket)) {
        state.problem = describe(*late, context.texts);
        state.waiting_timeline.ticket = 0;
        state.next.reset();
    } else if (is_stale(event)) {
        state.waiting.ticket = effects.ask(CustomerQuery{state.id});
        ask_timeline(state, context, effects);
    }
    state.made = make_rows(state, context);
}

void update(CustomerState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        open_row(state, *chosen, context, effects);
        return;
    }
    if (const auto* file = std::get_if<FileDropped>(&intent)) {
        if (state.waiting.known) {
            open(state, ScreenId::DocumentForm, effects, {{"path", Value{file->path}}});
        }
        return;
    }
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        filter_changed(state, changed->field, context, effects);
        return;
    }
    const auto* run = std::get_if<RunAction>(&intent);
    if (run == nullptr) return;
    if (run->id == "customer.reading_done") {
        state.reading = {};
        return;
    }
    if (run->id == "customer.filter_done") {
        effects.focus("customer.timeline");
        return;
    }
    if (!enabled(state, run->id) || open_overlay(state, run->id, effects)) return;
    if (run->id == "customer.edit") {
        effects.go({ScreenId::CustomerForm, state.id});
    } else if (run->id == "customer.done") {
        complete_task(*chosen_task(state), context, effects);
    } else if (run->id == "customer.change") {
        change_known(state, effects);
    } else if (run->id == "customer.remove") {
        remove_known(state, context, effects);
    } else if (!run_document(state, run->id, context, effects)) {
        run_timeline(state, run->id, context, effects);
    }
}

bool enabled(const CustomerState& state, std::string_view action) {
    if (!state.waiting.known) return false;
    if (action == "customer.unflag") return state.data.card.flag.has_value();
    if (action == "customer.done") return chosen_task(state) != nullptr;
    if (action == "customer.older") return state.next.has_value();
    if (action == "customer.filter_clear") {
        return is_filtered(state) || state.form.keyboard == KnownList::Filters;
    }
    if (action == "customer.change" || action == "customer.remove") return has_known(state);
    if (action.starts_with("customer.document_")) return document_enabled(state, action);
    return true;
}

}  // namespace balie::app

#include "app/screens/priority/priority_model.h"

#include "storage/base/date.h"

namespace balie::app {

namespace {

constexpr std::array kPriorityActions{
    Action{"priority.log", Text::ActionCustomerLog, "NoteAdd", "l", ScreenId::Priority},
    Action{"priority.unflag", Text::ActionCustomerUnflag, "FlagOutline", "u", ScreenId::Priority},
    Action{"priority.level", Text::ActionPriorityLevel, "Filter", "]", ScreenId::Priority},
};

constexpr std::array<std::string_view, 4> kLevels{"", "A", "B", "C"};
constexpr int kSoonDays = 14;

const repo::PriorityRow* chosen(const PriorityState& state) {
    const int row = state.form.selected;
    if (row < 0 || row >= static_cast<int>(state.rows.size())) return nullptr;
    return &state.rows[static_cast<std::size_t>(row)];
}

void ask(PriorityState& state, Effects& effects) {
    state.waiting.ticket = effects.ask(PriorityQuery{std::string{kLevels[state.form.level]}});
}

PriorityListRow list_row(const repo::PriorityRow& each, const ScreenContext& context) {
    PriorityListRow row;
    row.key = each.flag.customer.text();
    row.name = each.display_name;
    row.number = each.number;
    if (!each.city.empty()) row.number += (row.number.empty() ? "" : " · ") + each.city;
    row.level = each.flag.level;
    row.reason = context.app.label("flag_reason", each.flag.reason);
    row.since =
        context.texts.formats().date_short(date_of(each.flag.since, context.zone_offset_min));
    if (each.flag.until.empty()) {
        row.until = context.texts(Text::PriorityNoEnd);
    } else {
        row.until = context.texts.formats().date_short(each.flag.until);
        const auto soon = add_days(context.today, kSoonDays);
        row.ends_soon = soon.ok() && each.flag.until <= *soon;
    }
    row.last_contact = each.last_contact_ms ? moment_text(context, *each.last_contact_ms)
                                            : std::string{context.texts(Text::NeverContacted)};
    row.long_ago = is_long_ago(context, each.last_contact_ms);
    return row;
}

}  // namespace

std::span<const Action> priority_actions() {
    return kPriorityActions;
}

void enter(PriorityState& state, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& effects) {
    ask(state, effects);
    if (state.waiting.known) effects.focus("priority.list");
}

void update(PriorityState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    const bool first = !state.waiting.known;
    if (const auto* data = answer_in<PriorityData>(event, state.waiting)) {
        if (first) effects.focus("priority.list");
        state.rows = data->rows;
        state.problem = {};
        const int last = static_cast<int>(state.rows.size()) - 1;
        state.form.selected = std::max(std::min(state.form.selected, last), 0);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
    } else if (is_stale(event)) {
        ask(state, effects);
    }
}

void update(PriorityState& state, const Intent& intent, const ScreenContext& /*context*/,
            Effects& effects) {
    if (std::holds_alternative<FormChanged>(intent)) {
        ask(state, effects);
        return;
    }
    if (is_action(intent, "priority.level")) {
        state.form.level = (state.form.level + 1) % kLevels.size();
        ask(state, effects);
        return;
    }
    const repo::PriorityRow* row = chosen(state);
    if (row == nullptr) return;
    const RecordId customer = row->flag.customer;
    if (const auto* open = std::get_if<RowChosen>(&intent)) {
        if (open->open) effects.go({ScreenId::Customer, customer});
    } else if (is_action(intent, "priority.log")) {
        effects.open({ScreenId::Capture, customer, row->display_name});
    } else if (is_action(intent, "priority.unflag")) {
        effects.open(
            {ScreenId::Flag, customer, row->display_name, {{"end", Value{std::int64_t{1}}}}});
    }
}

bool enabled(const PriorityState& state, std::string_view action) {
    return action == "priority.level" || chosen(state) != nullptr;
}

PriorityView view(const PriorityState& state, const ScreenContext& context) {
    PriorityView out;
    out.known = state.waiting.known;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    for (const repo::PriorityRow& each : state.rows) out.rows.push_back(list_row(each, context));
    out.levels = {std::string{context.texts(Text::FilterAll)}, "A", "B", "C"};
    out.summary =
        context.texts.plural(Text::PriorityCount, static_cast<std::int64_t>(out.rows.size()));
    const bool any = chosen(state) != nullptr;
    out.log = action_view(context, "priority.log", any);
    out.unflag = action_view(context, "priority.unflag", any);
    out.find = action_view(context, "go.search");
    return out;
}

}  // namespace balie::app

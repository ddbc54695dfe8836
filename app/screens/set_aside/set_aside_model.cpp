#include "app/screens/set_aside/set_aside_model.h"

#include "app/screens/ask_somebody.h"
#include "app/screens/field_words.h"

#include <array>

namespace balie::app {

namespace {

using domain::FieldKind;

constexpr std::array kSetAsideActions{
    Action{"set_aside.send", Text::ActionSetAsideSend, "CloudUpload", "Ctrl+Enter",
           ScreenId::SetAside, Listed::Keys},
    Action{"set_aside.dismiss", Text::ActionSetAsideDismiss, "Inbox", "Ctrl+D", ScreenId::SetAside,
           Listed::Keys},
    Action{"set_aside.ask", Text::ActionConflictAsk, "CalendarAdd", "Ctrl+T", ScreenId::SetAside,
           Listed::Keys},
    Action{"set_aside.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::SetAside,
           Listed::Keys},
};

const domain::Field* known_field(const sync::SetAsideEntry& entry, std::string_view field) {
    const domain::RecordSpec* record = domain::find_record(entry.type);
    return record == nullptr ? nullptr : record->find(field);
}

/// Texts, numbers, dates, codes and names of people and places can be written anew in a line;
/// moments, addresses and what belongs together by an id are shown.
bool may_write(const sync::SetAsideEntry& entry, const AsideNote::Field& field) {
    const domain::Field* known = known_field(entry, field.name);
    if (known == nullptr) return is_custom(field.name);
    switch (known->kind) {
        case FieldKind::Text:
        case FieldKind::Integer:
        case FieldKind::Decimal:
        case FieldKind::Date:
        case FieldKind::Birthday:
        case FieldKind::Key:
        case FieldKind::CodeOf:
            return true;
        default:
            return false;
    }
}

/// Ids and offsets say nothing to a person.
bool is_technical(const sync::SetAsideEntry& entry, const AsideNote::Field& field) {
    const domain::Field* known = known_field(entry, field.name);
    return known != nullptr &&
           (known->kind == FieldKind::Reference || known->kind == FieldKind::ZoneOffset);
}

void take(SetAsideState& state, const SyncCentreData& data) {
    const bool first = !state.entry;
    state.entry.reset();
    for (std::size_t i = 0; i < data.set_aside.size(); ++i) {
        if (sync::change_id_text(data.set_aside[i].id) != state.wanted) continue;
        state.entry = data.set_aside[i];
        state.note = i < data.aside_notes.size() ? data.aside_notes[i] : AsideNote{};
    }
    if (!state.entry || !first) return;
    state.form.texts.clear();
    for (const AsideNote::Field& field : state.note.fields) {
        if (may_write(*state.entry, field)) state.form.texts.push_back(field.text);
    }
}

SendAgain command_of(const SetAsideState& state) {
    SendAgain send{state.entry->id, {}};
    std::size_t at = 0;
    for (const AsideNote::Field& field : state.note.fields) {
        if (!may_write(*state.entry, field)) continue;
        const std::string& text = state.form.texts.at(at++);
        if (text != field.text) send.texts[field.name] = text;
    }
    return send;
}

void send(SetAsideState& state, const ScreenContext& context, Effects& effects) {
    Completion completion;
    completion.done = context.texts(
        Text::ToastAsideSent, {{"what", aside_title(context.texts, *state.entry, state.note)}});
    completion.form_shows_error = true;
    state.saving = effects.send(command_of(state), std::move(completion));
}

void dismiss(SetAsideState& state, const ScreenContext& context, Effects& effects) {
    Completion completion;
    const std::string what = aside_title(context.texts, *state.entry, state.note);
    completion.done = context.texts(Text::ToastAsideDismissed, {{"what", what}});
    const TakeUp back{state.entry->id};
    completion.undo = [back](const Saved&) -> std::optional<Command> { return back; };
    completion.undo_text = what;
    completion.form_shows_error = true;
    state.saving = effects.send(PutAway{state.entry->id}, std::move(completion));
}

void ask(const SetAsideState& state, const ScreenContext& context, Effects& effects) {
    const std::string what = aside_title(context.texts, *state.entry, state.note);
    ask_somebody({state.note.asked, state.note.customer_id, state.note.customer,
                  context.texts(Text::SetAsideTaskSubject, {{"what", what}})},
                 effects);
}

std::string widget_id(const AsideNote::Field& field) {
    return "set_aside.field." + field.name;
}

void fill_fields(const SetAsideState& state, const ScreenContext& context, SetAsideView& out) {
    for (const AsideNote::Field& field : state.note.fields) {
        if (is_technical(*state.entry, field)) continue;
        const std::string label = field_label(context, field.name);
        if (!may_write(*state.entry, field)) {
            out.facts.push_back(
                {label, value_in_words(context, state.entry->type, field.name, field.value), {}});
            continue;
        }
        AsideFieldView each;
        each.id = widget_id(field);
        each.label = label;
        const domain::Field* known = known_field(*state.entry, field.name);
        if (known != nullptr) {
            each.is_long =
                known->kind == FieldKind::Text && known->bytes_max >= domain::kTextBytesMax;
            if (known->kind == FieldKind::CodeOf) {
                each.choices = code_choices(context, known->refers_to);
            }
        }
        out.fields.push_back(std::move(each));
    }
}

}  // namespace

std::span<const Action> set_aside_actions() {
    return kSetAsideActions;
}

void start(SetAsideState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    const auto id = with.fields.find("change");
    if (id != with.fields.end()) state.wanted = value_text(id->second);
    state.waiting.ticket = effects.ask(SyncCentreQuery{});
}

void update(SetAsideState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<SyncCentreData>(event, state.waiting)) {
        take(state, *data);
    } else if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
    } else if (const Error* unread = failure_in(event, state.waiting.ticket)) {
        state.waiting.ticket = 0;
        state.problem = describe(*unread, context.texts);
    } else if (is_stale(event) && state.waiting.ticket == 0 && state.saving == 0) {
        state.waiting.ticket = effects.ask(SyncCentreQuery{});
    }
}

void update(SetAsideState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (is_action(intent, "set_aside.ask") && enabled(state, "set_aside.ask")) {
        ask(state, context, effects);
        return;
    }
    const bool sends = is_action(intent, "set_aside.send") && enabled(state, "set_aside.send");
    const bool dismisses =
        is_action(intent, "set_aside.dismiss") && enabled(state, "set_aside.dismiss");
    if (!sends && !dismisses) return;
    state.problem = {};
    if (sends) {
        send(state, context, effects);
    } else {
        dismiss(state, context, effects);
    }
}

bool may_close(const SetAsideState& state) {
    return state.saving == 0;
}

bool enabled(const SetAsideState& state, std::string_view action) {
    if (state.saving != 0) return false;
    return action == "set_aside.cancel" || (state.entry && state.entry->own);
}

SetAsideView view(const SetAsideState& state, const ScreenContext& context) {
    SetAsideView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.gone = state.waiting.known && !state.entry;
    out.busy = state.saving != 0;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.send = action_view(context, "set_aside.send", enabled(state, "set_aside.send"));
    out.dismiss = action_view(context, "set_aside.dismiss", enabled(state, "set_aside.dismiss"));
    out.ask = action_view(context, "set_aside.ask", enabled(state, "set_aside.ask"));
    out.title = texts(Text::SyncTabSetAside);
    if (!state.entry) return out;
    out.title = aside_title(texts, *state.entry, state.note);
    out.foreign = !state.entry->own;
    out.detail = aside_reason(texts, *state.entry) + ". " + aside_mend(texts, *state.entry);
    out.asked = asked_in_words(context, state.note.asked);
    fill_fields(state, context, out);
    return out;
}

}  // namespace balie::app

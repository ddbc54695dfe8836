#include "app/screens/conflict/conflict_model.h"

#include "app/screens/ask_somebody.h"
#include "app/screens/field_words.h"
#include "storage/text/utf8.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array kConflictActions{
    Action{"conflict.save", Text::ActionConflictSave, "Save", "Ctrl+Enter", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.mine", Text::ActionConflictMine, "Person", "m", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.theirs", Text::ActionConflictTheirs, "People", "t", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.another", Text::ActionConflictOther, "Edit", "e", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.ask", Text::ActionConflictAsk, "CalendarAdd", "a", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.next", Text::ActionConflictNext, "ChevronRight", "n", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Conflict, Listed::Keys},
};

bool is_long(std::string_view value) {
    constexpr std::size_t kShort = 20;  // the column holds as many wide letters
    return text::count_code_points(value) > kShort || value.find('\n') != std::string_view::npos;
}

bool is_deletion(const sync::ConflictEntry& entry) {
    return entry.field == sync::kDeletedAt;
}

/// Free text can be written anew; of codes, dates and deletions one of the versions is chosen.
bool may_write(const sync::ConflictEntry& entry) {
    const domain::RecordSpec* record = domain::find_record(entry.type);
    const domain::Field* field = record == nullptr ? nullptr : record->find(entry.field);
    return field != nullptr && field->kind == domain::FieldKind::Text;
}

bool writes(const ConflictState& state) {
    return state.entry && may_write(*state.entry) &&
           state.form.selected == static_cast<int>(state.entry->heads.size());
}

/// The one version from this terminal, or the one from elsewhere; nothing where there are several.
std::optional<int> only_version(const ConflictState& state, bool mine) {
    std::optional<int> found;
    if (!state.entry) return found;
    const auto& heads = state.entry->heads;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if ((heads[i].version.id.origin.device == state.device) != mine) continue;
        if (found) return std::nullopt;
        found = static_cast<int>(i);
    }
    return found;
}

const sync::Head* chosen(const ConflictState& state) {
    if (!state.entry || state.form.selected < 0) return nullptr;
    const auto at = static_cast<std::size_t>(state.form.selected);
    return at < state.entry->heads.size() ? &state.entry->heads[at] : nullptr;
}

void take(ConflictState& state, const SyncCentreData& data) {
    state.device = data.status.device;
    state.entry.reset();
    state.next.clear();
    bool passed = false;
    for (std::size_t i = 0; i < data.conflicts.size(); ++i) {
        const bool wanted = data.conflicts[i].conflict.text() == state.wanted;
        // The first after this one; after the last, the first of all.
        if (!wanted && !data.conflicts[i].settled_here && (state.next.empty() || passed)) {
            state.next = data.conflicts[i].conflict.text();
            passed = false;
        }
        passed = passed || wanted;
        if (!wanted) continue;
        state.entry = data.conflicts[i];
        state.note = i < data.conflict_notes.size() ? data.conflict_notes[i] : ConflictNote{};
    }
    if (!state.entry) return;
    const auto last =
        static_cast<int>(state.entry->heads.size()) - (may_write(*state.entry) ? 0 : 1);
    state.form.selected = std::clamp(state.form.selected, 0, last);
}

/// Who wrote a version, as far as this terminal knows.
std::string who(const ConflictState& state, const ScreenContext& context, std::size_t at) {
    const Texts& texts = context.texts;
    const DeviceId& device = state.entry->heads[at].version.id.origin.device;
    const std::string login =
        at < state.note.authors.size() ? state.note.authors[at] : std::string{};
    if (device == state.device) return std::string{texts(Text::ConflictMine)};
    return login.empty() ? std::string{texts(Text::ConflictTheirs)} : context.app.user_name(login);
}

void save(ConflictState& state, const ScreenContext& context, Effects& effects) {
    const sync::ConflictEntry& entry = *state.entry;
    SettleConflict settle{entry.type, entry.record, entry.field, {}, state.note.asked.task, false};
    if (writes(state)) {
        settle.value = state.form.other.empty() ? Value{} : Value{state.form.other};
    } else {
        settle.value = chosen(state)->value;
    }
    Completion completion;
    const std::string field = field_label(context, entry.field);
    completion.done = context.texts(Text::ToastConflictSettled,
                                    {{"field", field}, {"name", state.note.customer}});
    // What was shown before counts again; the other version is in the log.
    const Value& shown = entry.heads.front().value;
    SettleConflict before{entry.type, entry.record,          entry.field,
                          shown,      state.note.asked.task, true};
    completion.undo = [before](const Saved&) -> std::optional<Command> { return before; };
    completion.undo_text = field;
    completion.form_shows_error = true;
    state.saving = effects.send(std::move(settle), std::move(completion));
}

/// To the next one; only this one closes where there is none.
void go_on(const ConflictState& state, Effects& effects) {
    effects.close_overlay();
    if (state.next.empty()) return;
    effects.open({.overlay = ScreenId::Conflict, .fields = {{"conflict", Value{state.next}}}});
}

void ask(const ConflictState& state, const ScreenContext& context, Effects& effects) {
    std::string subject = context.texts(Text::ConflictTaskSubject,
                                        {{"field", field_label(context, state.entry->field)}});
    ask_somebody(
        {state.note.asked, state.note.customer_id, state.note.customer, std::move(subject)},
        effects);
}

/// The keys of one hand: which version counts, or what else is to be done with it.
void choose(ConflictState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    const auto version = is_action(intent, "conflict.mine")     ? only_version(state, true)
                         : is_action(intent, "conflict.theirs") ? only_version(state, false)
                                                                : std::nullopt;
    if (version) {
        state.form.selected = *version;
        state.problem = {};
        save(state, context, effects);
    } else if (is_action(intent, "conflict.another") && enabled(state, "conflict.another")) {
        state.form.selected = static_cast<int>(state.entry->heads.size());
        effects.focus("conflict.other");
    } else if (is_action(intent, "conflict.ask") && enabled(state, "conflict.ask")) {
        ask(state, context, effects);
    } else if (is_action(intent, "conflict.next") && enabled(state, "conflict.next")) {
        go_on(state, effects);
    }
}

/// "Before both: …", and who was asked to settle it.
void fill_work(const ConflictState& state, const ScreenContext& context, ConflictView& out) {
    const sync::ConflictEntry& entry = *state.entry;
    const Texts& texts = context.texts;
    if (entry.former) {
        out.former = texts(Text::ConflictFormer,
                           {{"value", value_in_words(context, entry.type, entry.field,
                                                     *entry.former, state.note.former_line)}});
    }
    out.asked = asked_in_words(context, state.note.asked);
}

}  // namespace

std::span<const Action> conflict_actions() {
    return kConflictActions;
}

void start(ConflictState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    const auto id = with.fields.find("conflict");
    if (id != with.fields.end()) state.wanted = value_text(id->second);
    state.waiting.ticket = effects.ask(SyncCentreQuery{});
}

void update(ConflictState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<SyncCentreData>(event, state.waiting)) {
        take(state, *data);
    } else if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        go_on(state, effects);
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
    } else if (const Error* unread = failure_in(event, state.waiting.ticket)) {
        state.waiting.ticket = 0;
        state.problem = describe(*unread, context.texts);
    } else if (is_stale(event) && state.waiting.ticket == 0 && state.saving == 0) {
        // Somebody else may have settled it, or added a version.
        state.waiting.ticket = effects.ask(SyncCentreQuery{});
    }
}

void update(ConflictState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    choose(state, intent, context, effects);
    const auto* row = std::get_if<RowChosen>(&intent);
    if (row != nullptr && writes(state)) effects.focus("conflict.other");
    const bool opened = row != nullptr && row->open && !writes(state);
    if (!opened && !is_action(intent, "conflict.save")) return;
    if (!enabled(state, "conflict.save")) return;
    state.problem = {};
    save(state, context, effects);
}

bool may_close(const ConflictState& state) {
    return state.saving == 0;
}

bool enabled(const ConflictState& state, std::string_view action) {
    if (action == "conflict.save") {
        return state.saving == 0 && (writes(state) || chosen(state) != nullptr);
    }
    if (action == "conflict.mine" || action == "conflict.theirs") {
        return state.saving == 0 && only_version(state, action == "conflict.mine").has_value();
    }
    if (action == "conflict.another") {
        return state.saving == 0 && state.entry && may_write(*state.entry);
    }
    if (action == "conflict.ask") return state.saving == 0 && state.entry.has_value();
    if (action == "conflict.next") return state.saving == 0 && !state.next.empty();
    return state.saving == 0;
}

ConflictView view(const ConflictState& state, const ScreenContext& context) {
    ConflictView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.gone = state.waiting.known && !state.entry;
    out.busy = state.saving != 0;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.save = action_view(context, "conflict.save", enabled(state, "conflict.save"));
    out.mine = action_view(context, "conflict.mine", enabled(state, "conflict.mine"));
    out.theirs = action_view(context, "conflict.theirs", enabled(state, "conflict.theirs"));
    out.other = action_view(context, "conflict.another", enabled(state, "conflict.another"));
    out.ask = action_view(context, "conflict.ask", enabled(state, "conflict.ask"));
    out.next = action_view(context, "conflict.next", enabled(state, "conflict.next"));
    out.title = texts(Text::ConflictTitle);
    if (!state.entry) return out;
    const sync::ConflictEntry& entry = *state.entry;
    const std::string about =
        state.note.customer.empty() ? type_label(texts, entry.type) : state.note.customer;
    out.title = texts(is_deletion(entry) ? Text::ConflictTitleDeletion : Text::ConflictTitleField,
                      {{"field", field_label(context, entry.field)}, {"name", about}});
    out.detail = texts(Text::ConflictDetail);
    for (std::size_t i = 0; i < entry.heads.size(); ++i) {
        const sync::Head& head = entry.heads[i];
        const std::string line = i < state.note.lines.size() ? state.note.lines[i] : std::string{};
        out.versions.push_back(
            {std::to_string(i), value_in_words(context, entry.type, entry.field, head.value, line),
             who(state, context, i), moment_text(context, head.version.effective.ms()),
             head.version.id.origin.device == state.device});
        out.versions.back().is_long = is_long(out.versions.back().value);
    }
    fill_work(state, context, out);
    out.may_write = may_write(entry);
    out.writes = writes(state);
    out.other_label = field_label(context, entry.field);
    return out;
}

}  // namespace balie::app

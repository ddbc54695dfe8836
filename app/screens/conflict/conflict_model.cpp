#include "app/screens/conflict/conflict_model.h"

#include "app/screens/field_words.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array kConflictActions{
    Action{"conflict.save", Text::ActionConflictSave, "Save", "Ctrl+Enter", ScreenId::Conflict,
           Listed::Keys},
    Action{"conflict.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Conflict, Listed::Keys},
};

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

const sync::Head* chosen(const ConflictState& state) {
    if (!state.entry || state.form.selected < 0) return nullptr;
    const auto at = static_cast<std::size_t>(state.form.selected);
    return at < state.entry->heads.size() ? &state.entry->heads[at] : nullptr;
}

void take(ConflictState& state, const SyncCentreData& data) {
    state.device = data.status.device;
    state.entry.reset();
    for (std::size_t i = 0; i < data.conflicts.size(); ++i) {
        if (data.conflicts[i].conflict.text() != state.wanted) continue;
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
    SettleConflict settle{entry.type, entry.record, entry.field, {}};
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
    SettleConflict before{entry.type, entry.record, entry.field, entry.heads.front().value};
    completion.undo = [before](const Saved&) -> std::optional<Command> { return before; };
    completion.undo_text = field;
    completion.form_shows_error = true;
    state.saving = effects.send(std::move(settle), std::move(completion));
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
        effects.close_overlay();
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
    }
    out.may_write = may_write(entry);
    out.writes = writes(state);
    out.other_label = field_label(context, entry.field);
    return out;
}

}  // namespace balie::app

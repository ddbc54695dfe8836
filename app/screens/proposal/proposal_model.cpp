#include "app/screens/proposal/proposal_model.h"

#include "app/screens/field_words.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array kProposalActions{
    Action{"proposal.accept", Text::ActionProposalAccept, "Check", "Ctrl+Enter", ScreenId::Proposal,
           Listed::Keys},
    Action{"proposal.decline", Text::ActionProposalDecline, "Close", "Ctrl+D", ScreenId::Proposal,
           Listed::Keys},
    Action{"proposal.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Proposal, Listed::Keys},
};

void take(ProposalState& state, const SyncCentreData& data) {
    state.note.reset();
    for (const ProposalNote& note : data.proposals) {
        if (note.proposal.id.text() == state.wanted) state.note = note;
    }
}

/// Ids and offsets say nothing to a person.
bool is_technical(std::string_view type, std::string_view field) {
    const domain::RecordSpec* record = domain::find_record(type);
    const domain::Field* known = record == nullptr ? nullptr : record->find(field);
    return known != nullptr && (known->kind == domain::FieldKind::Reference ||
                                known->kind == domain::FieldKind::ZoneOffset);
}

void decide(ProposalState& state, const ScreenContext& context, Effects& effects, bool accept) {
    const RecordId id = state.note->proposal.id;
    const std::string& name = state.note->customer;
    Completion completion;
    completion.form_shows_error = true;
    if (accept) {
        completion.done = context.texts(Text::ToastProposalAccepted, {{"name", name}});
        state.saving = effects.send(AcceptProposal{id}, std::move(completion));
        return;
    }
    completion.done = context.texts(Text::ToastProposalDeclined, {{"name", name}});
    completion.undo = [id](const Saved&) -> std::optional<Command> { return ReopenProposal{id}; };
    completion.undo_text = name;
    state.saving = effects.send(DeclineProposal{id}, std::move(completion));
}

void fill_rows(const ProposalNote& note, const ScreenContext& context, ProposalView& out) {
    for (const ProposalNote::Part& part : note.parts) {
        if (part.creates) {
            out.rows.push_back({std::to_string(out.rows.size()),
                                std::string{context.texts(Text::ProposalNew)}, "–",
                                type_label(context.texts, part.type)});
        }
        for (const ProposalNote::Field& field : part.fields) {
            if (is_technical(part.type, field.name)) continue;
            // Who proposes it is in the title.
            if (field.name == "author" && value_text(field.value) == note.proposal.author) continue;
            out.rows.push_back({std::to_string(out.rows.size()), field_label(context, field.name),
                                value_in_words(context, part.type, field.name, field.now),
                                value_in_words(context, part.type, field.name, field.value)});
        }
    }
}

}  // namespace

std::span<const Action> proposal_actions() {
    return kProposalActions;
}

void start(ProposalState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    const auto id = with.fields.find("proposal");
    if (id != with.fields.end()) state.wanted = value_text(id->second);
    state.waiting.ticket = effects.ask(SyncCentreQuery{});
}

void update(ProposalState& state, const Event& event, const ScreenContext& context,
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
        // A colleague may have decided, or the record may have changed.
        state.waiting.ticket = effects.ask(SyncCentreQuery{});
    }
}

void update(ProposalState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    const bool accepts = is_action(intent, "proposal.accept");
    if (!accepts && !is_action(intent, "proposal.decline")) return;
    if (!enabled(state, accepts ? "proposal.accept" : "proposal.decline")) return;
    state.problem = {};
    decide(state, context, effects, accepts);
}

bool may_close(const ProposalState& state) {
    return state.saving == 0;
}

bool enabled(const ProposalState& state, std::string_view action) {
    if (state.saving != 0) return false;
    if (action == "proposal.cancel") return true;
    // One that could not be read has no parts: it can only be declined.
    return state.note && (action != "proposal.accept" || !state.note->parts.empty());
}

ProposalView view(const ProposalState& state, const ScreenContext& context) {
    ProposalView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.gone = state.waiting.known && !state.note;
    out.busy = state.saving != 0;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.accept = action_view(context, "proposal.accept", enabled(state, "proposal.accept"));
    out.decline = action_view(context, "proposal.decline", enabled(state, "proposal.decline"));
    out.title = texts(Text::SyncTabProposals);
    if (!state.note) return out;
    const repo::Proposal& proposal = state.note->proposal;
    out.title = texts(Text::ProposalTitle, {{"author", context.app.user_name(proposal.author)},
                                            {"name", state.note->customer}});
    out.detail =
        texts(Text::ProposalDetail, {{"when", moment_text(context, proposal.proposed_at)}});
    fill_rows(*state.note, context, out);
    return out;
}

}  // namespace balie::app

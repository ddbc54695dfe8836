#include "app/screens/sync/sync_model.h"

#include "app/screens/field_words.h"
#include "storage/base/date.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array kSyncActions{
    Action{"sync.run", Text::ActionSyncNow, "Refresh", "y", ScreenId::Sync},
    Action{"sync.line", Text::ActionSyncLine, "Offline", "o", ScreenId::Sync},
    Action{"sync.next_tab", Text::ActionSyncTab, "List", "]", ScreenId::Sync},
    Action{"sync.settle", Text::ActionSyncSettle, "Check", "s", ScreenId::Sync},
    Action{"sync.decide", Text::ActionSyncDecide, "Check", "d", ScreenId::Sync},
    Action{"sync.mend", Text::ActionSyncMend, "Edit", "m", ScreenId::Sync},
    Action{"sync.anyway", Text::ActionSyncAnyway, "Upload", "a", ScreenId::Sync},
    Action{"sync.network_free", Text::ActionSyncNetworkFree, "Check", "f", ScreenId::Sync},
    Action{"sync.network_paid", Text::ActionSyncNetworkPaid, "Cart", "p", ScreenId::Sync},
    Action{"sync.departure", Text::ActionGoDeparture, "CheckAll", "v", ScreenId::Sync},
};

constexpr std::size_t kTabs = 5;
constexpr std::size_t kAsideTab = 1;
constexpr std::size_t kConflictsTab = 2;
constexpr std::size_t kProposalsTab = 3;
constexpr std::int64_t kClockWarnMs = 60'000;
constexpr std::int64_t kNoticeDays = 7;

std::string asked_name(const ScreenContext& context, const Asked& asked) {
    return asked.assignee.empty() ? std::string{} : context.app.user_name(asked.assignee);
}

SetAsideRow set_aside_row(const sync::SetAsideEntry& entry, const AsideNote& note,
                          const ScreenContext& context) {
    SetAsideRow row;
    row.key = entry.record.text() + "." + std::to_string(entry.id.seq);
    row.what = aside_title(context.texts, entry, note);
    // In full, and with what can be done, in the dialog.
    row.reason = aside_words(context.texts, entry);
    row.when = moment_text(context, entry.at_ms);
    row.asked = asked_name(context, note.asked);
    return row;
}

ConflictRow conflict_row(const ScreenContext& context, const sync::ConflictEntry& entry,
                         const ConflictNote& note) {
    const Texts& texts = context.texts;
    ConflictRow row;
    row.key = entry.conflict.text();
    row.settled = entry.settled_here;
    row.asked = asked_name(context, note.asked);
    row.customer = note.customer.empty() ? type_label(texts, entry.type) : note.customer;
    if (!entry.edited.empty()) {
        row.field = texts(Text::SyncConflictDeletion);
        std::string fields;
        for (const std::string& field : entry.edited) {
            fields += (fields.empty() ? "" : ", ") + field_label(context, field);
        }
        row.values = std::string{texts(Text::SyncConflictDeleted)} + "  ↔  " +
                     texts(Text::SyncConflictEdited, {{"fields", fields}});
        return row;
    }
    row.field = field_label(context, entry.field);
    for (std::size_t i = 0; i < entry.heads.size(); ++i) {
        const std::string line = i < note.lines.size() ? note.lines[i] : std::string{};
        if (!row.values.empty()) row.values += "  ↔  ";
        row.values += value_in_words(context, entry.type, entry.field, entry.heads[i].value, line);
    }
    return row;
}

/// "Note, Priority class", or what would be made.
SyncProposalRow proposal_row(const ProposalNote& note, const ScreenContext& context) {
    SyncProposalRow row;
    row.key = note.proposal.id.text();
    row.customer = note.customer;
    row.author = context.app.user_name(note.proposal.author);
    row.when = moment_text(context, note.proposal.proposed_at);
    for (const ProposalNote::Part& part : note.parts) {
        if (part.creates) {
            row.what += (row.what.empty() ? "" : ", ") + type_label(context.texts, part.type);
            continue;
        }
        for (const ProposalNote::Field& field : part.fields) {
            row.what += (row.what.empty() ? "" : ", ") + field_label(context, field.name);
        }
    }
    return row;
}

const ProposalNote* chosen_proposal(const SyncState& state) {
    const auto& all = state.data.proposals;
    if (state.form.tab != kProposalsTab || state.form.selected < 0) return nullptr;
    const auto at = static_cast<std::size_t>(state.form.selected);
    return at < all.size() ? &all[at] : nullptr;
}

const sync::SetAsideEntry* chosen_aside(const SyncState& state) {
    const auto& all = state.data.set_aside;
    if (state.form.tab != kAsideTab || state.form.selected < 0) return nullptr;
    const auto at = static_cast<std::size_t>(state.form.selected);
    return at < all.size() ? &all[at] : nullptr;
}

const sync::ConflictEntry* chosen_conflict(const SyncState& state) {
    const auto& all = state.data.conflicts;
    if (state.form.tab != kConflictsTab || state.form.selected < 0) return nullptr;
    const auto at = static_cast<std::size_t>(state.form.selected);
    return at < all.size() ? &all[at] : nullptr;
}

Text per_text(sync::BudgetPer per) {
    return per == sync::BudgetPer::Month ? Text::LinkPerMonth : Text::LinkPerDay;
}

/// "20 MB a day".
std::string budget_text(const sync::LinkSettings& settings, const Texts& texts) {
    return texts(Text::LinkBudgetPer, {{"size", texts.bytes(settings.budget_bytes)},
                                       {"per", std::string{texts(per_text(settings.per))}}});
}

/// "12 changes, 48 kB up, 3 kB down, about 4 s".
std::string estimate_words(const sync::LinkEstimate& estimate, const Texts& texts) {
    if (estimate.up_changes == 0 && estimate.down_changes == 0) return {};
    std::string text = texts(Text::SyncEstimateUp, {{"size", texts.bytes(estimate.up_bytes)}});
    if (estimate.down_bytes) {
        text +=
            " · " + texts(Text::SyncEstimateDown, {{"size", texts.bytes(*estimate.down_bytes)}});
    } else {
        text += " · " + texts.plural(Text::SyncEstimateChanges, estimate.down_changes);
    }
    if (estimate.seconds) {
        text += " · " + texts.plural(Text::SyncEstimateSeconds, *estimate.seconds);
    }
    return text;
}

void fill_link(const SyncState& state, const ScreenContext& context, SyncView& out) {
    const sync::LinkState& link = context.app.link;
    const Texts& texts = context.texts;
    const auto fact = [&](Text label, std::string value, const char* icon) {
        if (!value.empty())
            out.facts.push_back({std::string{texts(label)}, std::move(value), icon});
    };
    fact(Text::SyncFactEstimate, estimate_words(state.data.estimate, texts), "CloudUpload");
    if (link.used.total() > 0 || link.metered) {
        std::string used = texts.bytes(link.used.total());
        if (link.metered && link.settings.budget_bytes > 0) {
            used = texts(Text::LinkUsedOf,
                         {{"used", used}, {"budget", budget_text(link.settings, texts)}});
        }
        fact(link.settings.per == sync::BudgetPer::Month ? Text::SyncFactUsedMonth
                                                         : Text::SyncFactUsedDay,
             std::move(used), "ChartBar");
    }
    if (link.asks) out.ask_notice = texts(Text::SyncAskNetwork);
    if (link.held > 0) {
        out.held_notice = texts.plural(Text::SyncHeld, link.held,
                                       {{"budget", budget_text(link.settings, texts)}});
    } else if (link.pull_held && link.exhausted) {
        out.held_notice =
            texts(Text::SyncHeldEmpty, {{"budget", budget_text(link.settings, texts)}});
    } else if (link.pull_held) {
        const auto& down = state.data.estimate.down_bytes;
        out.held_notice = texts.plural(
            Text::SyncHeldLarge, link.behind,
            {{"size", down ? texts.bytes(*down) : std::string{texts(Text::SyncSizeUnknown)}}});
    }
}

/// Files that are still to go either way, and how much that is.
std::string attachments_words(const sync::AttachmentCounts& counts, const Texts& texts) {
    std::string text;
    const auto add = [&text](const std::string& words) {
        if (!text.empty()) text += " · ";
        text += words;
    };
    if (counts.to_send > 0) {
        add(texts.plural(Text::SyncAttachments, counts.to_send) + ", " +
            texts.bytes(counts.to_send_bytes));
    }
    if (counts.asked > 0) {
        add(texts.plural(Text::SyncAttachmentsFetch, counts.asked) + ", " +
            texts.bytes(counts.asked_bytes));
    }
    if (counts.troubled > 0) add(texts.plural(Text::SyncAttachmentsTrouble, counts.troubled));
    return text;
}

void fill_facts(const ScreenContext& context, SyncView& out) {
    const sync::SyncStatus& status = context.app.sync;
    const Texts& texts = context.texts;
    const auto fact = [&out](std::string_view label, const std::string& value, const char* icon) {
        if (!value.empty()) out.facts.push_back({std::string{label}, value, icon});
    };
    fact(texts(Text::SyncFactAttachments), attachments_words(status.attachments, texts),
         "Document");
    fact(texts(Text::SyncFactHub), status.hub_address, "Server");
    fact(texts(Text::SyncFactScope), status.scope, "Filter");
    fact(texts(Text::SyncFactUser), context.app.user_name(status.user), "Person");
    fact(texts(Text::SyncFactDevice), status.device.is_nil() ? "" : status.device.text(), "Key");
    fact(
        texts(Text::SyncFactCursor),
        texts.formats().number(status.cursor) + " / " + texts.formats().number(status.hub_seq_seen),
        "Database");
    const std::int64_t offset = status.clock_offset_ms;
    if (offset > kClockWarnMs || offset < -kClockWarnMs) {
        const std::int64_t minutes = (offset < 0 ? -offset : offset) / kMinuteMs;
        out.clock_warning = texts.plural(Text::SyncClockWarning, minutes);
    }
    if (status.digest_differs) out.digest_warning = texts(Text::SyncDigestWarning);
    const auto lately = [&](std::int64_t at_ms) {
        return at_ms != 0 && context.now_ms - at_ms < kNoticeDays * kDayMs;
    };
    if (!status.loading.empty() && !status.rereading) {
        out.restored_notice = texts(Text::SyncLoading);
    } else if (status.rereading) {
        out.restored_notice = texts(Text::SyncRereading);
    } else if (lately(status.hub_restored_ms)) {
        out.restored_notice = texts.plural(Text::SyncHubRestored, status.sent_again);
    }
    if (lately(status.separated_ms)) out.separated_notice = texts(Text::SyncSeparated);
}

/// What happened on the line, and the last files that somebody carried; the latest first.
std::vector<SyncLogged> log_with_bundles(const AppState& app, const Texts& texts) {
    std::vector<SyncLogged> log = app.sync_log;
    const auto add = [&](std::int64_t at_ms, Text words) {
        if (at_ms == 0) return;
        const auto place = std::find_if(log.begin(), log.end(), [at_ms](const SyncLogged& each) {
            return each.at_ms <= at_ms;
        });
        log.insert(place, SyncLogged{at_ms, std::string(texts(words))});
    };
    add(app.sync.bundle_written_ms, Text::SyncLogBundleWritten);
    add(app.sync.bundle_taken_ms, Text::SyncLogBundleTaken);
    return log;
}

}  // namespace

std::span<const Action> sync_actions() {
    return kSyncActions;
}

void enter(SyncState& state, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& effects) {
    state.waiting.ticket = effects.ask(SyncCentreQuery{});
}

void update(SyncState& state, const Event& event, const ScreenContext& context, Effects& effects) {
    if (const auto* data = answer_in<SyncCentreData>(event, state.waiting)) {
        state.data = *data;
        state.problem = {};
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
    } else if (is_stale(event) || std::holds_alternative<SyncChanged>(event)) {
        // One question at a time: the status may change many times a second.
        if (state.waiting.ticket == 0) state.waiting.ticket = effects.ask(SyncCentreQuery{});
    }
}

void update(SyncState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (is_action(intent, "sync.run")) {
        effects.run("sync.now");
    } else if (is_action(intent, "sync.line")) {
        effects.run(context.app.connection == Connection::Held ? "sync.online" : "sync.offline");
    } else if (is_action(intent, "sync.departure")) {
        effects.go({ScreenId::Departure});
    } else if (is_action(intent, "sync.anyway")) {
        effects.send(AllowAll{}, {.done = std::string{context.texts(Text::SyncAnywayDone)}});
        effects.run("sync.now");
    } else if (is_action(intent, "sync.network_free") || is_action(intent, "sync.network_paid")) {
        effects.send(SayNetwork{is_action(intent, "sync.network_paid")});
    } else if (is_action(intent, "sync.next_tab")) {
        state.form.tab = (state.form.tab + 1) % kTabs;
        state.form.selected = 0;
    }
    const auto* row = std::get_if<RowChosen>(&intent);
    const auto opens = [row](std::string_view list) {
        return row != nullptr && row->open && row->list == list;
    };
    const sync::SetAsideEntry* aside = chosen_aside(state);
    if ((opens("sync.set_aside") || is_action(intent, "sync.mend")) && aside != nullptr) {
        effects.open({.overlay = ScreenId::SetAside,
                      .fields = {{"change", Value{sync::change_id_text(aside->id)}}}});
    }
    const ProposalNote* proposal = chosen_proposal(state);
    if ((opens("sync.proposals") || is_action(intent, "sync.decide")) && proposal != nullptr) {
        effects.open({.overlay = ScreenId::Proposal,
                      .fields = {{"proposal", Value{proposal->proposal.id.text()}}}});
    }
    const sync::ConflictEntry* conflict = chosen_conflict(state);
    if ((opens("sync.conflicts") || is_action(intent, "sync.settle")) && conflict != nullptr) {
        effects.open({.overlay = ScreenId::Conflict,
                      .fields = {{"conflict", Value{conflict->conflict.text()}}}});
    }
}

bool enabled(const SyncState& state, std::string_view action) {
    if (action == "sync.mend") return chosen_aside(state) != nullptr;
    if (action == "sync.decide") return chosen_proposal(state) != nullptr;
    return action != "sync.settle" || chosen_conflict(state) != nullptr;
}

SyncView view(const SyncState& state, const ScreenContext& context) {
    SyncView out;
    const AppState& app = context.app;
    const Texts& texts = context.texts;
    const SyncLine line = sync_line(context);
    out.known = app.sync_known;
    out.any_pending = line.pending;
    out.pending = texts.formats().number(app.sync.pending);
    const std::int64_t waited =
        std::max<std::int64_t>(context.now_ms - app.sync_known_at_ms, 0) / 1000;
    out.oldest = line.pending ? texts.age(app.sync.oldest_pending_seconds + waited)
                              : std::string{texts(Text::SyncNone)};
    out.receipt = app.sync.last_receipt_ms > 0 ? moment_text(context, app.sync.last_receipt_ms)
                                               : std::string{texts(Text::SyncNever)};
    out.contact = app.sync.last_contact_ms > 0 ? moment_text(context, app.sync.last_contact_ms)
                                               : std::string{texts(Text::SyncNever)};
    out.connection = line.connection;
    out.online = line.online;
    out.refused = app.connection == Connection::Refused;
    if (!app.sync_problem.what.empty()) {
        const Problem problem = describe(app.sync_problem, texts);
        out.connection_detail = problem.headline + ". " + problem.detail;
    }
    for (const auto& each : app.sync.pending_by_type) {
        out.types.push_back(
            {each.type, type_label(texts, each.type), texts.formats().number(each.count)});
    }
    for (std::size_t i = 0; i < state.data.set_aside.size(); ++i) {
        const AsideNote note =
            i < state.data.aside_notes.size() ? state.data.aside_notes[i] : AsideNote{};
        out.set_aside.push_back(set_aside_row(state.data.set_aside[i], note, context));
    }
    for (std::size_t i = 0; i < state.data.conflicts.size(); ++i) {
        const ConflictNote note =
            i < state.data.conflict_notes.size() ? state.data.conflict_notes[i] : ConflictNote{};
        out.conflicts.push_back(conflict_row(context, state.data.conflicts[i], note));
    }
    for (const ProposalNote& note : state.data.proposals) {
        out.proposals.push_back(proposal_row(note, context));
    }
    for (const SyncLogged& logged : log_with_bundles(app, texts)) {
        out.log.push_back(
            {std::to_string(out.log.size()), moment_text(context, logged.at_ms), logged.text});
    }
    // The lists show the latest; these count all.
    if (app.sync.set_aside > 0) out.set_aside_count = texts.formats().number(app.sync.set_aside);
    if (app.sync.conflicts > 0) out.conflict_count = texts.formats().number(app.sync.conflicts);
    if (app.sync.proposals > 0) out.proposal_count = texts.formats().number(app.sync.proposals);
    fill_facts(context, out);
    fill_link(state, context, out);
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.settle = action_view(context, "sync.settle", chosen_conflict(state) != nullptr);
    out.decide = action_view(context, "sync.decide", chosen_proposal(state) != nullptr);
    out.mend = action_view(context, "sync.mend", chosen_aside(state) != nullptr);
    out.now = action_view(context, "sync.run");
    out.anyway = action_view(context, "sync.anyway");
    out.network_free = action_view(context, "sync.network_free");
    out.network_paid = action_view(context, "sync.network_paid");
    out.departure = action_view(context, "sync.departure");
    out.line = action_view(context, "sync.line");
    if (app.connection == Connection::Held) out.line.label = texts(Text::ActionSyncOnline);
    return out;
}

}  // namespace balie::app

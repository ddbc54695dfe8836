#include "app/model/app_state.h"

#include "storage/base/date.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

void on(AppState& state, const SignedIn& event, std::int64_t /*now_ms*/) {
    state.signed_in = true;
    state.user = event.user;
}

void on(AppState& state, const SignedOut& /*event*/, std::int64_t /*now_ms*/) {
    state.signed_in = false;
    state.recent.clear();
}

void on(AppState& state, const SyncChanged& event, std::int64_t now_ms) {
    state.sync = event.status;
    state.connection = event.connection;
    state.sync_problem = event.problem;
    state.link = event.link;
    state.sync_known = true;
    state.sync_known_at_ms = now_ms;
}

void on(AppState& state, const SyncLogged& event, std::int64_t /*now_ms*/) {
    state.sync_log.insert(state.sync_log.begin(), event);
    if (state.sync_log.size() > kSyncLogLinesMax) state.sync_log.pop_back();
}

void on(AppState& state, const QueryDone& event, std::int64_t /*now_ms*/) {
    if (const auto* reference = std::get_if<Reference>(&event.answer)) {
        state.reference = *reference;
        state.reference_known = true;
        ++state.reference_count;
    } else if (const auto* today = std::get_if<TodayData>(&event.answer)) {
        state.tasks_due = today->counts.overdue + today->counts.due_today;
    } else if (const auto* customer = std::get_if<CustomerData>(&event.answer)) {
        state.seen(customer->card.customer.id, customer->card.customer.display_name());
    }
}

template <typename Other>
void on(AppState& /*state*/, const Other& /*event*/, std::int64_t /*now_ms*/) {}

Text connection_text(Connection connection) {
    switch (connection) {
        case Connection::NotEnrolled:
            return Text::ConnectionNotEnrolled;
        case Connection::Offline:
            return Text::ConnectionOffline;
        case Connection::Held:
            return Text::ConnectionHeld;
        case Connection::Connecting:
            return Text::ConnectionConnecting;
        case Connection::Online:
            return Text::ConnectionOnline;
        case Connection::Busy:
            return Text::ConnectionBusy;
        case Connection::Budget:
            return Text::ConnectionBudget;
        case Connection::Refused:
            return Text::ConnectionRefused;
    }
    return Text::ConnectionOffline;
}

std::string time_of_day(const ScreenContext& context, std::int64_t at_ms) {
    return context.texts.formats().time(at_ms, context.zone_offset_min);
}

/// Text of "error.<code>" or "mend.<code>".
std::string words_for(const Texts& texts, std::string_view prefix, ErrorCode code) {
    const auto key = Texts::find(std::string{prefix} + std::string{to_string(code)});
    return key ? std::string{texts(*key)} : std::string{};
}

}  // namespace

std::string AppState::label(std::string_view list, std::string_view wanted) const {
    const repo::Code* found = code(list, wanted);
    return found == nullptr ? std::string{wanted} : found->label(look.language);
}

const repo::Code* AppState::code(std::string_view list, std::string_view wanted) const {
    const auto found = std::find_if(
        reference.codes.begin(), reference.codes.end(),
        [&](const repo::Code& each) { return each.list == list && each.code == wanted; });
    return found == reference.codes.end() ? nullptr : &*found;
}

std::vector<const repo::Code*> AppState::codes(std::string_view list) const {
    std::vector<const repo::Code*> out;
    for (const repo::Code& each : reference.codes) {
        if (each.active && each.list == list) out.push_back(&each);
    }
    return out;
}

std::string AppState::user_name(std::string_view login) const {
    const auto found = std::find_if(reference.users.begin(), reference.users.end(),
                                    [&](const repo::User& each) { return each.login == login; });
    return found == reference.users.end() ? std::string{login} : found->name;
}

void AppState::seen(const RecordId& id, const std::string& name) {
    std::erase_if(recent, [&id](const RecentCustomer& each) { return each.id == id; });
    recent.insert(recent.begin(), {id, name});
    if (recent.size() > kRecentCustomersMax) recent.pop_back();
}

void update(AppState& state, const Event& event, std::int64_t now_ms) {
    std::visit([&](const auto& each) { on(state, each, now_ms); }, event);
}

std::string moment_text(const ScreenContext& context, std::int64_t at_ms) {
    const std::string date = date_of(at_ms, context.zone_offset_min);
    const std::string time = time_of_day(context, at_ms);
    if (date == context.today) return context.texts(Text::MomentToday, {{"time", time}});
    const auto yesterday = add_days(context.today, -1);
    if (yesterday.ok() && date == *yesterday) {
        return context.texts(Text::MomentYesterday, {{"time", time}});
    }
    return context.texts.formats().date_short(date) + " " + time;
}

std::string moment_text(const ScreenContext& context, const std::optional<std::int64_t>& at_ms) {
    return at_ms ? moment_text(context, *at_ms) : std::string{};
}

Problem describe(const Error& error, const Texts& texts) {
    Problem out;
    out.headline = words_for(texts, "error.", error.code);
    const std::string mend = words_for(texts, "mend.", error.code);
    std::string what = error.what;
    if (!error.where.empty()) what += " (" + error.where + ")";
    out.detail = mend;
    if (!what.empty()) {
        if (!out.detail.empty()) out.detail += "  ";
        out.detail += texts(Text::ProblemDetail, {{"what", what}});
    }
    return out;
}

SyncLine sync_line(const ScreenContext& context) {
    SyncLine line;
    const AppState& app = context.app;
    const Texts& texts = context.texts;
    line.connection = texts(connection_text(app.connection));
    line.online = app.connection == Connection::Online || app.connection == Connection::Busy;
    line.attention = app.sync.set_aside > 0 || app.sync.conflicts > 0 || app.sync.proposals > 0 ||
                     app.connection == Connection::Refused;
    if (!app.sync_known) {
        line.text = texts(Text::SyncUnknown);
        return line;
    }
    const std::string receipt =
        app.sync.last_receipt_ms > 0
            ? texts(Text::SyncReceipt, {{"when", moment_text(context, app.sync.last_receipt_ms)}})
            : std::string{texts(Text::SyncNoReceipt)};
    if (app.sync.pending > 0) {
        line.pending = true;
        const std::int64_t waited = (context.now_ms - app.sync_known_at_ms) / 1000;
        const std::int64_t oldest =
            app.sync.oldest_pending_seconds + std::max<std::int64_t>(waited, 0);
        line.text =
            texts.plural(Text::SyncPending, app.sync.pending_transactions > 0
                                                ? app.sync.pending_transactions
                                                : app.sync.pending) +
            " · " + texts(Text::SyncOldest, {{"age", texts.age(oldest)}}) + " · " +
            (app.link.held > 0 ? texts.plural(Text::SyncHeldShort, app.link.held) : receipt);
    } else if (app.sync.attachments.to_send > 0) {
        line.pending = true;
        line.text =
            texts.plural(Text::SyncAttachments, app.sync.attachments.to_send) + " · " + receipt;
    } else {
        line.text = std::string{texts(Text::SyncAllSent)} + " · " + receipt;
    }
    if (app.sync.set_aside > 0) {
        line.text += " · " + texts.plural(Text::SyncSetAside, app.sync.set_aside);
    }
    if (app.sync.conflicts > 0) {
        line.text += " · " + texts.plural(Text::SyncConflicts, app.sync.conflicts);
    }
    if (app.sync.proposals > 0) {
        line.text += " · " + texts.plural(Text::SyncProposals, app.sync.proposals);
    }
    return line;
}

}  // namespace balie::app

#include "app/runtime/app_service.h"

#include "app/runtime/aside_notes.h"
#include "app/runtime/conflict_notes.h"
#include "app/runtime/document_work.h"
#include "app/runtime/drafts.h"
#include "app/runtime/field_texts.h"
#include "app/runtime/look_file.h"
#include "app/runtime/mend.h"
#include "app/runtime/proposals.h"
#include "app/runtime/queries.h"
#include "storage/repo/actions.h"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

namespace balie::app {

namespace {

constexpr int kSetAsideRowsMax = 100;
/// How often the window hears how far an exchange is, and the part of the time that may take.
constexpr std::int64_t kStatusEveryMs = 250;
constexpr std::int64_t kStatusShare = 19;

template <typename T>
Result<Saved> answer(Result<T> result) {
    if (!result.ok()) return std::move(result).error();
    return Saved{std::move(result).value()};
}

Result<Saved> answer(Outcome result) {
    if (!result.ok()) return std::move(result).error();
    return Saved{};
}

/// What changes records. All of them are one call of repo::Actions.
struct Perform {
    repo::Actions& actions;

    Result<Saved> operator()(const SaveInteraction& c) const {
        return answer(actions.save_interaction(c.interaction));
    }
    Result<Saved> operator()(const AddCustomer& c) const {
        return answer(actions.add_customer(c.customer));
    }
    Result<Saved> operator()(const EditCustomer& c) const {
        return answer(actions.edit_customer(c.id, c.changes));
    }
    Result<Saved> operator()(const DeleteCustomer& c) const {
        return answer(actions.delete_customer(c.id));
    }
    Result<Saved> operator()(const AddTask& c) const { return answer(actions.add_task(c.task)); }
    Result<Saved> operator()(const DoneTask& c) const { return answer(actions.done_task(c.id)); }
    Result<Saved> operator()(const ReopenTask& c) const {
        return answer(actions.reopen_task(c.id));
    }
    Result<Saved> operator()(const UndoTask& c) const { return answer(actions.undo_task(c.saved)); }
    Result<Saved> operator()(const MoveTask& c) const {
        return answer(actions.edit_task(c.id, {{"due_on", Value{c.due}}}));
    }
    Result<Saved> operator()(const EditTask& c) const {
        return answer(actions.edit_task(c.id, c.fields));
    }
    Result<Saved> operator()(const AddFact& c) const { return answer(actions.add_fact(c.fact)); }
    Result<Saved> operator()(const EditFact& c) const {
        return answer(actions.edit_fact(c.id, c.changes));
    }
    Result<Saved> operator()(const RemoveFact& c) const {
        return answer(actions.remove_fact(c.id));
    }
    Result<Saved> operator()(const RestoreFact& c) const {
        return answer(actions.restore_fact(c.id));
    }
    Result<Saved> operator()(const AddRelation& c) const {
        return answer(actions.add_relation(c.relation));
    }
    Result<Saved> operator()(const EditRelation& c) const {
        return answer(actions.edit_relation(c.id, c.fields));
    }
    Result<Saved> operator()(const RemoveRelation& c) const {
        return answer(actions.remove_relation(c.id));
    }
    Result<Saved> operator()(const RestoreRelation& c) const {
        return answer(actions.restore_relation(c.id));
    }
    Result<Saved> operator()(const FlagCustomer& c) const {
        return answer(actions.flag_customer(c.id, c.flag));
    }
    Result<Saved> operator()(const UnflagCustomer& c) const {
        return answer(actions.unflag_customer(c.id, c.reason));
    }
    Result<Saved> operator()(const UndoSave& c) const { return answer(actions.undo_save(c.saved)); }
    Result<Saved> operator()(const UndoFlag& c) const { return answer(actions.undo_flag(c.saved)); }
    Result<Saved> operator()(const ReopenFlag& c) const {
        return answer(actions.reopen_flag(c.flag));
    }
    Result<Saved> operator()(const SettleConflict& c) const {
        return answer(actions.settle_conflict({.type = c.type,
                                               .record = c.record,
                                               .field = c.field,
                                               .value = c.value,
                                               .task = c.task,
                                               .taken_back = c.taken_back}));
    }
    // Carried out before it comes to this.
    Result<Saved> operator()(const SendAgain& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const PutAway& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const TakeUp& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const AcceptProposal& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const DeclineProposal& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const ReopenProposal& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const AttachFile& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const SaveCopy& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const RemoveDocument& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const RestoreDocument& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const AskDocument& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const FetchCustomer& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const SignIn& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const SignOut& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const KeepDraft& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const DropDraft& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const KeepLook& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const KeepLink& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const SayNetwork& /*c*/) const { return Saved{}; }
    Result<Saved> operator()(const AllowAll& /*c*/) const { return Saved{}; }
};

bool changes_records(const Command& command) {
    return !std::holds_alternative<SignIn>(command) && !std::holds_alternative<SignOut>(command) &&
           !std::holds_alternative<KeepDraft>(command) &&
           !std::holds_alternative<DropDraft>(command) &&
           !std::holds_alternative<KeepLook>(command);
}

Outcome mend_and_send(store::Store& store, const std::string& user, const SendAgain& command) {
    sync::SetAsideList list(store.writer());
    BALIE_ASSIGN(const auto entry, list.find(command.id));
    FieldValues mended;
    if (const domain::RecordSpec* record = domain::find_record(entry.type)) {
        BALIE_ASSIGN(mended,
                     parse_field_texts(store.writer(), store.clock(), record->type, command.texts));
    }
    BALIE_TRY(send_again(store, user, command.id, mended));
    return {};
}

Error locked() {
    return {ErrorCode::Denied, "nobody is signed in", "", "sign in and try again"};
}

}  // namespace

AppService::AppService(Clock& clock, Mailbox& mailbox, ServiceOptions options)
    : clock_(&clock),
      mailbox_(&mailbox),
      options_(std::move(options)),
      hub_desk_(clock, mailbox, options_.ask_hub),
      reader_(
          [this](const Query& query, sqlite::Database& database) {
              return run_query(query, database, {clock_, reader_user_});
          },
          [this](Event event) { mailbox_->push(std::move(event)); }),
      files_([this](const std::string& what) {
          mailbox_->push(SyncLogged{clock_->wall_ms(), what});
      }),
      store_(
          [this](const std::string& what) {
              mailbox_->push(SyncLogged{clock_->wall_ms(), what});
          },
          [this] { look_for_other_processes(); }) {}

AppService::~AppService() {
    // Each of the two may give work to the other.
    store_.wait_idle();
    files_.wait_idle();
    store_.wait_idle();
}

void AppService::open(const Session& session) {
    const Outcome posted = store_.post([this, session] { start(session); }, Lane::Local);
    if (!posted.ok()) mailbox_->push(SignInFailed{posted.error()});
}

void AppService::send(Ticket ticket, Command command) {
    const Outcome posted = store_.post(
        [this, ticket, command = std::move(command)] { execute(ticket, command); }, Lane::Local);
    if (!posted.ok()) mailbox_->push(CommandFailed{ticket, posted.error()});
}

void AppService::ask(Ticket ticket, Query query) {
    const bool on_store = std::holds_alternative<SyncCentreQuery>(query) ||
                          std::holds_alternative<DepartureQuery>(query) ||
                          std::holds_alternative<HubSearchQuery>(query);
    const Outcome asked =
        on_store
            ? store_.post([this, ticket, query] { answer_on_store(ticket, query); }, Lane::Local)
            : reader_.ask(ticket, std::move(query));
    if (!asked.ok()) mailbox_->push(QueryFailed{ticket, asked.error()});
}

Outcome AppService::post(std::function<void()> slice) {
    return store_.post(std::move(slice), Lane::Remote);
}

void AppService::connection_changed(Connection connection, Error problem) {
    ignore(store_.post(
               [this, connection, problem = std::move(problem)] {
                   const bool same =
                       connection == Connection::Busy && connection_ == Connection::Busy;
                   connection_ = connection;
                   problem_ = problem;
                   if (!same || clock_->steady_ms() >= next_status_ms_) publish_status();
               },
               Lane::Local),
           "the next change tells it");
}

void AppService::rows_changed() {
    mailbox_->push(DataChanged{ChangedBy::Office});
    if (!hub_desk_.expects()) return;
    ignore(store_.post([this] { look_for_arrivals(); }, Lane::Local), "the next pulse looks");
}

void AppService::look_for_arrivals() {
    if (session_) hub_desk_.look(*session_->store);
}

void AppService::log(std::string text) {
    mailbox_->push(SyncLogged{clock_->wall_ms(), std::move(text)});
}

void AppService::set_saved_listener(std::function<void()> listener) {
    ignore(store_.post([this, listener = std::move(listener)] { saved_ = listener; }, Lane::Local),
           "only when the program is closing");
}

void AppService::set_opened_listener(std::function<void(const Session&)> listener) {
    ignore(store_.post([this, listener = std::move(listener)] { opened_ = listener; }, Lane::Local),
           "only when the program is closing");
}

void AppService::settle() {
    store_.wait_idle();
    files_.wait_idle();
    store_.wait_idle();
    reader_.wait_idle();
    store_.wait_idle();
}

void AppService::execute(Ticket ticket, const Command& command) {
    if (const auto* sign = std::get_if<SignIn>(&command)) {
        sign_in(*sign);
        return;
    }
    if (std::holds_alternative<SignOut>(command)) {
        // The store stays open for synchronisation; nothing of it is shown until someone signs in.
        reader_.detach();
        mailbox_->push(SignedOut{});
        return;
    }
    if (work_on_file(ticket, command)) return;
    if (const auto* fetched = std::get_if<FetchCustomer>(&command)) {
        fetch(ticket, *fetched);
        return;
    }
    finish(ticket, carry_out(command), changes_records(command));
}

void AppService::finish(Ticket ticket, Result<Saved> saved, bool changes) {
    if (!saved.ok()) {
        mailbox_->push(CommandFailed{ticket, std::move(saved).error()});
        return;
    }
    mailbox_->push(CommandDone{ticket, std::move(saved).value()});
    if (!changes) return;
    mailbox_->push(DataChanged{ChangedBy::Here});
    publish_status();
    if (saved_) saved_();
}

void AppService::fetch(Ticket ticket, const FetchCustomer& command) {
    if (session_) return hub_desk_.fetch(ticket, command, *session_->store);
    mailbox_->push(CommandFailed{ticket, locked()});
}

Result<Saved> AppService::carry_out(const Command& command) {
    if (const auto* look = std::get_if<KeepLook>(&command)) {
        if (options_.folder.empty()) return Saved{};
        return answer(write_look(options_.folder, look->look));
    }
    if (!session_) return locked();
    if (const auto* keep = std::get_if<KeepDraft>(&command)) {
        return answer(keep_draft(*session_->store, session_->user, keep->draft));
    }
    if (const auto* drop = std::get_if<DropDraft>(&command)) {
        return answer(drop_draft(*session_->store, session_->user, drop->form));
    }
    if (const auto* again = std::get_if<SendAgain>(&command)) {
        return answer(mend_and_send(*session_->store, session_->user, *again));
    }
    if (const auto* away = std::get_if<PutAway>(&command)) {
        return answer(put_away(*session_->store, session_->user, away->id));
    }
    if (const auto* up = std::get_if<TakeUp>(&command)) {
        return answer(take_up(*session_->store, session_->user, up->id));
    }
    if (const auto* accept = std::get_if<AcceptProposal>(&command)) {
        return answer(accept_proposal(*session_->store, session_->user, accept->id));
    }
    if (const auto* decline = std::get_if<DeclineProposal>(&command)) {
        return answer(decline_proposal(*session_->store, session_->user, decline->id));
    }
    if (const auto* reopen = std::get_if<ReopenProposal>(&command)) {
        return answer(reopen_proposal(*session_->store, session_->user, reopen->id));
    }
    if (auto done = carry_out_document(*session_, command)) return *std::move(done);
    sync::LinkBook link(*session_->store);
    if (const auto* keep = std::get_if<KeepLink>(&command)) return answer(link.set(keep->settings));
    if (const auto* say = std::get_if<SayNetwork>(&command)) {
        return answer(link.say(network(), say->metered));
    }
    if (std::holds_alternative<AllowAll>(command)) return answer(link.allow_all());
    repo::Actions actions(*session_->store, session_->user);
    return std::visit(Perform{actions}, command);
}

void AppService::sign_in(const SignIn& command) {
    if (!options_.unlock) {
        mailbox_->push(SignInFailed{locked()});
        return;
    }
    auto session = options_.unlock(command);
    if (!session.ok()) {
        mailbox_->push(SignInFailed{std::move(session).error()});
        return;
    }
    start(*session);
}

void AppService::start(const Session& session) {
    auto reader = session.store->open_reader();
    if (!reader.ok()) {
        mailbox_->push(SignInFailed{std::move(reader).error()});
        return;
    }
    session_ = session;
    const auto version = session.store->writer().data_version();
    if (version.ok()) data_version_ = *version;
    repo::PeopleRepo people(session.store->writer());
    auto user = people.find_user(session.user);
    SignedIn event;
    if (user.ok() && *user) {
        event.user = **user;
    } else {
        // A profile that has no office yet knows its person by the login alone.
        event.user.login = session.user;
        event.user.name = session.user;
    }
    auto drafts = load_drafts(*session.store, session.user, options_.draft_forms);
    if (drafts.ok()) event.drafts = std::move(drafts).value();
    reader_.detach();
    reader_user_ = session.user;
    mailbox_->push(std::move(event));
    reader_.attach(std::make_unique<sqlite::Database>(std::move(reader).value()));
    publish_status();
    if (opened_) opened_(session);
}

void AppService::publish_status() {
    if (!session_ || session_->replica == nullptr) return;
    const std::int64_t begun = clock_->steady_ms();
    auto status = session_->replica->status();
    auto link = session_->replica->link().state(network());
    const std::int64_t now = clock_->steady_ms();
    next_status_ms_ = now + std::max(kStatusEveryMs, (now - begun) * kStatusShare);
    if (!status.ok() || !link.ok()) {
        log(status.ok() ? link.error().text() : status.error().text());
        return;
    }
    mailbox_->push(
        SyncChanged{std::move(status).value(), connection_, problem_, std::move(link).value()});
}

/// A subcommand or another window may write the same profile: the file's version tells.
void AppService::look_for_other_processes() {
    if (!session_) return;
    if (options_.pulse) options_.pulse();
    if (hub_desk_.expects()) look_for_arrivals();
    const auto version = session_->store->writer().data_version();
    if (!version.ok() || *version == data_version_) return;
    data_version_ = *version;
    rows_changed();
    publish_status();
    if (saved_) saved_();
}

std::string AppService::network() const {
    return options_.network ? options_.network() : std::string();
}

Result<QueryAnswer> AppService::read_on_store(const Query& query) {
    const auto* departure = std::get_if<DepartureQuery>(&query);
    if (departure == nullptr) {
        BALIE_ASSIGN(auto data, read_sync_centre());
        return QueryAnswer{std::move(data)};
    }
    if (!session_) return locked();
    BALIE_ASSIGN(auto report, read_departure(*session_->store, options_.folder, session_->user,
                                             network(), departure->days));
    return QueryAnswer{std::move(report)};
}

void AppService::answer_on_store(Ticket ticket, const Query& query) {
    if (const auto* search = std::get_if<HubSearchQuery>(&query); search != nullptr && session_) {
        return hub_desk_.find(ticket, *search, session_->store->entropy());
    }
    auto data = read_on_store(query);
    if (data.ok()) {
        mailbox_->push(QueryDone{ticket, std::move(data).value()});
    } else {
        mailbox_->push(QueryFailed{ticket, std::move(data).error()});
    }
}

Result<SyncCentreData> AppService::read_sync_centre() {
    if (!session_) return locked();
    SyncCentreData out;
    if (session_->replica == nullptr) return out;
    BALIE_ASSIGN(out.status, session_->replica->status());
    BALIE_ASSIGN(out.estimate, session_->replica->link().estimate());
    BALIE_ASSIGN(out.set_aside, session_->replica->set_aside(kSetAsideRowsMax));
    for (const sync::SetAsideEntry& entry : out.set_aside) {
        BALIE_ASSIGN(auto note, aside_note(session_->store->writer(), *clock_, entry));
        out.aside_notes.push_back(std::move(note));
    }
    BALIE_ASSIGN(out.conflicts, session_->replica->conflicts(kSetAsideRowsMax));
    BALIE_ASSIGN(const auto open, repo::ProposalRepo(session_->store->writer()).open());
    for (const repo::Proposal& proposal : open) {
        // One that cannot be read must not hide the rest.
        auto note = read_proposal(session_->store->writer(), *clock_, proposal);
        if (!note.ok()) log(note.error().text());
        out.proposals.push_back(note.ok() ? std::move(*note) : ProposalNote{proposal, {}, {}});
    }
    ConflictNotes notes(session_->store->writer());
    for (const sync::ConflictEntry& conflict : out.conflicts) {
        BALIE_ASSIGN(auto note, notes.of(conflict));
        out.conflict_notes.push_back(std::move(note));
    }
    return out;
}

}  // namespace balie::app

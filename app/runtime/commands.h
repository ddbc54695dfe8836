// What the window may ask for: commands change something and run on the store thread, queries read
// and run on the reader thread (SyncCentre on the store thread, which owns the log).
// Invariant: every request carries a ticket; exactly one answer (events.h) comes back for it, or
// none when a newer search made it pointless. Thread: any. Ownership: values.
#pragma once

#include "app/runtime/known_commands.h"
#include "storage/base/ids.h"
#include "storage/base/value.h"
#include "storage/repo/actions.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/task_repo.h"
#include "storage/repo/timeline_repo.h"
#include "sync/core/change.h"
#include "sync/core/limits.h"
#include "sync/log/link_book.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace balie::app {

using Ticket = std::uint64_t;  ///< 0: none

// --- commands -------------------------------------------------------------------------------
struct SignIn {
    std::string user;
    std::string password;
};
struct SignOut {};
struct SaveInteraction {
    repo::NewInteraction interaction;
};
struct AddCustomer {
    repo::NewCustomer customer;
};
struct EditCustomer {
    RecordId id;
    repo::CustomerChanges changes;
};
struct DeleteCustomer {
    RecordId id;
};
struct AddTask {
    repo::NewTask task;
};
struct DoneTask {
    RecordId id;
};
struct ReopenTask {
    RecordId id;
};
struct UndoTask {
    repo::SavedTask saved;
};
struct MoveTask {
    RecordId id;
    std::string due;  ///< YYYY-MM-DD, "+7d" or ""
};
struct EditTask {
    RecordId id;
    FieldValues fields;
};
struct FlagCustomer {
    RecordId id;
    repo::NewFlag flag;
};
struct UnflagCustomer {
    RecordId id;
    std::string reason;
};
struct UndoSave {
    repo::SavedInteraction saved;
};
struct UndoFlag {
    repo::SavedFlag saved;
};
struct ReopenFlag {
    RecordId flag;
};
/// A person chose what counts of a field's versions, or of a deletion and the edits against it.
struct SettleConflict {
    std::string type;  ///< of the record, as on the wire
    RecordId record;
    std::string field;
    Value value;
    RecordId task;           ///< of whoever was to settle it (ConflictNote)
    bool taken_back{false};  ///< an undo: the task is open again
};

/// A change that was set aside goes to the office again; `texts` is what was mended
/// (field_texts.h).
struct SendAgain {
    sync::ChangeId id;
    std::map<std::string, std::string, std::less<>> texts;
};
/// It needs nobody any more; TakeUp is the inverse.
struct PutAway {
    sync::ChangeId id;
};
struct TakeUp {
    sync::ChangeId id;
};

/// What others saved on a customer whom this person has now; the last takes a refusal back.
struct AcceptProposal {
    RecordId id;
};
struct DeclineProposal {
    RecordId id;
};
struct ReopenProposal {
    RecordId id;
};

/// A customer of others comes here for a while; head office sees who, when and why. Answered when
/// it is here.
struct FetchCustomer {
    RecordId id;
    std::string reason;
    std::string note;
};

/// A form that was not saved: kept encrypted in the store, offered again after a crash.
struct Draft {
    std::string form;  ///< "visit"
    FieldValues fields;

    bool operator==(const Draft&) const = default;
};
struct KeepDraft {
    Draft draft;
};
struct DropDraft {
    std::string form;
};

/// How the window looks; kept in a plain file, as it is needed before anybody signs in.
struct Look {
    std::string language{"en"};
    std::string theme{"light"};
    int scale_percent{100};

    bool operator==(const Look&) const = default;
};
struct KeepLook {
    Look look;
};

/// Whether the line is metered, and its budget.
struct KeepLink {
    sync::LinkSettings settings;
};
/// What the network one is on now costs.
struct SayNetwork {
    bool metered{};
};
/// What a metered line or its budget holds back may go, until all is exchanged.
struct AllowAll {};

using Command = std::variant<
    SignIn, SignOut, SaveInteraction, AddCustomer, EditCustomer, DeleteCustomer, AddTask, DoneTask,
    ReopenTask, UndoTask, MoveTask, EditTask, AddFact, EditFact, RemoveFact, RestoreFact,
    AddRelation, EditRelation, RemoveRelation, RestoreRelation, FlagCustomer, UnflagCustomer,
    UndoSave, UndoFlag, ReopenFlag, SettleConflict, SendAgain, PutAway, TakeUp, AcceptProposal,
    DeclineProposal, ReopenProposal, FetchCustomer, AttachFile, SaveCopy, RemoveDocument,
    RestoreDocument, AskDocument, KeepDraft, DropDraft, KeepLook, KeepLink, SayNetwork, AllowAll>;

// --- queries --------------------------------------------------------------------------------
inline constexpr int kTimelinePage = 60;
inline constexpr int kTasksPage = 200;

/// Code lists, people and custom fields: asked once, and again when they changed.
struct ReferenceQuery {};
struct TodayQuery {};
struct SearchQuery {
    std::string text;
    int limit{30};
};
struct CustomerQuery {
    RecordId id;
};
struct TimelineQuery {
    RecordId customer;
    repo::TimelineFilter filter;
    std::optional<repo::TimelineCursor> before;
    int limit{kTimelinePage};
};
/// How a customer wants to be reached.
struct WishesQuery {
    RecordId customer;
};
struct TasksQuery {
    repo::TaskFilter filter{repo::TaskFilter::Open};
    std::string assignee;  ///< login; empty: everybody's
    int limit{kTasksPage};
};
struct PriorityQuery {
    std::string level;  ///< empty: all
};
struct SyncCentreQuery {};
/// Green to go offline? Tasks are looked at so many days ahead.
struct DepartureQuery {
    int days{3};
};

/// What head office wants to be asked with.
inline constexpr std::size_t kOfficeLettersMin = sync::kFindLettersMin;
inline constexpr std::size_t kOfficeTextBytesMax = sync::kFindTextBytesMax;
/// Of head office: customers of others too. Needs a connection.
struct HubSearchQuery {
    std::string text;
};

using Query =
    std::variant<ReferenceQuery, TodayQuery, SearchQuery, CustomerQuery, TimelineQuery, WishesQuery,
                 TasksQuery, PriorityQuery, SyncCentreQuery, DepartureQuery, HubSearchQuery>;

/// What the window asks of the connection; implemented by the sync worker. Thread: any.
class SyncControl {
  public:
    SyncControl() = default;
    SyncControl(const SyncControl&) = delete;
    SyncControl& operator=(const SyncControl&) = delete;
    virtual ~SyncControl() = default;

    /// Connects now, or says by an event why that cannot be.
    virtual void sync_now() = 0;
    /// False: stays offline until it is set again (a person's wish, not a fault).
    virtual void set_online(bool online) = 0;
};

}  // namespace balie::app

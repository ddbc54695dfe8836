// What the window may be told, through the mailbox and no other way.
// Invariant: events are values; nothing in them refers to a thread's own data. SyncChanged and
// DataChanged replace their unread predecessor, all others are kept. Thread: any.
#pragma once

#include "app/runtime/commands.h"
#include "app/runtime/departure.h"
#include "storage/attach/documents.h"
#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/repo/channel_wish.h"
#include "storage/repo/code_repo.h"
#include "storage/repo/customer_360.h"
#include "storage/repo/customer_search.h"
#include "storage/repo/people_repo.h"
#include "storage/repo/priority_repo.h"
#include "storage/repo/proposal_repo.h"
#include "storage/repo/task_repo.h"
#include "sync/log/receipts.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/asks.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace balie::app {

// --- answers to queries ---------------------------------------------------------------------
struct Reference {
    std::vector<repo::Code> codes;
    std::vector<repo::User> users;
    std::vector<domain::CustomField> customer_fields;
};
struct TodayData {
    std::string today;
    std::vector<repo::Task> due;   ///< overdue and due today, the oldest first
    std::vector<repo::Task> next;  ///< open and due later
    repo::TaskCounts counts;
    std::vector<repo::Interaction> recent;    ///< one's own, the latest first
    std::vector<repo::PriorityRow> priority;  ///< the longest without contact first
    std::vector<RecordId> pending;            ///< of `recent`: saved here, not with the office yet
    std::vector<repo::NearDay> days;          ///< birthdays and important dates of the next days
};
/// By record: when head office signed for what was saved here, and its reference.
using Receipts = std::map<RecordId, sync::Receipt>;
/// Why a customer of others is here.
struct FetchedNote {
    std::int64_t until_ms{};
    std::string reason;  ///< code of fetch_reason
    std::string note;
};
/// Who had this customer brought to them, as the office knows.
struct FetchEntry {
    std::string who;  ///< login
    std::string reason;
    std::string note;
    std::int64_t at_ms{};
    std::int64_t until_ms{};
};
struct CustomerData {
    repo::Customer360 card;
    std::optional<FetchedNote> fetched;
    std::vector<FetchEntry> fetches;    ///< the latest first; at the office alone
    std::vector<std::string> channels;  ///< of its contacts, the most used first
    std::vector<attach::Document> documents;
    std::vector<RecordId> pending;  ///< itself, its flag, facts and relations: not sent yet
};
struct TimelineData {
    repo::EntryPage page;
    Receipts receipts;  ///< of its contacts
    std::vector<RecordId> pending;
};
struct TasksData {
    std::vector<repo::Task> rows;
    repo::TaskCounts counts;
    bool more{false};
    std::vector<RecordId> pending;
};
struct PriorityData {
    std::vector<repo::PriorityRow> rows;
};
/// Who is to see to something, and by when.
struct Asked {
    RecordId task;         ///< there may be none yet
    std::string assignee;  ///< login; empty: nobody was asked, or it is done
    std::string due_on;    ///< YYYY-MM-DD or ""
};
/// What a conflict's entry does not say itself.
struct ConflictNote {
    std::string customer;              ///< name; empty: the record is about none
    RecordId customer_id;              ///< nil: about none
    std::vector<std::string> authors;  ///< logins, as the entry's heads; empty: not known here
    std::vector<std::string> lines;    ///< of an address, as the heads: in one line
    std::string former_line;           ///< of an address that both had seen
    Asked asked;                       ///< to settle it
};
/// What a change that was set aside is about, and what it would have written.
struct AsideNote {
    std::string customer;  ///< name; empty: about none, or not known here
    RecordId customer_id;  ///< nil: about none, or not known here
    bool creates{false};   ///< a new record, which is not in the lists any more
    Asked asked;           ///< to mend it
    struct Field {
        std::string name;
        Value value;
        std::string text;  ///< as it can be written anew (field_texts.h)
    };
    std::vector<Field> fields;
};
/// A proposal, and what it would write beside what is there now.
struct ProposalNote {
    repo::Proposal proposal;
    std::string customer;  ///< name
    struct Field {
        std::string name;
        Value value;
        Value now;
        std::string text;  ///< of `value` (field_texts.h)
        std::string now_text;
    };
    struct Part {
        std::string type;  ///< of the record, as on the wire
        bool creates{false};
        std::vector<Field> fields;
    };
    std::vector<Part> parts;
};
struct SyncCentreData {
    sync::SyncStatus status;
    sync::LinkEstimate estimate;
    std::vector<sync::SetAsideEntry> set_aside;
    std::vector<AsideNote> aside_notes;  ///< in the same order
    std::vector<sync::ConflictEntry> conflicts;
    std::vector<ConflictNote> conflict_notes;  ///< in the same order
    std::vector<ProposalNote> proposals;
};

using QueryAnswer = std::variant<Reference, TodayData, repo::SearchResult, CustomerData,
                                 TimelineData, repo::ContactWishes, TasksData, PriorityData,
                                 SyncCentreData, DepartureReport, sync::Found>;

struct QueryDone {
    Ticket ticket{};
    QueryAnswer answer;
};
struct QueryFailed {
    Ticket ticket{};
    Error error;
};

// --- answers to commands --------------------------------------------------------------------
/// What was made: what an undo needs. Nothing: it has no answer but that it was done.
using Saved = std::variant<std::monostate, RecordId, repo::SavedInteraction, repo::SavedCustomer,
                           repo::SavedFlag, repo::SavedTask>;

struct CommandDone {
    Ticket ticket{};
    Saved saved;
};
struct CommandFailed {
    Ticket ticket{};
    Error error;
};

/// The profile is open: this person is at work.
struct SignedIn {
    repo::User user;
    std::vector<Draft> drafts;  ///< what a crash or a power cut left unsaved
};
struct SignInFailed {
    Error error;
};
struct SignedOut {};

// --- what happens by itself -----------------------------------------------------------------
enum class ChangedBy : std::uint8_t {
    Here,   ///< a command of this window
    Office  ///< changes that came from the hub, or another process of this profile
};
/// Rows changed: what is on screen is asked for again.
struct DataChanged {
    ChangedBy by{ChangedBy::Here};
};

enum class Connection : std::uint8_t {
    NotEnrolled,  ///< this device has no office yet
    Offline,      ///< no connection; tried again by itself
    Held,         ///< offline because the person wants it so
    Connecting,
    Online,  ///< connected, everything exchanged
    Busy,    ///< connected, exchanging
    Budget,  ///< the budget of this line is used up, and nothing waits that goes all the same
    Refused  ///< the office or its certificate is not accepted: `problem` says why
};
struct SyncChanged {
    sync::SyncStatus status;
    Connection connection{Connection::Offline};
    Error problem{};  ///< what is empty when there is none
    sync::LinkState link{};
};
/// A line of the sync centre's log.
struct SyncLogged {
    std::int64_t at_ms{};
    std::string text;
};

using Event = std::variant<QueryDone, QueryFailed, CommandDone, CommandFailed, SignedIn,
                           SignInFailed, SignedOut, DataChanged, SyncChanged, SyncLogged>;

}  // namespace balie::app

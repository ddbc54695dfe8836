// What a person does, each as one unit: checked, written with its change log, and answered with the
// ids that an undo needs. Window and subcommands call the same functions.
// Invariant: one action is one UnitOfWork: all of it is saved, durably, or nothing. Codes are those
// of the organisation's lists. What is undone is a new change, so that others see it too.
// Errors everywhere: InvalidInput (what, and the valid choices), NotFound, LimitExceeded, Busy,
// DiskFull, Io. Thread: store only. Owns nothing; the store outlives it.
#pragma once

#include "storage/base/date.h"
#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/repo/customer_repo.h"
#include "storage/repo/fact_repo.h"
#include "storage/repo/relation_repo.h"
#include "storage/store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

struct NewFlag {
    std::string level;   ///< A, B or C
    std::string reason;  ///< code of list flag_reason
    std::string until;   ///< YYYY-MM-DD, "+30d" or "": without end
    std::string note;
};

struct NewTask {
    std::optional<RecordId> customer;
    std::string subject;
    std::string note;
    std::string due;       ///< YYYY-MM-DD, "+7d" (from today) or "": no date
    std::string assignee;  ///< login; "": oneself
    /// Its id, where that follows from what it is for: there is one such task wherever it is made.
    std::optional<RecordId> id = {};
};

struct SavedTask {
    RecordId task;
    FieldValues former;  ///< what counted before, where the task was there already
};

struct NewInteraction {
    std::optional<RecordId> customer;
    std::string channel;
    std::string outcome;
    std::string reason;
    std::string direction;  ///< inbound, outbound or ""
    std::string note;
    /// Why by this channel all the same, where the customer does not want it: a line in words,
    /// which is put before the note.
    std::string override;
    std::optional<Moment> at;  ///< nothing: now
    std::optional<std::int64_t> duration_s;
    std::optional<NewTask> next;  ///< its customer is the interaction's; no subject: the outcome's
    std::optional<NewFlag> flag;  ///< needs a customer
    std::string fact;             ///< what was learnt of the customer, whom it needs; "": nothing
    FieldValues custom;           ///< "x.NAME"
};

struct SavedInteraction {
    RecordId interaction;
    std::optional<RecordId> task;
    std::optional<RecordId> flag;
    std::optional<RecordId> ended_flag;  ///< the one that `flag` took the place of
    std::optional<RecordId> fact;
};

/// Only what is given changes; a text that is given and empty is cleared.
struct InteractionChanges {
    std::optional<std::string> channel;
    std::optional<std::string> outcome;
    std::optional<std::string> reason;
    std::optional<std::string> direction;
    std::optional<std::string> note;
    std::optional<Moment> at;
    std::optional<std::int64_t> duration_s;
    std::optional<RecordId> customer;
    FieldValues custom;
};

struct NewContactPoint {
    std::string kind;  ///< phone, email, address or web
    std::string label;
    std::string value;  ///< phones are kept in E.164 where they can be
    Address address;
    bool preferred{false};
};

struct NewCustomer {
    FieldValues fields;  ///< kind, name… and "x.NAME"; owner, branch, territory: the user's own
    std::vector<NewContactPoint> contact_points;
};

struct SavedCustomer {
    RecordId customer;
    std::vector<RecordId> contact_points;
};

struct CustomerChanges {
    FieldValues fields;  ///< null clears
    std::vector<NewContactPoint> added;
    struct Changed {
        RecordId id;
        NewContactPoint point;
    };
    std::vector<Changed> changed;
    std::vector<RecordId> removed;
};

struct SavedFlag {
    RecordId flag;
    std::optional<RecordId> ended;  ///< the former one of another level
};

class Actions {
  public:
    /// `user` is a login.
    Actions(store::Store& store, std::string user) : store_(&store), user_(std::move(user)) {}

    [[nodiscard]] Result<SavedInteraction> save_interaction(const NewInteraction& interaction);
    /// A new line that takes the place of the one `id` belongs to. Answers the new line's id.
    [[nodiscard]] Result<RecordId> amend_interaction(const RecordId& id,
                                                     const InteractionChanges& changes);
    /// An amendment whose outcome is of kind "withdrawn". Answers the new line's id.
    [[nodiscard]] Result<RecordId> withdraw_interaction(const RecordId& id);
    /// Takes the whole save back: line withdrawn, task deleted, flag ended, former flag reopened,
    /// fact removed.
    [[nodiscard]] Outcome undo_save(const SavedInteraction& saved);

    [[nodiscard]] Result<SavedCustomer> add_customer(const NewCustomer& customer);
    /// Answers the ids of the contact points that were added.
    [[nodiscard]] Result<SavedCustomer> edit_customer(const RecordId& id,
                                                      const CustomerChanges& changes);
    [[nodiscard]] Outcome delete_customer(const RecordId& id);
    [[nodiscard]] Outcome restore_customer(const RecordId& id);

    /// With an id that there is already: that task, open, for whom and when it is now.
    [[nodiscard]] Result<SavedTask> add_task(const NewTask& task);
    /// Undo of add_task: a new task is deleted, one that was there is as it was.
    [[nodiscard]] Outcome undo_task(const SavedTask& saved);
    /// `fields` of a task; due_on may be "+7d".
    [[nodiscard]] Outcome edit_task(const RecordId& id, FieldValues fields);
    /// Errors: AlreadyExists when it is done.
    [[nodiscard]] Outcome done_task(const RecordId& id);
    [[nodiscard]] Outcome reopen_task(const RecordId& id);
    [[nodiscard]] Outcome delete_task(const RecordId& id);

    /// Errors: NotFound, InvalidInput, LimitExceeded.
    [[nodiscard]] Result<RecordId> add_fact(const NewFact& fact);
    [[nodiscard]] Outcome edit_fact(const RecordId& id, const FactChanges& changes);
    [[nodiscard]] Outcome remove_fact(const RecordId& id);
    [[nodiscard]] Outcome restore_fact(const RecordId& id);

    /// Errors: AlreadyExists when these two are that to each other already.
    [[nodiscard]] Result<RecordId> add_relation(const NewRelation& relation);
    /// `fields` of a relation: kind, since, until, note; null clears.
    [[nodiscard]] Outcome edit_relation(const RecordId& id, FieldValues fields);
    [[nodiscard]] Outcome remove_relation(const RecordId& id);
    [[nodiscard]] Outcome restore_relation(const RecordId& id);

    /// Errors: AlreadyExists when the customer has a flag of that level; one of another level ends.
    [[nodiscard]] Result<SavedFlag> flag_customer(const RecordId& customer, const NewFlag& flag);
    /// `reason` is a code of list flag_end_reason; may be empty. Answers the ended flag's id.
    /// Errors: NotFound when there is no flag in force.
    [[nodiscard]] Result<RecordId> unflag_customer(const RecordId& customer,
                                                   std::string_view reason);
    /// Undo of flag_customer and of unflag_customer.
    [[nodiscard]] Outcome undo_flag(const SavedFlag& saved);
    [[nodiscard]] Outcome reopen_flag(const RecordId& flag);

    /// Of conflicting versions this value counts: written even where the field shows it already, so
    /// that it replaces all of them.
    struct Settlement {
        std::string_view type;  ///< of the record, as on the wire
        RecordId record;
        std::string_view field;
        Value value;
        RecordId task;           ///< of whoever was to do it (it need not exist): done by this
        bool taken_back{false};  ///< an undo: the task is open again
    };
    /// Errors: NotFound, InvalidInput, LimitExceeded.
    [[nodiscard]] Outcome settle_conflict(const Settlement& settlement);

    /// Today where this machine stands: YYYY-MM-DD.
    [[nodiscard]] std::string today() const;
    /// "+7d", "+2w" or YYYY-MM-DD to a date. Errors: InvalidInput.
    [[nodiscard]] Result<std::string> parse_due(std::string_view text) const;

  private:
    store::Store* store_;
    std::string user_;
};

}  // namespace balie::repo

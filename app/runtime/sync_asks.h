// "Please synchronise": asked by a process that finds the profile's sync lock held, answered by the
// one that holds it. Question and answer are settings of the database, so that whoever watches the
// file's version (the window, balie sync --follow) finds them.
// Invariant: an answer belongs to one question; it is given when everything that was saved before
// the question is with the hub and everything the hub had is here, or when a try failed.
// Thread: store only. Ownership: store, replica and control outlive it.
#pragma once

#include "app/runtime/commands.h"
#include "app/runtime/events.h"
#include "storage/base/result.h"
#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"

#include <optional>
#include <string>

namespace balie::app {

/// The side that asks.
class SyncQuestion {
  public:
    [[nodiscard]] static Result<SyncQuestion> ask(store::Store& store);
    /// Nothing: not answered yet. Otherwise how it went.
    [[nodiscard]] Result<std::optional<Outcome>> answer();

  private:
    SyncQuestion(store::Store& store, std::string token)
        : store_(&store), token_(std::move(token)) {}

    store::Store* store_;
    std::string token_;
};

/// The side that holds the lock.
class SyncAnswers {
  public:
    SyncAnswers(store::Store& store, sync::TerminalReplica& replica, SyncControl& control)
        : store_(&store), replica_(&replica), control_(&control) {}

    /// Somebody else wrote into the file: maybe a question.
    void look();
    /// How the connection stands now; every change of it has to be told.
    void connection_is(Connection connection, const Error& problem);

  private:
    void answer(const Outcome& how);

    store::Store* store_;
    sync::TerminalReplica* replica_;
    SyncControl* control_;
    Connection connection_{Connection::Offline};
    std::string known_;  ///< the latest question that was seen
    std::string asked_;  ///< the one that has no answer yet; empty: none
    bool tried_{false};  ///< a try for it is under way
};

}  // namespace balie::app

// What stands behind the window: the store thread, the reader thread and the mailbox, joined.
// Commands and queries go in, events come out of the mailbox. The sync worker uses it too: post()
// for its slices, connection_changed() and rows_changed() for what it has to tell.
// Invariant: every command that was accepted is answered by one event; a save is durable before
// its answer. Thread: any, as each function says. Ownership: owns its threads; clock, mailbox and
// what a Session points to outlive it.
#pragma once

#include "app/runtime/events.h"
#include "app/runtime/hub_desk.h"
#include "app/runtime/mailbox.h"
#include "app/runtime/reader_worker.h"
#include "app/runtime/store_worker.h"
#include "storage/base/clock.h"
#include "storage/crypto/system_entropy.h"
#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace balie::app {

/// An open profile and who is at work in it.
struct Session {
    store::Store* store{};
    sync::TerminalReplica* replica{};  ///< nothing: no synchronisation (a profile without office)
    std::string user;                  ///< login
    attach::BlobFiles* blobs{};        ///< nothing: no files can be attached
};

struct ServiceOptions {
    std::filesystem::path folder;  ///< for the look of the window; empty: it is not kept
    /// Opens the profile with a password; runs on the store thread and may take a second.
    std::function<Result<Session>(const SignIn&)> unlock;
    /// Runs on the store thread about once a second while nothing else does and a profile is open.
    std::function<void()> pulse;
    /// Which network this is, as far as one can tell (LinkBook). Thread: any.
    std::function<std::string()> network{};
    /// Asks head office over the connection there is; empty: there is none.
    AskHub ask_hub{};
    /// Forms whose drafts are offered again.
    std::vector<std::string> draft_forms{"visit", "customer_form"};
};

class AppService {
  public:
    AppService(Clock& clock, Mailbox& mailbox, ServiceOptions options);
    AppService(const AppService&) = delete;
    AppService& operator=(const AppService&) = delete;
    /// Carries out what was accepted, then stops both threads.
    ~AppService();

    /// For a profile that is open already (password from the environment). Thread: UI only.
    void open(const Session& session);

    /// Thread: any. What cannot be taken is answered by CommandFailed or QueryFailed too.
    void send(Ticket ticket, Command command);
    void ask(Ticket ticket, Query query);

    // --- for the sync worker; thread: any ---
    /// Runs on the store thread, after local commands; at most kRemoteSliceMs a time.
    [[nodiscard]] Outcome post(std::function<void()> slice);
    /// The status is computed anew and told to the window.
    void connection_changed(Connection connection, Error problem = {});
    /// Remote changes were applied: the window asks again for what it shows.
    void rows_changed();
    void log(std::string text);
    /// Called on the store thread after every local save (TerminalLink::local_changes_saved).
    void set_saved_listener(std::function<void()> listener);
    /// Called on the store thread when a profile was opened by sign-in.
    void set_opened_listener(std::function<void(const Session&)> listener);

    /// Blocks until both threads have nothing to do. For tests, screenshots and the end.
    void settle();

  private:
    void execute(Ticket ticket, const Command& command);
    [[nodiscard]] Result<Saved> carry_out(const Command& command);
    /// Files, for which the store thread must not wait (document_work.cpp).
    [[nodiscard]] bool work_on_file(Ticket ticket, const Command& command);
    void attach_file(Ticket ticket, const AttachFile& command);
    void save_copy(Ticket ticket, const SaveCopy& command);
    void finish(Ticket ticket, Result<Saved> saved, bool changes);
    void sign_in(const SignIn& command);
    void start(const Session& session);
    void publish_status();
    void look_for_other_processes();
    void fetch(Ticket ticket, const FetchCustomer& command);
    void look_for_arrivals();
    void answer_on_store(Ticket ticket, const Query& query);
    [[nodiscard]] Result<QueryAnswer> read_on_store(const Query& query);
    [[nodiscard]] std::string network() const;
    [[nodiscard]] Result<SyncCentreData> read_sync_centre();

    Clock* clock_;
    Mailbox* mailbox_;
    ServiceOptions options_;
    // Store thread only:
    std::optional<Session> session_;
    Connection connection_{Connection::Offline};
    Error problem_;
    std::function<void()> saved_;
    std::function<void(const Session&)> opened_;
    std::int64_t data_version_{0};
    std::int64_t next_status_ms_{0};  ///< steady clock; of an exchange under way
    std::string reader_user_;         ///< written while the reader is detached
    crypto::SystemEntropy entropy_;
    HubDesk hub_desk_;
    ReaderWorker reader_;
    StoreWorker files_;  ///< reads and writes people's own files, one at a time
    StoreWorker store_;
};

}  // namespace balie::app

// One connection to the hub: joins a TerminalLink (store thread) and a WsClient (io thread).
// Invariant: everything of the link runs on the store thread, handed over through `post`; a run
// that ended stays ended. Retrying is its owner's. Thread: store only, unless said otherwise.
// Ownership: io thread, replica and clock outlive it; held by shared_ptr, since what was handed
// over may still be on its way when the owner lets go.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "sync/core/enrolment_code.h"
#include "sync/log/terminal_link.h"
#include "sync/net/ws_client.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace balie::app {

struct SyncRunConfig {
    std::string url;  ///< wss://HOST:PORT
    sync::Pin pin{};
    std::string program;
    /// Runs the function on the store thread, soon. Thread: any.
    std::function<Outcome(std::function<void()>)> post;
    std::function<Result<Bytes>(std::string_view text)> sign;
    std::function<void()> on_online;    ///< the hub's certificate was accepted
    std::function<void()> on_progress;  ///< something durable happened
    /// Everything known here is at the hub, and the reverse; `held`: as much as the line's rules
    /// let go.
    std::function<void(bool held)> on_idle;
    /// Which network this is, as far as one can tell (LinkBook); may be empty. Thread: any.
    std::function<std::string()> network{};
    std::function<void(const std::string& text)> on_wipe;
    std::function<void(const std::string& text)> on_warning;
    std::function<void()> on_ended;  ///< the last call
    /// Only to ask: nothing is pushed or pulled, whoever else synchronises this profile.
    bool ask_only{false};
};

/// What head office answers to a question of a person; what went wrong on the way is a refusal in
/// it.
using AnswerTaker = std::function<void(const sync::HubAnswer&)>;

class SyncRun : public std::enable_shared_from_this<SyncRun> {
  public:
    SyncRun(sync::IoThread& io, sync::TerminalReplica& replica, Clock& clock, SyncRunConfig config);
    SyncRun(const SyncRun&) = delete;
    SyncRun& operator=(const SyncRun&) = delete;
    ~SyncRun();

    /// Errors: InvalidInput (address), Denied (not enrolled).
    [[nodiscard]] Outcome start();
    [[nodiscard]] Outcome start_enrolment(sync::EnrolRequest request);

    /// Ends by itself once nothing is left to do.
    void finish_when_idle();
    void local_changes_saved();
    /// Asked as soon as the hub is there; answered once, when the run ends at the latest.
    void ask(sync::HubQuestion question, AnswerTaker taker);
    /// The machine has other addresses: is the hub still there?
    void network_changed();
    void tick();
    /// Steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const;
    /// Ends now; on_ended follows.
    void stop();

    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] bool reached_idle() const { return reached_idle_; }
    /// Idle, and something had to stay behind.
    [[nodiscard]] bool held_back() const { return held_back_; }
    /// Why it ended, when that was no success.
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    /// The hub asked to wait this long; -1: as the backoff says.
    [[nodiscard]] std::int64_t retry_ms() const { return retry_ms_; }
    /// Trying again is pointless until somebody acts.
    [[nodiscard]] bool final() const { return final_; }

  private:
    [[nodiscard]] Outcome connect();
    void opened(sync::CertificateTime time);
    void closed(const Error& why);
    void disconnected(const sync::Disconnect& how);
    void end();
    [[nodiscard]] sync::LinkCallbacks callbacks();
    /// Thread: io.
    void arrived(std::string message);
    void take_in();
    void take_in_rest();
    void answered(const sync::HubAnswer& answer);
    void answer_rest();
    void idle_reached(bool held);
    /// Counts what the line carried, and looks anew at what may go.
    void account(bool at_once);
    void apply_rules();
    void count_traffic(std::uint64_t in, std::uint64_t out);
    /// Hands `function` to the store thread, if this run is still there by then. Thread: any.
    void on_store(std::function<void(SyncRun&)> function);

    sync::TerminalReplica* replica_;
    Clock* clock_;
    SyncRunConfig config_;
    sync::WsClient client_;
    std::optional<sync::EnrolRequest> enrolment_;
    std::optional<sync::TerminalLink> link_;
    std::mutex inbox_mutex_;  ///< guards the two below: filled on the io thread
    std::deque<std::string> inbox_;
    bool take_in_posted_{false};
    std::int64_t opened_by_ms_{};
    std::int64_t opened_ms_{};  ///< steady
    std::int64_t cursor_before_{};
    bool enrolling_{false};  ///< a person waits for it: no rules
    bool measured_{false};
    bool metered_{false};
    std::int64_t counted_ms_{};    ///< steady
    std::uint64_t look_again_{0};  ///< bytes in and out at which the rules are read again
    std::uint64_t counted_in_{};
    std::uint64_t counted_out_{};
    struct Asked {
        sync::HubQuestion question;
        AnswerTaker taker;
    };
    std::vector<Asked> asked_;  ///< not answered yet
    bool finish_{false};
    bool ended_{false};
    bool reached_idle_{false};
    bool held_back_{false};
    bool final_{false};
    std::int64_t retry_ms_{-1};
    std::optional<Error> error_;
};

}  // namespace balie::app

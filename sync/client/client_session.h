// The terminal's side of one connection, sans-I/O: values in, values out, time as an argument.
// It owns no socket, file, thread or database; who drives it (app/runtime, the simulation) carries
// out the outputs in order and feeds the results back as inputs.
// Invariant: nothing is asked for twice while it is under way; a message that does not fit the
// state is answered or ends the session, never believed. One object is one connection: something
// outside it owns retrying (backoff.h). Thread: any, one at a time.
#pragma once

#include "sync/client/client_io.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace balie::sync {

enum class ClientState : std::uint8_t {
    AwaitChallenge,
    Signing,
    AwaitEnrolled,
    AwaitWelcome,
    Resuming,
    Syncing,
    Live,
    Closed
};

class ClientSession {
  public:
    /// A known device.
    ClientSession(Identity identity, std::int64_t steady_ms);
    /// A new one: enrols, then goes on as a known one on the same connection.
    ClientSession(EnrolRequest request, std::int64_t steady_ms);

    /// `wall_ms` is the terminal's clock (goes into HELLO and measures the offset), `steady_ms`
    /// drives the watchdogs.
    [[nodiscard]] std::vector<ClientOutput> step(ClientInput input, std::int64_t steady_ms,
                                                 std::int64_t wall_ms);
    /// When step(TimePassed) is due, on the steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const;

    [[nodiscard]] ClientState state() const { return state_; }
    /// Hub minus terminal, from the shortest round trip so far; 0 before the first.
    [[nodiscard]] std::int64_t clock_offset_ms() const { return clock_offset_ms_; }
    [[nodiscard]] std::int64_t hub_seq_seen() const { return hub_seq_seen_; }
    /// Durably applied, as this session knows.
    [[nodiscard]] std::int64_t applied_to() const { return applied_to_; }
    /// Bytes of files that came, as messages: they say nothing of how large a change is.
    [[nodiscard]] std::int64_t blob_bytes_in() const { return blob_bytes_in_; }
    /// Everything is exchanged, as far as the rules let it, and nothing is under way.
    [[nodiscard]] bool idle() const;

  private:
    using Outputs = std::vector<ClientOutput>;
    struct Sent {
        std::int64_t first{};
        std::int64_t last{};
        std::size_t bytes{};
        std::int64_t sent_ms{};
    };

    void on(MessageReceived& input, Outputs& out);
    void on(GarbageReceived& input, Outputs& out);
    void on(Signed& input, Outputs& out);
    void on(EnrolmentSaved& input, Outputs& out);
    void on(Resumed& input, Outputs& out);
    void on(OutboxLoaded& input, Outputs& out);
    void on(AckSaved& input, Outputs& out);
    void on(ChangesApplied& input, Outputs& out);
    void on(SnapshotApplied& input, Outputs& out);
    void on(DigestCompared& input, Outputs& out);
    void on(OwnLooked& input, Outputs& out);
    void on(BlobTaskFound& input, Outputs& out);
    void on(BlobRead& input, Outputs& out);
    void on(BlobSaved& input, Outputs& out);
    void on(BlobNoted& input, Outputs& out);
    void on(LocalChangesSaved& input, Outputs& out);
    void on(RulesChanged& input, Outputs& out);
    void on(NetworkChanged& input, Outputs& out);
    void on(AskHub& input, Outputs& out);
    void on(FinishWhenIdle& input, Outputs& out);
    void on(Failed& input, Outputs& out);
    void on(TimePassed& input, Outputs& out);

    template <typename AnyMessage>
    void receive(AnyMessage& message, Outputs& out);  ///< what only a hub may get: wrong order
    void receive(Challenge& message, Outputs& out);
    void receive(Enrolled& message, Outputs& out);
    void receive(Welcome& message, Outputs& out);
    void receive(Ack& message, Outputs& out);
    void receive(Changes& message, Outputs& out);
    void receive(Snapshot& message, Outputs& out);
    void receive(Checkpoint& message, Outputs& out);
    void receive(Mark& message, Outputs& out);
    void receive(BlobHave& message, Outputs& out);
    void receive(BlobWant& message, Outputs& out);
    void receive(BlobPut& message, Outputs& out);
    void receive(BlobRefused& message, Outputs& out);
    void receive(Ping& message, Outputs& out);
    void receive(Pong& message, Outputs& out);
    void receive(PeerError& message, Outputs& out);
    void receive(Bye& message, Outputs& out);
    void receive(Found& message, Outputs& out);
    void receive(Fetched& message, Outputs& out);

    void send_asks(Outputs& out);
    /// The answer to the oldest question that was sent and fits; it is forgotten then.
    template <typename Question, typename Answer>
    void answered(Answer& answer, Outputs& out);
    /// True: an unknown message was a question, and whoever asked has been told.
    [[nodiscard]] bool not_known_there(Outputs& out);
    void give_up_asks(Outputs& out);  ///< those that waited too long
    void say_hello(Outputs& out);
    void push_more(Outputs& out);
    void pull_from(std::int64_t cursor, Outputs& out);
    void begin_pull(Outputs& out);
    [[nodiscard]] bool pull_held() const;
    [[nodiscard]] bool pushing() const;
    [[nodiscard]] bool slow_line() const;
    void ping(Outputs& out);
    /// False: it is more than the credit, and the session has ended.
    [[nodiscard]] bool take_in(std::variant<Changes, Snapshot> batch, std::size_t bytes,
                               Outputs& out);
    void applied_one();
    void apply_next(Outputs& out);
    void compare_next(Outputs& out);
    void settle(Outputs& out);  ///< what follows from the state after every input
    /// Attachments (client_blobs.cpp): a step, when records leave the line to them.
    void blob_next(Outputs& out);
    void blob_look_again();
    void blob_skip(const std::string& code, Outputs& out);
    void blob_drop();
    void blob_retry();
    void blob_answered();
    [[nodiscard]] bool blobs_idle() const;
    [[nodiscard]] bool records_idle() const;
    void gap(std::int64_t expected_seq, Outputs& out);
    void measure(std::int64_t hub_wall_ms, std::int64_t sent_steady_ms);
    void progressed() { progress_ms_ = now_ms_; }
    void protest(std::string code, std::string text, Outputs& out);
    void end(std::optional<Error> error, Outputs& out, std::int64_t retry_ms = -1,
             bool final = false);
    [[nodiscard]] bool syncing() const;
    [[nodiscard]] bool records_under_way() const;
    [[nodiscard]] bool work_under_way() const;
    [[nodiscard]] std::int64_t progress_limit_ms() const;

    ClientState state_{ClientState::AwaitChallenge};
    std::optional<EnrolRequest> enrol_;
    std::optional<Enrol> enrol_message_;  ///< being signed
    Identity identity_;
    std::optional<Challenge> challenge_;
    std::optional<Hello> hello_;  ///< being signed
    bool read_only_{false};
    LinkRules rules_;

    // Time.
    std::int64_t now_ms_{};  ///< steady
    std::int64_t wall_ms_{};
    std::int64_t stage_ms_{};  ///< when this stage of the handshake began
    std::int64_t heard_ms_{};
    std::int64_t pinged_ms_{};
    std::int64_t progress_ms_{};  ///< last durable progress
    std::int64_t hello_sent_ms_{};
    std::int64_t ping_sent_wall_ms_{};
    bool ping_out_{false};
    std::optional<std::int64_t> probe_ms_;  ///< when the network changed, until the hub is heard
    std::optional<std::int64_t> best_trip_ms_;
    std::int64_t hub_minus_steady_ms_{};  ///< so that a jump of the wall clock moves the offset too
    std::int64_t clock_offset_ms_{};

    // Push.
    int push_window_{1};
    std::deque<Sent> sent_;      ///< each is answered by ACK or refusal, in order
    std::int64_t sent_seq_{};    ///< last change handed to the wire
    std::size_t batch_bytes_{};  ///< grows while answers come fast
    bool loading_{false};
    bool load_again_{false};  ///< something was saved while loading
    bool outbox_empty_{false};
    bool outbox_held_{false};                  ///< empty by the rules only
    std::optional<std::int64_t> resume_from_;  ///< after a gap: wait for the rest of the answers
    int gaps_without_progress_{};
    int acks_being_saved_{};

    // Pull.
    bool pulling_{false};  ///< the hub may send: it was asked on this connection, and still is
    std::int64_t hub_seq_seen_{};
    std::int64_t head_wanted_{};  ///< idle means at least here
    std::int64_t received_to_{};  ///< cursor after what was received
    std::int64_t applied_to_{};
    std::int64_t credit_{};
    std::optional<SnapshotPlace> snapshot_;           ///< after what was applied of one
    std::optional<SnapshotPlace> snapshot_received_;  ///< after what was received of it
    std::vector<Pull::OwnAfter> own_after_;
    std::deque<std::pair<std::variant<Changes, Snapshot>, std::size_t>> waiting_;
    std::size_t waiting_bytes_{};
    std::int64_t batch_ms_{};  ///< when the last batch came
    bool applying_{false};
    std::optional<Checkpoint> checkpoint_;  ///< not compared yet
    bool comparing_{false};
    std::int64_t compared_at_{-1};
    std::vector<Mark> marks_;

    // Attachments: one at a time, one message under way.
    enum class BlobStage : std::uint8_t {
        None,     ///< nothing is asked
        Finding,  ///< what is next?
        Ready,    ///< a task, and nothing under way: the next step when records leave room
        Asked,    ///< the hub is to answer
        Local,    ///< read, saved or noted here
    };
    std::int64_t hub_blob_bytes_max_{0};  ///< 0: the hub takes none
    BlobStage blob_stage_{BlobStage::None};
    std::optional<BlobTask> blob_;
    bool blob_begun_{false};    ///< the hub has said from where it wants it
    bool blobs_looked_{false};  ///< and there was nothing (more) that may go
    bool blobs_held_{false};
    int blob_turns_{0};  ///< answers that brought nothing further
    std::size_t blob_chunk_{};
    std::int64_t blob_bytes_in_{0};
    std::int64_t blob_asked_ms_{};
    std::set<std::string> blobs_skipped_;
    std::int64_t blob_retry_at_ms_{};  ///< what was skipped is tried again
    std::int64_t blob_retry_ms_{};

    // Questions of people, in their order.
    struct Asked {
        HubQuestion question;
        std::int64_t asked_ms{};
        bool sent{false};
    };
    std::deque<Asked> asked_;

    bool finish_{false};
    bool idle_told_{false};
    bool digest_differs_{false};
};

}  // namespace balie::sync

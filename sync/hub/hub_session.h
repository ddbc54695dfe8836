// The hub's side of one connection, sans-I/O: mirrors sync/client/client_session.h.
// It owns no socket, file, thread or database; the hub service (and the simulation) carries out
// its outputs in order on the store thread and feeds the results back. Everything received is
// hostile until checked here or in ingest.
// Thread: any, one at a time.
#pragma once

#include "sync/hub/hub_io.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace balie::sync {

class HubSession {
  public:
    /// `nonce`: 32 fresh random bytes of this connection.
    HubSession(HubIdentity hub, Bytes nonce, std::int64_t steady_ms);

    /// What goes out before anything was received.
    [[nodiscard]] std::vector<HubOutput> start();
    [[nodiscard]] std::vector<HubOutput> step(HubInput input, std::int64_t steady_ms,
                                              std::int64_t wall_ms);
    [[nodiscard]] std::int64_t wait_until_ms() const;
    [[nodiscard]] bool closed() const { return stage_ == Stage::Closed; }
    /// Who it is, once the signature was verified.
    [[nodiscard]] const std::optional<DeviceRecord>& device() const { return device_; }
    [[nodiscard]] const Origin& origin() const { return origin_; }

  private:
    using Outputs = std::vector<HubOutput>;
    enum class Stage : std::uint8_t {
        AwaitFirst,  ///< ENROL or HELLO
        Deciding,    ///< the store looks at the one-time code
        Finding,     ///< the store looks the device up
        Opening,     ///< the store opens its log
        Open,
        Turned,  ///< WELCOME said something else than go: only BYE is awaited
        Closed
    };
    /// A batch of CHANGES, or a part of a snapshot, that the terminal has not asked beyond yet.
    struct Outstanding {
        std::int64_t to{};            ///< cursor after a batch
        std::int64_t bytes_before{};  ///< sent since the last (re)start, this batch not counted
        std::string mark{};           ///< place after a part
    };

    void on(HubMessageReceived& input, Outputs& out);
    void on(HubGarbageReceived& input, Outputs& out);
    void on(EnrolDecided& input, Outputs& out);
    void on(DeviceFound& input, Outputs& out);
    void on(SessionOpened& input, Outputs& out);
    void on(PushIngested& input, Outputs& out);
    void on(ChangesRead& input, Outputs& out);
    void on(SnapshotRead& input, Outputs& out);
    void on(BlobAnswered& input, Outputs& out);
    void on(BlobArrived& input, Outputs& out);
    void on(CustomersFound& input, Outputs& out);
    void on(CustomerFetched& input, Outputs& out);
    void on(LogGrew& input, Outputs& out);
    void on(OwnLogGrew& input, Outputs& out);
    void on(WriteQueueFull& input, Outputs& out);
    void on(WriteQueueDrained& input, Outputs& out);
    void on(HubTimePassed& input, Outputs& out);

    template <typename AnyMessage>
    void receive(AnyMessage& message, Outputs& out);  ///< what only a terminal may get
    void receive(Enrol& message, Outputs& out);
    void receive(Hello& message, Outputs& out);
    void receive(Push& message, Outputs& out);
    void receive(Pull& message, Outputs& out);
    void receive(Applied& message, Outputs& out);
    void receive(Mark& message, Outputs& out);
    void receive(BlobHave& message, Outputs& out);
    void receive(BlobPut& message, Outputs& out);
    void receive(BlobGet& message, Outputs& out);
    void receive(Ping& message, Outputs& out);
    void receive(Pong& message, Outputs& out);
    void receive(PeerError& message, Outputs& out);
    void receive(Bye& message, Outputs& out);
    void receive(Find& message, Outputs& out);
    void receive(Fetch& message, Outputs& out);

    void pull_log(const Pull& message);
    void pull_snapshot(Pull& message);
    void begin_stream();
    void confirm_first();  ///< the terminal has applied the oldest outstanding
    void read_more(Outputs& out);
    void below_floor(const Error& error, Outputs& out);
    static constexpr std::int64_t kBusyRetryMs = 5'000;
    [[nodiscard]] static std::string busy_text(const Error& error);
    void answer_marks(Outputs& out);
    void ask_for_blob(BlobRequest request, const std::string& blob, Outputs& out);
    [[nodiscard]] std::int64_t credit_left() const;
    void send(Message message, Outputs& out);
    void refuse(ErrorLevel level, std::string code, std::string text, Outputs& out,
                std::int64_t retry_ms = -1);
    void end(std::string reason, Outputs& out);

    HubIdentity hub_;
    Challenge challenge_;
    Stage stage_{Stage::AwaitFirst};
    bool enrolled_here_{false};
    std::optional<Hello> hello_;
    std::optional<DeviceRecord> device_;
    Origin origin_;
    bool read_only_{false};
    int oddities_{};  ///< frames that were not understood

    std::int64_t now_ms_{};
    std::int64_t wall_ms_{};
    std::int64_t stage_ms_{};
    std::int64_t heard_ms_{};
    std::int64_t sent_ms_{};

    // Push.
    int ingesting_{};
    std::int64_t acked_seq_{};
    std::vector<Mark> marks_;

    // Pull.
    bool pulling_{false};  ///< a PULL has come
    bool reading_{false};
    bool write_full_{false};
    bool checkpoint_due_{false};  ///< since the last CHECKPOINT the log grew or the reader moved
    std::int64_t hub_seq_{};      ///< the log's end as far as was told
    std::int64_t position_{};     ///< cursor after what was sent
    std::int64_t asked_from_{};   ///< cursor of the last PULL
    std::int64_t credit_{};       ///< bytes allowed beyond it
    std::int64_t sent_bytes_{};   ///< since the stream was (re)started
    std::int64_t asked_bytes_{};  ///< of those, up to asked_from_
    std::optional<SnapshotPlace> snapshot_;  ///< after what was sent of it
    SnapshotPlace asked_place_;              ///< of the last PULL
    std::vector<Pull::OwnAfter> own_after_;
    bool snapshot_sent_{false};      ///< all of it: the terminal pulls the log next; or a digest to
                                     ///< compare: it says how to go on
    bool snapshot_compared_{false};  ///< what was sent last is a digest to compare
    std::uint32_t stream_{};         ///< counts restarts: an answer to an older one is dropped
    std::uint32_t reading_stream_{};
    std::int64_t reading_hub_seq_{};  ///< hub_seq_ when the read under way was asked for
    std::deque<Outstanding> outstanding_;

    // Attachments: one question at a time.
    std::optional<std::string> blob_asked_;
    std::set<std::string> blobs_awaited_;  ///< asked for, and not here then
};

}  // namespace balie::sync

// The office's side of synchronising by files that a person carries: a terminal's bundle is taken
// in, and a bundle for a terminal is written, which answers the last one that came from it.
// Invariant: a bundle is looked through to its end before anything of it is taken in; batches are
// ingested as those of the wire are (ingest.h), so that one which comes twice, or came over the
// network before or comes after, changes nothing (I2); an answer is read from the log, so that it
// can be written again at any time, and is never older than that.
// Thread: store only. Ownership: the store outlives it; no file is opened here.
#pragma once

#include "sync/hub/hub_store.h"
#include "sync/protocol/bundle.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace balie::sync {

struct BundleReceived {
    BundleHeader header;
    DeviceRecord device;
    bool again{false};         ///< this very bundle was taken in before
    std::int64_t changes{};    ///< in the bundle
    std::int64_t fresh{};      ///< of those, not here before
    std::int64_t set_aside{};  ///< of the fresh ones
    /// The terminal's data was restored or copied: nothing was taken in, the answer tells it so.
    bool separates{false};
    /// The office lacks what lies before these changes (it was restored), or has others under their
    /// numbers: from there on nothing was taken in, the answer tells the terminal.
    std::optional<PeerError> refusal;
};

struct BundleAnswered {
    BundleHeader header;
    std::int64_t verdicts{};  ///< transactions of the terminal whose verdict is in it
    std::int64_t from{};      ///< what it brings follows on this place of the log
    std::int64_t to{};
    std::int64_t entries{};  ///< of the log; 0 with a snapshot
    bool snapshot{false};
    /// The terminal does not know yet that this hub was restored, that it is a copy, or that the
    /// log no longer goes back to where it is: that is all it is told, and what it sends next is
    /// answered in full.
    bool only_state{false};
};

class BundleDesk {
  public:
    /// Messages so far.
    using Progress = std::function<void(std::int64_t done)>;

    BundleDesk(HubStore& hub, Clock& clock, Entropy& entropy, std::string program)
        : hub_(&hub), clock_(&clock), entropy_(&entropy), program_(std::move(program)) {}

    /// Errors: InvalidInput (no bundle, or one for a terminal), Untrusted (for another hub, or not
    /// signed by the device), NotFound (unknown device), Denied (revoked), Corrupt (altered, too
    /// short), Protocol (what no honest terminal writes), NewerVersion, DiskFull, Io, Busy.
    [[nodiscard]] Result<BundleReceived> take(const BundleSource& source, const Progress& progress);
    /// Errors: NotFound, Denied (revoked), those of the sink and the store.
    [[nodiscard]] Result<BundleAnswered> write(const DeviceId& device, const BundleSink& sink,
                                               const Progress& progress);

  private:
    /// The last that a terminal asked by a bundle.
    struct Asked {
        BundleId id;
        std::int64_t first{};  ///< its changes; 0: none
        std::int64_t last{};
        Hello hello;
        std::optional<Pull> pull;
    };
    struct Answer;

    [[nodiscard]] Outcome take_messages(BundleReader& reader, BundleReceived& received,
                                        Asked& asked, const Progress& progress);
    [[nodiscard]] Outcome ingest(std::vector<IngestRequest>& batches, std::int64_t known,
                                 BundleReceived& received);
    [[nodiscard]] Result<std::optional<Asked>> load_asked(const DeviceId& device);
    [[nodiscard]] Outcome save_asked(const Asked& asked);
    [[nodiscard]] Result<std::optional<Asked>> question_of(const DeviceId& device);
    [[nodiscard]] Result<Hello> presumed_hello(const DeviceRecord& device);
    [[nodiscard]] Outcome write_verdicts(Answer& answer, const Asked& asked);
    [[nodiscard]] Outcome write_snapshot(Answer& answer, const Pull& pull);
    [[nodiscard]] Outcome write_changes(Answer& answer, std::int64_t cursor);

    HubStore* hub_;
    Clock* clock_;
    Entropy* entropy_;
    std::string program_;
};

}  // namespace balie::sync

// A terminal's side of synchronising by files that a person carries: what waits goes into a bundle,
// and what the office answers comes out of one. The same changes may come and go over the network
// meanwhile, in any order: nothing comes twice and nothing is lost.
// Invariant: a bundle is looked through to its end before anything of it is taken in; what is taken
// in, is so by the transactions that the wire has (TerminalReplica), so that a power cut in the
// middle leaves what a connection that broke would leave, and taking it again goes on.
// Thread: store only. Ownership: store and keys outlive it; neither opens a file.
#pragma once

#include "storage/base/result.h"
#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/bundle.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace balie::sync {

struct BundleWritten {
    BundleHeader header;
    std::int64_t changes{};   ///< of this terminal, that wait for a verdict
    std::int64_t last_seq{};  ///< of this terminal's log
    std::int64_t cursor{};    ///< the office answers what comes after it
};

/// What came of a bundle. Everything false and 0: there was nothing in it that is not here.
struct BundleTaken {
    BundleHeader header;
    bool again{false};            ///< this very bundle was taken in before; nothing was done
    bool hub_restored{false};     ///< by this the terminal learned so: another bundle is needed
    bool separated{false};        ///< this copy was restored or copied: another bundle is needed
    bool does_not_follow{false};  ///< it goes on from a place that this copy has not reached
    bool read_anew{false};        ///< the log no longer goes back to where this copy is
    bool differs{false};          ///< the copy here is not equal to the office's, and is read anew
    std::int64_t verdicts{};      ///< changes of this terminal that got theirs by it
    std::int64_t set_aside{};     ///< of those
    std::int64_t received{};      ///< how far the cursor moved
    bool loaded{false};           ///< a snapshot, or a part of one
};

/// When which bundle was last written and taken here; 0 and nil: never.
struct BundleNotes {
    std::int64_t written_ms{};
    BundleId written;
    std::int64_t written_seq{};  ///< the own log's end in it
    std::int64_t taken_ms{};
    BundleId taken;
};
[[nodiscard]] Result<BundleNotes> bundle_notes(store::Store& store);

class TerminalBundle {
  public:
    /// `done` and `all` in messages; `all` 0: not known.
    using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

    TerminalBundle(store::Store& store, const crypto::KeyPair& device_key, std::string program)
        : store_(&store), replica_(store), device_key_(&device_key), program_(std::move(program)) {}

    /// Errors: Denied (not enrolled), those of the sink.
    [[nodiscard]] Result<BundleWritten> write(const BundleSink& sink, const Progress& progress);
    /// After the file has its name.
    [[nodiscard]] Outcome note_written(const BundleWritten& written);
    /// Errors: InvalidInput (no bundle, or one for the office), Untrusted (another hub's, or not
    /// signed by it), Denied (another terminal's), Corrupt (altered, too short), Expired (made
    /// before this terminal learned that the hub was restored, or for a former life of it),
    /// NewerVersion, those of the source.
    [[nodiscard]] Result<BundleTaken> take(const BundleSource& source, const Progress& progress);

  private:
    [[nodiscard]] Outcome take_all(BundleReader& reader, std::int64_t count,
                                   const Progress& progress, BundleTaken& taken);
    [[nodiscard]] Outcome take_one(const std::string& message, BundleTaken& taken);
    [[nodiscard]] Outcome take_welcome(const Welcome& welcome, BundleTaken& taken);
    [[nodiscard]] Outcome separate(const Welcome& welcome, BundleTaken& taken);
    [[nodiscard]] Outcome take_ack(const Ack& ack, BundleTaken& taken);
    [[nodiscard]] Outcome take_changes(Changes changes, BundleTaken& taken);
    [[nodiscard]] Outcome take_snapshot(const Snapshot& part, BundleTaken& taken);
    [[nodiscard]] Outcome take_checkpoint(const Checkpoint& checkpoint, BundleTaken& taken);
    [[nodiscard]] Outcome note_taken(const BundleTaken& taken);
    [[nodiscard]] Result<std::int64_t> waiting(std::int64_t first, std::int64_t last);

    store::Store* store_;
    TerminalReplica replica_;
    const crypto::KeyPair* device_key_;
    std::string program_;
    // Of the bundle that is being taken in.
    Identity identity_;           ///< as it was when that began
    std::optional<Hello> asked_;  ///< what the bundle answers
    bool welcomed_{false};
    bool stopped_{false};    ///< the rest of it is for another state than this terminal is in
    bool overlaps_{false};   ///< some of what it brings was here
    bool was_ahead_{false};  ///< records were ahead of the cursor when it was begun
};

}  // namespace balie::sync

// A bundle: messages of one side of a conversation in a file that a person carries (PROTOCOL.md,
// section 9). Sealed for whoever it is for, signed by whoever made it, in frames, so that neither
// end holds more of it than one.
// Invariant: a reader gives out no message of a frame that is not whole and unaltered, in its
// place; that the file ends where it was meant to, and is signed, is known at its end:
// check_bundle() looks before anything is believed. Nothing here reads or writes a file, or reads a
// message's content. Thread: any, one at a time.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/hash.h"
#include "storage/crypto/secret.h"
#include "storage/crypto/signing.h"
#include "sync/core/change.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace balie::sync {

using BundleId = Id<struct BundleTag>;

inline constexpr int kBundleFormat = 1;
inline constexpr std::string_view kBundleMagic = "balie.bundle.v1\n";
inline constexpr std::size_t kBundleHeaderBytesMax = 4096;
/// Messages are gathered up to here, then the frame is closed; one more may be in it.
inline constexpr std::size_t kBundleFrameBytes = 512 * 1024;
inline constexpr std::size_t kBundleFrameBytesMax = 1024 * 1024;

enum class BundleDirection : std::uint8_t { ToHub, ToTerminal };

/// What anybody can read of it: whose it is, and for whom.
struct BundleHeader {
    BundleDirection direction{BundleDirection::ToHub};
    BundleId id;
    HubId hub;
    /// The hub's as its maker knows it.
    std::optional<HubEpoch> epoch;
    DeviceId device;
    /// The device's. Left out by a hub that has no changes of the device.
    std::optional<Incarnation> incarnation;
    std::string program;
    std::int64_t made_ms{};  ///< the maker's clock
    /// The bundle of the terminal that this one answers.
    std::optional<BundleId> answers;
    Bytes sealed_key;
    bool operator==(const BundleHeader&) const = default;
};

[[nodiscard]] std::string encode_bundle_header(const BundleHeader& header);
/// Errors: Protocol, LimitExceeded, NewerVersion.
[[nodiscard]] Result<BundleHeader> decode_bundle_header(std::string_view json);
/// What is signed: over all bytes of the file before the signature.
[[nodiscard]] std::string bundle_text(const crypto::Digest32& hash);

using BundleSink = std::function<Outcome(BytesView bytes)>;

class BundleWriter {
  public:
    /// Writes the header. `sender` outlives the writer; id and sealed key are made here.
    [[nodiscard]] static Result<BundleWriter> begin(BundleHeader header,
                                                    const crypto::KeyPair& sender,
                                                    BytesView recipient, Entropy& entropy,
                                                    BundleSink sink);

    /// A message as on the wire. Errors: those of the sink; LimitExceeded.
    [[nodiscard]] Outcome add(std::string_view message);
    /// Without it the file is no bundle.
    [[nodiscard]] Outcome finish();
    [[nodiscard]] const BundleHeader& header() const { return header_; }
    [[nodiscard]] std::int64_t messages() const { return messages_; }

  private:
    BundleWriter(BundleHeader header, const crypto::KeyPair& sender, Entropy& entropy,
                 BundleSink sink);
    [[nodiscard]] Outcome write(BytesView bytes);
    [[nodiscard]] Outcome write_frame(bool last);

    BundleHeader header_;
    const crypto::KeyPair* sender_;
    Entropy* entropy_;
    BundleSink sink_;
    crypto::SecretBytes key_;
    crypto::Digest32 header_hash_{};
    crypto::Hasher hasher_;
    Bytes plain_;  ///< of the frame that is being filled
    std::uint64_t frames_{0};
    std::int64_t messages_{0};
};

/// Where a reader gets the file from.
struct BundleSource {
    /// Fewer bytes than asked for only at the end.
    std::function<Result<std::size_t>(std::span<std::uint8_t> out)> read;
    /// Back to the first byte.
    std::function<Outcome()> rewind;
};

class BundleReader {
  public:
    /// Reads the header, which is not proven by anything yet. Errors: InvalidInput (no bundle),
    /// NewerVersion, Corrupt (too short, damaged), those of the source.
    [[nodiscard]] static Result<BundleReader> begin(const BundleSource& source);

    [[nodiscard]] const BundleHeader& header() const { return header_; }
    /// Before next(). Errors: Corrupt.
    [[nodiscard]] Outcome open(const crypto::KeyPair& recipient, BytesView sender);
    /// The next message; nothing at the end, which is where the signature was found good. Errors:
    /// Corrupt (too short, altered), Untrusted (not signed by `sender`), those of the source.
    [[nodiscard]] Result<std::optional<std::string>> next();

  private:
    explicit BundleReader(BundleSource source) : source_(std::move(source)) {}
    [[nodiscard]] Outcome read_exactly(std::span<std::uint8_t> out);
    [[nodiscard]] Outcome read_frame();
    [[nodiscard]] Outcome read_end();

    BundleSource source_;
    BundleHeader header_;
    crypto::Digest32 header_hash_{};
    crypto::Hasher hasher_;
    crypto::SecretBytes key_;
    Bytes sender_;
    Bytes plain_;  ///< of the frame under way
    std::size_t at_{0};
    std::uint64_t frames_{0};
    bool last_{false};
    bool ended_{false};
};

/// Reads all of it, from the beginning, and goes back there. Answers how many messages there are.
/// Errors: as above.
[[nodiscard]] Result<std::int64_t> check_bundle(const BundleSource& source,
                                                const crypto::KeyPair& recipient, BytesView sender);

}  // namespace balie::sync

#include "sync/protocol/bundle.h"

#include "storage/crypto/encoding.h"
#include "storage/crypto/seal.h"
#include "storage/crypto/sealed_box.h"
#include "sync/core/compress.h"
#include "sync/core/limits.h"
#include "sync/protocol/json_parts.h"
#include "sync/protocol/names.h"

#include <algorithm>

namespace balie::sync {

namespace {

constexpr std::size_t kCountBytes = 4;
constexpr std::size_t kSealedKeyBytes = crypto::kSealKeyBytes + crypto::kSealedBoxOverheadBytes;
/// Set in the length of the last frame.
constexpr std::uint32_t kLastFrame = 0x8000'0000U;
/// Compressed bytes may be a little longer than plain ones.
constexpr std::size_t kSealedFrameBytesMax =
    kBundleFrameBytesMax + kBundleFrameBytesMax / 64 + crypto::kSealOverheadBytes;
constexpr int kFormatMax = 1'000'000;

constexpr Names<BundleDirection, 2> kDirectionNames{{
    {BundleDirection::ToHub, "to_hub"},
    {BundleDirection::ToTerminal, "to_terminal"},
}};

std::array<std::uint8_t, kCountBytes> count_bytes(std::uint32_t count) {
    std::array<std::uint8_t, kCountBytes> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(count >> (8 * i));
    }
    return out;
}

std::uint32_t count_of(BytesView bytes) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < kCountBytes; ++i) {
        count |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return count;
}

/// So that no frame can stand in another's place, in another file, or end it early.
Bytes frame_place(const crypto::Digest32& header_hash, std::uint64_t number, bool last) {
    Bytes out(header_hash.begin(), header_hash.end());
    out.reserve(out.size() + sizeof number + 1);
    for (std::size_t i = 0; i < sizeof number; ++i) {
        out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
    }
    out.push_back(last ? 1 : 0);
    return out;
}

Error bundle_damaged(const std::string& what, std::uint64_t frame) {
    return {ErrorCode::Corrupt, what, frame == 0 ? "" : "frame " + std::to_string(frame),
            "Nothing of it was taken in. Copy the file again, or have it written again"};
}

Error too_short(std::uint64_t frame) {
    return bundle_damaged("the bundle ends too early: it was not written or copied whole", frame);
}

Error no_bundle() {
    return {ErrorCode::InvalidInput, "this is no bundle of Balie", "",
            "Choose the file that was written by balie bundle write or balie-hub bundle write"};
}

}  // namespace

// --- header -----------------------------------------------------------------------------------

std::string encode_bundle_header(const BundleHeader& header) {
    std::string json;
    JsonWriter out(json);
    out.begin_object().key("format").number(kBundleFormat);
    out.key("direction").plain(name_in(kDirectionNames, header.direction));
    out.key("id").id(header.id).key("hub").id(header.hub);
    if (header.epoch) out.key("epoch").id(*header.epoch);
    out.key("device").id(header.device);
    if (header.incarnation) out.key("incarnation").id(*header.incarnation);
    out.key("program").text(header.program).key("made_ms").number64(header.made_ms);
    if (header.answers) out.key("answers").id(*header.answers);
    out.key("key").base64(header.sealed_key).end_object();
    return json;
}

Result<BundleHeader> decode_bundle_header(std::string_view json) {
    BALIE_ASSIGN(Json document, parse_json(json, kBundleHeaderBytesMax));
    Faults faults;
    const Node root(document, faults);
    const int format = root["format"].number(1, kFormatMax);
    if (!faults.any() && format > kBundleFormat) {
        return Error{ErrorCode::NewerVersion, "this bundle was made by a newer program",
                     "format " + std::to_string(format), "Install the newer program here first"};
    }
    BundleHeader header;
    const auto direction = value_in(kDirectionNames, root["direction"].peek_text());
    if (!direction) root["direction"].fault("is no direction");
    header.direction = direction.value_or(BundleDirection::ToHub);
    header.id = root["id"].id<BundleId>();
    header.hub = root["hub"].id<HubId>();
    if (const auto epoch = root.find("epoch")) header.epoch = epoch->id<HubEpoch>();
    header.device = root["device"].id<DeviceId>();
    if (const auto incarnation = root.find("incarnation")) {
        header.incarnation = incarnation->id<Incarnation>();
    }
    header.program = root["program"].line(kNameTextMax);
    header.made_ms = root["made_ms"].number64();
    if (const auto answers = root.find("answers")) header.answers = answers->id<BundleId>();
    const auto key = root["key"].array<kSealedKeyBytes>();
    header.sealed_key.assign(key.begin(), key.end());
    if (faults.any()) return *std::move(faults.first);
    return header;
}

std::string bundle_text(const crypto::Digest32& hash) {
    return std::string(kBundleMagic) + crypto::base64url_encode(hash) + "\n";
}

// --- writing ----------------------------------------------------------------------------------

BundleWriter::BundleWriter(BundleHeader header, const crypto::KeyPair& sender, Entropy& entropy,
                           BundleSink sink)
    : header_(std::move(header)), sender_(&sender), entropy_(&entropy), sink_(std::move(sink)) {}

Result<BundleWriter> BundleWriter::begin(BundleHeader header, const crypto::KeyPair& sender,
                                         BytesView recipient, Entropy& entropy, BundleSink sink) {
    BundleWriter writer(std::move(header), sender, entropy, std::move(sink));
    writer.header_.id = BundleId::random(entropy);
    writer.key_ = crypto::SecretBytes::random(crypto::kSealKeyBytes, entropy);
    BALIE_ASSIGN(writer.header_.sealed_key,
                 crypto::seal_to(recipient, writer.key_.view(), entropy));
    const std::string json = encode_bundle_header(writer.header_);
    if (json.size() > kBundleHeaderBytesMax) {
        return Error{ErrorCode::LimitExceeded, "the head of a bundle is too long", "", ""};
    }
    const auto length = count_bytes(static_cast<std::uint32_t>(json.size()));
    writer.header_hash_ =
        crypto::blake2b_256({as_bytes(kBundleMagic), BytesView(length), as_bytes(json)});
    BALIE_TRY(writer.write(as_bytes(kBundleMagic)));
    BALIE_TRY(writer.write(length));
    BALIE_TRY(writer.write(as_bytes(json)));
    return writer;
}

Outcome BundleWriter::write(BytesView bytes) {
    hasher_.update(bytes);
    return sink_(bytes);
}

Outcome BundleWriter::add(std::string_view message) {
    if (message.size() > kMessageBytesMax) {
        return Error{ErrorCode::LimitExceeded, "a message is larger than allowed", "", ""};
    }
    const auto length = count_bytes(static_cast<std::uint32_t>(message.size()));
    plain_.insert(plain_.end(), length.begin(), length.end());
    const BytesView bytes = as_bytes(message);
    plain_.insert(plain_.end(), bytes.begin(), bytes.end());
    ++messages_;
    return plain_.size() >= kBundleFrameBytes ? write_frame(false) : Outcome{};
}

Outcome BundleWriter::write_frame(bool last) {
    const Bytes place = frame_place(header_hash_, frames_, last);
    BALIE_ASSIGN(const Bytes sealed,
                 crypto::seal(key_.view(), compressed(plain_, Effort::Small), place, *entropy_));
    plain_.clear();
    ++frames_;
    const auto length =
        count_bytes(static_cast<std::uint32_t>(sealed.size()) | (last ? kLastFrame : 0U));
    BALIE_TRY(write(length));
    return write(sealed);
}

Outcome BundleWriter::finish() {
    BALIE_TRY(write_frame(true));
    const std::string text = bundle_text(hasher_.finish());
    return sink_(sender_->sign(as_bytes(text)));
}

// --- reading ----------------------------------------------------------------------------------

Outcome BundleReader::read_exactly(std::span<std::uint8_t> out) {
    BALIE_ASSIGN(const std::size_t count, source_.read(out));
    if (count != out.size()) return too_short(frames_);
    hasher_.update(out);
    return {};
}

Result<BundleReader> BundleReader::begin(const BundleSource& source) {
    BundleReader reader(source);
    std::array<std::uint8_t, kBundleMagic.size()> magic{};
    BALIE_ASSIGN(const std::size_t count, source.read(magic));
    const BytesView expected = as_bytes(kBundleMagic);
    if (!std::equal(magic.begin(), magic.begin() + static_cast<std::ptrdiff_t>(count),
                    expected.begin())) {
        return no_bundle();
    }
    if (count < magic.size()) return count == 0 ? no_bundle() : too_short(0);
    reader.hasher_.update(magic);
    std::array<std::uint8_t, kCountBytes> length{};
    BALIE_TRY(reader.read_exactly(length));
    const std::uint32_t size = count_of(length);
    if (size > kBundleHeaderBytesMax) return bundle_damaged("the bundle's head is damaged", 0);
    Bytes json(size);
    BALIE_TRY(reader.read_exactly(json));
    auto header = decode_bundle_header({reinterpret_cast<const char*>(json.data()), json.size()});
    if (!header.ok()) {
        if (header.error().code == ErrorCode::NewerVersion) return header.error();
        return bundle_damaged("the bundle's head is damaged (" + header.error().text() + ")", 0);
    }
    reader.header_ = std::move(header).value();
    reader.header_hash_ = crypto::blake2b_256({expected, BytesView(length), BytesView(json)});
    return reader;
}

Outcome BundleReader::open(const crypto::KeyPair& recipient, BytesView sender) {
    auto key = crypto::open_sealed(recipient, header_.sealed_key);
    if (!key.ok() || key->size() != crypto::kSealKeyBytes) {
        return bundle_damaged("the bundle cannot be opened with the key it says it is for", 0);
    }
    key_ = std::move(key).value();
    sender_.assign(sender.begin(), sender.end());
    return {};
}

Outcome BundleReader::read_frame() {
    std::array<std::uint8_t, kCountBytes> length{};
    BALIE_TRY(read_exactly(length));
    const std::uint32_t word = count_of(length);
    const bool last = (word & kLastFrame) != 0;
    const std::size_t size = word & ~kLastFrame;
    const std::uint64_t number = frames_++;
    if (size > kSealedFrameBytesMax) return bundle_damaged("the bundle was altered", frames_);
    Bytes sealed(size);
    BALIE_TRY(read_exactly(sealed));
    auto opened = crypto::open(key_.view(), sealed, frame_place(header_hash_, number, last));
    if (!opened.ok()) return bundle_damaged("the bundle was altered", frames_);
    auto plain = uncompressed(opened->view(), kBundleFrameBytesMax);
    if (!plain.ok()) return bundle_damaged("the bundle cannot be unpacked", frames_);
    plain_ = std::move(plain).value();
    at_ = 0;
    last_ = last;
    return {};
}

Outcome BundleReader::read_end() {
    crypto::Hasher until_here = hasher_;
    crypto::Signature signature{};
    BALIE_TRY(read_exactly(signature));
    const std::string text = bundle_text(until_here.finish());
    if (!crypto::verify(sender_, as_bytes(text), signature)) {
        return Error{ErrorCode::Untrusted, "the bundle is not signed by whom it says it is from",
                     "", "Nothing of it was taken in. Ask who wrote it, and have it written again"};
    }
    std::array<std::uint8_t, 1> beyond{};
    BALIE_ASSIGN(const std::size_t more, source_.read(beyond));
    if (more != 0) return bundle_damaged("there is something behind the bundle's end", frames_);
    ended_ = true;
    return {};
}

Result<std::optional<std::string>> BundleReader::next() {
    if (key_.empty()) {
        return Error{ErrorCode::Internal, "a bundle was read before it was opened", "", ""};
    }
    while (at_ == plain_.size()) {
        if (last_ && !ended_) {
            BALIE_TRY(read_end());
        }
        if (ended_) return std::optional<std::string>{};
        BALIE_TRY(read_frame());
    }
    const BytesView rest = BytesView(plain_).subspan(at_);
    const std::size_t size = rest.size() < kCountBytes ? rest.size() : count_of(rest);
    if (rest.size() < kCountBytes || size > kMessageBytesMax || size > rest.size() - kCountBytes) {
        return bundle_damaged("the bundle was not made as it must be", frames_);
    }
    at_ += kCountBytes + size;
    const BytesView bytes = rest.subspan(kCountBytes, size);
    return std::optional<std::string>(std::in_place, bytes.begin(), bytes.end());
}

Result<std::int64_t> check_bundle(const BundleSource& source, const crypto::KeyPair& recipient,
                                  BytesView sender) {
    BALIE_TRY(source.rewind());
    BALIE_ASSIGN(BundleReader reader, BundleReader::begin(source));
    BALIE_TRY(reader.open(recipient, sender));
    std::int64_t messages = 0;
    while (true) {
        BALIE_ASSIGN(const auto message, reader.next());
        if (!message) break;
        ++messages;
    }
    BALIE_TRY(source.rewind());
    return messages;
}

}  // namespace balie::sync

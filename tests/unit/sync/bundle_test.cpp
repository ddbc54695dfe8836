// The file that a person carries: read as it was written, or refused with a reason.
#include "sync/protocol/bundle.h"

#include "storage/crypto/seal.h"
#include "storage/crypto/sealed_box.h"
#include "sync/core/compress.h"
#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>

namespace balie::test {

namespace {

struct BundleParties {
    crypto::KeyPair device{sample_key(1)};
    crypto::KeyPair hub{sample_key(2)};
    crypto::KeyPair stranger{sample_key(3)};
};

sync::BundleHeader sample_header() {
    sync::BundleHeader header;
    header.hub = sample_id<HubId>(4);
    header.epoch = sample_id<HubEpoch>(5);
    header.device = sample_id<DeviceId>(1);
    header.incarnation = sample_id<Incarnation>(101);
    header.program = "balie test";
    header.made_ms = 1'790'000'000'000;
    return header;
}

Bytes written(const BundleParties& parties, const std::vector<std::string>& messages,
              const crypto::KeyPair& sender) {
    Bytes file;
    SeededEntropy entropy(7);
    auto writer =
        must(sync::BundleWriter::begin(sample_header(), sender, parties.hub.public_key(), entropy,
                                       [&file](BytesView bytes) -> Outcome {
                                           file.insert(file.end(), bytes.begin(), bytes.end());
                                           return {};
                                       }));
    for (const std::string& each : messages) must(writer.add(each));
    must(writer.finish());
    return file;
}

/// A file in memory.
struct Held {
    Bytes bytes;
    std::size_t at{0};
    [[nodiscard]] sync::BundleSource source() {
        return {[this](std::span<std::uint8_t> out) -> Result<std::size_t> {
                    const std::size_t count = std::min(out.size(), bytes.size() - at);
                    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count,
                                out.begin());
                    at += count;
                    return count;
                },
                [this]() -> Outcome {
                    at = 0;
                    return {};
                }};
    }
};

Result<std::int64_t> looked_through(const Bytes& file, const crypto::KeyPair& recipient,
                                    const crypto::KeyPair& sender) {
    Held held{file};
    return sync::check_bundle(held.source(), recipient, sender.public_key());
}

std::vector<std::string> read_all(const Bytes& file, const crypto::KeyPair& recipient,
                                  const crypto::KeyPair& sender) {
    Held held{file};
    auto reader = must(sync::BundleReader::begin(held.source()));
    must(reader.open(recipient, sender.public_key()));
    std::vector<std::string> messages;
    while (auto next = must(reader.next())) messages.push_back(std::move(*next));
    return messages;
}

std::vector<std::string> many_messages() {
    std::vector<std::string> messages;
    SeededEntropy entropy(11);
    for (int i = 0; i < 12; ++i) {
        Bytes noise(static_cast<std::size_t>(i) * 9000);
        entropy.fill(noise);
        messages.push_back("{\"type\":\"push\",\"noise\":\"" + to_hex(noise) + "\"}");
    }
    messages.emplace_back(sync::kMessageBytesMax, 'x');
    messages.emplace_back("");
    return messages;
}

}  // namespace

TEST_CASE("A bundle gives back what was put in, over several frames, to whom it is for") {
    const BundleParties parties;
    const auto messages = many_messages();
    const Bytes file = written(parties, messages, parties.device);
    CHECK(read_all(file, parties.hub, parties.device) == messages);
    CHECK(must(looked_through(file, parties.hub, parties.device)) ==
          static_cast<std::int64_t>(messages.size()));
    Held held{file};
    auto header = must(sync::BundleReader::begin(held.source())).header();
    header.id = {};
    header.sealed_key.clear();
    CHECK(header == sample_header());
    CHECK(read_all(written(parties, {}, parties.device), parties.hub, parties.device).empty());
}

TEST_CASE(
    "Nobody but the recipient can open a bundle, and one that another signed is not believed") {
    const BundleParties parties;
    const Bytes file = written(parties, {"{}"}, parties.device);
    CHECK(looked_through(file, parties.stranger, parties.device).error().code ==
          ErrorCode::Corrupt);
    CHECK(looked_through(file, parties.hub, parties.stranger).error().code == ErrorCode::Untrusted);
    const Bytes forged = written(parties, {"{}"}, parties.stranger);
    const auto refused = looked_through(forged, parties.hub, parties.device);
    CHECK(refused.error().code == ErrorCode::Untrusted);
    CHECK_THAT(refused.error().text(), Catch::Matchers::ContainsSubstring("not signed by"));
    // What was written is not to be read in the file.
    const Bytes open = written(parties, {"{\"name\":\"Jansen\"}"}, parties.device);
    CHECK(std::string(open.begin(), open.end()).find("Jansen") == std::string::npos);
}

TEST_CASE("A bundle that is cut off anywhere is refused, and so is one with more behind its end") {
    const BundleParties parties;
    const Bytes file = written(parties, {"{\"type\":\"bye\"}", "{}"}, parties.device);
    for (std::size_t size = 0; size < file.size(); ++size) {
        INFO("cut off after byte " << size);
        const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        const auto refused = looked_through(cut, parties.hub, parties.device);
        REQUIRE_FALSE(refused.ok());
        REQUIRE(refused.error().code == (size == 0 ? ErrorCode::InvalidInput : ErrorCode::Corrupt));
        if (size > 0) {
            REQUIRE_THAT(refused.error().text(),
                         Catch::Matchers::ContainsSubstring("ends too early"));
        }
    }
    Bytes longer = file;
    longer.push_back(0);
    CHECK(looked_through(longer, parties.hub, parties.device).error().code == ErrorCode::Corrupt);
}

TEST_CASE("A bundle of which one byte is another is refused, whichever byte it is") {
    const BundleParties parties;
    const Bytes file = written(parties, {"{\"type\":\"bye\"}", "{}"}, parties.device);
    for (std::size_t at = 0; at < file.size(); ++at) {
        INFO("byte " << at);
        Bytes bent = file;
        bent[at] ^= 0x01U;
        REQUIRE_FALSE(looked_through(bent, parties.hub, parties.device).ok());
        bent[at] ^= 0x81U;
        REQUIRE_FALSE(looked_through(bent, parties.hub, parties.device).ok());
    }
}

TEST_CASE("Frames cannot be left out, doubled or put in another's place") {
    const BundleParties parties;
    const std::string large(sync::kMessageBytesMax, 'x');
    const Bytes file = written(parties, {large, large, large, large, large}, parties.device);
    // Where each frame stands: after the magic, the head and its length.
    const auto length_at = [&file](std::size_t at) {
        return static_cast<std::size_t>(file[at]) | static_cast<std::size_t>(file[at + 1]) << 8 |
               static_cast<std::size_t>(file[at + 2]) << 16;
    };
    std::vector<std::size_t> begins{sync::kBundleMagic.size() + 4 +
                                    length_at(sync::kBundleMagic.size())};
    while (begins.back() + crypto::Signature{}.size() < file.size()) {
        begins.push_back(begins.back() + 4 + length_at(begins.back()));
    }
    REQUIRE(begins.size() > 3);  // the last is where the signature begins
    const auto part = [&](std::size_t from, std::size_t to) {
        return Bytes(file.begin() + static_cast<std::ptrdiff_t>(from),
                     file.begin() + static_cast<std::ptrdiff_t>(to));
    };
    const auto joined = [](std::initializer_list<Bytes> parts) {
        Bytes out;
        for (const Bytes& each : parts) out.insert(out.end(), each.begin(), each.end());
        return out;
    };
    const Bytes head = part(0, begins[0]);
    const Bytes one = part(begins[0], begins[1]);
    const Bytes two = part(begins[1], begins[2]);
    const Bytes rest = part(begins[2], file.size());
    REQUIRE(looked_through(joined({head, one, two, rest}), parties.hub, parties.device).ok());
    CHECK_FALSE(looked_through(joined({head, two, one, rest}), parties.hub, parties.device).ok());
    CHECK_FALSE(looked_through(joined({head, one, rest}), parties.hub, parties.device).ok());
    CHECK_FALSE(
        looked_through(joined({head, one, one, two, rest}), parties.hub, parties.device).ok());
}

TEST_CASE("What is no bundle, and what a newer program made, is told apart") {
    const auto begun = [](std::string_view text) {
        Held held{Bytes(text.begin(), text.end())};
        return sync::BundleReader::begin(held.source());
    };
    CHECK(begun("Dear hub,\nhow are you?\n").error().code == ErrorCode::InvalidInput);
    CHECK(begun("").error().code == ErrorCode::InvalidInput);
    sync::BundleHeader header = sample_header();
    header.sealed_key.assign(80, 1);
    std::string json = sync::encode_bundle_header(header);
    CHECK(must(sync::decode_bundle_header(json)) == header);
    json.replace(json.find("\"format\":1"), 10, "\"format\":2");
    CHECK(sync::decode_bundle_header(json).error().code == ErrorCode::NewerVersion);
    CHECK(sync::decode_bundle_header("{}").error().code == ErrorCode::Protocol);
}

TEST_CASE("What a frame says of its own length is not believed") {
    const Bytes zeros(2 * sync::kBundleFrameBytesMax);
    const Bytes packed = sync::compressed(zeros, sync::Effort::Small);
    REQUIRE(packed.size() < 4096);
    CHECK(sync::uncompressed(packed, sync::kBundleFrameBytesMax).error().code ==
          ErrorCode::LimitExceeded);
    CHECK(must(sync::uncompressed(packed, zeros.size())) == zeros);
    for (std::size_t size = 0; size < packed.size(); ++size) {
        REQUIRE_FALSE(sync::uncompressed(BytesView(packed).first(size), zeros.size()).ok());
    }
    Bytes two = packed;
    two.insert(two.end(), packed.begin(), packed.end());
    CHECK_FALSE(sync::uncompressed(two, 2 * zeros.size()).ok());
}

TEST_CASE("A disk that is full while a bundle is written says so") {
    const BundleParties parties;
    SeededEntropy entropy(7);
    std::size_t room = 600;
    const auto sink = [&room](BytesView bytes) -> Outcome {
        if (bytes.size() > room) return Error{ErrorCode::DiskFull, "no room", "", ""};
        room -= bytes.size();
        return {};
    };
    auto writer = must(sync::BundleWriter::begin(sample_header(), parties.device,
                                                 parties.hub.public_key(), entropy, sink));
    must(writer.add(many_messages()[2]));
    CHECK(writer.finish().error().code == ErrorCode::DiskFull);
}

}  // namespace balie::test

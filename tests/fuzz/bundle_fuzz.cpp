// Files that people carry: any bytes at all, and what a well-signed file may hold that no honest
// program writes. The writer here is made from PROTOCOL.md, section 9, not from the program's own.
#include "storage/crypto/seal.h"
#include "storage/crypto/sealed_box.h"
#include "sync/core/compress.h"
#include "sync/core/limits.h"
#include "sync/protocol/bundle.h"
#include "tests/fuzz/entry.h"
#include "tests/support/seeded_entropy.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>

namespace balie::fuzz {

namespace {

const crypto::KeyPair& carried_from() {
    static const crypto::KeyPair kDevice = test::sample_key(1);
    return kDevice;
}
const crypto::KeyPair& carried_to() {
    static const crypto::KeyPair kHub = test::sample_key(2);
    return kHub;
}

sync::BundleHeader carried_header() {
    sync::BundleHeader header;
    header.hub = test::sample_id<HubId>(4);
    header.device = test::sample_id<DeviceId>(1);
    header.incarnation = test::sample_id<Incarnation>(101);
    header.program = "balie fuzz";
    return header;
}

std::string length_text(std::size_t length) {
    std::string out;
    for (int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(length >> shift)));
    }
    return out;
}

/// A whole file with one frame that holds these bytes, sealed and signed as they must be.
std::string file_with_frame(BytesView content) {
    test::SeededEntropy entropy(3);
    const auto key = crypto::SecretBytes::random(crypto::kSealKeyBytes, entropy);
    sync::BundleHeader header = carried_header();
    header.sealed_key = crypto::seal_to(carried_to().public_key(), key.view(), entropy).value();
    const std::string json = sync::encode_bundle_header(header);
    std::string file = std::string(sync::kBundleMagic) + length_text(json.size()) + json;
    const auto hash = crypto::blake2b_256(as_bytes(file));
    Bytes place(hash.begin(), hash.end());
    place.resize(place.size() + 8);  // frame 0
    place.push_back(1);              // and the last
    const Bytes sealed = crypto::seal(key.view(), content, place, entropy).value();
    file += length_text(sealed.size() | 0x8000'0000U);
    file.append(sealed.begin(), sealed.end());
    const std::string signed_text = sync::bundle_text(crypto::blake2b_256(as_bytes(file)));
    const auto signature = carried_from().sign(as_bytes(signed_text));
    file.append(signature.begin(), signature.end());
    return file;
}

struct Reading {
    std::vector<std::string> messages;
    bool whole{false};
};

Reading read_carried(std::string_view file) {
    std::size_t at = 0;
    const sync::BundleSource source{
        [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
            const std::size_t count = std::min(out.size(), file.size() - at);
            std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
            at += count;
            return count;
        },
        [&at]() -> Outcome {
            at = 0;
            return {};
        }};
    Reading reading;
    auto reader = sync::BundleReader::begin(source);
    if (!reader.ok()) {
        expect(!reader.error().what.empty(), "a refusal without words");
        return reading;
    }
    if (!reader->open(carried_to(), carried_from().public_key()).ok()) return reading;
    while (true) {
        auto next = reader->next();
        if (!next.ok()) {
            expect(!next.error().what.empty(), "a refusal without words");
            break;
        }
        reading.whole = !next->has_value();
        if (reading.whole) break;
        expect((*next)->size() <= sync::kMessageBytesMax, "a message larger than one may be");
        reading.messages.push_back(*std::move(*next));
    }
    const auto checked = sync::check_bundle(source, carried_to(), carried_from().public_key());
    expect(checked.ok() == reading.whole, "looking through a file finds something else");
    return reading;
}

void run_bundle(std::string_view bytes) {
    if (bytes.empty()) return;
    const char kind = bytes.front();
    bytes.remove_prefix(1);
    if (kind == 'h') {
        const auto header = sync::decode_bundle_header(bytes);
        if (!header.ok()) return;
        const auto again = sync::decode_bundle_header(sync::encode_bundle_header(*header));
        expect(again.ok() && *again == *header, "a head changes on its way");
    } else if (kind == 'p') {
        const auto reading =
            read_carried(file_with_frame(sync::compressed(as_bytes(bytes), sync::Effort::Small)));
        std::string joined;
        for (const std::string& each : reading.messages) {
            joined += length_text(each.size()) + each;
        }
        expect(!reading.whole || joined == bytes, "messages are not what was in the frame");
    } else if (kind == 'c') {
        (void)read_carried(file_with_frame(as_bytes(bytes)));
    } else {
        const auto reading = read_carried(bytes);
        expect(!reading.whole || bytes.starts_with(sync::kBundleMagic), "what is no bundle is one");
    }
}

std::string as_text(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::vector<std::string> bundle_seeds() {
    const std::string frame = length_text(2) + "{}" + length_text(14) + "{\"type\":\"bye\"}";
    sync::BundleHeader header = carried_header();
    header.sealed_key.assign(80, 9);
    return {
        "h" + sync::encode_bundle_header(header),
        "p" + frame,
        "p" + length_text(0xFFFF'FFFF) + "x",
        "c" + as_text(sync::compressed(as_bytes(frame), sync::Effort::Small)),
        "c" + as_text(sync::compressed(Bytes(2 * sync::kBundleFrameBytesMax), sync::Effort::Small)),
        "f" + file_with_frame(sync::compressed(as_bytes(frame), sync::Effort::Small))};
}

}  // namespace

Entry bundle_entry() {
    return {"fuzz_bundle", run_bundle, bundle_seeds};
}

}  // namespace balie::fuzz

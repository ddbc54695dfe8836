// Laws of clock, digest and codec.
#include "sync/core/digest.h"
#include "sync/core/hlc.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "tests/support/property.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>

namespace balie::sync {

namespace {

using test::law;
using test::sample_id;
using test::sample_origin;

/// Any text that JSON may hold: code points of all widths, quotes, control characters.
std::string text_of(const std::vector<std::uint16_t>& points) {
    std::string text;
    for (const std::uint16_t point : points) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        if (point < 0x80) {
            text.push_back(static_cast<char>(point));
        } else if (point < 0x800) {
            text.push_back(static_cast<char>(0xC0 | (point >> 6)));
            text.push_back(static_cast<char>(0x80 | (point & 0x3F)));
        } else {
            text.push_back(static_cast<char>(0xE0 | (point >> 12)));
            text.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
            text.push_back(static_cast<char>(0x80 | (point & 0x3F)));
        }
    }
    return text;
}

Digest digest_of(std::uint8_t number) {
    return birth_digest("customer", sample_id<RecordId>(number), {sample_origin(number), 1},
                        Stamp::of(number, 0));
}

}  // namespace

TEST_CASE("Stamps of one device only grow, whatever its clock does", "[sync][hlc][property]") {
    law("next_stamp is monotonic", [](const std::vector<std::int64_t>& clock) {
        Stamp last;
        for (const std::int64_t wall : clock) {
            const Stamp next = next_stamp(last, wall);
            RC_ASSERT(next > last);
            RC_ASSERT(next.ms() >= last.ms());
            last = next;
        }
    });
}

TEST_CASE("No effective stamp is a minute ahead of the hub, and none is negative",
          "[sync][hlc][property]") {
    law("effective_stamp is bounded", [](std::int64_t raw, std::int64_t offset, std::int64_t now) {
        const Stamp given{raw < 0 ? -(raw + 1) : raw};
        const Stamp effective = effective_stamp(given, offset, now);
        RC_ASSERT(effective.packed >= 0);
        RC_ASSERT(effective.ms() <= std::max<std::int64_t>(now, 0) + kStampAheadMaxMs);
    });
}

TEST_CASE("Correcting keeps the order of one device's stamps", "[sync][hlc][property]") {
    law("effective_stamp is monotonic in the raw one", [](std::uint32_t a, std::uint32_t b) {
        const Stamp low{std::int64_t{std::min(a, b)} << 16};
        const Stamp high{std::int64_t{std::max(a, b)} << 16};
        RC_ASSERT(effective_stamp(low, 500, 1'000'000'000) <=
                  effective_stamp(high, 500, 1'000'000'000));
    });
}

TEST_CASE("A digest is the same in whatever order records come and go",
          "[sync][digest][property]") {
    law("addition commutes and can be undone", [](const std::vector<std::uint8_t>& numbers) {
        Digest forward;
        for (const std::uint8_t number : numbers) forward += digest_of(number);
        Digest backward;
        for (auto it = numbers.rbegin(); it != numbers.rend(); ++it) backward += digest_of(*it);
        RC_ASSERT(forward == backward);
        for (const std::uint8_t number : numbers) forward -= digest_of(number);
        RC_ASSERT(forward.is_zero());
    });
}

TEST_CASE("Any value goes through JSON unchanged", "[sync][codec][property]") {
    law("decode after encode", [](const std::vector<std::uint16_t>& points, std::int64_t number) {
        const Value text = text_of(points);
        const auto first = decode_value(encode_value(text));
        RC_ASSERT(first.ok() && *first == text);
        const auto second = decode_value(encode_value(Value{number}));
        RC_ASSERT(second.ok() && *second == Value{number});
    });
}

TEST_CASE("Any payload goes through a PUSH byte for byte", "[sync][codec][property]") {
    law("decode after encode",
        [](const std::vector<std::uint16_t>& points, std::uint8_t count, std::int64_t offset) {
            Push push;
            push.first = 1 + count;
            push.clock_offset_ms = offset;
            for (int i = 0; i <= count % 4; ++i) {
                Change change = test::sample_change({}, push.first + i, push.previous);
                change.payload = text_of(points);
                if (i % 2 == 1) change.transaction = push.changes.back().transaction;
                push.changes.push_back(std::move(change));
            }
            const Message message = push;
            const std::string text = encode(message);
            std::size_t reckoned = 400;
            for (const Change& change : push.changes) reckoned += encoded_bytes(change);
            RC_ASSERT(text.size() <= reckoned);
            const auto decoded = decode(text);
            RC_ASSERT(decoded.ok());
            RC_ASSERT(*decoded == message);
        });
}

TEST_CASE("No bytes make the codec do more than refuse", "[sync][codec][property]") {
    law("decode answers",
        [](const std::vector<std::uint8_t>& bytes, std::uint16_t at, std::uint8_t with) {
            const std::string raw(bytes.begin(), bytes.end());
            RC_ASSERT(!decode(raw).ok());
            // A real message with one byte changed: understood or refused, and either way in words.
            Push push;
            push.first = 1;
            push.changes = test::sample_changes({}, 1, 2);
            std::string text = encode(Message{push});
            text[at % text.size()] = static_cast<char>(with);
            const auto answer = decode(text);
            const bool told = answer.ok() || !answer.error().what.empty();
            RC_ASSERT(told);
            for (const Change& change : push.changes) {
                std::string payload = change.payload;
                payload[at % payload.size()] = static_cast<char>(with);
                const auto body = decode_payload(payload);
                const bool said = body.ok() || !body.error().what.empty();
                RC_ASSERT(said);
            }
        });
}

}  // namespace balie::sync

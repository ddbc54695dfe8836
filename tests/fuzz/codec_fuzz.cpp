// Bytes → message → bytes → message: what was understood once is understood alike again.
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/messages.h"
#include "tests/unit/sync/samples.h"

namespace balie::fuzz {

namespace {

/// What credits and batches are reckoned with is never less than the truth.
void expect_reckoned(const sync::Message& message, std::size_t bytes) {
    std::size_t reckoned = 400;
    if (const auto* push = std::get_if<sync::Push>(&message); push != nullptr) {
        for (const auto& change : push->changes) reckoned += sync::encoded_bytes(change);
    } else if (const auto* changes = std::get_if<sync::Changes>(&message); changes != nullptr) {
        for (const auto& entry : changes->entries) reckoned += sync::encoded_bytes(entry);
    } else {
        return;
    }
    expect(bytes <= reckoned, "a batch is longer than was reckoned");
}

void run_codec(std::string_view bytes) {
    const auto first = sync::decode(bytes);
    if (!first.ok()) {
        expect(!first.error().what.empty(), "a refusal without words");
        return;
    }
    const std::string again = sync::encode(*first);
    expect_reckoned(*first, again.size());
    if (again.size() > sync::kMessageBytesMax) return;  // escapes may take more room than before
    const auto second = sync::decode(again);
    expect(second.ok(), "what was encoded is refused");
    expect(*first == *second, "a message changes on its way");
    expect(sync::encode(*second) == again, "one message has two spellings");
}

std::vector<std::string> codec_seeds() {
    std::vector<std::string> seeds;
    for (const auto& message : sample_messages()) {
        std::string bytes = sync::encode(message);
        if (bytes.size() <= 4096) seeds.push_back(std::move(bytes));
    }
    sync::Push push;
    push.first = 1;
    push.changes = test::sample_changes(test::sample_origin(), 1, 3);
    seeds.push_back(sync::encode(push));
    return seeds;
}

void run_payload(std::string_view bytes) {
    if (bytes.empty()) return;
    const char kind = bytes.front();
    bytes.remove_prefix(1);
    if (kind == 'v') {
        const auto value = sync::decode_value(bytes);
        if (!value.ok()) return;
        const auto again = sync::decode_value(sync::encode_value(*value));
        expect(again.ok() && *again == *value, "a value changes on its way");
    } else if (kind == 'b') {
        const auto base = sync::decode_base(bytes);
        if (!base.ok()) return;
        const auto again = sync::decode_base(sync::encode_base(*base));
        expect(again.ok() && *again == *base, "a base changes on its way");
    } else {
        const auto body = sync::decode_payload(bytes);
        if (!body.ok()) return;
        const auto again = sync::decode_payload(sync::encode_payload(*body));
        expect(again.ok() && *again == *body, "a payload changes on its way");
    }
}

std::vector<std::string> payload_seeds() {
    const std::string base = sync::encode_base({{test::sample_origin(2), 17}});
    return {"p" + test::sample_change(test::sample_origin(), 1, sync::kChainStart).payload,
            "v\"J\\u00e9r\\u00f4me\\n\"",
            "v{\"int64\":\"9223372036854775807\"}",
            "v-12",
            "vnull",
            "b" + base};
}

}  // namespace

Entry codec_entry() {
    return {"fuzz_codec", run_codec, codec_seeds};
}
Entry payload_entry() {
    return {"fuzz_payload", run_payload, payload_seeds};
}

}  // namespace balie::fuzz

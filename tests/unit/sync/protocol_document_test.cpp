// PROTOCOL.md is read and held to what it says: every example through the codec, every vector
// recomputed.
#include "storage/crypto/encoding.h"
#include "storage/domain/schema.h"
#include "sync/protocol/bundle.h"
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace balie::sync {

namespace {

using test::must;

std::string document() {
    std::ifstream file(std::string(BALIE_SOURCE_DIR) + "/sync/PROTOCOL.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The contents of all fenced blocks of one language.
std::vector<std::string> blocks(const std::string& language) {
    std::vector<std::string> found;
    const std::string text = document();
    const std::string fence = "```" + language + "\n";
    std::size_t at = 0;
    while ((at = text.find(fence, at)) != std::string::npos) {
        at += fence.size();
        const std::size_t end = text.find("\n```", at);
        found.push_back(text.substr(at, end - at + 1));
        at = end + 4;
    }
    return found;
}

template <typename T>
T example() {
    for (const std::string& block : blocks("json")) {
        auto message = decode(block);
        if (message.ok() && std::holds_alternative<T>(*message)) return std::get<T>(*message);
    }
    FAIL("there is no example of this message");
    return {};
}

std::string text_block(const std::string& start) {
    for (const std::string& block : blocks("text")) {
        if (block.rfind(start, 0) == 0) return block;
    }
    FAIL("there is no block that starts with " << start);
    return {};
}

/// "name   value" lines.
std::map<std::string, std::string> vectors(const std::string& start) {
    std::map<std::string, std::string> found;
    std::istringstream lines(text_block(start));
    for (std::string line; std::getline(lines, line);) {
        const std::size_t value = line.find_first_not_of(
            ' ', line.find("  ") == std::string::npos ? line.rfind(' ') : line.find("  "));
        std::string name = line.substr(0, value);
        name.erase(name.find_last_not_of(' ') + 1);
        found[name] = line.substr(value);
    }
    return found;
}

crypto::KeyPair key_from(std::uint8_t first) {
    Bytes seed(crypto::kSeedBytes);
    for (std::uint8_t& byte : seed) byte = first++;
    return must(crypto::KeyPair::from_seed(seed));
}

std::string kind_in_words(const domain::Field& field) {
    using enum domain::FieldKind;
    const std::string refers_to(field.refers_to);
    std::string choices;
    switch (field.kind) {
        case Text:
            return "text " + std::to_string(field.bytes_max);
        case Integer:
            return "integer";
        case Decimal:
            return "decimal";
        case Boolean:
            return "boolean";
        case Date:
            return "date";
        case Birthday:
            return "birthday";
        case Moment:
            return "moment";
        case ZoneOffset:
            return "minutes";
        case Choice:
            for (const std::string_view each : field.choices) {
                choices += (choices.empty() ? "" : "|") + std::string(each);
            }
            return choices;
        case CodeOf:
            return "code of " + refers_to;
        case Reference:
            return "id of " + refers_to;
        case Key:
            return "key of " + refers_to;
        case Address:
            return "address";
    }
    FAIL("a kind of field that the page does not know");
    return {};
}

/// Section 8's block, from the list of record types.
std::string schema_in_words() {
    std::string words;
    for (const domain::RecordSpec& record : domain::all_records()) {
        words += std::string(record.name) + ":";
        std::string comma = " ";
        for (const domain::Field& field : record.fields) {
            words += comma + std::string(field.name) + (field.required ? "* " : " ") +
                     kind_in_words(field);
            comma = ", ";
        }
        words += record.custom_fields ? ", x.*\n" : "\n";
    }
    return words;
}

constexpr std::uint8_t kDeviceSeed = 0;
constexpr std::uint8_t kHubSeed = 0x20;

}  // namespace

TEST_CASE("Every example of the protocol's page is a message and comes through unchanged",
          "[sync][protocol]") {
    std::set<std::size_t> seen;
    for (const std::string& block : blocks("json")) {
        INFO(block);
        const Message message = must(decode(block));
        CHECK(must(decode(encode(message))) == message);
        seen.insert(message.index());
    }
    CHECK(seen.size() == std::variant_size_v<Message>);
}

TEST_CASE("The signatures of the protocol's page verify", "[sync][protocol]") {
    const auto challenge = example<Challenge>();
    const crypto::KeyPair device = key_from(kDeviceSeed);
    const crypto::KeyPair hub = key_from(kHubSeed);

    const auto enrol = example<Enrol>();
    CHECK(enrol.public_key == test::to_bytes(device.public_key()));
    CHECK(enrol_text(challenge, enrol) == text_block("balie.enrol.v1"));
    CHECK(crypto::verify(device.public_key(), as_bytes(text_block("balie.enrol.v1")),
                         enrol.signature));

    const auto hello = example<Hello>();
    CHECK(hello_text(challenge, hello) == text_block("balie.hello.v1"));
    CHECK(crypto::verify(device.public_key(), as_bytes(text_block("balie.hello.v1")),
                         hello.signature));

    const auto ack = example<Ack>();
    CHECK(example<Enrolled>().hub_public_key == test::to_bytes(hub.public_key()));
    CHECK(receipt_text(hello.origin.device, ack) == text_block("balie.receipt.v1"));
    CHECK(
        crypto::verify(hub.public_key(), as_bytes(text_block("balie.receipt.v1")), ack.signature));
}

TEST_CASE("The chain of the protocol's page is the chain we compute", "[sync][protocol]") {
    auto vector = vectors("payload 1");
    auto push = example<Push>();
    const auto hello = example<Hello>();
    REQUIRE(push.changes.size() == 2);
    Hash previous = push.previous;
    CHECK(previous == kChainStart);
    for (Change& change : push.changes) {
        const std::string number = std::to_string(change.id.seq);
        change.id.origin = hello.origin;
        CHECK(change.payload == vector["payload " + number]);
        CHECK(to_hex(change.salt) == vector["salt " + number]);
        CHECK(to_hex(commitment_of(change.salt, change.payload)) == vector["commitment " + number]);
        CHECK(to_hex(chain_hash(previous, change)) == vector["hash " + number]);
        CHECK(change.commitment == commitment_of(change.salt, change.payload));
        CHECK(change.hash == chain_hash(previous, change));
        CHECK(encode_payload(must(decode_payload(change.payload))) == change.payload);
        previous = change.hash;
    }
    CHECK(hello.last_hash == previous);
    CHECK(example<Ack>().acked_hash == previous);
}

TEST_CASE("The bundle of the protocol's page is read by whom it is for", "[sync][protocol]") {
    std::string joined = text_block("YmFsaWUuYnVuZGxl");
    std::erase(joined, '\n');
    const Bytes file = must(crypto::base64url_decode(joined));
    std::size_t at = 0;
    const BundleSource source{[&](std::span<std::uint8_t> out) -> Result<std::size_t> {
                                  const std::size_t count = std::min(out.size(), file.size() - at);
                                  std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count,
                                              out.begin());
                                  at += count;
                                  return count;
                              },
                              [&at]() -> Outcome {
                                  at = 0;
                                  return {};
                              }};
    const crypto::KeyPair device = key_from(kDeviceSeed);
    const crypto::KeyPair hub = key_from(kHubSeed);
    CHECK(must(check_bundle(source, hub, device.public_key())) == 2);
    auto reader = must(BundleReader::begin(source));
    CHECK(encode_bundle_header(reader.header()) + "\n" == text_block("{\"format\""));
    CHECK(reader.header().device == example<Hello>().origin.device);
    must(reader.open(hub, device.public_key()));
    CHECK(must(decode(must(reader.next()).value_or(""))) == Message(example<Pull>()));
    CHECK(must(decode(must(reader.next()).value_or(""))) == Message(example<Bye>()));
    CHECK_FALSE(must(reader.next()));
}

TEST_CASE("The protocol's page lists every record type and field there is", "[sync][protocol]") {
    CHECK(text_block("code: ") == schema_in_words());
    CHECK(document().find("Schema version " + std::to_string(domain::kSchemaVersion) + ".") !=
          std::string::npos);
}

TEST_CASE("The digest of the protocol's page is the digest we compute", "[sync][protocol]") {
    auto vector = vectors("creation ");
    const auto push = example<Push>();
    const auto hello = example<Hello>();
    const auto effective = example<Ack>().verdicts.at(0).effective;
    const ChangeBody created = must(decode_payload(push.changes[0].payload));
    const ChangeBody edited = must(decode_payload(push.changes[1].payload));
    Digest sum = birth_digest(created.type, created.id, {hello.origin, 1}, effective.at(0));
    CHECK(to_hex(sum.bytes) == vector["creation"]);
    FieldState name =
        FieldState::born({effective.at(0), {hello.origin, 1}}, created.fields.at("name").value);
    const FieldEdit& edit = edited.fields.at("name");
    name.apply({effective.at(1), {hello.origin, 2}}, edit.value, edit.base);
    const Digest field = field_digest(created.type, created.id, "name", name);
    CHECK(to_hex(field.bytes) == vector["name"]);
    sum += field;
    CHECK(to_hex(sum.bytes) == vector["sum"]);
}

}  // namespace balie::sync

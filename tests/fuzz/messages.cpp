#include "tests/fuzz/messages.h"

#include "storage/crypto/encoding.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "tests/fuzz/entry.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>

namespace balie::fuzz {

namespace {

using test::sample_change;
using test::sample_id;
using test::sample_origin;

std::string a_text(Input& input) {
    return std::string(input.text());
}

std::string a_blob(Input& input) {
    return crypto::base64url_encode(Bytes(32, input.byte()));
}

std::string a_payload(Input& input) {
    constexpr std::array<std::size_t, 6> kSizes{0, 1, 100, 20'000, 70'000, 131'073};
    const std::size_t choice = input.pick(8);
    if (choice < kSizes.size()) return std::string(kSizes[choice], 'x');
    return a_text(input);
}

sync::Change a_change(Input& input) {
    sync::Change change = sample_change(sample_origin(2), 1 + input.byte(), sync::kChainStart);
    change.transaction = sample_id<TransactionId>(static_cast<std::uint8_t>(input.pick(3)));
    change.raw = {input.count()};
    if (input.flag()) change.payload = a_payload(input);
    return change;
}

sync::Welcome a_welcome(Input& input) {
    constexpr std::array<sync::Directive, 6> kAll{
        sync::Directive::Go,      sync::Directive::Snapshot, sync::Directive::NewIncarnation,
        sync::Directive::Upgrade, sync::Directive::ReadOnly, sync::Directive::Wipe};
    sync::Welcome welcome;
    welcome.directive = input.flag() ? sync::Directive::Go : kAll[input.pick(kAll.size())];
    welcome.wall_ms = input.number();
    welcome.acked_seq = input.count();
    welcome.hub_seq = input.count();
    welcome.cursor = input.count();
    welcome.push_window = static_cast<int>(input.byte());
    return welcome;
}

sync::Ack an_ack(Input& input) {
    sync::Ack ack;
    ack.acked_seq = input.count();
    ack.wall_ms = input.number();
    for (std::size_t i = input.pick(4); i > 0; --i) {
        sync::Verdict verdict;
        verdict.first = 1 + input.byte();
        verdict.last = std::max(verdict.first, input.count());
        verdict.hub_seq = input.count();
        verdict.effective.resize(input.pick(4), sync::Stamp{input.count()});
        ack.verdicts.push_back(std::move(verdict));
    }
    return ack;
}

sync::LogEntry an_entry(Input& input, std::int64_t hub_seq) {
    const sync::Stamp stamp{input.count()};
    switch (input.pick(4)) {
        case 0: {
            sync::Change change = a_change(input);
            return sync::LogChange{hub_seq, stamp, std::move(change)};
        }
        case 1:
            return sync::LogOwn{hub_seq, stamp, std::max<std::int64_t>(1, input.count()), {}};
        case 2: {
            sync::LogEnter enter;
            enter.hub_seq = hub_seq;
            enter.reason = "moved";
            enter.type = "customer";
            enter.id = sample_id<RecordId>(input.byte());
            enter.birth = {stamp, {sample_origin(3), 1}};
            enter.values["name"] = std::string(input.text().size(), 'n');
            return enter;
        }
        default:
            return sync::LogLeave{hub_seq, "moved", "customer", sample_id<RecordId>(input.byte())};
    }
}

sync::Challenge a_challenge(Input& input) {
    sync::Challenge challenge;
    challenge.version_min = static_cast<int>(input.pick(3));
    challenge.version_max = static_cast<int>(input.pick(3));
    challenge.hub = sample_id<HubId>(static_cast<std::uint8_t>(1 + input.pick(2)));
    challenge.epoch = sample_id<HubEpoch>(static_cast<std::uint8_t>(input.pick(3)));
    challenge.nonce = Bytes(32, input.byte());
    return challenge;
}

sync::Hello a_hello(Input& input) {
    sync::Hello hello;
    hello.origin = sample_origin(input.byte());
    hello.last_seq = input.count();
    hello.cursor = input.count();
    hello.signature = Bytes(64, 1);
    return hello;
}

}  // namespace

sync::Push make_push(Input& input) {
    sync::Push push;
    push.first = std::max<std::int64_t>(1, input.count());
    push.clock_offset_ms = input.number();
    constexpr std::array<std::size_t, 8> kCounts{0, 1, 2, 3, 400, 401, 1024, 1025};
    const std::size_t count = kCounts[input.pick(kCounts.size())];
    if (count <= 3) {
        for (std::size_t i = 0; i < count; ++i) push.changes.push_back(a_change(input));
    } else {
        push.changes.resize(count, a_change(input));
    }
    return push;
}

sync::Changes make_changes(Input& input, std::int64_t from, std::int64_t to) {
    sync::Changes changes{from, to, {}};
    for (std::size_t i = input.pick(5); i > 0; --i) {
        changes.entries.push_back(an_entry(input, std::max<std::int64_t>(1, to)));
    }
    return changes;
}

sync::PeerError make_error(Input& input) {
    constexpr std::array<const char*, 6> kCodes{"gap", "fork", "busy", "revoked", "order", ""};
    constexpr std::array<sync::ErrorLevel, 3> kLevels{
        sync::ErrorLevel::Frame, sync::ErrorLevel::Session, sync::ErrorLevel::Device};
    sync::PeerError error;
    error.level = kLevels[input.pick(kLevels.size())];
    error.code = kCodes[input.pick(kCodes.size())];
    error.retry_ms = std::max<std::int64_t>(-1, input.number());
    error.expected_seq = input.count();
    return error;
}

Error make_garbage(Input& input) {
    std::string bytes;
    switch (input.pick(4)) {
        case 0:
            bytes = a_text(input);
            break;
        case 1:
            bytes = R"({"type":"blob"})";
            break;
        case 2:  // a name that a path will repeat
            bytes = R"({"type":"changes","from":"0","to":"0","columns":[],"entries":[{"kind":)"
                    R"("enter","values":{")" +
                    std::string(30'000, 'k') + R"(":[]}}]})";
            break;
        default:
            bytes = "{\"type\":\"" + std::string(5'000, 'T') + "\"}";
            break;
    }
    auto decoded = sync::decode(bytes);
    return decoded.ok() ? Error{ErrorCode::Protocol, "no message", "", ""}
                        : std::move(decoded).error();
}

std::string a_place(Input& input) {
    return input.flag() ? std::string() : "customer/" + std::to_string(input.byte());
}

sync::Snapshot make_snapshot(Input& input, std::int64_t hub_seq, const std::string& after,
                             const std::string& to) {
    sync::Snapshot part{hub_seq, after, to, input.flag(), {}, {}};
    sync::SnapshotTable table{"customer", {"name", "note"}, {}};
    const std::size_t rows = input.pick(4);
    for (std::size_t i = 0; i < rows; ++i) {
        sync::SnapshotTable::Row row;
        row.id = sample_id<RecordId>(input.byte());
        row.birth = {{input.count()}, {sample_origin(1), 1 + input.byte()}};
        row.values = {Value{std::string("Jansen")}, Value{input.number()}};
        if (input.flag()) {
            auto state = sync::FieldState::born(row.birth, Value{std::string("Jan")});
            row.edited.push_back({"name", std::move(state)});
        }
        table.rows.push_back(std::move(row));
    }
    if (rows > 0) part.tables.push_back(std::move(table));
    if (input.pick(4) == 3) {
        part.own.push_back({sample_id<Incarnation>(3),
                            1 + input.byte(),
                            1 + input.byte(),
                            {input.count()},
                            Bytes(sync::kOwnHashBytes, 1),
                            input.flag()});
    }
    return part;
}

namespace {

/// Questions and answers beyond the scope, where the goodbye was before there were any.
sync::Message make_ask(Input& input) {
    switch (input.pick(6)) {
        case 1:
            return sync::Find{"t", "smit"};
        case 2:
            return sync::Found{"t", {}, {{sample_id<RecordId>(1), "", "Smit", "", true}}, true};
        case 3:
            return sync::Fetch{"t", sample_id<RecordId>(input.byte()), "other", ""};
        case 4:
            return sync::Fetched{"t", {"full", ""}, sample_id<RecordId>(1), input.count()};
        default:
            return sync::Bye{"done"};
    }
}

}  // namespace

sync::Message make_message(Input& input) {
    switch (input.pick(22)) {
        case 0:
            return a_challenge(input);
        case 1:
            return sync::Enrol{1, "7ZQ4", Bytes(32, 1), "van", "balie", Bytes(64, input.byte())};
        case 2:
            return sync::Enrolled{sample_id<DeviceId>(1), "anna", "", "rep", "all", "", "", {}};
        case 3:
            return a_hello(input);
        case 4:
            return a_welcome(input);
        case 5:
            return make_push(input);
        case 6:
            return an_ack(input);
        case 7: {
            sync::Pull pull{input.count(), input.count()};
            if (!input.flag()) return pull;
            pull.snapshot = sync::SnapshotPlace{input.count(), a_place(input)};
            pull.own.push_back({sample_id<Incarnation>(3), input.count()});
            return pull;
        }
        case 8: {
            const std::int64_t from = input.count();
            return make_changes(input, from, std::max(from, input.count()));
        }
        case 9:
            return sync::Checkpoint{input.count(), {}, {}};
        case 10:
            return sync::Applied{input.count()};
        case 11:
            return sync::Mark{"m", input.count(), input.flag()};
        case 12:
            return sync::Ping{input.number()};
        case 13:
            return sync::Pong{input.number(), input.number()};
        case 14:
            return make_error(input);
        case 15: {
            const std::int64_t hub_seq = input.count();
            const std::string after = a_place(input);
            return make_snapshot(input, hub_seq, after, a_place(input));
        }
        case 16:
            return sync::BlobHave{a_blob(input), std::max<std::int64_t>(1, input.count())};
        case 17:
            return sync::BlobWant{a_blob(input), input.count()};
        case 18: {
            const std::int64_t bytes = std::max<std::int64_t>(1, input.count());
            return sync::BlobPut{a_blob(input), bytes, input.count(), Bytes(3, 7)};
        }
        case 19:
            return sync::BlobGet{a_blob(input), input.count(),
                                 std::max<std::int64_t>(1, input.count())};
        case 20:
            return sync::BlobRefused{a_blob(input), "not_here", "It has not come yet"};
        default:
            return make_ask(input);
    }
}

std::vector<sync::Message> sample_messages() {
    std::vector<sync::Message> messages;
    for (std::uint8_t kind = 0; kind < 22; ++kind) {
        // The bytes after the kind are choices: two of them, so that lists are not all empty.
        for (const std::uint8_t choice : {std::uint8_t{1}, std::uint8_t{3}}) {
            std::string bytes(80, static_cast<char>(choice));
            bytes[0] = static_cast<char>(kind);
            Input input(bytes);
            messages.push_back(make_message(input));
        }
    }
    return messages;
}

void expect_readable(const sync::Message& message) {
    const std::string bytes = sync::encode(message);
    expect(bytes.size() <= sync::kMessageBytesMax,
           "a message that is longer than a message may be");
    const auto decoded = sync::decode(bytes);
    if (!decoded.ok()) {
        throw Broken("a message that the other side refuses: " + decoded.error().text());
    }
    expect(sync::encode(*decoded) == bytes, "a message that is read as another one");
}

}  // namespace balie::fuzz

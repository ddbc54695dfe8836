#include "sync/hub/hub_session.h"

#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/sync/samples.h"

#include <optional>

namespace balie::sync {

namespace {

using test::sample_changes;
using test::sample_id;
using test::sample_key;
using test::sample_origin;
using test::sign_text;
using test::to_bytes;

constexpr std::int64_t kHubWall = 1'700'000'000'000;

template <typename T>
std::optional<T> find(const std::vector<HubOutput>& outputs) {
    for (const HubOutput& output : outputs) {
        if (const auto* found = std::get_if<T>(&output)) return *found;
    }
    return std::nullopt;
}

template <typename T>
std::optional<T> sent(const std::vector<HubOutput>& outputs) {
    for (const HubOutput& output : outputs) {
        const auto* send = std::get_if<HubSend>(&output);
        if (send == nullptr) continue;
        if (const auto* found = std::get_if<T>(&send->message)) return *found;
    }
    return std::nullopt;
}

struct Hub {
    Hub() : session({sample_id<HubId>(1), sample_id<HubEpoch>(2)}, Bytes(32, 7), 1000) {
        const auto outputs = session.start();
        challenge = *sent<Challenge>(outputs);
    }
    std::vector<HubOutput> step(HubInput input) {
        return session.step(std::move(input), now, kHubWall + now);
    }
    std::vector<HubOutput> receive(Message message) {
        return step(HubMessageReceived{std::move(message)});
    }
    HubSession session;
    Challenge challenge;
    std::int64_t now{1000};
};

Hello a_hello(const Challenge& challenge) {
    Hello hello;
    hello.origin = sample_origin(1);
    hello.program = "balie 0.1.0";
    hello.signature = sign_text(sample_key(2), hello_text(challenge, hello));
    return hello;
}

DeviceRecord a_device() {
    DeviceRecord device;
    device.device = sample_origin(1).device;
    device.public_key = to_bytes(sample_key(2).public_key());
    device.user = "anna";
    return device;
}

Hub an_open_hub(std::int64_t hub_seq = 0) {
    Hub hub;
    auto outputs = hub.receive(a_hello(hub.challenge));
    REQUIRE(find<FindDevice>(outputs).has_value());
    outputs = hub.step(DeviceFound{a_device()});
    REQUIRE(find<OpenSession>(outputs).has_value());
    Welcome welcome;
    welcome.hub_seq = hub_seq;
    outputs = hub.step(SessionOpened{welcome});
    REQUIRE(sent<Welcome>(outputs).has_value());
    return hub;
}

Push a_push(std::int64_t first, std::int64_t last) {
    Push push;
    push.first = first;
    push.changes = sample_changes({}, first, last);
    return push;
}

/// A batch whose one entry takes about so many bytes.
Changes a_batch(std::int64_t from, std::int64_t to, std::size_t bytes) {
    Changes changes{from, to, {}};
    LogChange entry;
    entry.hub_seq = to;
    entry.change.payload = std::string(bytes, 'x');
    changes.entries.emplace_back(entry);
    return changes;
}

bool refused_with(const std::vector<HubOutput>& outputs, const std::string& code) {
    const auto error = sent<PeerError>(outputs);
    return error.has_value() && error->code == code;
}

}  // namespace

TEST_CASE("Before HELLO a hub answers nothing but ENROL and HELLO", "[sync][hub]") {
    const std::vector<Message> early{Message{a_push(1, 1)}, Message{Pull{0, 1000}},
                                     Message{Applied{0}},   Message{Mark{"a", 1, false}},
                                     Message{Welcome{}},    Message{Changes{}}};
    const auto message = GENERATE_COPY(from_range(early));
    Hub hub;
    const auto outputs = hub.receive(message);
    CHECK(refused_with(outputs, "order"));
    CHECK(find<HubDisconnect>(outputs).has_value());
    CHECK(outputs.size() == 2);
}

TEST_CASE("A device that cannot sign for itself is turned away", "[sync][hub]") {
    Hub hub;
    Hello hello = a_hello(hub.challenge);
    SECTION("with another key") {
        hello.signature = sign_text(sample_key(3), hello_text(hub.challenge, hello));
    }
    SECTION("with what it signed for another connection") {
        Challenge other = hub.challenge;
        other.nonce[0] ^= 1;
        hello.signature = sign_text(sample_key(2), hello_text(other, hello));
    }
    SECTION("with a member changed on the way") {
        hello.last_seq = 12;
    }
    hub.receive(hello);
    const auto outputs = hub.step(DeviceFound{a_device()});
    CHECK(refused_with(outputs, "bad_signature"));
    CHECK(find<OpenSession>(outputs) == std::nullopt);
}

TEST_CASE("A revoked device hears that it is", "[sync][hub]") {
    Hub hub;
    hub.receive(a_hello(hub.challenge));
    DeviceRecord device = a_device();
    device.revoked = true;
    hub.step(DeviceFound{device});
    SECTION("as an error") {
        const auto outputs = hub.step(SessionOpened{Welcome{}});
        REQUIRE(refused_with(outputs, "revoked"));
        CHECK(sent<PeerError>(outputs)->level == ErrorLevel::Device);
    }
    SECTION("or as the order to wipe") {
        Welcome welcome;
        welcome.directive = Directive::Wipe;
        const auto outputs = hub.step(SessionOpened{welcome});
        CHECK(sent<Welcome>(outputs).has_value());
        CHECK(find<IngestPush>(hub.receive(a_push(1, 1))) == std::nullopt);
    }
}

TEST_CASE("Enrolment proves possession of the key, then HELLO follows", "[sync][hub]") {
    Hub hub;
    Enrol enrol;
    enrol.secret = "7ZQ4";
    enrol.public_key = to_bytes(sample_key(2).public_key());
    SECTION("signed by another key it is refused") {
        enrol.signature = sign_text(sample_key(3), enrol_text(hub.challenge, enrol));
        CHECK(refused_with(hub.receive(enrol), "bad_signature"));
    }
    SECTION("signed by its own it is looked at") {
        enrol.signature = sign_text(sample_key(2), enrol_text(hub.challenge, enrol));
        auto outputs = hub.receive(enrol);
        REQUIRE(find<DecideEnrol>(outputs).has_value());
        SECTION("and refused with the reason") {
            outputs = hub.step(EnrolDecided{Error{ErrorCode::Expired, "too old", "", ""}});
            CHECK(refused_with(outputs, "expired_code"));
        }
        SECTION("and taken") {
            outputs = hub.step(EnrolDecided{Enrolled{}});
            REQUIRE(sent<Enrolled>(outputs).has_value());
            CHECK(find<FindDevice>(hub.receive(a_hello(hub.challenge))).has_value());
        }
    }
}

TEST_CASE("A batch is ingested under the name of who signed HELLO", "[sync][hub]") {
    Hub hub = an_open_hub();
    const auto outputs = hub.receive(a_push(1, 2));
    const auto ingest = find<IngestPush>(outputs);
    REQUIRE(ingest.has_value());
    CHECK(ingest->push.changes[1].id == ChangeId{sample_origin(1), 2});
    SECTION("and acknowledged only when the store has it") {
        Ack ack;
        ack.acked_seq = 2;
        CHECK(sent<Ack>(hub.step(PushIngested{ack, {}})).has_value());
    }
    SECTION("and a gap is told without ending the session") {
        const PeerError gap{ErrorLevel::Session, "gap", "", -1, 1};
        const auto answer = hub.step(PushIngested{Error{}, gap});
        CHECK(refused_with(answer, "gap"));
        CHECK(find<HubDisconnect>(answer) == std::nullopt);
    }
    SECTION("and a full disk ends it with a later try") {
        const auto answer = hub.step(PushIngested{Error{ErrorCode::DiskFull, "full", "", ""}, {}});
        REQUIRE(refused_with(answer, "busy"));
        CHECK(sent<PeerError>(answer)->retry_ms > 0);
        CHECK(find<HubDisconnect>(answer).has_value());
    }
    SECTION("and a mark is answered when it is reached") {
        CHECK(sent<Mark>(hub.receive(Mark{"m1", 2, false})) == std::nullopt);
        Ack ack;
        ack.acked_seq = 2;
        const auto mark = sent<Mark>(hub.step(PushIngested{ack, {}}));
        REQUIRE(mark.has_value());
        CHECK(mark->reached);
    }
}

TEST_CASE("A batch beyond the limits is refused before the store sees it", "[sync][hub]") {
    Hub hub = an_open_hub();
    Push push = a_push(1, 3);
    SECTION("without changes") {
        push.changes.clear();
    }
    SECTION("with a transaction in two pieces") {
        push.changes[2].transaction = push.changes[0].transaction;
    }
    SECTION("with a transaction of too many bytes") {
        push.changes[0].payload = std::string(kTransactionBytesMax + 1, 'x');
    }
    SECTION("with a transaction of too many changes") {
        push.changes.resize(kTransactionChangesMax + 1, push.changes[0]);
        for (auto& change : push.changes) change.transaction = push.changes[0].transaction;
    }
    const auto outputs = hub.receive(push);
    CHECK(refused_with(outputs, "malformed"));
    CHECK(find<IngestPush>(outputs) == std::nullopt);
}

TEST_CASE("Nobody may have more than four batches unanswered", "[sync][hub]") {
    Hub hub = an_open_hub();
    for (std::int64_t seq = 1; seq <= 4; ++seq) {
        CHECK(find<IngestPush>(hub.receive(a_push(seq, seq))).has_value());
    }
    CHECK(refused_with(hub.receive(a_push(5, 5)), "order"));
}

TEST_CASE("At the end of the log comes a checkpoint, and then what grows", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    auto outputs = hub.receive(Pull{0, kPullCreditBytes});
    const auto read = find<ReadChanges>(outputs);
    REQUIRE(read.has_value());
    CHECK(read->cursor == 0);
    CHECK(find<ReadChanges>(hub.step(LogGrew{10})) == std::nullopt);  // one at a time
    outputs = hub.step(ChangesRead{a_batch(0, 10, 100), true, {}});
    REQUIRE(sent<Changes>(outputs).has_value());
    REQUIRE(sent<Checkpoint>(outputs).has_value());
    CHECK(sent<Checkpoint>(outputs)->hub_seq == 10);
    CHECK(find<ReadChanges>(outputs) == std::nullopt);
    CHECK(find<ReadChanges>(hub.step(LogGrew{11})).has_value());
}

TEST_CASE("A checkpoint tells once what another connection brought of this log", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    hub.receive(Pull{9, kPullCreditBytes});
    const Checkpoint::OwnEnd end{7, {}};
    auto outputs = hub.step(ChangesRead{Changes{9, 9, {}}, true, {}, {}});
    REQUIRE(sent<Checkpoint>(outputs));
    CHECK_FALSE(sent<Checkpoint>(outputs)->own);
    CHECK(find<ReadChanges>(hub.step(OwnLogGrew{7})));  // though the log did not grow
    outputs = hub.step(ChangesRead{Changes{9, 9, {}}, true, {}, end});
    REQUIRE(sent<Checkpoint>(outputs));
    CHECK(sent<Checkpoint>(outputs)->own == end);
    CHECK_FALSE(find<ReadChanges>(hub.step(OwnLogGrew{7})));
}

TEST_CASE("Who asks for the state is sent it part by part within its credit", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    const auto part = [](const std::string& after, const std::string& to, bool done) {
        SnapshotTable table{"customer", {"note"}, {}};
        table.rows.push_back({sample_id<RecordId>(1),
                              {{7}, {sample_origin(2), 1}},
                              {Value{std::string(20'000, 'x')}},
                              {}});
        return SnapshotRead{Snapshot{9, after, to, done, {table}, {}}};
    };
    auto outputs = hub.receive(Pull{0, 30'000, SnapshotPlace{}, {}});
    REQUIRE(find<ReadSnapshot>(outputs));
    CHECK_FALSE(find<ReadChanges>(outputs));
    outputs = hub.step(part("", "customer/1", false));
    REQUIRE(sent<Snapshot>(outputs));
    REQUIRE(find<ReadSnapshot>(outputs));
    CHECK(find<ReadSnapshot>(outputs)->place == SnapshotPlace{9, "customer/1"});
    outputs = hub.step(part("customer/1", "customer/2", false));
    CHECK_FALSE(find<ReadSnapshot>(outputs));  // the credit is used up
    // The first is applied: there is room again.
    outputs = hub.receive(Pull{0, 30'000, SnapshotPlace{9, "customer/1"}, {}});
    REQUIRE(find<ReadSnapshot>(outputs));
    outputs = hub.step(part("customer/2", "own/", true));
    CHECK_FALSE(find<ReadSnapshot>(outputs));
    CHECK_FALSE(find<ReadChanges>(outputs));  // the log comes when it is asked for
    outputs = hub.receive(Applied{9});
    CHECK_FALSE(find<HubDisconnect>(outputs));
    CHECK(find<ReadChanges>(hub.receive(Pull{9, 30'000})));
}

TEST_CASE("A snapshot goes on at the place that the terminal names", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    const auto outputs = hub.receive(Pull{0, 30'000, SnapshotPlace{5, "customer/7"}, {}});
    REQUIRE(find<ReadSnapshot>(outputs));
    CHECK(find<ReadSnapshot>(outputs)->place == SnapshotPlace{5, "customer/7"});
    SECTION("and what is no place is refused") {
        const Error error{ErrorCode::Protocol, "this is no place in a snapshot", "x", {}};
        CHECK(refused_with(hub.step(SnapshotRead{error}), "malformed"));
    }
    SECTION("and a hub that cannot read now says when to come back") {
        const Error error{ErrorCode::Io, "the disk", "", {}};
        CHECK(refused_with(hub.step(SnapshotRead{error}), "busy"));
    }
}

TEST_CASE("A snapshot from beyond the end of the log is refused", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    CHECK(refused_with(hub.receive(Pull{0, 30'000, SnapshotPlace{10, "customer/7"}, {}}), "order"));
}

TEST_CASE("A log that is shorter than its count does not keep the hub busy", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    REQUIRE(find<ReadChanges>(hub.receive(Pull{0, 30'000})));
    // Damaged: what it counts is not there.
    const auto outputs = hub.step(ChangesRead{a_batch(0, 7, 10), true, {}});
    CHECK(sent<Checkpoint>(outputs)->hub_seq == 7);
    CHECK_FALSE(find<ReadChanges>(outputs));
}

TEST_CASE("What the filter passes by still moves the cursor", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    hub.receive(Pull{4, 1000});
    const auto outputs = hub.step(ChangesRead{Changes{4, 9, {}}, true, {}});
    REQUIRE(sent<Changes>(outputs).has_value());
    CHECK(sent<Checkpoint>(outputs)->hub_seq == 9);
}

TEST_CASE("A terminal is sent no more than its credit and one batch", "[sync][hub]") {
    Hub hub = an_open_hub(1000);
    auto outputs = hub.receive(Pull{0, 20'000});
    std::int64_t cursor = 0;
    std::size_t bytes = 0;
    while (const auto read = find<ReadChanges>(outputs)) {
        REQUIRE(read->bytes_max <= 20'000);
        outputs = hub.step(ChangesRead{a_batch(cursor, cursor + 1, 6'000), false, {}});
        ++cursor;
        bytes += 6'000;
        REQUIRE(bytes < 100'000);
    }
    CHECK(bytes <= 20'000 + 6'000);
    SECTION("and what it has applied makes room") {
        outputs = hub.receive(Pull{1, 20'000});
        CHECK(find<ReadChanges>(outputs).has_value());
        CHECK(find<ReadChanges>(outputs)->cursor == cursor);
    }
    SECTION("and a PULL from elsewhere starts again there") {
        outputs = hub.receive(Pull{500, 20'000});
        REQUIRE(find<ReadChanges>(outputs).has_value());
        CHECK(find<ReadChanges>(outputs)->cursor == 500);
    }
}

TEST_CASE("A terminal that never asks again is not sent batches without end", "[sync][hub]") {
    Hub hub = an_open_hub();
    hub.receive(Pull{0, 20'000});
    hub.step(ChangesRead{Changes{0, 0, {}}, true, {}});
    std::int64_t seq = 0;
    int batches = 0;
    // The log grows by what is not for this terminal: each batch only moves its cursor.
    while (find<ReadChanges>(hub.step(LogGrew{seq + 1})) && batches < 1000) {
        hub.step(ChangesRead{Changes{seq, seq + 1, {}}, true, {}});
        ++seq;
        ++batches;
    }
    CHECK(batches > 10);
    CHECK(batches <= 20'000 / kBatchBytesLeast + 1);
    const auto outputs = hub.receive(Pull{seq, 20'000});
    CHECK(find<ReadChanges>(outputs).has_value());
}

TEST_CASE("A slow reader is waited for, and slows only itself", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    hub.receive(Pull{0, kPullCreditBytes});
    hub.step(WriteQueueFull{});
    auto outputs = hub.step(ChangesRead{a_batch(0, 1, 10), false, {}});
    CHECK(find<ReadChanges>(outputs) == std::nullopt);
    CHECK(find<ReadChanges>(hub.step(WriteQueueDrained{})).has_value());
}

TEST_CASE("Nobody pulls or has applied what is not there", "[sync][hub]") {
    Hub hub = an_open_hub(9);
    SECTION("pulled") {
        CHECK(refused_with(hub.receive(Pull{10, 1000}), "order"));
    }
    SECTION("applied") {
        CHECK(refused_with(hub.receive(Applied{1}), "order"));
    }
}

TEST_CASE("A message of a newer version is passed over, rubbish is not", "[sync][hub]") {
    Hub hub = an_open_hub();
    auto outputs = hub.step(HubGarbageReceived{Error{ErrorCode::NewerVersion, "?", "", ""}});
    REQUIRE(sent<PeerError>(outputs).has_value());
    CHECK(sent<PeerError>(outputs)->level == ErrorLevel::Frame);
    CHECK_FALSE(hub.session.closed());
    outputs = hub.step(HubGarbageReceived{Error{ErrorCode::Protocol, "?", "", ""}});
    CHECK(refused_with(outputs, "malformed"));
    CHECK(hub.session.closed());
}

TEST_CASE("A terminal that keeps silent is given up", "[sync][hub]") {
    SECTION("before HELLO") {
        Hub hub;
        hub.now += kHandshakeLimitMs;
        CHECK(find<HubDisconnect>(hub.step(HubTimePassed{})).has_value());
    }
    SECTION("later, after a ping") {
        Hub hub = an_open_hub();
        hub.now += kPingIntervalMs;
        CHECK(sent<Ping>(hub.step(HubTimePassed{})).has_value());
        hub.now += kSilenceLimitMs;
        CHECK(find<HubDisconnect>(hub.step(HubTimePassed{})).has_value());
    }
}

TEST_CASE("A question beyond the scope is carried to the store and answered", "[sync][hub]") {
    Hub hub = an_open_hub();
    const Find question{"t", "smit"};
    auto outputs = hub.receive(question);
    REQUIRE(find<FindCustomers>(outputs));
    CHECK(find<FindCustomers>(outputs)->device.user == "anna");
    const Found found{"t", {}, {{sample_id<RecordId>(1), "K-1", "Smit", "", false}}, true};
    CHECK(sent<Found>(hub.step(CustomersFound{"t", found})) == found);
    outputs = hub.receive(Fetch{"u", sample_id<RecordId>(1), "other", ""});
    REQUIRE(find<FetchCustomer>(outputs));
    const Error full{ErrorCode::DiskFull, "no room in /srv", "/srv/hub.db", ""};
    outputs = hub.step(CustomerFetched{"u", full});
    REQUIRE(sent<Fetched>(outputs));
    CHECK(sent<Fetched>(outputs)->token == "u");
    CHECK(sent<Fetched>(outputs)->refusal.code == "busy");
    // What the disk is called is nobody's business outside.
    CHECK(sent<Fetched>(outputs)->refusal.text.find("/srv") == std::string::npos);
    CHECK_FALSE(hub.session.closed());
    outputs = hub.step(CustomersFound{"v", Error{ErrorCode::Denied, "revoked", "", ""}});
    CHECK(sent<PeerError>(outputs)->code == "revoked");
    CHECK(hub.session.closed());
}

TEST_CASE("Nobody asks before HELLO, nor answers what the hub has not asked", "[sync][hub]") {
    Hub fresh;
    auto outputs = fresh.receive(Find{"t", "smit"});
    CHECK_FALSE(find<FindCustomers>(outputs));
    CHECK(sent<PeerError>(outputs)->code == "order");
    Hub hub = an_open_hub();
    CHECK(sent<PeerError>(hub.receive(Found{}))->code == "order");
    CHECK(hub.session.closed());
}

}  // namespace balie::sync

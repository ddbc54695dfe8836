// Terminals that meet the office only by files which somebody carries, or by these and the network
// in any order: everybody ends with the same, nothing comes twice.
#include "sync/hub/bundle_desk.h"
#include "sync/log/receipts.h"
#include "sync/log/terminal_bundle.h"
#include "tests/unit/hub/hub_terminal.h"

#include <algorithm>

using std::string_literals::operator""s;

namespace balie::test {

namespace {

using domain::RecordType;

sync::BundleSource source_of(const Bytes& bytes, std::size_t& at) {
    return {[&bytes, &at](std::span<std::uint8_t> out) -> Result<std::size_t> {
                const std::size_t count = std::min(out.size(), bytes.size() - at);
                std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
                at += count;
                return count;
            },
            [&at]() -> Outcome {
                at = 0;
                return {};
            }};
}

sync::BundleSink sink_to(Bytes& file) {
    return [&file](BytesView bytes) -> Outcome {
        file.insert(file.end(), bytes.begin(), bytes.end());
        return {};
    };
}

/// One who carries files between a terminal and the office.
struct Carrier {
    Carrier(HubWorld& in, Terminal& at)
        : world(&in), terminal(&at), key(device_key(at.key.front())) {}

    [[nodiscard]] Bytes ask() {
        Bytes file;
        sync::TerminalBundle bundle(*terminal->store, key, "balie test");
        const auto written = must(bundle.write(sink_to(file), {}));
        must(bundle.note_written(written));
        return file;
    }
    [[nodiscard]] Result<sync::BundleReceived> try_hand_in(const Bytes& file) {
        std::size_t at = 0;
        return desk().take(source_of(file, at), {});
    }
    sync::BundleReceived hand_in(const Bytes& file) { return must(try_hand_in(file)); }
    [[nodiscard]] Bytes answer(sync::BundleAnswered* told = nullptr) {
        Bytes file;
        const auto done = must(desk().write(terminal->enrolled.device, sink_to(file), {}));
        if (told != nullptr) *told = done;
        return file;
    }
    [[nodiscard]] Result<sync::BundleTaken> try_take(const Bytes& file) {
        std::size_t at = 0;
        sync::TerminalBundle bundle(*terminal->store, key, "balie test");
        return bundle.take(source_of(file, at), {});
    }
    sync::BundleTaken take(const Bytes& file) {
        auto taken = must(try_take(file));
        // What the network of this terminal goes on from.
        terminal->cursor = must(terminal->replica->cursor());
        const auto identity = must(terminal->replica->identity("test"));
        terminal->identity.origin = identity.origin;
        terminal->acked = identity.acked_seq;
        return taken;
    }
    /// There and back.
    sync::BundleTaken round() {
        hand_in(ask());
        return take(answer());
    }
    [[nodiscard]] sync::BundleDesk desk() {
        return {*world->hub, world->clock, world->entropy, "balie-hub test"};
    }

    HubWorld* world;
    Terminal* terminal;
    crypto::KeyPair key;
};

FieldValues organisation(const std::string& name) {
    return {{"kind", "organisation"s}, {"name", name}};
}

std::int64_t entries(HubWorld& world) {
    return must(world.hub->hub_seq());
}

std::string digest_of(Terminal& terminal) {
    return must(terminal.store->setting(sync::setting::kDigest)).value_or("");
}

}  // namespace

TEST_CASE("A terminal that never has a network gets receipts, and what others did") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Carrier carrier(world, anna);
    const RecordId hers = anna.create(RecordType::Customer, organisation("Bakkerij Jansen"));
    const RecordId his = bert.create(RecordType::Customer, organisation("Slagerij Bos"));
    bert.sync();
    const auto received = carrier.hand_in(carrier.ask());
    CHECK(received.changes == 1);
    CHECK(received.fresh == 1);
    CHECK_FALSE(received.again);
    sync::BundleAnswered told;
    const auto taken = carrier.take(carrier.answer(&told));
    CHECK(told.snapshot);  // the first load comes by stick as well
    CHECK(taken.verdicts == 1);
    CHECK(taken.loaded);
    CHECK_FALSE(taken.differs);
    CHECK(anna.has(RecordType::Customer, his));
    const auto status = must(anna.replica->status());
    CHECK(status.pending == 0);
    CHECK_FALSE(status.digest_differs);
    const auto receipts = must(sync::receipts_of(anna.store->writer(), hers));
    REQUIRE(receipts.size() == 1);
    CHECK(receipts.front().signature_ok);
    CHECK(receipts.front().names_it);
    bert.sync();
    CHECK(bert.has(RecordType::Customer, hers));
    CHECK(digest_of(anna) == digest_of(bert));
    // From now on only what is new.
    bert.edit(RecordType::Customer, hers, {{"note", "closed on Mondays"s}});
    bert.sync();
    anna.edit(RecordType::Customer, his, {{"note", "likes fish"s}});
    const auto second = carrier.round();
    CHECK(second.verdicts == 1);
    CHECK_FALSE(second.loaded);
    CHECK(anna.note(hers) == "closed on Mondays");
    bert.sync();
    CHECK(bert.note(his) == "likes fish");
    CHECK(digest_of(anna) == digest_of(bert));
    must(world.hub->verify());
}

TEST_CASE("A bundle that is handed in twice says so and changes nothing, and so does an answer") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Carrier carrier(world, anna);
    (void)anna.create(RecordType::Customer, organisation("Bakkerij Jansen"));
    const Bytes file = carrier.ask();
    CHECK(carrier.hand_in(file).fresh == 1);
    const std::int64_t log = entries(world);
    const auto again = carrier.hand_in(file);
    CHECK(again.again);
    CHECK(again.fresh == 0);
    CHECK(again.changes == 1);
    CHECK(entries(world) == log);
    const Bytes answer = carrier.answer();
    CHECK_FALSE(carrier.take(answer).again);
    const std::string digest = digest_of(anna);
    const std::int64_t cursor = anna.cursor;
    CHECK(carrier.take(answer).again);
    CHECK(digest_of(anna) == digest);
    CHECK(anna.cursor == cursor);
    // Another answer to the same question, written later: nothing is left to take from it.
    const auto later = carrier.take(carrier.answer());
    CHECK_FALSE(later.again);
    CHECK(later.verdicts == 0);
    CHECK(later.received == 0);
    CHECK(digest_of(anna) == digest);
}

TEST_CASE("The network first and the stick after it, or the other way: it is all the same") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Carrier carrier(world, anna);
    anna.sync();
    const RecordId first = anna.create(RecordType::Customer, organisation("first"));
    const Bytes asked = carrier.ask();
    (void)anna.create(RecordType::Customer, organisation("second"));
    // The network comes back before the stick is at the office.
    anna.sync();
    const std::int64_t log = entries(world);
    const auto received = carrier.hand_in(asked);
    CHECK(received.fresh == 0);
    CHECK_FALSE(received.separates);  // older than what the hub has, and no sign of a copy
    CHECK(entries(world) == log);
    const Bytes answer = carrier.answer();
    // Work goes on at both ends before the answer arrives, and the network is there for half of it.
    bert.sync();
    bert.edit(RecordType::Customer, first, {{"note", "of bert"s}});
    bert.sync();
    anna.edit(RecordType::Customer, first, {{"given_name", "of anna"s}});
    anna.sync();
    const auto taken = carrier.take(answer);
    CHECK(taken.received == 0);
    CHECK_FALSE(taken.separated);
    CHECK_FALSE(taken.differs);
    // And the stick first, the network after it.
    anna.edit(RecordType::Customer, first, {{"note", "of anna, by stick"s}});
    const auto second = carrier.round();
    CHECK(second.verdicts == 1);
    anna.sync();
    bert.sync();
    CHECK(must(anna.replica->status()).pending == 0);
    CHECK(bert.note(first) == "of anna, by stick");
    CHECK(anna.everything() == bert.everything());
    CHECK(digest_of(anna) == digest_of(bert));
    must(world.hub->verify());
}

TEST_CASE("What the network has brought already is left out of an answer, the rest is taken") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Carrier carrier(world, anna);
    anna.sync();
    carrier.hand_in(carrier.ask());
    bert.sync();
    std::vector<RecordId> made;
    made.reserve(6);
    for (int i = 0; i < 6; ++i) {
        made.push_back(bert.create(RecordType::Customer, organisation("of bert")));
    }
    bert.sync();
    const Bytes answer = carrier.answer();
    // The line breaks after the first of them.
    const auto part =
        must(world.hub->read_changes(anna.device, anna.identity.origin, anna.cursor, 1));
    REQUIRE_FALSE(part.at_end);
    anna.cursor = must(anna.replica->apply_changes(part.changes)).cursor;
    const auto taken = carrier.take(answer);
    CHECK(taken.received > 0);
    CHECK_FALSE(taken.does_not_follow);
    for (const RecordId& each : made) CHECK(anna.has(RecordType::Customer, each));
    anna.sync();
    CHECK(digest_of(anna) == digest_of(bert));
}

TEST_CASE("What the office sets aside comes back with the reason, by stick as over the network") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal olga(world, "olga", "manager", "all", 2);
    Carrier carrier(world, anna);
    FieldValues values = organisation("Bakkerij Jansen");
    values["branch"] = "12"s;
    const RecordId customer = anna.create(RecordType::Customer, values);
    anna.sync();
    olga.sync();
    olga.edit(RecordType::Customer, customer, {{"branch", "14"s}});
    olga.sync();
    anna.edit(RecordType::Customer, customer, {{"note", "written after it left"s}});
    const auto received = carrier.hand_in(carrier.ask());
    CHECK(received.fresh == 1);
    CHECK(received.set_aside == 1);
    const auto taken = carrier.take(carrier.answer());
    CHECK(taken.verdicts == 1);
    CHECK(taken.set_aside == 1);
    CHECK_FALSE(anna.has(RecordType::Customer, customer));
    const auto aside = must(anna.replica->set_aside(10));
    REQUIRE(aside.size() == 1);
    CHECK(aside.front().code == "scope");
}

TEST_CASE(
    "A hub that was restored is told of by the answer, and a second bundle brings all again") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Carrier carrier(world, anna);
    (void)anna.create(RecordType::Customer, organisation("in the backup"));
    anna.sync();
    world.hub.reset();
    std::filesystem::copy_file(world.path(), world.path() + ".backup");
    world.reopen();
    const RecordId lost = anna.create(RecordType::Customer, organisation("after the backup"));
    CHECK(carrier.round().verdicts == 1);
    const Bytes old_answer = carrier.answer();
    world.hub.reset();
    std::filesystem::copy_file(world.path() + ".backup", world.path(),
                               std::filesystem::copy_options::overwrite_existing);
    world.reopen_restored();
    const RecordId later = anna.create(RecordType::Customer, organisation("later"));
    const auto refused = carrier.hand_in(carrier.ask());
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->code == "gap");
    CHECK(refused.fresh == 0);
    sync::BundleAnswered told;
    const auto learned = carrier.take(carrier.answer(&told));
    CHECK(told.only_state);
    CHECK(learned.hub_restored);
    // What the backup holds need not be asked for again; what came after it is sent again.
    CHECK(must(anna.replica->status()).sent_again == 1);
    // An answer of the hub as it was before says nothing that still holds.
    CHECK(carrier.try_take(old_answer).error().code == ErrorCode::Expired);
    const auto received = carrier.hand_in(carrier.ask());
    CHECK(received.fresh == 2);
    const auto healed = carrier.take(carrier.answer());
    CHECK(healed.verdicts == 2);
    CHECK_FALSE(healed.differs);
    const auto status = must(anna.replica->status());
    CHECK(status.pending == 0);
    CHECK_FALSE(status.rereading);
    CHECK_FALSE(status.digest_differs);
    CHECK(anna.has(RecordType::Customer, lost));
    CHECK(anna.has(RecordType::Customer, later));
    CHECK(must(world.hub->status()).customers == 3);
    must(world.hub->verify());
}

TEST_CASE(
    "A terminal whose data was put back from a backup is told by the answer and loses nothing") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Carrier carrier(world, anna);
    (void)anna.create(RecordType::Customer, organisation("in the backup"));
    anna.sync();
    const std::string file = anna.store->path();
    const auto close = [&anna] {
        anna.replica.reset();
        anna.store->set_sink(nullptr);
        anna.store.reset();
    };
    const auto open = [&] {
        anna.store = must(store::Store::open(file, anna.key, world.clock, world.entropy));
        anna.store->set_sink(&anna.log);
        anna.replica = std::make_unique<sync::TerminalReplica>(*anna.store);
    };
    close();
    std::filesystem::copy_file(file, file + ".backup");
    open();
    const RecordId sent = anna.create(RecordType::Customer, organisation("sent, then forgotten"));
    anna.sync();
    const std::string before = must(anna.replica->status()).incarnation.text();
    close();
    std::filesystem::copy_file(file + ".backup", file,
                               std::filesystem::copy_options::overwrite_existing);
    open();
    const RecordId fresh = anna.create(RecordType::Customer, organisation("made afterwards"));
    const auto received = carrier.hand_in(carrier.ask());
    CHECK(received.separates);
    CHECK(received.fresh == 0);
    const auto taken = carrier.take(carrier.answer());
    CHECK(taken.separated);
    CHECK(must(anna.replica->status()).incarnation.text() != before);
    CHECK(carrier.hand_in(carrier.ask()).fresh == 1);
    CHECK(carrier.take(carrier.answer()).verdicts == 1);
    CHECK(anna.has(RecordType::Customer, sent));
    CHECK(anna.has(RecordType::Customer, fresh));
    CHECK(must(anna.replica->status()).pending == 0);
    CHECK(must(world.hub->status()).customers == 3);
    must(world.hub->verify());
}

TEST_CASE("Bundles for somebody else, and of somebody else, are refused and change nothing") {
    HubWorld world;
    HubWorld other(9);
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Terminal carla(other, "carla", "manager", "all", 3);
    Carrier of_anna(world, anna);
    Carrier of_bert(world, bert);
    Carrier of_carla(other, carla);
    (void)anna.create(RecordType::Customer, organisation("Bakkerij Jansen"));
    const Bytes asked = of_anna.ask();
    const std::int64_t log = entries(world);
    CHECK(of_carla.try_hand_in(asked).error().code == ErrorCode::Untrusted);
    CHECK(of_anna.try_take(asked).error().code == ErrorCode::InvalidInput);
    Bytes bent = asked;
    bent[bent.size() - 100] ^= 0x10U;
    CHECK(of_anna.try_hand_in(bent).error().code == ErrorCode::Corrupt);
    Bytes cut(asked.begin(), asked.end() - 70);
    CHECK(of_anna.try_hand_in(cut).error().code == ErrorCode::Corrupt);
    CHECK(entries(world) == log);
    // Bert signs with his key what says it is of Anna's terminal.
    Carrier forger(world, anna);
    forger.key = device_key(2);
    CHECK(of_anna.try_hand_in(forger.ask()).error().code == ErrorCode::Untrusted);

    of_anna.hand_in(asked);
    const Bytes answer = of_anna.answer();
    CHECK(of_anna.try_hand_in(answer).error().code == ErrorCode::InvalidInput);
    CHECK(of_bert.try_take(answer).error().code == ErrorCode::Denied);
    CHECK(of_carla.try_take(answer).error().code == ErrorCode::Untrusted);
    bent = answer;
    bent[bent.size() / 2] ^= 0x10U;
    CHECK_FALSE(of_anna.try_take(bent).ok());
    CHECK(must(anna.replica->status()).pending == 1);
    must(world.hub->revoke(anna.enrolled.device));
    CHECK(of_anna.try_hand_in(of_anna.ask()).error().code == ErrorCode::Denied);
    Bytes nothing;
    CHECK(of_anna.desk().write(anna.enrolled.device, sink_to(nothing), {}).error().code ==
          ErrorCode::Denied);
}

TEST_CASE("The office may write first: what is new comes, and nothing when it does not follow") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Carrier carrier(world, anna);
    (void)anna.create(RecordType::Customer, organisation("of anna"));
    anna.sync();
    must(world.hub->note_applied(anna.identity.origin, anna.cursor));
    bert.sync();
    const RecordId his = bert.create(RecordType::Customer, organisation("of bert"));
    bert.sync();
    const Bytes news = carrier.answer();
    const auto taken = carrier.take(news);
    CHECK(taken.received > 0);
    CHECK(anna.has(RecordType::Customer, his));
    CHECK(digest_of(anna) == digest_of(bert));
    // A terminal that has to read its copy anew cannot go on from there.
    (void)bert.create(RecordType::Customer, organisation("of bert again"));
    bert.sync();
    must(world.hub->note_applied(anna.identity.origin, anna.cursor));
    const Bytes more = carrier.answer();
    must(anna.store->set_setting(sync::setting::kCursor, "0"));
    const auto behind = carrier.take(more);
    CHECK(behind.does_not_follow);
    CHECK(behind.received == 0);
}

TEST_CASE("However much goes into a bundle, no piece of it is larger than a frame may be") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Carrier carrier(world, anna);
    for (int i = 0; i < 40; ++i) {
        FieldValues values = organisation("Bakkerij Jansen");
        values["note"] = std::string(15'000, static_cast<char>('a' + i % 26));
        (void)anna.create(RecordType::Customer, values);
    }
    std::size_t largest = 0;
    std::size_t whole = 0;
    sync::TerminalBundle bundle(*anna.store, carrier.key, "balie test");
    Bytes file;
    (void)must(bundle.write(
        [&](BytesView bytes) -> Outcome {
            largest = std::max(largest, bytes.size());
            whole += bytes.size();
            file.insert(file.end(), bytes.begin(), bytes.end());
            return {};
        },
        {}));
    CHECK(largest < sync::kBundleFrameBytesMax);
    CHECK(whole < 40 * 15'000 / 4);  // compressed
    CHECK(carrier.hand_in(file).fresh == 40);
    CHECK(carrier.take(carrier.answer()).verdicts == 40);
}

TEST_CASE("A file that is older than parts of a snapshot does not make the copy count as unequal") {
    HubWorld world;
    Terminal anna(world, "anna", "manager", "all", 1);
    Terminal bert(world, "bert", "manager", "all", 2);
    Carrier carrier(world, anna);
    std::vector<RecordId> customers;
    for (int i = 0; i < 20; ++i) {
        customers.push_back(bert.create(RecordType::Customer, organisation("Slagerij Bos")));
    }
    bert.sync();
    anna.load();
    anna.pull();
    const Bytes question = carrier.ask();
    // Her copy is read anew over the network, and the line breaks after the first part.
    sync::Digest right;
    std::ranges::copy(must(from_hex(digest_of(anna))), right.bytes.begin());
    must(anna.store->set_setting(sync::setting::kDigest, std::string(32, '5')));
    REQUIRE(must(anna.replica->compare_digest({anna.cursor, right, {}})).repair);
    REQUIRE(anna.load_part(1));
    bert.edit(RecordType::Customer, customers.front(), {{"note", "one"s}});
    bert.sync();
    carrier.hand_in(question);
    const Bytes older = carrier.answer();
    bert.edit(RecordType::Customer, customers.back(), {{"note", "two"s}});
    bert.sync();
    anna.load();
    REQUIRE(anna.note(customers.back()) == "two");
    const auto taken = carrier.take(older);
    CHECK(taken.received > 0);
    CHECK_FALSE(taken.differs);
    CHECK(anna.note(customers.front()) == "one");
    anna.pull();
    CHECK(digest_of(anna) == digest_of(bert));
}

}  // namespace balie::test

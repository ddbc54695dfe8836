// A scope's state instead of its log: whoever loads it ends with the same (I20), however it is
// interrupted and whatever happens meanwhile.
#include "storage/store/customer_text.h"
#include "sync/log/confirmed_state.h"
#include "tests/unit/hub/hub_terminal.h"

using std::string_literals::operator""s;

namespace balie::test {

namespace {

using domain::RecordType;

/// As small as a part can be: one record.
constexpr std::int64_t kTiny = 1;

FieldValues in_branch(const std::string& name, const std::string& branch) {
    return {{"kind", "person"s}, {"name", name}, {"branch", branch}};
}

FieldValues contact_with(const RecordId& customer) {
    return {{"channel", "visit"s},
            {"outcome", "held"s},
            {"occurred_at", std::int64_t{1'790'000'000'000}},
            {"customer_id", customer.text()}};
}

/// A past with all that a record can have: edits, a conflict, custom values, a deletion, a customer
/// handed over, and one that belongs to somebody else.
struct Past {
    Past() {
        (void)must(world.hub->load_fields({{.type = RecordType::Customer,
                                            .name = "job",
                                            .kind = domain::FieldKind::Text,
                                            .code_list = {},
                                            .label_en = {},
                                            .label_nl = {}}}));
        anna = std::make_unique<Terminal>(world, "anna", "representative", "branch:12", 1);
        bert = std::make_unique<Terminal>(world, "bert", "representative", "branch:12", 2);
        head = std::make_unique<Terminal>(world, "olga", "manager", "all", 3);
        anna->sync();
        bert->sync();
        FieldValues values = in_branch("Jansen", "12");
        values["x.job"] = "baker"s;
        jansen = anna->create(RecordType::Customer, values);
        visited = anna->create(RecordType::Interaction, contact_with(jansen));
        (void)anna->create(
            RecordType::ContactPoint,
            {{"customer_id", jansen.text()}, {"kind", "phone"s}, {"value", "+31612345678"s}});
        gone = anna->create(RecordType::Customer, in_branch("Smit", "12"));
        moved = anna->create(RecordType::Customer, in_branch("Bos", "12"));
        anna->sync();
        bert->sync();
        tick();
        anna->edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
        anna->edit(RecordType::Customer, gone, {{"deleted_at", world.clock.now_ms}});
        tick();
        bert->edit(RecordType::Customer, jansen, {{"note", "moved"s}, {"x.job", "cook"s}});
        anna->sync();
        bert->sync();
        head->sync();
        other = head->create(RecordType::Customer, in_branch("Peeters", "34"));
        head->edit(RecordType::Customer, moved, {{"branch", "34"s}});
        sync_all();
    }
    void tick() { world.clock.now_ms += 1000; }
    void sync_all() {
        for (auto* each : {anna.get(), bert.get(), head.get()}) each->sync();
        anna->sync();
    }
    [[nodiscard]] Terminal newcomer(const std::string& name, const std::string& scope,
                                    std::uint8_t key) {
        return {world, name, "representative", scope, key};
    }

    HubWorld world;
    std::unique_ptr<Terminal> anna;
    std::unique_ptr<Terminal> bert;
    std::unique_ptr<Terminal> head;
    RecordId jansen;
    RecordId visited;
    RecordId gone;
    RecordId moved;
    RecordId other;
};

}  // namespace

TEST_CASE("a terminal that loads a snapshot has what one has that read the whole log") {
    Past office;
    const std::string scope = GENERATE("branch:12"s, "all"s);
    const std::int64_t bytes = GENERATE(kTiny, std::int64_t{600}, std::int64_t{100'000});
    Terminal reader = office.newcomer("nora", scope, 7);
    reader.pull();
    Terminal loader = office.newcomer("nick", scope, 8);
    reader.pull();
    loader.load(bytes);
    loader.pull();
    CHECK(loader.everything() == reader.everything());
    CHECK(must(loader.store->setting(sync::setting::kDigest)) ==
          must(reader.store->setting(sync::setting::kDigest)));
    CHECK(must(loader.replica->conflicts(10)).size() == 1);
    CHECK(loader.has(RecordType::Customer, office.other) == (scope == "all"));
    CHECK(loader.has(RecordType::Customer, office.moved) == (scope == "all"));
    // And what it does next is as good as anybody's.
    office.tick();
    loader.edit(RecordType::Customer, office.jansen, {{"note", "settled"s}});
    loader.sync();
    reader.pull();
    CHECK(reader.note(office.jansen) == "settled");
    CHECK(must(reader.replica->conflicts(10)).empty());
}

TEST_CASE("a copy that a snapshot left ahead of the log is read anew when the hub is restored") {
    Past office;
    Terminal loader = office.newcomer("nick", "all", 8);
    loader.load();
    const auto resume = [&loader](std::uint8_t epoch) {
        sync::Welcome welcome;
        welcome.epoch.bytes.fill(epoch);
        welcome.cursor = loader.cursor;
        return must(loader.replica->prepare_resume(welcome, 0, false));
    };
    const auto again = resume(1);
    CHECK(again.cursor == 0);
    CHECK(again.snapshot);
    loader.cursor = 0;
    loader.load();
    loader.pull();  // and found equal: from now on the cursor says all
    CHECK(resume(2).cursor == loader.cursor);
}

TEST_CASE("a customer that was loaded is found by name and by phone number") {
    Past office;
    Terminal loader = office.newcomer("nick", "branch:12", 8);
    loader.load();
    store::CustomerText text(loader.store->writer());
    CHECK(must(text.count_missing()) == 0);
    const auto found = [&](const std::string& word) {
        return value_integer(
            must(loader.store->writer().scalar("SELECT count(*) FROM customer_words WHERE "
                                               "customer_words MATCH '" +
                                               word + "*'")));
    };
    CHECK(found("jans") == 1);
    CHECK(value_integer(must(loader.store->writer().scalar(
              "SELECT count(*) FROM customer_grams WHERE customer_grams MATCH '\"456\"'"))) == 1);
    CHECK(found("smit") == 0);  // deleted
}

TEST_CASE("a snapshot goes on where it was broken off, and no part counts twice") {
    Past office;
    Terminal loader = office.newcomer("nick", "branch:12", 8);
    const auto resumed = [&] {
        sync::Welcome welcome;
        welcome.epoch = office.world.hub->identity().epoch;
        return must(loader.replica->prepare_resume(welcome, 0, false));
    };
    int parts = 0;
    while (true) {
        const auto before = resumed();
        REQUIRE(before.snapshot);
        const auto part = must(office.world.hub->read_snapshot(
            {loader.device, loader.identity.origin, *before.snapshot, before.own, kTiny}));
        (void)must(loader.replica->apply_snapshot(part));
        CHECK(must_fail(loader.replica->apply_snapshot(part)).code == ErrorCode::Busy);
        loader.reopen();
        CHECK(must(loader.replica->status()).loading.empty() == part.done);
        ++parts;
        if (!part.done) {
            CHECK(resumed().snapshot == sync::SnapshotPlace{part.hub_seq, part.to});
            continue;
        }
        loader.cursor = part.hub_seq;
        break;
    }
    CHECK(parts > 20);  // code lists, people, customers: each a part of its own
    loader.pull();
    CHECK(loader.note(office.jansen) == office.anna->note(office.jansen));
}

TEST_CASE("a first load makes its indexes at its end, and after a crash at the next start") {
    Past office;
    Terminal loader = office.newcomer("nick", "all", 8);
    const auto indexes = [&] {
        std::map<std::string, std::string> all;
        auto select = must(loader.store->writer().prepare(
            "SELECT name,sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"));
        while (must(select.step())) all[std::string(select.text(0))] = std::string(select.text(1));
        return all;
    };
    const auto before = indexes();
    CHECK(before.contains("interactions_customer"));
    REQUIRE(loader.load_part(kTiny));
    CHECK_FALSE(indexes().contains("interactions_customer"));
    const bool crash = GENERATE(false, true);
    if (crash) {
        loader.reopen();
        CHECK(indexes() == before);
    }
    loader.load(kTiny);
    CHECK(indexes() == before);
    loader.pull();
    CHECK(value_integer(must(loader.store->writer().scalar(
              "SELECT count(*) FROM interactions INDEXED BY interactions_customer WHERE "
              "customer_id='" +
              office.jansen.text() + "'"))) == 1);
    CHECK(must(loader.store->writer().scalar("PRAGMA integrity_check")) == Value{"ok"s});
}

TEST_CASE("what happens while a snapshot is loaded is not missed, and nothing of it counts twice") {
    Past office;
    Terminal loader = office.newcomer("nick", "branch:12", 8);
    std::vector<RecordId> made;
    for (int part = 0; loader.load_part(kTiny); ++part) {
        office.tick();
        switch (part % 5) {
            case 0:
                office.anna->edit(RecordType::Customer, office.jansen,
                                  {{"note", "part " + std::to_string(part)}});
                break;
            case 1:
                made.push_back(office.anna->create(RecordType::Customer, in_branch("Vos", "12")));
                break;
            case 2:
                office.head->edit(RecordType::Customer, office.moved,
                                  {{"branch", part % 2 == 0 ? "12"s : "34"s}});
                break;
            case 3:
                (void)office.bert->create(RecordType::Interaction, contact_with(office.jansen));
                break;
            default:
                if (made.empty()) break;
                office.head->edit(RecordType::Customer, made.back(), {{"branch", "34"s}});
                break;
        }
        office.sync_all();
        REQUIRE(part < 500);
    }
    loader.pull();  // compares the digests
    office.sync_all();
    loader.pull();
    Terminal reader = office.newcomer("nora", "branch:12", 7);
    reader.pull();
    loader.pull();
    CHECK(loader.everything() == reader.everything());
    REQUIRE_OK(office.world.hub->verify());
}

TEST_CASE("a copy that lost a record is read anew by itself, and what waits there stays") {
    Past office;
    Terminal& bert = *office.bert;
    const RecordId waiting = bert.create(RecordType::Customer, in_branch("Waits", "12"));
    bert.edit(RecordType::Customer, office.jansen, {{"priority_class", "A"s}});
    // A fault of the program or the disk: the record is gone, and the digest says so.
    struct Keeper final : sync::DigestKeeper {
        sync::Digest sum;
        Outcome changed(domain::RecordType, const RecordId&, const sync::Digest& minus,
                        const sync::Digest& plus) override {
            sum -= minus;
            sum += plus;
            return {};
        }
    } keeper;
    sync::Digest now;
    copy_bytes(must(from_hex(*must(bert.store->setting(sync::setting::kDigest)))), now.bytes);
    {
        auto transaction = must(sqlite::Transaction::begin(bert.store->writer()));
        store::RecordTables tables(bert.store->writer());
        sync::Origins origins(bert.store->writer());
        sync::ConfirmedState state(bert.store->writer(), tables, origins, keeper);
        REQUIRE(must(state.remove(RecordType::Interaction, office.visited)));
        REQUIRE_OK(transaction.commit());
    }
    now += keeper.sum;
    REQUIRE_OK(bert.store->set_setting(sync::setting::kDigest, to_hex(now.bytes)));

    const auto end = must(
        office.world.hub->read_changes(bert.device, bert.identity.origin, bert.cursor, 100'000));
    const auto compared = must(bert.replica->compare_digest({bert.cursor, end.digest}));
    CHECK_FALSE(compared.equal);
    CHECK(compared.repair);
    CHECK(must(bert.replica->status()).rereading);
    bert.load(600);
    CHECK(bert.has(RecordType::Interaction, office.visited));
    CHECK(bert.has(RecordType::Customer, waiting));
    CHECK(must(bert.replica->status()).pending == 2);
    bert.pull();  // compares the digests
    CHECK_FALSE(must(bert.replica->status()).rereading);
    bert.sync();
    office.head->sync();
    CHECK(office.head->has(RecordType::Customer, waiting));
    CHECK(office.head->everything()["customer " + office.jansen.text()]["priority_class"] ==
          Value{"A"s});
}

TEST_CASE("a copy that stays unequal is read anew twice, and then people are told") {
    Past office;
    Terminal& bert = *office.bert;
    sync::Digest wrong;
    wrong.bytes.fill(9);
    for (int tries = 0; tries < 2; ++tries) {
        CHECK(must(bert.replica->compare_digest({bert.cursor, wrong})).repair);
        bert.load();
    }
    const auto last = must(bert.replica->compare_digest({bert.cursor, wrong}));
    CHECK_FALSE(last.equal);
    CHECK_FALSE(last.repair);
    bert.pull();
    CHECK(must(bert.replica->compare_digest({bert.cursor, wrong})).repair);  // counted anew
}

TEST_CASE("own changes that the hub took in are confirmed by a snapshot too") {
    Past office;
    Terminal& bert = *office.bert;
    bert.edit(RecordType::Customer, office.jansen, {{"note", "own, taken in"s}});
    const RecordId given = bert.create(RecordType::Customer, in_branch("Given", "12"));
    bert.push();  // acknowledged; the log was not read since
    office.head->sync();
    office.head->edit(RecordType::Customer, given, {{"branch", "34"s}});
    office.head->sync();
    bert.edit(RecordType::Customer, office.jansen, {{"priority_class", "B"s}});

    sync::Digest wrong;
    wrong.bytes.fill(9);
    CHECK(must(bert.replica->compare_digest({bert.cursor, wrong})).repair);
    bert.load(kTiny);
    CHECK_FALSE(bert.has(RecordType::Customer, given));  // handed over meanwhile
    CHECK(bert.note(office.jansen) == "own, taken in");
    CHECK(value_integer(must(
              bert.store->writer().scalar("SELECT count(*) FROM change_log WHERE state=1"))) == 0);
    CHECK(value_integer(must(bert.store->writer().scalar("SELECT count(*) FROM shadow"))) == 1);
    bert.sync();
    CHECK(value_integer(must(bert.store->writer().scalar("SELECT count(*) FROM shadow"))) == 0);
    REQUIRE_OK(office.world.hub->verify());
}

TEST_CASE("a place that no hub gave is refused") {
    Past office;
    for (const std::string& after :
         {"customer"s, "nothing/0198c0de-3333-7000-8000-00000000c003"s, "customer/1"s, "own/1"s,
          "own/0198c0de-3333-7000-8000-00000000c003/x"s,
          "own/0198c0de-3333-7000-8000-00000000c003/99999999999999999999"s}) {
        INFO(after);
        const auto read = office.world.hub->read_snapshot(
            {office.anna->device, office.anna->identity.origin, {1, after}, {}, 1000});
        CHECK(must_fail(read).code == ErrorCode::Protocol);
    }
}

TEST_CASE("a copy that differs in one record is mended by that record's range alone") {
    Past office;
    Terminal& anna = *office.anna;
    for (int i = 0; i < 40; ++i) {
        (void)anna.create(RecordType::Interaction, contact_with(office.jansen));
    }
    office.sync_all();
    anna.edit(RecordType::Customer, office.jansen, {{"note", "not sent yet"s}});
    const auto right = anna.everything();
    // As a fault of the disk, or of a program, would leave it.
    const bool damaged = GENERATE(true, false);
    if (damaged) {
        REQUIRE_OK(anna.store->writer().execute("DELETE FROM contact_points"));
    }
    REQUIRE_OK(anna.store->set_setting(sync::setting::kDigest, std::string(32, '5')));
    const auto wanted = must(
        office.world.hub->read_changes(anna.device, anna.identity.origin, anna.cursor, 100'000));
    const auto compared = must(anna.replica->compare_digest({anna.cursor, wanted.digest}));
    REQUIRE(compared.repair);

    std::size_t rows = 0;
    std::size_t contacts = 0;
    int parts = 0;
    for (bool done = false; !done; ++parts) {
        REQUIRE(parts < 100);
        sync::Welcome welcome;
        welcome.epoch = office.world.hub->identity().epoch;
        welcome.acked_seq = anna.acked;
        welcome.acked_hash = anna.acked_hash();
        welcome.hub_seq = must(office.world.hub->hub_seq());
        // Over any number of connections.
        if (parts % 5 == 4) anna.reopen();
        const auto resumed = must(anna.replica->prepare_resume(welcome, 0, false));
        REQUIRE(resumed.snapshot);
        CHECK(resumed.snapshot->compare);
        const auto part = must(office.world.hub->read_snapshot(
            {anna.device, anna.identity.origin, *resumed.snapshot, resumed.own, 100'000}));
        for (const auto& table : part.tables) {
            rows += table.rows.size();
            if (table.type == "interaction") contacts += table.rows.size();
        }
        const auto applied = must(anna.replica->apply_snapshot(part));
        done = applied.done;
        if (done) anna.cursor = applied.cursor;
    }
    // The one range that differs: all contact points are in it, and nothing else is.
    CHECK(rows == (damaged ? 1U : 0U));
    CHECK(contacts == 0);
    anna.pull();
    CHECK(anna.everything() == right);
    CHECK(anna.note(office.jansen) == "not sent yet");
    anna.sync();
    office.bert->pull();
    CHECK(office.bert->note(office.jansen) == "not sent yet");
    CHECK_FALSE(must(anna.replica->status()).rereading);
}

TEST_CASE("a digest to compare that nobody asked for is refused") {
    Past office;
    Terminal newcomer = office.newcomer("nora", "all", 7);
    sync::Snapshot part;
    part.hub_seq = 5;
    part.to = "customer/" + office.jansen.text();
    part.range = sync::SnapshotRange{"customer", {}, office.jansen, {}};
    CHECK(must_fail(newcomer.replica->apply_snapshot(part)).code == ErrorCode::Protocol);
}

TEST_CASE("a first load brings what one works with first, and the years before last") {
    Past office;
    office.anna->create(RecordType::Task, {{"customer_id", office.jansen.text()},
                                           {"subject", "call back"s},
                                           {"due_on", "2026-12-01"s}});
    office.anna->create(RecordType::PriorityFlag, {{"customer_id", office.jansen.text()},
                                                   {"level", "A"s},
                                                   {"reason", "at_risk"s},
                                                   {"state", "approved"s},
                                                   {"since", office.world.clock.now_ms}});
    office.sync_all();
    Terminal loader = office.newcomer("nick", "branch:12", 8);
    std::vector<std::string> order;
    sync::SnapshotPlace place;
    for (bool done = false; !done;) {
        const auto part = must(office.world.hub->read_snapshot(
            {loader.device, loader.identity.origin, place, {}, kTiny}));
        for (const auto& table : part.tables) {
            if (order.empty() || order.back() != table.type) order.push_back(table.type);
        }
        place = {part.hub_seq, part.to};
        done = part.done;
    }
    REQUIRE(order.size() >= 5);
    order.erase(order.begin(), order.end() - 5);
    CHECK(order == std::vector<std::string>{"priority_flag", "contact_point", "customer", "task",
                                            "interaction"});
}

}  // namespace balie::test

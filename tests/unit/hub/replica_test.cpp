// A terminal's own database against the hub's: after a sync both must have the same, by digest.
#include "sync/log/receipts.h"
#include "tests/unit/hub/hub_terminal.h"

#include <filesystem>

using std::string_literals::operator""s;

namespace balie::test {

namespace {

using domain::RecordType;

FieldValues person(const std::string& name, const std::string& branch) {
    return {{"kind", "person"s}, {"name", name}, {"branch", branch}};
}

FieldValues visit(const RecordId& customer) {
    return {{"channel", "visit"s},
            {"outcome", "held"s},
            {"occurred_at", std::int64_t{1'790'000'000'000}},
            {"customer_id", customer.text()}};
}

/// Ghent's customer goes to Antwerp by the head office's hand; Ghent has not heard of it.
struct MovedCustomer {
    HubWorld world;
    Terminal ghent{world, "gina", "representative", "branch:12", 1};
    Terminal head{world, "olga", "manager", "all", 3};
    RecordId jansen = ghent.create(RecordType::Customer, person("Jansen", "12"));

    MovedCustomer() {
        ghent.sync();
        head.sync();
        head.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
        head.sync();
    }
};

}  // namespace

TEST_CASE("terminals of one scope end with the same, whatever each did offline") {
    HubWorld world;
    REQUIRE(must(world.hub->load_fields({{.type = RecordType::Customer,
                                          .name = "job",
                                          .kind = domain::FieldKind::Text,
                                          .bytes_max = 100,
                                          .code_list = {},
                                          .label_en = {},
                                          .label_nl = {}}})) == 1);
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal bert(world, "bert", "representative", "branch:12", 2);
    Terminal head(world, "olga", "manager", "all", 3);
    anna.sync();
    bert.sync();
    FieldValues jansen_values = person("Jansen", "12");
    jansen_values["x.job"] = "baker"s;
    const RecordId jansen = anna.create(RecordType::Customer, jansen_values);
    const RecordId first = anna.create(RecordType::Interaction, visit(jansen));
    anna.sync();
    bert.sync();
    REQUIRE(bert.has(RecordType::Interaction, first));

    // Both edit the same field without seeing each other, one of them twice.
    world.clock.now_ms += 1000;
    anna.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    world.clock.now_ms += 1000;
    bert.edit(RecordType::Customer, jansen, {{"note", "moved"s}, {"priority_class", "A"s}});
    bert.edit(RecordType::Customer, jansen, {{"note", "moved to Ghent"s}});
    anna.sync();
    bert.sync();
    anna.sync();
    head.sync();
    REQUIRE(must(world.hub->status()).conflicts == 1);
    REQUIRE(anna.note(jansen) == "moved to Ghent");
    REQUIRE(bert.note(jansen) == "moved to Ghent");
    REQUIRE(head.note(jansen) == "moved to Ghent");
    anna.edit(RecordType::Customer, jansen, {{"note", "moved to Ghent, likes sailing"s}});
    anna.sync();
    bert.sync();
    REQUIRE(must(world.hub->status()).conflicts == 0);
    REQUIRE(bert.note(jansen) == "moved to Ghent, likes sailing");
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a customer handed over leaves one terminal and arrives at the other, to the last byte") {
    HubWorld world;
    Terminal ghent(world, "gina", "representative", "branch:12", 1);
    Terminal bruges(world, "bert", "representative", "branch:34", 2);
    Terminal head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.create(RecordType::Customer, person("Jansen", "12"));
    const RecordId visited = ghent.create(RecordType::Interaction, visit(jansen));
    ghent.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    ghent.sync();
    bruges.sync();
    head.sync();
    REQUIRE_FALSE(bruges.has(RecordType::Customer, jansen));

    head.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    head.sync();
    ghent.sync();
    bruges.sync();
    REQUIRE_FALSE(ghent.has(RecordType::Customer, jansen));
    REQUIRE_FALSE(ghent.has(RecordType::Interaction, visited));
    REQUIRE(bruges.note(jansen) == "likes sailing");
    REQUIRE(bruges.has(RecordType::Interaction, visited));

    // And one's own customer given away.
    bruges.edit(RecordType::Customer, jansen, {{"branch", "12"s}});
    bruges.sync();
    ghent.sync();
    REQUIRE_FALSE(bruges.has(RecordType::Customer, jansen));
    REQUIRE(ghent.has(RecordType::Interaction, visited));
    // Somebody new gets the same by the log alone.
    Terminal newcomer(world, "nora", "representative", "branch:12", 4);
    newcomer.sync();
    REQUIRE(newcomer.note(jansen) == "likes sailing");
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a customer that a former life of this log gave away comes back as the office has it") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal head(world, "olga", "manager", "all", 2);
    const RecordId jansen = anna.create(RecordType::Customer, person("Jansen", "12"));
    anna.sync();
    anna.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    // Taken in by the hub, from another copy of this terminal; the answer went there.
    const auto outbox = must(anna.replica->load_outbox(1, 100'000));
    REQUIRE(outbox.changes.size() == 1);
    sync::Push push;
    push.first = 2;
    push.previous = outbox.previous;
    push.changes = outbox.changes;
    REQUIRE(world.push(anna.device, anna.identity.origin, push).ack);
    Bytes known{1};
    const sync::Hash& hash = outbox.changes.front().hash;
    known.insert(known.end(), hash.begin(), hash.begin() + 16);
    REQUIRE_OK(anna.replica->start_new_incarnation("two copies", 2, known));
    anna.identity = must(anna.replica->identity("test"));
    anna.acked = 0;
    anna.sync();
    REQUIRE_FALSE(anna.has(RecordType::Customer, jansen));

    head.sync();
    head.edit(RecordType::Customer, jansen, {{"branch", "12"s}});
    head.sync();
    anna.sync();
    store::RecordTables tables(anna.store->writer());
    REQUIRE(value_text(must(tables.read_field(RecordType::Customer, jansen, "branch"))) == "12");
    // And it may be given away again.
    anna.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    anna.sync();
    REQUIRE_FALSE(anna.has(RecordType::Customer, jansen));
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a customer that was made and given away in one go is not its maker's any more") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal bruges(world, "bert", "representative", "branch:34", 2);
    auto unit = must(store::UnitOfWork::begin(*anna.store, "anna"));
    const RecordId jansen = must(unit.create(RecordType::Customer, person("Jansen", "12")));
    REQUIRE(must(unit.edit(RecordType::Customer, jansen, {{"branch", "34"s}})));
    must(unit.commit());
    anna.sync();
    bruges.sync();
    REQUIRE_FALSE(anna.has(RecordType::Customer, jansen));
    REQUIRE(bruges.has(RecordType::Customer, jansen));
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("what the hub sets aside is taken back on the terminal, and comes back when it can") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal head(world, "olga", "manager", "all", 2);
    const RecordId ours = anna.create(RecordType::Customer, person("Jansen", "12"));
    const RecordId theirs = anna.create(RecordType::Customer, person("Peeters", "34"));
    anna.sync();
    head.sync();
    REQUIRE(anna.has(RecordType::Customer, ours));
    REQUIRE_FALSE(anna.has(RecordType::Customer, theirs));
    REQUIRE(must(anna.replica->set_aside(10)).size() == 1);
    REQUIRE_FALSE(head.has(RecordType::Customer, theirs));
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("what was saved on a customer that had left becomes a proposal for whoever has it now") {
    HubWorld world;
    Terminal ghent(world, "gina", "representative", "branch:12", 1);
    Terminal bruges(world, "bert", "representative", "branch:34", 2);
    Terminal head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.create(RecordType::Customer, person("Jansen", "12"));
    const RecordId own = ghent.create(RecordType::Customer, person("Claes", "12"));
    ghent.sync();
    head.sync();
    head.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    head.sync();

    // Gina does not know yet: she works on, without a network.
    ghent.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    const RecordId visited = ghent.create(RecordType::Interaction, visit(jansen));
    ghent.edit(RecordType::Customer, own, {{"note", "hers"s}});
    ghent.sync();
    bruges.sync();
    head.sync();
    REQUIRE_FALSE(ghent.has(RecordType::Customer, jansen));
    REQUIRE(must(ghent.replica->set_aside(10)).size() == 2);
    REQUIRE(ghent.note(own) == "hers");
    REQUIRE(ghent.count("SELECT count(*) FROM proposals") == 0);

    for (Terminal* each : {&bruges, &head}) {
        REQUIRE(each->count("SELECT count(*) FROM proposals WHERE state='open' AND author='gina' "
                            "AND customer_id='" +
                            jansen.text() + "'") == 2);
        REQUIRE(each->count(
                    "SELECT count(*) FROM proposals WHERE changes LIKE '%likes sailing%'") == 1);
        REQUIRE(each->count("SELECT count(*) FROM proposals WHERE changes LIKE '%" +
                            visited.text() + "%'") == 1);
        REQUIRE_FALSE(each->has(RecordType::Interaction, visited));
    }
    // Once, also when the hub was interrupted before it had noted that it made them.
    must(world.hub->store().writer().execute("UPDATE hub_set_aside SET proposed=0"));
    world.reopen();
    bruges.sync();
    REQUIRE(bruges.count("SELECT count(*) FROM proposals") == 2);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a conflict tells what both had seen before, where that is known") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal bert(world, "bert", "representative", "branch:12", 2);
    Terminal head(world, "olga", "manager", "all", 3);
    FieldValues values = person("Jansen", "12");
    values["note"] = "likes sailing"s;
    const RecordId jansen = anna.create(RecordType::Customer, values);
    for (Terminal* each : {&anna, &bert, &head}) each->sync();

    SECTION("both edited what the record was made with") {
        anna.edit(RecordType::Customer, jansen, {{"note", "call on Monday"s}});
        bert.edit(RecordType::Customer, jansen, {{"note", "never call"s}});
        anna.sync();
        bert.sync();
        anna.sync();
        head.sync();
        for (Terminal* each : {&anna, &bert, &head}) {
            const auto conflicts = must(each->replica->conflicts(10));
            REQUIRE(conflicts.size() == 1);
            REQUIRE(conflicts.front().former);
            CHECK(value_text(*conflicts.front().former) == "likes sailing");
        }
        // Who gets the record with its full state was not there.
        Terminal late(world, "cees", "representative", "branch:12", 4);
        late.load();
        const auto conflicts = must(late.replica->conflicts(10));
        REQUIRE(conflicts.size() == 1);
        CHECK_FALSE(conflicts.front().former);
    }
    SECTION("one had not seen what the other replaced") {
        anna.edit(RecordType::Customer, jansen, {{"note", "call on Monday"s}});
        anna.sync();
        anna.edit(RecordType::Customer, jansen, {{"note", "call on Tuesday"s}});
        anna.sync();
        bert.edit(RecordType::Customer, jansen, {{"note", "never call"s}});
        bert.sync();
        head.sync();
        for (Terminal* each : {&bert, &head}) {
            const auto conflicts = must(each->replica->conflicts(10));
            REQUIRE(conflicts.size() == 1);
            CHECK_FALSE(conflicts.front().former);
        }
    }
    SECTION("a second conflict of the same field is told by its own past") {
        anna.edit(RecordType::Customer, jansen, {{"note", "call on Monday"s}});
        bert.edit(RecordType::Customer, jansen, {{"note", "never call"s}});
        anna.sync();
        bert.sync();
        anna.sync();
        bert.edit(RecordType::Customer, jansen, {{"note", "call in the evening"s}});
        bert.sync();
        anna.sync();
        REQUIRE(must(anna.replica->conflicts(10)).empty());
        anna.edit(RecordType::Customer, jansen, {{"note", "moved"s}});
        bert.edit(RecordType::Customer, jansen, {{"note", "on holiday"s}});
        anna.sync();
        bert.sync();
        anna.sync();
        const auto conflicts = must(anna.replica->conflicts(10));
        REQUIRE(conflicts.size() == 1);
        REQUIRE(conflicts.front().former);
        CHECK(value_text(*conflicts.front().former) == "call in the evening");
        // Gone with the record: it leaves anna's scope.
        bert.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
        bert.sync();
        anna.sync();
        CHECK(anna.count("SELECT count(*) FROM former_value") == 0);
        CHECK(anna.count("SELECT count(*) FROM conflict") == 0);
    }
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("what a restored hub goes on with is in its new epoch: the lost log may say otherwise") {
    MovedCustomer moved;
    auto& [world, ghent, head, jansen] = moved;
    ghent.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    // The backup is made before the hub comes to write the proposal.
    must(world.hub->store().writer().execute(
        "CREATE TRIGGER interrupted BEFORE INSERT ON proposals BEGIN SELECT RAISE(ABORT,'not yet');"
        " END"));
    ghent.sync();
    head.sync();
    must(world.hub->store().writer().execute("DROP TRIGGER interrupted"));
    const std::int64_t base = must(world.hub->hub_seq());
    REQUIRE(head.cursor == base);
    world.hub.reset();
    std::filesystem::copy_file(world.path(), world.path() + ".backup");
    for (int i = 0; i < 2; ++i) {
        // Whoever looks at a backup leaves it as it was.
        const auto copy = must(sync::HubStore::open_copy(world.path() + ".backup", world.key,
                                                         world.clock, world.entropy));
        REQUIRE_OK(copy->verify());
        REQUIRE(must(copy->hub_seq()) == base);
    }
    world.reopen();
    head.sync();
    REQUIRE(head.cursor > base);

    sync::Hello hello;
    hello.version = 1;
    hello.origin = head.identity.origin;
    hello.last_seq = head.acked;
    hello.last_hash = head.acked_hash();
    hello.epoch_seen = world.hub->identity().epoch;
    hello.cursor = head.cursor;
    world.hub.reset();
    std::filesystem::copy_file(world.path() + ".backup", world.path(),
                               std::filesystem::copy_options::overwrite_existing);
    world.reopen_restored();
    // The proposal is made here too, and is nothing that a terminal has seen of this hub.
    REQUIRE(must(world.hub->hub_seq()) > base);
    const auto welcome = must(world.hub->open_session(hello, head.device));
    REQUIRE(welcome.epoch != *hello.epoch_seen);
    REQUIRE(welcome.cursor == base);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("many long visits to a customer that had left are each a proposal") {
    MovedCustomer moved;
    auto& [world, ghent, head, jansen] = moved;
    constexpr int kVisits = 30;
    for (int i = 0; i < kVisits; ++i) {
        FieldValues values = visit(jansen);
        values["note"] = std::string(12'000, 'n') + std::to_string(i);
        (void)ghent.create(RecordType::Interaction, values);
    }
    while (must(ghent.replica->status()).pending > 0) ghent.push();
    head.sync();
    REQUIRE(head.count("SELECT count(*) FROM proposals") == kVisits);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a new customer outside one's scope is proposed to nobody, as nobody has it") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal head(world, "olga", "manager", "all", 2);
    (void)anna.create(RecordType::Customer, person("Peeters", "34"));
    anna.sync();
    head.sync();
    REQUIRE(must(anna.replica->set_aside(10)).size() == 1);
    REQUIRE(head.count("SELECT count(*) FROM proposals") == 0);
}

TEST_CASE("the hub alone makes proposals; who has the customer decides on them") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    const RecordId jansen = anna.create(RecordType::Customer, person("Jansen", "12"));
    const RecordId forged = anna.create(RecordType::Proposal, {{"customer_id", jansen.text()},
                                                               {"changes", "[]"s},
                                                               {"author", "olga"s},
                                                               {"proposed_at", std::int64_t{1}},
                                                               {"state", "open"s}});
    anna.sync();
    const auto aside = must(anna.replica->set_aside(10));
    REQUIRE(aside.size() == 1);
    REQUIRE(aside.front().record == forged);
    REQUIRE(aside.front().code == "denied");

    // Nor is a real one rewritten by whoever it was made for.
    Terminal head(world, "olga", "manager", "all", 3);
    Terminal bruges(world, "bert", "representative", "branch:34", 2);
    head.sync();
    head.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    head.sync();
    anna.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    anna.sync();
    bruges.sync();
    auto ids = must(bruges.store->writer().prepare("SELECT id FROM proposals"));
    REQUIRE(must(ids.step()));
    const RecordId proposal{ids.id(0)};
    ids.reset();
    bruges.edit(RecordType::Proposal, proposal, {{"author", "bert"s}});
    bruges.sync();
    const auto refused = must(bruges.replica->set_aside(10));
    REQUIRE(refused.size() == 1);
    REQUIRE(refused.front().code == "denied");
    bruges.edit(RecordType::Proposal, proposal, {{"state", "declined"s}, {"decided_by", "bert"s}});
    bruges.sync();
    head.sync();
    REQUIRE(head.count("SELECT count(*) FROM proposals WHERE state='declined' AND author='anna'") ==
            1);
}

TEST_CASE("what only a newer program understands is kept aside, and read when that program comes") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal head(world, "olga", "manager", "all", 2);
    const RecordId jansen = anna.create(RecordType::Customer, person("Jansen", "12"));
    anna.sync();
    head.sync();
    head.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
    head.push();

    // As a hub of the next version would send it: with a field that this program has never heard
    // of.
    auto answer =
        must(world.hub->read_changes(anna.device, anna.identity.origin, anna.cursor, 100'000));
    REQUIRE(answer.at_end);
    auto& entry = std::get<sync::LogChange>(answer.changes.entries.at(0));
    const auto at = entry.change.payload.find("\"note\"");
    REQUIRE(at != std::string::npos);
    entry.change.payload.replace(at, 6, "\"mood\"");
    answer.digest.bytes[0] ^= 1;
    anna.cursor = must(anna.replica->apply_changes(answer.changes)).cursor;
    for (int checkpoints = 0; checkpoints < 3; ++checkpoints) {
        const auto compared = must(anna.replica->compare_digest({anna.cursor, answer.digest}));
        REQUIRE_FALSE(compared.repair);
        REQUIRE(must(anna.replica->status()).cursor == anna.cursor);
    }
    const auto aside = must(anna.replica->set_aside(10));
    REQUIRE(aside.size() == 1);
    REQUIRE(aside.front().code == "unknown");
    REQUIRE_FALSE(aside.front().own);

    // The update: the next program reads all anew, once, and has what was kept aside.
    must(anna.store->set_setting("sync.newer_seen", "1"));
    anna.cursor = 0;
    anna.load();
    anna.pull();
    REQUIRE(anna.note(jansen) == "likes sailing");
    REQUIRE(must(anna.replica->set_aside(10)).empty());
    sync::Welcome welcome;
    welcome.epoch = world.hub->identity().epoch;
    welcome.acked_seq = anna.acked;
    welcome.acked_hash = anna.acked_hash();
    REQUIRE(must(anna.replica->prepare_resume(welcome, 0, false)).cursor == anna.cursor);
}

TEST_CASE("a receipt says when the office had a record, and whether its signature fits") {
    HubWorld world;
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    const RecordId jansen = anna.create(RecordType::Customer, person("Jansen", "12"));
    REQUIRE_FALSE(
        must(sync::receipt_of_creation(anna.store->writer(), RecordType::Customer, jansen)));
    REQUIRE_FALSE(must(sync::receipts_of(anna.store->writer(), jansen)).front().receipt);
    // Acknowledged, then also confirmed.
    for (const bool confirmed : {false, true}) {
        if (confirmed) {
            anna.pull();
        } else {
            anna.push();
        }
        const auto receipt =
            must(sync::receipt_of_creation(anna.store->writer(), RecordType::Customer, jansen));
        REQUIRE(receipt);
        REQUIRE(receipt->hub_ms == world.clock.now_ms);
        REQUIRE(receipt->hub_seq == must(world.hub->hub_seq()));
    }
    const auto good = must(sync::receipts_of(anna.store->writer(), jansen));
    REQUIRE(good.size() == 1);
    REQUIRE(good.front().signature_ok);
    REQUIRE(good.front().names_it);
    REQUIRE(good.front().receipt->hub_ms == world.clock.now_ms);
    // Somebody who can write the file makes it say another time, or names another change.
    must(anna.store->writer().execute("UPDATE receipt SET text=text||' '"));
    REQUIRE_FALSE(must(sync::receipts_of(anna.store->writer(), jansen)).front().signature_ok);
    must(anna.store->writer().execute("UPDATE receipt SET text='balie.receipt.v1'"));
    REQUIRE_FALSE(must(sync::receipts_of(anna.store->writer(), jansen)).front().names_it);
}

}  // namespace balie::test

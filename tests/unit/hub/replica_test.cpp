// A terminal's own database against the hub's: after a sync both must have the same, by digest.
#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"
#include "tests/unit/hub/hub_world.h"

using std::string_literals::operator""s;

namespace balie::test {

namespace {

/// A real terminal without a wire: what its session would do, done by hand.
struct Terminal {
    Terminal(HubWorld& in, const std::string& user, const std::string& role,
             const std::string& scope, std::uint8_t key_byte)
        : world(&in), log(in.clock, in.entropy), key(32, key_byte) {
        store::StoreOptions options;
        options.create = true;
        store = must(store::Store::open((in.folder / (user + ".db")).string(), key, in.clock,
                                        in.entropy, options));
        store->set_sink(&log);
        replica = std::make_unique<sync::TerminalReplica>(*store);
        enrolled = in.enrol(user, role, scope, key_byte);
        sync::Challenge challenge;
        challenge.hub = in.hub->identity().hub;
        challenge.epoch = in.hub->identity().epoch;
        identity = must(replica->save_enrolment(enrolled, challenge, "wss://hub", "test"));
        device = must(in.hub->find_device(enrolled.device));
    }

    void push() {
        auto outbox = must(replica->load_outbox(acked, 100'000));
        if (outbox.changes.empty()) return;
        sync::Push push;
        push.first = outbox.changes.front().id.seq;
        push.previous = outbox.previous;
        push.changes = outbox.changes;
        const auto answer = world->push(device, identity.origin, push);
        if (answer.refusal) FAIL(answer.refusal->text);
        acked = must(replica->save_ack(*answer.ack)).acked_seq;
    }
    void pull() {
        while (true) {
            const auto answer =
                must(world->hub->read_changes(device, identity.origin, cursor, 100'000));
            cursor = must(replica->apply_changes(answer.changes)).cursor;
            REQUIRE(cursor == answer.changes.to);
            if (!answer.at_end) continue;
            REQUIRE(must(replica->compare_digest({cursor, answer.digest})).equal);
            return;
        }
    }
    void sync() {
        push();
        pull();
    }
    RecordId create(domain::RecordType type, const FieldValues& values) {
        auto unit = must(store::UnitOfWork::begin(*store, enrolled.user));
        const RecordId id = must(unit.create(type, values));
        must(unit.commit());
        return id;
    }
    void edit(domain::RecordType type, const RecordId& id, const FieldValues& values) {
        auto unit = must(store::UnitOfWork::begin(*store, enrolled.user));
        REQUIRE(must(unit.edit(type, id, values)));
        must(unit.commit());
    }
    [[nodiscard]] std::string note(const RecordId& customer) {
        store::RecordTables tables(store->writer());
        return value_text(must(tables.read_field(domain::RecordType::Customer, customer, "note")));
    }
    [[nodiscard]] bool has(domain::RecordType type, const RecordId& id) {
        store::RecordTables tables(store->writer());
        return must(tables.exists(type, id));
    }

    HubWorld* world;
    sync::ChangeLog log;
    Bytes key;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<sync::TerminalReplica> replica;
    sync::Enrolled enrolled;
    sync::Identity identity;
    sync::DeviceRecord device;
    std::int64_t acked{0};
    std::int64_t cursor{0};
};

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

}  // namespace balie::test

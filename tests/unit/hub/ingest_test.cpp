// What the hub makes of what terminals send it.
#include "tests/unit/hub/hub_world.h"

using std::string_literals::operator""s;

namespace balie::test {

using sync::Verdict;
using sync::VerdictKind;

namespace {

HandDevice office(HubWorld& world, std::uint8_t key = 1) {
    return {world, "olga", "manager", "all", key};
}

}  // namespace

TEST_CASE("a visit that arrives is applied, logged and acknowledged with a receipt") {
    HubWorld world;
    HandDevice anna = office(world);
    const std::int64_t before = must(world.hub->hub_seq());
    const RecordId jansen = anna.new_id();
    anna.write({anna.customer(jansen), anna.visit(anna.new_id(), jansen)});
    const sync::Ack ack = anna.push_new();

    REQUIRE(ack.acked_seq == 2);
    REQUIRE(ack.acked_hash == anna.log.back().hash);
    REQUIRE(ack.verdicts.size() == 1);
    REQUIRE(ack.verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(ack.verdicts[0].first == 1);
    REQUIRE(ack.verdicts[0].last == 2);
    REQUIRE(ack.verdicts[0].hub_seq == before + 2);
    REQUIRE(ack.verdicts[0].effective.size() == 2);
    REQUIRE(crypto::verify(anna.enrolled.hub_public_key,
                           as_bytes(sync::receipt_text(anna.device.device, ack)), ack.signature));
    const auto status = must(world.hub->status());
    REQUIRE(status.customers == 1);
    REQUIRE(status.interactions == 1);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("the same batch sent again changes nothing and gets the same verdicts") {
    HubWorld world;
    HandDevice anna = office(world);
    const RecordId jansen = anna.new_id();
    anna.write(anna.customer(jansen));
    anna.write(anna.visit(anna.new_id(), anna.new_id()));  // of a customer nobody knows
    anna.write(anna.visit(anna.new_id(), jansen));
    const auto first = anna.push(1, 3);
    const std::int64_t seq = must(world.hub->hub_seq());

    SECTION("on the same connection") {
        const auto again = anna.push(1, 3);
        REQUIRE(again.ack->verdicts == first.ack->verdicts);
    }
    SECTION("by another process of the hub") {
        world.reopen();
        const auto again = anna.push(1, 3);
        REQUIRE(again.ack->verdicts == first.ack->verdicts);
    }
    SECTION("with something new behind it") {
        anna.write(anna.visit(anna.new_id(), jansen));
        const auto more = anna.push(2, 4);
        REQUIRE(more.ack->verdicts.size() == 3);
        REQUIRE(more.ack->verdicts[0] == first.ack->verdicts[1]);
        REQUIRE(more.ack->verdicts[2].hub_seq == seq + 1);
        REQUIRE(must(world.hub->hub_seq()) == seq + 1);
        REQUIRE_OK(world.hub->verify());
        return;
    }
    REQUIRE(must(world.hub->hub_seq()) == seq);
    REQUIRE(must(world.hub->status()).interactions == 1);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a batch that skips numbers is sent back to the first that is missing") {
    HubWorld world;
    HandDevice anna = office(world);
    for (int i = 0; i < 3; ++i) anna.write(anna.customer(anna.new_id()));
    REQUIRE(anna.push(1, 1).ack);
    const auto answer = anna.push(3, 3);
    REQUIRE_FALSE(answer.ack);
    REQUIRE(answer.refusal->code == "gap");
    REQUIRE(answer.refusal->expected_seq == 2);
    REQUIRE(must(world.hub->status()).customers == 1);
}

TEST_CASE("another change under a number that is taken is a fork, and the device gets a new log") {
    HubWorld world;
    HandDevice anna = office(world);
    anna.write(anna.customer(anna.new_id()));
    HandDevice copy = anna;  // a cloned machine
    anna.write(anna.customer(anna.new_id()));
    copy.write(copy.customer(copy.new_id()));
    copy.write(copy.customer(copy.new_id()));
    REQUIRE(anna.push(1, 2).ack);

    const bool overlapping = GENERATE(true, false);
    const auto answer = overlapping ? copy.push(1, 3) : copy.push(3, 3);
    REQUIRE_FALSE(answer.ack);
    REQUIRE(answer.refusal->code == "fork");
    REQUIRE(must(world.hub->status()).customers == 2);

    sync::Hello hello;
    hello.origin = copy.origin;
    hello.last_seq = 3;
    hello.last_hash = copy.log.back().hash;
    const auto welcome = must(world.hub->open_session(hello, copy.device));
    REQUIRE(welcome.directive == sync::Directive::NewIncarnation);
    REQUIRE_FALSE(welcome.text.empty());
    hello.last_seq = 2;
    hello.last_hash = anna.log.back().hash;
    REQUIRE(must(world.hub->open_session(hello, anna.device)).directive == sync::Directive::Go);
}

TEST_CASE("what another copy of the terminal sent before is kept and not taken a second time") {
    HubWorld world;
    HandDevice anna(world, "anna", "representative", "branch:12");
    std::vector<RecordId> made;
    for (int i = 0; i < 9; ++i) {
        world.clock.now_ms += 1000;
        made.push_back(anna.new_id());
        anna.write(anna.customer(made.back(), {{"branch", std::string("12")}}));
    }
    const auto sent = anna.push_new();
    const auto before = must(world.hub->status());
    // A copy of it, restored from a time when none of them was sent, has found that its number is
    // taken and begins a log of its own: two of the nine, and one that is new.
    HandDevice copy = anna;
    copy.origin = {anna.enrolled.device, Incarnation::random(world.entropy)};
    copy.pushed = 0;
    copy.log = {anna.log[2], anna.log[7]};
    world.clock.now_ms += 1000;
    const RecordId fresh = copy.new_id();
    copy.write(copy.customer(fresh, {{"branch", std::string("12")}}));
    std::int64_t seq = 0;
    sync::Hash previous = sync::kChainStart;
    for (sync::Change& change : copy.log) {
        change.id = {copy.origin, ++seq};
        change.hash = sync::chain_hash(previous, change);
        previous = change.hash;
    }
    const auto ack = copy.push_new();
    REQUIRE(ack.verdicts.size() == 3);
    CHECK(ack.verdicts[0].kind == sync::VerdictKind::SetAside);
    CHECK(ack.verdicts[0].code == sync::kCameBefore);
    CHECK(ack.verdicts[1].code == sync::kCameBefore);
    CHECK(ack.verdicts[2].kind == sync::VerdictKind::Applied);
    CHECK(ack.verdicts[2].hub_seq == sent.verdicts.back().hub_seq + 1);
    const auto after = must(world.hub->status());
    CHECK(after.customers == before.customers + 1);
    CHECK(after.set_aside == before.set_aside);  // nothing for anybody to do
    // The same answer again, and the chain is whole.
    CHECK(copy.push(1, 3).ack->verdicts[1].code == sync::kCameBefore);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a batch whose bytes were altered is refused whole") {
    HubWorld world;
    HandDevice anna = office(world);
    anna.write(anna.customer(anna.new_id()));
    anna.write(anna.customer(anna.new_id()));
    sync::Push push = anna.batch(1, 2);
    SECTION("a payload") {
        push.changes[1].payload[10] = static_cast<char>(push.changes[1].payload[10] ^ 1);
    }
    SECTION("a stamp") {
        push.changes[0].raw.packed += 1;
    }
    SECTION("a number") {
        push.changes[1].id.seq = 7;
    }
    SECTION("the first number") {
        push.first = 0;
    }
    SECTION("the device") {
        push.changes[1].id.origin.device = DeviceId::random(world.entropy);
    }
    const auto answer = world.push(anna.device, anna.origin, push);
    REQUIRE_FALSE(answer.ack);
    REQUIRE(answer.refusal->code == "malformed");
    REQUIRE(must(world.hub->status()).customers == 0);
    REQUIRE(anna.push(1, 2).ack);
}

TEST_CASE("one bad transaction is set aside with a reason, and the others go on") {
    HubWorld world;
    HandDevice anna = office(world);
    const RecordId good = anna.new_id();
    anna.write(anna.customer(anna.new_id()));
    std::string code;
    SECTION("a value that cannot be") {
        anna.write(anna.customer(anna.new_id(), {{"kind", "robot"s}}));
        code = "invalid";
    }
    SECTION("a custom field nobody defined") {
        anna.write(anna.customer(anna.new_id(), {{"x.job", "baker"s}}));
        code = "invalid";
    }
    SECTION("a field of a newer version") {
        anna.write(anna.customer(anna.new_id(), {{"shoe_size", std::int64_t{43}}}));
        code = "unknown";
    }
    SECTION("a record type of a newer version") {
        anna.write({"hologram", anna.new_id(), sync::Operation::Create, {{"name", "x"s}}, {}});
        code = "unknown";
    }
    SECTION("no record at all") {
        anna.write_payload("{\"t\":");
        code = "malformed";
    }
    SECTION("the office's lists, by somebody who is no administrator") {
        anna.write({"role",
                    anna.new_id(),
                    sync::Operation::Create,
                    {{"code", "manager"s}, {"en", "M"s}, {"nl", "M"s}},
                    {}});
        code = "denied";
    }
    SECTION("half good, half bad") {
        anna.write({anna.customer(anna.new_id()), anna.customer(anna.new_id(), {{"kind", "x"s}})});
        code = "invalid";
    }
    SECTION("a visit overwritten") {
        const RecordId visit = anna.new_id();
        anna.write(anna.edit("interaction", visit, {{"note", "never"s}}, {}));
        code = "invalid";
    }
    SECTION("too many changes at once") {
        std::vector<HandEdit> many;
        many.reserve(401);
        for (int i = 0; i < 401; ++i) many.push_back(anna.customer(anna.new_id()));
        anna.write(many);
        code = "limit";
    }
    anna.write(anna.customer(good));
    const sync::Ack ack = anna.push_new();
    REQUIRE(ack.acked_seq == anna.last());
    REQUIRE(ack.verdicts.size() == 3);
    REQUIRE(ack.verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(ack.verdicts[1].kind == VerdictKind::SetAside);
    REQUIRE(ack.verdicts[1].code == code);
    REQUIRE_FALSE(ack.verdicts[1].detail.empty());
    REQUIRE(ack.verdicts[1].effective.empty());
    REQUIRE(ack.verdicts[2].kind == VerdictKind::Applied);
    REQUIRE(must(world.hub->status()).customers == 2);
    // Kept whole, where a person finds it.
    const auto aside = must(world.hub->set_aside(1000));
    REQUIRE(static_cast<std::int64_t>(aside.size()) == anna.last() - 2);
    REQUIRE(aside[0].code == code);
    REQUIRE_FALSE(aside[0].payload.empty());
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("changes in somebody else's name are set aside") {
    HubWorld world;
    HandDevice anna = office(world);
    anna.write(anna.customer(anna.new_id()));
    anna.log[0].user = "boss";
    anna.log[0].hash = sync::chain_hash(sync::kChainStart, anna.log[0]);
    const sync::Ack ack = anna.push_new();
    REQUIRE(ack.verdicts[0].code == "denied");
}

TEST_CASE("a visit that came before its customer is taken in when the customer arrives") {
    HubWorld world;
    HandDevice anna = office(world);
    HandDevice bert(world, "bert", "manager", "all", 2);
    const RecordId jansen = anna.new_id();
    bert.write(bert.visit(bert.new_id(), jansen));
    bert.write(bert.customer(bert.new_id()));
    const sync::Ack early = bert.push_new();
    REQUIRE(early.verdicts[0].code == "needs");
    REQUIRE(early.verdicts[1].kind == VerdictKind::Applied);
    REQUIRE(must(world.hub->status()).interactions == 0);

    anna.write(anna.customer(jansen));
    const sync::Ack ack = anna.push_new();
    REQUIRE(ack.verdicts[0].kind == VerdictKind::Applied);
    const auto status = must(world.hub->status());
    REQUIRE(status.interactions == 1);
    REQUIRE(status.set_aside == 0);
    const auto again = bert.push(1, 2);
    REQUIRE(again.ack->verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(again.ack->verdicts[0].hub_seq == ack.verdicts[0].hub_seq + 1);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("two people who edit one field without seeing each other make one conflict") {
    HubWorld world;
    HandDevice anna = office(world);
    HandDevice bert(world, "bert", "manager", "all", 2);
    const RecordId jansen = anna.new_id();
    anna.write(anna.customer(jansen));
    REQUIRE(anna.push_new().verdicts[0].kind == VerdictKind::Applied);
    const sync::Base seen{{anna.origin, 1}};
    world.clock.now_ms += 1000;
    bert.write(bert.edit("customer", jansen, {{"note", "calls back"s}}, seen));
    world.clock.now_ms += 1000;
    anna.write(anna.edit("customer", jansen, {{"note", "moved house"s}}, seen));
    anna.write(anna.edit("customer", jansen, {{"note", "moved to Ghent"s}}, seen));
    REQUIRE(anna.push_new().verdicts[1].kind == VerdictKind::Applied);
    REQUIRE(bert.push_new().verdicts[0].kind == VerdictKind::Conflict);
    REQUIRE(must(world.hub->status()).conflicts == 1);

    const sync::Base both{{anna.origin, 3}, {bert.origin, 1}};
    bert.write(bert.edit("customer", jansen, {{"note", "moved to Ghent, calls back"s}}, both));
    REQUIRE(bert.push_new().verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(must(world.hub->status()).conflicts == 0);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("who deletes a customer that somebody else just changed is asked again") {
    HubWorld world;
    HandDevice anna = office(world);
    HandDevice bert(world, "bert", "manager", "all", 2);
    const RecordId jansen = anna.new_id();
    anna.write(anna.customer(jansen));
    REQUIRE(anna.push_new().verdicts[0].kind == VerdictKind::Applied);
    const sync::Base seen{{anna.origin, 1}};
    bert.write(bert.edit("customer", jansen, {{"note", "calls back"s}}, seen));
    anna.write(anna.edit("customer", jansen, {{"deleted_at", Value{world.clock.now_ms}}}, seen));
    SECTION("when the deletion comes first") {
        REQUIRE(anna.push_new().verdicts[0].kind == VerdictKind::Applied);
        REQUIRE(bert.push_new().verdicts[0].kind == VerdictKind::Conflict);
    }
    SECTION("when the change comes first") {
        REQUIRE(bert.push_new().verdicts[0].kind == VerdictKind::Applied);
        REQUIRE(anna.push_new().verdicts[0].kind == VerdictKind::Conflict);
    }
    REQUIRE(must(world.hub->status()).conflicts == 1);
    const sync::Base both{{anna.origin, 2}, {bert.origin, 1}};
    anna.write(anna.edit("customer", jansen, {{"deleted_at", Value{}}}, both));
    REQUIRE(anna.push_new().verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(must(world.hub->status()).conflicts == 0);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a clock that runs ahead orders no later than a minute after the hub's") {
    HubWorld world;
    HandDevice anna = office(world);
    world.clock.now_ms += 10LL * 365 * 24 * 3600 * 1000;
    anna.write(anna.customer(anna.new_id()));
    world.clock.now_ms -= 10LL * 365 * 24 * 3600 * 1000;
    const sync::Ack ack = anna.push_new();
    REQUIRE(ack.verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(ack.verdicts[0].effective[0].ms() == world.clock.now_ms + 60'000);
    anna.offset_ms = -3 * 24 * 3'600'000LL;
    world.clock.now_ms += 3 * 24 * 3'600'000LL;
    anna.write(anna.customer(anna.new_id()));
    world.clock.now_ms -= 3 * 24 * 3'600'000LL;
    REQUIRE(anna.push_new().verdicts[0].effective[0].ms() == world.clock.now_ms);
}

TEST_CASE("batches of several terminals go in together, and a hostile one hurts only itself") {
    HubWorld world;
    HandDevice anna = office(world);
    HandDevice bert(world, "bert", "manager", "all", 2);
    anna.write(anna.customer(anna.new_id()));
    bert.write(bert.customer(bert.new_id()));
    sync::DeviceRecord stranger = anna.device;
    stranger.device = DeviceId::random(world.entropy);
    const auto answers = must(
        world.hub->ingest({{stranger, {stranger.device, anna.origin.incarnation}, anna.batch(1, 1)},
                           {bert.device, anna.origin, anna.batch(1, 1)},
                           {anna.device, anna.origin, anna.batch(1, 1)},
                           {bert.device, bert.origin, bert.batch(1, 1)},
                           {anna.device, anna.origin, anna.batch(1, 1)}}));
    REQUIRE(answers.size() == 5);
    REQUIRE(answers[0].refusal->code == "unknown_device");
    REQUIRE(answers[1].refusal->code == "malformed");
    REQUIRE(answers[2].ack);
    REQUIRE(answers[3].ack);
    REQUIRE(answers[4].ack->verdicts == answers[2].ack->verdicts);
    REQUIRE(must(world.hub->status()).customers == 2);
}

TEST_CASE("what was not committed is gone, and what was is there, when the hub starts again") {
    HubWorld world;
    HandDevice anna = office(world);
    anna.write(anna.customer(anna.new_id()));
    REQUIRE(anna.push(1, 1).ack);
    const std::int64_t seq = must(world.hub->hub_seq());
    {
        auto unit = must(store::UnitOfWork::begin(world.hub->store(), "hub"));
        REQUIRE_OK(unit.create(domain::RecordType::Branch, {{"code", "12"s}, {"name", "Ghent"s}}));
        // The process ends here: never committed.
    }
    world.reopen();
    REQUIRE(must(world.hub->hub_seq()) == seq);
    REQUIRE(must(world.hub->status()).customers == 1);
    REQUIRE_OK(world.hub->save_user({.login = "piet",
                                     .name = "Piet",
                                     .role = "teller",
                                     .branch = "12",
                                     .territory = {},
                                     .language = {}}));
    REQUIRE_OK(world.hub->verify());
}

}  // namespace balie::test

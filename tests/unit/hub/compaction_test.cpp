// The hub puts the content of old log entries away: no terminal ends with anything else for it
// (I15), nobody who is absent holds it up, and what the log proves it still proves.
#include "tests/unit/hub/hub_terminal.h"

using std::string_literals::operator""s;

namespace balie::test {

namespace {

using domain::RecordType;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

FieldValues customer_of(const std::string& name, const std::string& branch) {
    return {{"kind", "person"s}, {"name", name}, {"branch", branch}};
}

/// Two branches and the office; a customer that was edited and handed over; then a month goes by.
struct Month {
    Month() {
        for (Terminal* each : all()) each->pull();
        jansen = gina.create(RecordType::Customer, customer_of("Jansen", "12"));
        smit = gina.create(RecordType::Customer, customer_of("Smit", "12"));
        sync_all();
        gina.edit(RecordType::Customer, jansen, {{"note", "likes sailing"s}});
        sync_all();
        olga.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
        sync_all();
        world.clock.now_ms += 30 * kDayMs;
    }
    std::vector<Terminal*> all() { return {&gina, &bert, &olga}; }
    void sync_all() {
        for (int twice = 0; twice < 2; ++twice) {
            for (Terminal* each : all()) each->sync();
            // Said with every batch that was applied, as a session does.
            for (Terminal* each : all()) {
                REQUIRE_OK(world.hub->note_applied(each->identity.origin, each->cursor));
            }
        }
    }
    sync::Compacted compact(std::int64_t days) {
        sync::CompactRequest request;
        request.keep_ms = days * kDayMs;
        return must(world.hub->compact(request));
    }
    std::int64_t readable() {
        return value_integer(must(world.hub->store().writer().scalar(
            "SELECT count(*) FROM hub_log WHERE kind=0 AND payload<>''")));
    }
    /// As a session would after WELCOME.
    static void resume(Terminal& terminal) {
        sync::Welcome welcome;
        welcome.epoch = terminal.world->hub->identity().epoch;
        sync::Hello hello;
        hello.origin = terminal.identity.origin;
        hello.cursor = must(terminal.replica->cursor());
        hello.epoch_seen = welcome.epoch;
        hello.last_seq = terminal.acked;
        hello.last_hash = terminal.acked_hash();
        welcome = must(terminal.world->hub->open_session(hello, terminal.device));
        CHECK(welcome.directive ==
              (hello.cursor < welcome.floor ? sync::Directive::Snapshot : sync::Directive::Go));
        const auto resumed = must(terminal.replica->prepare_resume(welcome, 0, false));
        terminal.cursor = resumed.cursor;
        if (resumed.snapshot) terminal.load();
        terminal.pull();
    }

    HubWorld world;
    Terminal gina{world, "gina", "representative", "branch:12", 1};
    Terminal bert{world, "bert", "representative", "branch:34", 2};
    Terminal olga{world, "olga", "manager", "all", 3};
    RecordId jansen;
    RecordId smit;
};

}  // namespace

TEST_CASE("the content of old entries goes, what they prove stays, and young ones stay whole") {
    Month office;
    const auto last_old = must(office.world.hub->hub_seq());
    (void)office.gina.create(RecordType::Customer, customer_of("Bos", "12"));
    office.sync_all();
    const auto done = office.compact(7);
    CHECK(done.floor == last_old);
    CHECK(done.changes > 4);
    CHECK(done.moves == 2);  // out of branch 12, into branch 34
    CHECK(done.bytes > 500);
    CHECK(done.held_by.empty());
    CHECK(office.readable() == 1);
    REQUIRE_OK(office.world.hub->verify());
    office.world.reopen();
    REQUIRE_OK(office.world.hub->verify());
    CHECK(office.compact(7).changes == 0);

    SECTION("a batch that comes again gets its old verdicts") {
        office.gina.acked = 0;
        sync::Push push;
        auto outbox = must(office.gina.replica->load_outbox(0, 100'000));
        push.first = 1;
        push.previous = outbox.previous;
        push.changes = outbox.changes;
        const auto answer =
            office.world.push(office.gina.device, office.gina.identity.origin, push);
        REQUIRE(answer.ack);
        for (const auto& verdict : answer.ack->verdicts) {
            CHECK(verdict.kind == sync::VerdictKind::Applied);
            CHECK(verdict.hub_seq > 0);
        }
        CHECK(must(office.world.hub->hub_seq()) == last_old + 1);
    }
    SECTION("an entry whose content was taken away above the floor is found") {
        REQUIRE_OK(office.world.hub->store().writer().execute(
            "UPDATE hub_log SET payload='',salt=x'' WHERE kind=0 AND hub_seq>" +
            std::to_string(done.floor)));
        office.world.reopen();
        CHECK(must_fail(office.world.hub->verify()).code == ErrorCode::Corrupt);
    }
}

TEST_CASE("a terminal that was away while the log was compacted ends with what it would have had") {
    Month away;
    Month there;
    for (Month* office : {&away, &there}) {
        // Gina and the office were not there for all of this.
        office->bert.edit(RecordType::Customer, office->jansen, {{"note", "moved house"s}});
        (void)office->bert.create(RecordType::Customer, customer_of("Maes", "34"));
        office->bert.sync();
        office->bert.edit(RecordType::Customer, office->jansen, {{"branch", "12"s}});
        office->bert.sync();
        REQUIRE_OK(
            office->world.hub->note_applied(office->bert.identity.origin, office->bert.cursor));
        // What she has not sent yet stays over what comes.
        office->gina.edit(RecordType::Customer, office->smit, {{"note", "not sent yet"s}});
    }
    sync::CompactRequest request;
    request.up_to = GENERATE(std::int64_t{5}, std::int64_t{60}, std::int64_t{100'000});
    const auto done = must(away.world.hub->compact(request));
    CHECK(done.floor < must(away.world.hub->hub_seq()));
    for (Month* office : {&away, &there}) {
        for (Terminal* each : office->all()) Month::resume(*each);
        office->gina.sync();
        office->olga.pull();
    }
    // Two worlds of one seed: the same records by the same ids.
    CHECK(away.gina.everything() == there.gina.everything());
    CHECK(away.olga.everything() == there.olga.everything());
    CHECK(away.gina.note(away.jansen) == "moved house");
    CHECK(away.gina.note(away.smit) == "not sent yet");
    CHECK(must(away.gina.store->setting(sync::setting::kDigest)) ==
          must(there.gina.store->setting(sync::setting::kDigest)));
    CHECK(must(away.gina.replica->status()).hub_restored_ms == 0);
    REQUIRE_OK(away.world.hub->verify());
}

TEST_CASE("a terminal in use that is behind is waited for; one that is absent or revoked is not") {
    Month office;
    const auto before = must(office.world.hub->hub_seq());
    (void)office.olga.create(RecordType::Customer, customer_of("Maes", "34"));
    office.olga.sync();
    office.world.clock.now_ms += 1000;
    office.gina.pull();
    REQUIRE_OK(office.world.hub->note_applied(office.gina.identity.origin, office.gina.cursor));
    REQUIRE_OK(office.world.hub->note_applied(office.olga.identity.origin, office.olga.cursor));
    // Bert was heard of, but has not applied it.
    REQUIRE_OK(office.world.hub->note_applied(office.bert.identity.origin, office.bert.cursor));
    const auto held = office.compact(0);
    CHECK(held.floor == before);
    CHECK_FALSE(held.held_by.empty());
    SECTION("he is not heard of for longer than entries are kept") {
        office.world.clock.now_ms += 40 * kDayMs;
        REQUIRE_OK(office.world.hub->note_applied(office.gina.identity.origin, office.gina.cursor));
        REQUIRE_OK(office.world.hub->note_applied(office.olga.identity.origin, office.olga.cursor));
    }
    SECTION("he is revoked") {
        REQUIRE_OK(office.world.hub->revoke(office.bert.device.device));
        office.gina.pull();
        office.olga.pull();
        REQUIRE_OK(office.world.hub->note_applied(office.gina.identity.origin, office.gina.cursor));
        REQUIRE_OK(office.world.hub->note_applied(office.olga.identity.origin, office.olga.cursor));
        office.world.clock.now_ms += 1000;
    }
    const auto done = office.compact(0);
    CHECK(done.floor > before - 1);
    CHECK(done.floor + 1 == must(office.world.hub->hub_seq()));
    CHECK(done.held_by.empty());
}

TEST_CASE("compacting that was broken off is gone on with, and a dry run changes nothing") {
    Month office;
    sync::CompactRequest request;
    request.dry_run = true;
    const auto would = must(office.world.hub->compact(request));
    CHECK(would.floor > 0);
    CHECK(must(office.world.hub->compact(request)).floor_before == 0);
    const auto whole = office.readable();
    // As kill -9 between raising the floor and taking away what lies below it.
    REQUIRE_OK(office.world.hub->store().set_setting("hub.floor", std::to_string(would.floor)));
    office.world.reopen();
    CHECK(office.readable() == whole);
    REQUIRE_OK(office.world.hub->verify());
    const auto done = office.compact(0);
    CHECK(done.floor == would.floor);
    CHECK(office.readable() < whole);
    REQUIRE_OK(office.world.hub->verify());
}

TEST_CASE("step by step, as a hub that serves does it, the log is compacted just as far") {
    Month office;
    Month other;
    const auto whole = other.compact(7);
    sync::CompactRequest request;
    request.keep_ms = 7 * kDayMs;
    request.one_step = true;
    std::int64_t changes = 0;
    std::int64_t floor = 0;
    bool more = true;
    for (int step = 0; more; ++step) {
        REQUIRE(step < 100);
        const auto done = must(office.world.hub->compact(request));
        changes += done.changes;
        floor = done.floor;
        more = done.more;
    }
    CHECK(floor == whole.floor);
    CHECK(changes == whole.changes);
    CHECK(changes > 0);
    CHECK(office.readable() == other.readable());
    REQUIRE_OK(office.world.hub->verify());
}

}  // namespace balie::test

// The hub at work, without sockets: many terminals, group commits, and peers that do not behave.
#include "storage/vault/key_file.h"
#include "sync/protocol/codec.h"
#include "tests/unit/hub_service/service_world.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace balie::test {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("What a terminal saved offline is at the hub once, however often it connects",
          "[hub][service]") {
    ServiceWorld world;
    ServiceTerminal anna(world);
    anna.enrol(world.code("anna"));
    REQUIRE_FALSE(anna.trouble);
    anna.save_customer("Jansen");
    anna.save_customer("de Vries");
    CHECK(anna.status().pending == 2);
    anna.synchronise();
    anna.synchronise();
    REQUIRE_FALSE(anna.trouble);
    CHECK(anna.status().pending == 0);
    CHECK(world.metric("balie_hub_pushes_total") == 1);
    CHECK(world.metric("balie_hub_enrolments_total") == 1);
    CHECK(must(world.store_after()->status()).customers == 2);
}

TEST_CASE("Terminals that push at the same time all get their receipts and each other's work",
          "[hub][service]") {
    constexpr int kTerminals = 6;
    constexpr int kCustomers = 20;
    ServiceWorld world;
    std::vector<std::unique_ptr<ServiceTerminal>> terminals;
    for (int i = 0; i < kTerminals; ++i) {
        terminals.push_back(std::make_unique<ServiceTerminal>(world));
        terminals.back()->enrol(world.code("user" + std::to_string(i)));
        for (int n = 0; n < kCustomers; ++n) {
            terminals.back()->save_customer("customer " + std::to_string(n));
        }
    }
    std::vector<std::thread> threads;
    threads.reserve(terminals.size());
    for (auto& terminal : terminals) threads.emplace_back([&] { terminal->synchronise(); });
    for (auto& thread : threads) thread.join();
    for (auto& terminal : terminals) terminal->synchronise();
    for (auto& terminal : terminals) {
        CHECK_FALSE(terminal->trouble);
        CHECK(terminal->status().pending == 0);
        CHECK(terminal->customers() == kTerminals * kCustomers);
    }
    const auto store = world.store_after();
    CHECK(must(store->status()).customers == kTerminals * kCustomers);
    REQUIRE_OK(store->verify());
}

TEST_CASE("Bytes that are no message end that conversation with a word, and no other",
          "[hub][service]") {
    ServiceWorld world;
    const auto peer = world.enter();
    CHECK(std::holds_alternative<sync::Challenge>(world.hear_message(peer)));
    world.say(peer, "GET / HTTP/1.1");
    const auto answer = world.hear_message(peer);
    REQUIRE(std::holds_alternative<sync::PeerError>(answer));
    CHECK(std::get<sync::PeerError>(answer).code == "malformed");
    CHECK(world.closing(peer));
    CHECK(world.metric("balie_hub_garbage_total") == 1);
    ServiceTerminal anna(world);
    anna.enrol(world.code("anna"));
    CHECK_FALSE(anna.trouble);
}

TEST_CASE("Whoever guesses codes has to wait, from that address alone", "[hub][service]") {
    ServiceWorld world;
    for (int i = 0; i < sync::kEnrolTriesPerMinute; ++i) {
        ServiceTerminal guesser(world);
        guesser.enrol("0000-0000-0000-0000-0");
        REQUIRE(guesser.trouble);
    }
    const auto good = world.code("anna");
    ServiceTerminal anna(world);
    anna.enrol(good);
    REQUIRE(anna.trouble);
    CHECK_THAT(anna.trouble->text(), ContainsSubstring("too many wrong codes"));
    CHECK(world.metric("balie_hub_wrong_codes_total") == sync::kEnrolTriesPerMinute);
    CHECK(world.metric("balie_hub_enrolments_total") == 0);
}

TEST_CASE("What devices reported last is in the fleet's list while nobody says anything more",
          "[hub][service]") {
    ServiceWorld world;
    ServiceTerminal anna(world);
    anna.enrol(world.code("anna"));
    anna.save_customer("Jansen");
    anna.synchronise();
    anna.save_customer("de Vries");
    anna.synchronise();
    REQUIRE_FALSE(anna.trouble);
    const auto cursor = anna.status().cursor;
    REQUIRE(cursor > 1);
    // As another process sees it; the service goes on.
    const auto key = must(vault::load_key_file(world.folder / "hub" / "hub.db.key"));
    const auto other = must(sync::HubStore::open((world.folder / "hub" / "hub.db").string(),
                                                 key.view(), world.clock, world.entropy));
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable never;
    std::int64_t reported = 0;
    for (int looks = 0; looks < 400 && reported != cursor; ++looks) {
        never.wait_for(lock, std::chrono::milliseconds(50));
        const auto fleet = must(other->fleet());
        REQUIRE(fleet.size() == 1);
        reported = fleet[0].cursor;
        CHECK(fleet[0].last_seen_ms > 0);
    }
    CHECK(reported == cursor);
}

TEST_CASE("A code made while the hub serves lets a terminal in, once", "[hub][service]") {
    ServiceWorld world;
    const auto code = world.code("anna");
    ServiceTerminal first(world);
    first.enrol(code);
    CHECK_FALSE(first.trouble);
    ServiceTerminal second(world);
    second.enrol(code);
    REQUIRE(second.trouble);
    CHECK(second.trouble->code != ErrorCode::Offline);
}

TEST_CASE("The hub is ready while its store takes writes, and says so in its metrics",
          "[hub][service]") {
    ServiceWorld world;
    ServiceTerminal anna(world);
    anna.enrol(world.code("anna"));
    CHECK(world.service->ready());
    CHECK_FALSE(world.service->failed());
    CHECK(world.metric("balie_hub_ready") == 1);
    CHECK(world.metric("balie_hub_seq") > 0);
    world.service->stop();
    CHECK_FALSE(world.service->ready());
    CHECK(world.metric("balie_hub_ready") == 0);
}

TEST_CASE("A hub that serves compacts its own old log, and who comes later has everything",
          "[hub][service]") {
    ServiceWorld world;
    ServiceTerminal anna(world);
    anna.enrol(world.code("anna"));
    for (const char* name : {"Jansen", "Claes", "Smit"}) {
        anna.save_customer(name);
        anna.synchronise();
    }
    sync::HubServiceOptions options;
    options.keep_log_ms = 1;
    world.restart(options);
    REQUIRE(world.reaches("balie_hub_log_floor", 1));
    ServiceTerminal bert(world);
    bert.enrol(world.code("bert"));
    CHECK(bert.customers() == 3);
    anna.save_customer("Visser");
    anna.synchronise();
    bert.synchronise();
    CHECK(bert.customers() == 4);
    const auto store = world.store_after();
    REQUIRE_OK(store->verify());
    CHECK(value_integer(must(store->store().writer().scalar(
              "SELECT count(*) FROM hub_log WHERE kind=0 AND payload=''"))) > 0);
}

}  // namespace balie::test

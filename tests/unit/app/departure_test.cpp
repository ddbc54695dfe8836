// Green to go offline: what makes a light amber or red.
#include "app/runtime/departure.h"

#include "storage/base/date.h"
#include "tests/support/catch.h"

namespace balie::test {

namespace {

using app::DepartureCheck;
using app::DepartureFacts;
using app::Light;

constexpr std::int64_t kNow = 1'790'000'000'000;
constexpr std::int64_t kGigabyte = 1'000'000'000;

/// A terminal that was synchronised an hour ago and lacks nothing.
DepartureFacts ready() {
    DepartureFacts facts;
    facts.now_ms = kNow;
    facts.status.cursor = 400;
    facts.status.hub_seq_seen = 400;
    facts.status.last_contact_ms = kNow - kHourMs;
    facts.planned = {5, 4, 0};
    facts.free_bytes = 20 * kGigabyte;
    facts.database_bytes = kGigabyte;
    facts.backup_ms = kNow - kHourMs;
    return facts;
}

Light light(const DepartureFacts& facts, DepartureCheck check) {
    const auto report = app::judge_departure(facts, 3);
    for (const auto& line : report.lines) {
        if (line.check == check) return line.light;
    }
    FAIL("there is no such line");
    return Light::Red;
}

}  // namespace

TEST_CASE("A terminal that has everything is green to go offline", "[departure]") {
    const auto report = app::judge_departure(ready(), 3);
    CHECK(report.worst() == Light::Green);
    CHECK(report.lines.size() == 9);
}

TEST_CASE("Unsent work is amber, and red once it was forgotten for days", "[departure]") {
    DepartureFacts facts = ready();
    facts.status.pending = 3;
    facts.status.oldest_pending_seconds = 600;
    CHECK(light(facts, DepartureCheck::Sent) == Light::Amber);
    facts.status.oldest_pending_seconds = 4 * 24 * 3600;
    CHECK(light(facts, DepartureCheck::Sent) == Light::Red);
    facts.held_back = true;
    CHECK(app::judge_departure(facts, 3).lines.front().state == "held");
}

TEST_CASE("Files that are still to go either way are told before leaving", "[departure]") {
    DepartureFacts facts = ready();
    facts.status.attachments.to_send = 1;
    CHECK(light(facts, DepartureCheck::Files) == Light::Amber);
    facts.status.attachments = {};
    facts.status.attachments.asked = 2;
    CHECK(light(facts, DepartureCheck::Files) == Light::Amber);
    CHECK(light(ready(), DepartureCheck::Files) == Light::Green);
}

TEST_CASE("What the office said long ago, or never, is not fresh", "[departure]") {
    DepartureFacts facts = ready();
    facts.status.last_contact_ms = kNow - 13 * kHourMs;
    CHECK(light(facts, DepartureCheck::Contact) == Light::Amber);
    facts.status.last_contact_ms = kNow - 4 * kDayMs;
    CHECK(light(facts, DepartureCheck::Contact) == Light::Red);
    facts.status.last_contact_ms = 0;
    CHECK(light(facts, DepartureCheck::Contact) == Light::Red);
    CHECK(light(facts, DepartureCheck::Clock) == Light::Amber);
}

TEST_CASE("A copy that is half loaded, read anew or unequal is red, one that is behind amber",
          "[departure]") {
    DepartureFacts facts = ready();
    facts.status.hub_seq_seen = 420;
    CHECK(light(facts, DepartureCheck::Copy) == Light::Amber);
    SECTION("first load") {
        facts.status.cursor = 0;
    }
    SECTION("half way in one") {
        facts.status.cursor = 0;
        facts.status.loading = "customer";
    }
    SECTION("read anew") {
        facts.status.rereading = true;
    }
    SECTION("unequal") {
        facts.status.digest_differs = true;
    }
    CHECK(light(facts, DepartureCheck::Copy) == Light::Red);
}

TEST_CASE("A customer to be seen who is not here is red; nobody to be seen is no trouble",
          "[departure]") {
    DepartureFacts facts = ready();
    facts.planned = {5, 4, 1};
    CHECK(light(facts, DepartureCheck::Customers) == Light::Red);
    facts.planned = {};
    CHECK(light(facts, DepartureCheck::Customers) == Light::Green);
}

TEST_CASE("A clock that is off, a disk that is full, a backup that is old", "[departure]") {
    DepartureFacts facts = ready();
    facts.status.clock_offset_ms = GENERATE(-90'000, 90'000);
    CHECK(light(facts, DepartureCheck::Clock) == Light::Amber);
    facts.status.clock_offset_ms *= 10;
    CHECK(light(facts, DepartureCheck::Clock) == Light::Red);
    facts.free_bytes = kGigabyte + kGigabyte / 2;  // not enough for a copy and work
    CHECK(light(facts, DepartureCheck::Disk) == Light::Amber);
    facts.free_bytes = 1'000;
    CHECK(light(facts, DepartureCheck::Disk) == Light::Red);
    facts.free_bytes.reset();
    CHECK(light(facts, DepartureCheck::Disk) == Light::Amber);
    facts.backup_ms = kNow - 2 * kDayMs;
    CHECK(light(facts, DepartureCheck::Backup) == Light::Amber);
    facts.backup_ms.reset();
    CHECK(light(facts, DepartureCheck::Backup) == Light::Amber);
    facts.status.conflicts = 1;
    CHECK(light(facts, DepartureCheck::Attention) == Light::Amber);
}

}  // namespace balie::test

#include "sync/core/digest.h"
#include "sync/core/hlc.h"
#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/sync/samples.h"

using balie::Value;
using balie::test::sample_change;
using balie::test::sample_id;
using balie::test::sample_origin;
namespace sync = balie::sync;

namespace {

sync::Version version(std::uint8_t device, std::int64_t seq, std::int64_t ms) {
    return {sync::Stamp::of(ms, 0), {sample_origin(device), seq}};
}

Value text(const char* value) {
    return std::string(value);
}

}  // namespace

TEST_CASE("Stamps grow although the clock is turned back", "[sync][hlc]") {
    sync::Stamp last = sync::next_stamp({}, 5'000);
    for (const std::int64_t wall : {5'000LL, 4'000LL, -7LL, 5'001LL}) {
        const sync::Stamp next = sync::next_stamp(last, wall);
        CHECK(next > last);
        last = next;
    }
    CHECK(last == sync::Stamp::of(5'001, 0));
}

TEST_CASE("A full counter carries into the milliseconds", "[sync][hlc]") {
    const sync::Stamp full = sync::Stamp::of(5'000, 0xFFFF);
    CHECK(sync::next_stamp(full, 5'000) == sync::Stamp::of(5'001, 0));
}

TEST_CASE("A device in the year 2099 does not write into the future", "[sync][hlc]") {
    const std::int64_t hub_now = 1'700'000'000'000;
    const sync::Stamp raw = sync::Stamp::of(4'070'908'800'000, 12);
    const sync::Stamp effective = sync::effective_stamp(raw, 0, hub_now);
    CHECK(effective.ms() == hub_now + sync::kStampAheadMaxMs);
}

TEST_CASE("An hour's wrong clock is put right by the offset measured", "[sync][hlc]") {
    const std::int64_t hub_now = 1'700'000'000'000;
    const sync::Stamp raw = sync::Stamp::of(hub_now - 3'600'000 - 5'000, 2);
    CHECK(sync::effective_stamp(raw, 3'600'000, hub_now) == sync::Stamp::of(hub_now - 5'000, 2));
}

TEST_CASE("A nonsense offset neither overflows nor goes below 1970", "[sync][hlc]") {
    const auto least = std::numeric_limits<std::int64_t>::min();
    const auto most = std::numeric_limits<std::int64_t>::max();
    const sync::Stamp raw = sync::Stamp::of(1'700'000'000'000, 0);
    CHECK(sync::effective_stamp(raw, least, 1'000).packed == 0);
    CHECK(sync::effective_stamp(raw, most, 1'000).ms() == 1'000 + sync::kStampAheadMaxMs);
    CHECK(sync::effective_stamp({most}, most, most).packed >= 0);
}

TEST_CASE("Two who edit one field without knowing of each other are in conflict", "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    const sync::Base seen = field.context();
    CHECK(field.apply(version(1, 2, 20), text("Anna's"), seen));
    CHECK(field.apply(version(2, 1, 15), text("Bram's"), seen));
    REQUIRE(field.heads().size() == 2);
    CHECK(field.in_conflict());
    CHECK(field.shown().value == text("Anna's"));
    SECTION("and a later edit that saw both ends it") {
        CHECK(field.apply(version(3, 1, 30), text("agreed"), field.context()));
        CHECK(field.heads().size() == 1);
        CHECK_FALSE(field.in_conflict());
    }
    SECTION("and who saw only one leaves the other standing") {
        CHECK(field.apply(version(1, 3, 30), text("again"), {{sample_origin(1), 2}}));
        CHECK(field.heads().size() == 2);
    }
}

TEST_CASE("A deletion is in doubt when somebody edited what its author had not seen",
          "[sync][merge]") {
    const auto born = sync::FieldState::born(version(1, 1, 10), text("old"));
    sync::NamedState note{"note", born};
    CHECK(note.second.apply(version(2, 1, 20), text("seen"), born.context()));
    auto deleted = sync::FieldState::born(version(1, 1, 10), Value{});
    CHECK_FALSE(sync::deletion_in_doubt(deleted, {&note, 1}));  // nobody deleted it
    CHECK(deleted.apply(version(1, 5, 30), Value{std::int64_t{30}}, note.second.context()));
    CHECK_FALSE(sync::deletion_in_doubt(deleted, {&note, 1}));

    const sync::Base unaware = note.second.context();
    CHECK(note.second.apply(version(3, 1, 15), text("unseen"), unaware));
    CHECK(sync::deletion_in_doubt(deleted, {&note, 1}));
    sync::Base everything = deleted.context();
    for (const auto& [origin, seq] : note.second.context()) {
        everything[origin] = std::max(everything[origin], seq);
    }
    SECTION("until it is deleted by somebody who knows") {
        CHECK(deleted.apply(version(2, 2, 40), Value{std::int64_t{40}}, everything));
        CHECK_FALSE(sync::deletion_in_doubt(deleted, {&note, 1}));
    }
    SECTION("or brought back") {
        CHECK(deleted.apply(version(2, 2, 40), Value{}, everything));
        CHECK_FALSE(sync::deletion_in_doubt(deleted, {&note, 1}));
    }
    SECTION("and when one deletes it again while another brings it back") {
        CHECK(deleted.apply(version(2, 2, 40), Value{}, everything));
        CHECK(deleted.apply(version(4, 1, 41), Value{std::int64_t{41}}, everything));
        CHECK(sync::deletion_in_doubt(deleted, {&note, 1}));
    }
}

TEST_CASE("Two who both delete agree", "[sync][merge]") {
    auto deleted = sync::FieldState::born(version(1, 1, 10), Value{});
    const sync::Base seen = deleted.context();
    CHECK(deleted.apply(version(2, 1, 20), Value{std::int64_t{20}}, seen));
    CHECK(deleted.apply(version(3, 1, 21), Value{std::int64_t{21}}, seen));
    CHECK(deleted.heads().size() == 2);
    CHECK_FALSE(sync::deletion_in_doubt(deleted, {}));
}

TEST_CASE("Two who write the same are not in conflict", "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    const sync::Base seen = field.context();
    field.apply(version(2, 1, 15), text("same"), seen);
    field.apply(version(3, 1, 16), text("same"), seen);
    CHECK(field.heads().size() == 2);
    CHECK_FALSE(field.in_conflict());
}

TEST_CASE("Editing one field twice offline is no conflict", "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    const sync::Base seen = field.context();
    field.apply(version(2, 1, 15), text("first"), seen);
    // Its base is still what came from the hub: an author's own versions follow one another.
    field.apply(version(2, 2, 16), text("second"), seen);
    REQUIRE(field.heads().size() == 1);
    CHECK(field.shown().value == text("second"));
}

TEST_CASE("What an author chose counts also when it comes after what that author did later",
          "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    const sync::Base seen = field.context();
    // Anna chose over Bram's, then read all anew from a hub that had lost both, and wrote again.
    CHECK(field.apply(version(1, 3, 30), text("Anna's second"), seen));
    CHECK(field.apply(version(2, 1, 20), text("Bram's"), seen));
    REQUIRE(field.in_conflict());
    CHECK(field.apply(version(1, 2, 25), text("Anna's first"), {{sample_origin(2), 1}}));
    REQUIRE(field.heads().size() == 1);
    CHECK(field.shown().value == text("Anna's second"));
    CHECK_FALSE(field.apply(version(1, 2, 25), text("Anna's first"), {{sample_origin(2), 1}}));
}

TEST_CASE("A lie about what was seen leaves a field that has a value", "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    CHECK(field.apply(version(2, 5, 20), text("new"), field.context()));
    CHECK_FALSE(field.apply(version(2, 4, 19), text("from"), {{sample_origin(2), 9}}));
    REQUIRE(field.heads().size() == 1);
    CHECK(field.shown().value == text("new"));
}

TEST_CASE("A change that was seen already changes nothing", "[sync][merge]") {
    auto field = sync::FieldState::born(version(1, 1, 10), text("old"));
    field.apply(version(2, 1, 15), text("new"), field.context());
    const auto before = field;
    CHECK_FALSE(field.apply(version(2, 1, 15), text("new"), {{sample_origin(1), 1}}));
    CHECK_FALSE(field.apply(version(1, 1, 10), text("old"), {}));
    CHECK(field == before);
}

TEST_CASE("Any altered member of a change breaks the chain", "[sync][chain]") {
    const sync::Change change = sample_change(sample_origin(1), 1, sync::kChainStart);
    const sync::Hash hash = sync::chain_hash(sync::kChainStart, change);
    CHECK(hash == change.hash);
    const auto differs = [&](auto alter) {
        sync::Change altered = change;
        alter(altered);
        return sync::chain_hash(sync::kChainStart, altered) != hash;
    };
    CHECK(differs([](auto& c) { c.id.seq = 2; }));
    CHECK(differs([](auto& c) { c.id.origin.device.bytes[0] ^= 1; }));
    CHECK(differs([](auto& c) { c.id.origin.incarnation.bytes[0] ^= 1; }));
    CHECK(differs([](auto& c) { c.transaction.bytes[3] ^= 1; }));
    CHECK(differs([](auto& c) { c.action.bytes[3] ^= 1; }));
    CHECK(differs([](auto& c) { c.raw.packed += 1; }));
    CHECK(differs([](auto& c) { c.user = "bram"; }));
    CHECK(differs([](auto& c) { c.schema_version = 2; }));
    CHECK(differs([](auto& c) { c.commitment[31] ^= 1; }));
    sync::Hash other{};
    other[0] = 1;
    CHECK(sync::chain_hash(other, change) != hash);
    SECTION("but its erased payload does not") {
        CHECK_FALSE(differs([](auto& c) {
            c.payload.clear();
            c.salt = {};
        }));
    }
}

TEST_CASE("The commitment hides a payload behind its salt", "[sync][chain]") {
    sync::Salt salt{};
    const auto plain = sync::commitment_of(salt, "{}");
    salt[0] = 1;
    CHECK(sync::commitment_of(salt, "{}") != plain);
}

TEST_CASE("A digest carries and borrows over all its bytes", "[sync][digest]") {
    sync::Digest ones;
    ones.bytes.fill(0xFF);
    sync::Digest one;
    one.bytes[0] = 1;
    sync::Digest sum = ones;
    sum += one;
    CHECK(sum.is_zero());
    sum -= one;
    CHECK(sum == ones);
}

TEST_CASE("A digest tells any two states apart", "[sync][digest]") {
    const auto id = sample_id<balie::RecordId>(1);
    const auto birth = version(1, 1, 10);
    const auto base = sync::birth_digest("customer", id, birth.id, birth.effective);
    CHECK(sync::birth_digest("task", id, birth.id, birth.effective) != base);
    CHECK(sync::birth_digest("customer", id, birth.id, sync::Stamp::of(11, 0)) != base);
    auto field = sync::FieldState::born(birth, text("x"));
    const auto before = sync::field_digest("customer", id, "name", field);
    field.apply(version(2, 1, 20), text("y"), {});
    CHECK(sync::field_digest("customer", id, "name", field) != before);
    CHECK(sync::field_digest("customer", id, "note", field) !=
          sync::field_digest("customer", id, "name", field));
}

// The laws of sync/MERGE.md, one test each, over histories that honest replicas could have made.
#include "sync/core/merge.h"
#include "tests/support/property.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace balie::sync {

namespace {

using test::law;

struct Write {
    Version version;
    Value value;
    Base base;
};

Origin origin_of(int author) {
    Origin origin;
    origin.device.bytes.fill(static_cast<std::uint8_t>(author + 1));
    origin.incarnation.bytes.fill(static_cast<std::uint8_t>(author + 100));
    return origin;
}

Version birth() {
    return {Stamp::of(1, 0), {origin_of(9), 1}};
}

FieldState newborn() {
    return FieldState::born(birth(), std::string("born"));
}

/// What authors did, each on its own copy: edit it, copy another author's state, or read it anew
/// from somebody who knows of nothing yet (a hub that was restored): then a base can name less than
/// the author's own earlier one did.
std::vector<Write> history(const std::vector<std::uint8_t>& choices) {
    constexpr int kAuthors = 3;
    std::vector<FieldState> copies(kAuthors, newborn());
    std::vector<std::vector<std::size_t>> known(kAuthors);
    std::vector<std::int64_t> seqs(kAuthors, 0);
    std::vector<Write> writes;
    for (const std::uint8_t choice : choices) {
        const auto author = static_cast<std::size_t>(choice % kAuthors);
        constexpr int kReadAnewOneOf = 11;
        if (choice % kReadAnewOneOf == 0) {
            copies[author] = newborn();
            known[author].clear();
        } else if ((choice / 3) % 2 == 0) {
            Write write;
            // Clocks are wrong at will: stamps say nothing about who saw what.
            write.version = {Stamp::of(2 + (choice * 37) % 11, 0),
                             {origin_of(static_cast<int>(author)), ++seqs[author]}};
            write.value = std::string("value ") + std::to_string(choice % 5);
            write.base = copies[author].context();
            copies[author].apply(write.version, write.value, write.base);
            known[author].push_back(writes.size());
            writes.push_back(std::move(write));
        } else {
            const auto from = (author + 1 + (choice / 6) % 2) % kAuthors;
            for (const std::size_t each : known[from]) {
                copies[author].apply(writes[each].version, writes[each].value, writes[each].base);
                if (std::find(known[author].begin(), known[author].end(), each) ==
                    known[author].end()) {
                    known[author].push_back(each);
                }
            }
        }
    }
    return writes;
}

FieldState merged(const std::vector<Write>& writes, const std::vector<std::size_t>& order) {
    FieldState state = newborn();
    for (const std::size_t each : order) {
        state.apply(writes[each].version, writes[each].value, writes[each].base);
    }
    return state;
}

std::vector<std::size_t> in_order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint32_t seed) {
    auto order = in_order(count);
    std::mt19937 random(seed);
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

/// Straight from the definition: a version is a head when no other one names it as seen, and none
/// of its author's is later.
std::vector<Version> heads_by_definition(const std::vector<Write>& writes) {
    std::vector<Write> all{{birth(), std::string("born"), {}}};
    all.insert(all.end(), writes.begin(), writes.end());
    std::vector<Version> heads;
    for (const Write& each : all) {
        const bool replaced = std::any_of(all.begin(), all.end(), [&](const Write& other) {
            if (other.version == each.version) return false;
            const ChangeId& id = each.version.id;
            if (other.version.id.origin == id.origin && other.version.id.seq > id.seq) return true;
            const auto seen = other.base.find(id.origin);
            return seen != other.base.end() && seen->second >= each.version.id.seq;
        });
        if (!replaced) heads.push_back(each.version);
    }
    std::sort(heads.begin(), heads.end(), std::greater<>());
    return heads;
}

}  // namespace

TEST_CASE("Law 1: the order of arrival does not matter", "[sync][merge][property]") {
    law("merge is commutative", [](const std::vector<std::uint8_t>& choices, std::uint32_t seed) {
        const auto writes = history(choices);
        RC_ASSERT(merged(writes, shuffled(writes.size(), seed)) ==
                  merged(writes, in_order(writes.size())));
    });
}

TEST_CASE("Law 2: it does not matter how arrivals are grouped", "[sync][merge][property]") {
    law("merge is associative", [](const std::vector<std::uint8_t>& choices, std::uint32_t seed) {
        const auto writes = history(choices);
        const auto order = shuffled(writes.size(), seed);
        const std::size_t half = order.size() / 2;
        // One who got the second half first, and then all of it again with the first.
        FieldState state = newborn();
        for (std::size_t i = half; i < order.size(); ++i) {
            state.apply(writes[order[i]].version, writes[order[i]].value, writes[order[i]].base);
        }
        for (std::size_t i = 0; i < half; ++i) {
            state.apply(writes[order[i]].version, writes[order[i]].value, writes[order[i]].base);
        }
        RC_ASSERT(state == merged(writes, in_order(writes.size())));
    });
}

TEST_CASE("Law 3: what comes twice counts once", "[sync][merge][property]") {
    law("merge is idempotent", [](const std::vector<std::uint8_t>& choices, std::uint32_t seed) {
        const auto writes = history(choices);
        auto order = shuffled(writes.size(), seed);
        const auto again = shuffled(writes.size(), seed + 1);
        order.insert(order.end(), again.begin(), again.end());
        RC_ASSERT(merged(writes, order) == merged(writes, in_order(writes.size())));
    });
}

TEST_CASE("Law 4: the heads are what nobody who wrote had seen", "[sync][merge][property]") {
    law("heads as defined", [](const std::vector<std::uint8_t>& choices, std::uint32_t seed) {
        const auto writes = history(choices);
        const FieldState state = merged(writes, shuffled(writes.size(), seed));
        std::vector<Version> heads;
        for (const Head& head : state.heads()) heads.push_back(head.version);
        RC_ASSERT(heads == heads_by_definition(writes));
        RC_ASSERT(!heads.empty());
    });
}

TEST_CASE("Law 5: one author alone is never in conflict", "[sync][merge][property]") {
    law("successive edits follow one another", [](const std::vector<std::uint8_t>& choices) {
        FieldState state = newborn();
        const Base first_seen = state.context();
        std::int64_t seq = 0;
        for (const std::uint8_t choice : choices) {
            // Whether or not it names its own earlier versions.
            const Base base = choice % 2 == 0 ? first_seen : state.context();
            state.apply({Stamp::of(choice, 0), {origin_of(0), ++seq}},
                        std::string("value ") + std::to_string(choice), base);
            RC_ASSERT(state.heads().size() == 1U);
        }
    });
}

TEST_CASE("Law 6: a choice that saw all heads ends every conflict", "[sync][merge][property]") {
    law("a later edit that names all heads stands alone",
        [](const std::vector<std::uint8_t>& choices) {
            const auto writes = history(choices);
            FieldState state = merged(writes, in_order(writes.size()));
            const Version choice{Stamp::of(0, 0), {origin_of(7), 1}};
            RC_ASSERT(state.apply(choice, std::string("chosen"), state.context()));
            RC_ASSERT(state.heads().size() == 1U);
            RC_ASSERT(state.shown().version == choice);
            RC_ASSERT(!state.in_conflict());
        });
}

TEST_CASE("Law 7: shown is the head of the highest version", "[sync][merge][property]") {
    law("the winner", [](const std::vector<std::uint8_t>& choices, std::uint32_t seed) {
        const auto writes = history(choices);
        const FieldState state = merged(writes, shuffled(writes.size(), seed));
        for (const Head& head : state.heads()) RC_ASSERT(head.version <= state.shown().version);
    });
}

TEST_CASE("Law 8: a state goes through storage unchanged", "[sync][merge][property]") {
    law("heads and context are all there is", [](const std::vector<std::uint8_t>& choices) {
        const auto writes = history(choices);
        const FieldState state = merged(writes, in_order(writes.size()));
        auto heads = state.heads();
        std::reverse(heads.begin(), heads.end());
        RC_ASSERT(FieldState(heads, state.context()) == state);
    });
}

}  // namespace balie::sync

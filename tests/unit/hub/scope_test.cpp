// Who gets what: scopes, customers that move between them, and digests that say it is all there.
#include "tests/unit/hub/hub_world.h"

#include <algorithm>

using std::string_literals::operator""s;

namespace balie::test {

using sync::LogEntry;
using sync::VerdictKind;

namespace {

std::size_t changes_of(const std::vector<LogEntry>& entries, const RecordId& record) {
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(), [&](const auto& each) {
            const auto* change = std::get_if<sync::LogChange>(&each);
            return change != nullptr &&
                   change->change.payload.find(record.text()) != std::string::npos;
        }));
}

template <typename Entry>
std::vector<Entry> only(const std::vector<LogEntry>& entries) {
    std::vector<Entry> found;
    for (const LogEntry& each : entries) {
        if (const auto* entry = std::get_if<Entry>(&each)) found.push_back(*entry);
    }
    return found;
}

HandDevice in_branch(HubWorld& world, const std::string& user, const std::string& branch,
                     std::uint8_t key) {
    return {world, user, "representative", "branch:" + branch, key};
}

}  // namespace

TEST_CASE("a branch sees its own customers and the office's lists, and nobody else's") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice bruges = in_branch(world, "bert", "34", 2);
    HandDevice head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.new_id();
    const RecordId visit = ghent.new_id();
    ghent.write({ghent.customer(jansen), ghent.visit(visit, jansen)});
    REQUIRE(ghent.push_new().verdicts[0].kind == VerdictKind::Applied);

    const auto own = ghent.pull();
    REQUIRE(only<sync::LogOwn>(own).size() == 2);
    REQUIRE(only<sync::LogOwn>(own)[1].seq == 2);
    const auto theirs = bruges.pull();
    REQUIRE(changes_of(theirs, jansen) == 0);
    REQUIRE(changes_of(theirs, visit) == 0);
    REQUIRE_FALSE(only<sync::LogChange>(theirs).empty());  // lists, people, places
    REQUIRE(bruges.cursor_after == ghent.cursor_after);    // also over what was passed by
    const auto all = head.pull();
    REQUIRE(changes_of(all, jansen) == 2);
    REQUIRE(bruges.digest != ghent.digest);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("what lies outside the device's scope is set aside") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice bruges = in_branch(world, "bert", "34", 2);
    const RecordId jansen = ghent.new_id();
    ghent.write(ghent.customer(jansen));
    REQUIRE(ghent.push_new().verdicts[0].kind == VerdictKind::Applied);
    SECTION("a visit to another branch's customer") {
        bruges.write(bruges.visit(bruges.new_id(), jansen));
    }
    SECTION("an edit of another branch's customer") {
        bruges.write(bruges.edit("customer", jansen, {{"note", "mine"s}}, {{ghent.origin, 1}}));
    }
    SECTION("another branch's customer claimed") {
        bruges.write(bruges.edit("customer", jansen, {{"branch", "34"s}}, {{ghent.origin, 1}}));
    }
    SECTION("another branch's customer made once more") {
        bruges.write(bruges.customer(jansen));
    }
    SECTION("a new customer of another branch") {
        bruges.write(bruges.customer(bruges.new_id(), {{"branch", "12"s}}));
    }
    const sync::Ack ack = bruges.push_new();
    REQUIRE(ack.verdicts[0].kind == VerdictKind::SetAside);
    REQUIRE(ack.verdicts[0].code == "scope");
    REQUIRE(must(world.hub->status()).customers == 1);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a customer handed over enters its new branch whole and leaves the old one") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice bruges = in_branch(world, "bert", "34", 2);
    HandDevice head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.new_id();
    const RecordId visit = ghent.new_id();
    ghent.write({ghent.customer(jansen), ghent.visit(visit, jansen)});
    (void)ghent.push_new();
    (void)ghent.pull();
    (void)bruges.pull();
    (void)head.pull();
    const std::int64_t before = ghent.cursor_after;
    const sync::Digest empty = bruges.digest;

    head.write({head.edit("customer", jansen, {{"branch", "34"s}}, {{ghent.origin, 1}}),
                head.visit(head.new_id(), jansen)});
    const sync::Ack ack = head.push_new();
    REQUIRE(ack.verdicts[0].kind == VerdictKind::Applied);
    // Noted at once, and known to the newcomer with the rest.
    head.write(head.edit("customer", jansen, {{"note", "likes sailing"s}}, {{ghent.origin, 1}}));
    (void)head.push_new();

    const auto gone = ghent.pull(before);
    const auto left = only<sync::LogLeave>(gone);
    REQUIRE(left.size() == 3);
    REQUIRE(left.back().id == jansen);
    REQUIRE(left.back().reason == "moved");
    REQUIRE(changes_of(gone, jansen) == 0);
    REQUIRE(ghent.digest == empty);

    const auto came = bruges.pull(before);
    const auto entered = only<sync::LogEnter>(came);
    REQUIRE(entered.size() == 3);
    REQUIRE(entered.front().id == jansen);
    REQUIRE(entered.front().type == "customer");
    REQUIRE(entered.front().values.at("note") == Value{"likes sailing"s});
    REQUIRE(entered.front().birth.id == sync::ChangeId{ghent.origin, 1});
    REQUIRE(entered.front().edited.size() == 2);
    REQUIRE(bruges.digest != empty);

    const auto seen = head.pull(before);
    REQUIRE(only<sync::LogEnter>(seen).empty());
    REQUIRE(only<sync::LogLeave>(seen).empty());
    REQUIRE(only<sync::LogOwn>(seen).size() == 3);
    REQUIRE_OK(world.hub->verify());

    // Somebody new in Ghent never sees it, somebody new in Bruges does.
    HandDevice new_in_ghent = in_branch(world, "gert", "12", 4);
    const auto history = new_in_ghent.pull();
    REQUIRE(changes_of(history, jansen) == 0);
    REQUIRE(new_in_ghent.digest == must(world.hub->read_changes(ghent.device, ghent.origin,
                                                                new_in_ghent.cursor_after, 1000))
                                       .digest);
    HandDevice new_in_bruges = in_branch(world, "bea", "34", 5);
    REQUIRE(only<sync::LogEnter>(new_in_bruges.pull()).size() == 3);
}

TEST_CASE("a customer keeps the scopes it has for another reason") {
    HubWorld world;
    HandDevice portfolio(world, "gina", "representative", "portfolio:gina", 1);
    HandDevice ghent = in_branch(world, "gert", "12", 2);
    const RecordId jansen = ghent.new_id();
    ghent.write(ghent.customer(jansen, {{"owner", "gina"s}}));
    (void)ghent.push_new();
    (void)portfolio.pull();
    const std::int64_t before = portfolio.cursor_after;
    ghent.write(ghent.edit("customer", jansen, {{"branch", "34"s}}, {{ghent.origin, 1}}));
    (void)ghent.push_new();
    const auto seen = portfolio.pull(before);
    REQUIRE(changes_of(seen, jansen) == 1);
    REQUIRE(only<sync::LogLeave>(seen).empty());
    REQUIRE(only<sync::LogEnter>(seen).empty());
    REQUIRE(only<sync::LogLeave>(ghent.pull(before)).size() == 1);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("handed over and back before anybody looked, a customer is simply there") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.new_id();
    ghent.write(ghent.customer(jansen));
    (void)ghent.push_new();
    (void)ghent.pull();
    const std::int64_t before = ghent.cursor_after;
    const sync::Digest digest = ghent.digest;
    const bool at_once = GENERATE(true, false);
    const HandEdit away = head.edit("customer", jansen, {{"branch", "34"s}}, {{ghent.origin, 1}});
    const HandEdit back = head.edit("customer", jansen, {{"branch", "12"s}}, {{ghent.origin, 1}});
    if (at_once) {
        head.write({away, back});
    } else {
        head.write(away);
        head.write(back);
    }
    (void)head.push_new();
    const auto seen = ghent.pull(before);
    REQUIRE(only<sync::LogLeave>(seen).size() == (at_once ? 0 : 1));
    REQUIRE(only<sync::LogEnter>(seen).size() == (at_once ? 0 : 1));
    REQUIRE(changes_of(seen, jansen) == (at_once ? 2 : 0));
    REQUIRE(ghent.digest != digest);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a contact without a customer stays where its author works") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice colleague = in_branch(world, "gert", "12", 2);
    HandDevice bruges = in_branch(world, "bert", "34", 3);
    const RecordId walk_in = ghent.new_id();
    ghent.write(ghent.visit(walk_in, RecordId{}));
    REQUIRE(ghent.push_new().verdicts[0].kind == VerdictKind::Applied);
    REQUIRE(changes_of(colleague.pull(), walk_in) == 1);
    REQUIRE(changes_of(bruges.pull(), walk_in) == 0);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a task that gets another customer moves with it") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice bruges = in_branch(world, "bert", "34", 2);
    HandDevice head(world, "olga", "manager", "all", 3);
    const RecordId jansen = ghent.new_id();
    const RecordId peeters = bruges.new_id();
    const RecordId task = ghent.new_id();
    ghent.write(ghent.customer(jansen));
    ghent.write({"task",
                 task,
                 sync::Operation::Create,
                 {{"subject", "call"s}, {"customer_id", jansen.text()}},
                 {}});
    (void)ghent.push_new();
    bruges.write(bruges.customer(peeters));
    (void)bruges.push_new();
    const std::int64_t before = must(world.hub->hub_seq());
    head.write(head.edit("task", task, {{"customer_id", peeters.text()}}, {{ghent.origin, 2}}));
    REQUIRE(head.push_new().verdicts[0].kind == VerdictKind::Applied);
    const auto gone = only<sync::LogLeave>(ghent.pull(before));
    REQUIRE(gone.size() == 1);
    REQUIRE(gone[0].id == task);
    const auto came = only<sync::LogEnter>(bruges.pull(before));
    REQUIRE(came.size() == 1);
    REQUIRE(came[0].values.at("subject") == Value{"call"s});
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a log longer than a message comes in several, each on the end of a transaction") {
    HubWorld world;
    HandDevice anna(world, "olga", "manager", "all", 1);
    HandDevice bert(world, "bert", "manager", "all", 2);
    for (int i = 0; i < 30; ++i) {
        std::vector<HandEdit> edits;
        edits.reserve(3);
        for (int j = 0; j < 3; ++j) {
            edits.push_back(anna.customer(anna.new_id(), {{"note", std::string(3000, 'n')}}));
        }
        anna.write(edits);
    }
    (void)anna.push_new();
    std::int64_t cursor = 0;
    std::size_t changes = 0;
    int reads = 0;
    while (true) {
        const auto answer = must(world.hub->read_changes(bert.device, bert.origin, cursor, 50'000));
        REQUIRE(answer.changes.to > cursor);
        cursor = answer.changes.to;
        ++reads;
        REQUIRE(sync::encode(sync::Message{answer.changes}).size() < 60'000);
        const auto got = only<sync::LogChange>(answer.changes.entries);
        changes +=
            static_cast<std::size_t>(std::count_if(got.begin(), got.end(), [&](const auto& each) {
                return each.change.id.origin == anna.origin;
            }));
        REQUIRE(changes % 3 == 0);
        if (answer.at_end) break;
    }
    REQUIRE(changes == 90);
    REQUIRE(reads >= 5);
    // Less room than one transaction needs: it comes all the same, whole.
    const auto one = must(world.hub->read_changes(bert.device, bert.origin, cursor - 3, 100));
    REQUIRE(one.changes.entries.size() == 3);
    REQUIRE(one.at_end);
}

TEST_CASE("what two branches write in turn comes to each in one message, the other's passed by") {
    HubWorld world;
    HandDevice ghent = in_branch(world, "gina", "12", 1);
    HandDevice bruges = in_branch(world, "bert", "34", 2);
    HandDevice colleague = in_branch(world, "hugo", "12", 3);
    // One transaction of ghent's now and then, long stretches of bruges' between: far more of them
    // than one read looks at.
    constexpr int kTurns = 12;
    std::vector<RecordId> ours;
    const std::int64_t before = must(world.hub->hub_seq());
    for (int turn = 0; turn < kTurns; ++turn) {
        for (int i = 0; i < 400; ++i) bruges.write(bruges.customer(bruges.new_id()));
        (void)bruges.push_new();
        ours.push_back(ghent.new_id());
        const RecordId& jansen = ours.back();
        ghent.write({ghent.customer(jansen), ghent.visit(ghent.new_id(), jansen)});
        (void)ghent.push_new();
    }
    for (const bool again : {false, true}) {
        if (again) world.reopen();
        const auto answer =
            must(world.hub->read_changes(colleague.device, colleague.origin, before, 100'000));
        REQUIRE(answer.at_end);
        REQUIRE(answer.changes.to == must(world.hub->hub_seq()));
        REQUIRE(only<sync::LogChange>(answer.changes.entries).size() == 2 * kTurns);
        for (const RecordId& each : ours) {
            REQUIRE(changes_of(answer.changes.entries, each) == 2);
        }
    }
    // Whoever has it all is told where the end is, and that nothing lies between.
    const std::int64_t there = must(world.hub->hub_seq());
    bruges.write(bruges.customer(bruges.new_id()));
    (void)bruges.push_new();
    const auto rest =
        must(world.hub->read_changes(colleague.device, colleague.origin, there, 100'000));
    REQUIRE(rest.changes.entries.empty());
    REQUIRE(rest.changes.to == there + 1);
    REQUIRE(rest.at_end);
    REQUIRE_OK(world.hub->verify());
}

}  // namespace balie::test

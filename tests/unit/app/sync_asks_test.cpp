// Two processes on one profile: the one that may not synchronise asks the one that does.
#include "app/runtime/sync_asks.h"

#include "sync/log/change_log.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <memory>

namespace balie::test {

namespace {

using app::Connection;

struct CountingControl final : app::SyncControl {
    void sync_now() override { ++asked; }
    void set_online(bool /*online*/) override {}
    int asked{0};
};

std::unique_ptr<store::Store> open_store(const TempFolder& folder, Clock& clock, Entropy& entropy) {
    store::StoreOptions options;
    options.create = true;
    return must(
        store::Store::open((folder / "balie.db").string(), Bytes(32, 7), clock, entropy, options));
}

struct TwoProcesses {
    TempFolder folder;
    SystemClock clock;
    SeededEntropy entropy;
    std::unique_ptr<store::Store> window{open_store(folder, clock, entropy)};
    std::unique_ptr<store::Store> command{open_store(folder, clock, entropy)};
    sync::TerminalReplica replica{*window};
    CountingControl control;
    app::SyncAnswers answers{*window, replica, control};
};

}  // namespace

TEST_CASE("Whoever asks is answered when everything is exchanged", "[runtime]") {
    TwoProcesses world;
    world.answers.look();
    CHECK(world.control.asked == 0);
    auto question = must(app::SyncQuestion::ask(*world.command));
    CHECK_FALSE(must(question.answer()).has_value());
    world.answers.look();
    world.answers.look();
    CHECK(world.control.asked == 1);
    world.answers.connection_is(Connection::Connecting, {});
    world.answers.connection_is(Connection::Busy, {});
    CHECK_FALSE(must(question.answer()).has_value());
    world.answers.connection_is(Connection::Online, {});
    const auto answer = must(question.answer());
    REQUIRE(answer.has_value());
    CHECK(answer->ok());
    // The next question is another one.
    auto next = must(app::SyncQuestion::ask(*world.command));
    CHECK_FALSE(must(next.answer()).has_value());
    world.answers.look();
    CHECK(world.control.asked == 2);
}

TEST_CASE("Whoever asks hears why it cannot be, as the one who tried it heard it", "[runtime]") {
    TwoProcesses world;
    auto question = must(app::SyncQuestion::ask(*world.command));
    // What failed before the question is no answer to it.
    world.answers.connection_is(Connection::Offline, {});
    world.answers.look();
    CHECK_FALSE(must(question.answer()).has_value());
    world.answers.connection_is(Connection::Connecting, {});
    world.answers.connection_is(
        Connection::Offline,
        {ErrorCode::Untrusted, "not the hub that was pinned", "wss://hub", "Ask head office"});
    const auto answer = must(question.answer());
    REQUIRE(answer.has_value());
    REQUIRE_FALSE(answer->ok());
    CHECK(answer->error().code == ErrorCode::Untrusted);
    CHECK(answer->error().what == "not the hub that was pinned");
    CHECK(answer->error().where == "wss://hub");
    CHECK(answer->error().mend == "Ask head office");
}

TEST_CASE("A window that is told to stay offline says so to whoever asks", "[runtime]") {
    TwoProcesses world;
    world.answers.connection_is(Connection::Held, {});
    auto question = must(app::SyncQuestion::ask(*world.command));
    world.answers.look();
    const auto answer = must(question.answer());
    REQUIRE(answer.has_value());
    CHECK(answer->error().code == ErrorCode::Offline);
    CHECK(world.control.asked == 0);
}

TEST_CASE("Of two who ask at once both get the one answer", "[runtime]") {
    TwoProcesses world;
    auto first = must(app::SyncQuestion::ask(*world.command));
    auto second = must(app::SyncQuestion::ask(*world.command));
    world.answers.look();
    world.answers.connection_is(Connection::Connecting, {});
    world.answers.connection_is(Connection::Online, {});
    CHECK(must(first.answer()).has_value());
    CHECK(must(second.answer()).has_value());
}

}  // namespace balie::test

#include "sync/protocol/codec.h"
#include "tests/support/catch.h"
#include "tests/unit/conversations/replay.h"

#include <cstdlib>

namespace balie::test {

namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(BALIE_SOURCE_DIR) / "tests/data/conversations";
const Lines kNothing;

std::vector<std::filesystem::path> released() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    return files;
}

/// The last message of one kind that this side sent there, changed.
template <typename T, typename Change>
Conversation with(Conversation conversation, const std::string& connection, Change change) {
    for (auto frame = conversation.frames.rbegin(); frame != conversation.frames.rend(); ++frame) {
        if (frame->connection != connection) continue;
        sync::Message message = must(sync::decode(frame->text));
        auto* wanted = std::get_if<T>(&message);
        if (wanted == nullptr) continue;
        change(*wanted);
        frame->text = sync::encode(message);
        return conversation;
    }
    FAIL("there is no such message");
    return conversation;
}

bool any_has(const Lines& lines, const std::string& words) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(words) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("This terminal understands the hub of every released version", "[sync][conversation]") {
    REQUIRE_FALSE(released().empty());
    for (const auto& file : released()) {
        INFO(file.string());
        const Conversation then = read_conversation(file);
        for (const auto& [terminal, key] : then.keys) {
            INFO("terminal " << terminal);
            CHECK(replay_at_terminal(then, terminal) == kNothing);
        }
    }
}

TEST_CASE("This hub understands the terminals of every released version", "[sync][conversation]") {
    for (const auto& file : released()) {
        INFO(file.string());
        CHECK(replay_at_hub(read_conversation(file)) == kNothing);
    }
}

TEST_CASE("A conversation of this version replays against itself", "[sync][conversation]") {
    const Conversation now = record_conversation();
    for (const std::string terminal : {"a", "b", "c"}) {
        CHECK(replay_at_terminal(now, terminal) == kNothing);
    }
    CHECK(replay_at_hub(now) == kNothing);
    // It shows what it is made for.
    const auto said = decoded(now.frames, true);
    CHECK(messages<sync::Enrolled>(said).size() == 3);
    CHECK(messages<sync::Snapshot>(said).size() >= 3);
    CHECK(any_has(now.ends.at("a"), "conflict "));
    CHECK(any_has(now.ends.at("a"), "set aside 3 invalid"));
    CHECK(any_has(now.ends.at("hub"), "conflicts 1"));
    const auto at_c = [&now](const std::string& connection) {
        const auto heard = decoded(now.frames_of(connection), true);
        return said_by_hub(heard, now.hub_seq, messages<sync::Challenge>(heard).at(0).hub);
    };
    CHECK(any_has(at_c("c-to-north"), "enter "));
    CHECK(any_has(at_c("c-to-south"), "leave "));
    CHECK_FALSE(any_has(now.ends.at("c"), "record "));
}

TEST_CASE("A replay notices what is understood otherwise than it was", "[sync][conversation]") {
    const Conversation now = record_conversation();
    const auto at_a = [&now](const Conversation& changed) {
        REQUIRE(changed.frames.size() == now.frames.size());
        return replay_at_terminal(changed, "a");
    };
    CHECK(any_has(
        at_a(with<sync::Ack>(
            now, "a2", [](sync::Ack& ack) { ack.verdicts.at(0).effective.at(0).packed += 1; })),
        "receipt is not signed"));
    CHECK(any_has(
        at_a(with<sync::Checkpoint>(
            now, "a2", [](sync::Checkpoint& checkpoint) { checkpoint.digest.bytes.at(0) ^= 1; })),
        "the copy is not the hub's"));
    CHECK(any_has(
        at_a(with<sync::Snapshot>(now, "a1", [](sync::Snapshot& part) { part.tables.pop_back(); })),
        "a1"));
    const auto at_hub = replay_at_hub(with<sync::Push>(
        now, "b3", [](sync::Push& push) { push.changes.at(0).payload.at(5) = 'C'; }));
    CHECK(any_has(at_hub, "error malformed"));
    CHECK(any_has(at_hub, "at the end, no longer: record customer"));
}

TEST_CASE("A new terminal loads from a hub that knows more fields than it does",
          "[sync][conversation]") {
    const Conversation now = record_conversation();
    const auto newer = with<sync::Snapshot>(now, "a1", [](sync::Snapshot& part) {
        for (sync::SnapshotTable& table : part.tables) {
            if (table.type != "customer") continue;
            table.fields.emplace_back("of_a_later_version");
            for (auto& row : table.rows) row.values.emplace_back(std::string("what it says"));
        }
    });
    CHECK(replay_at_terminal(newer, "a") == kNothing);
}

/// At a release: BALIE_RECORD names the file, tests/data/conversations/VERSION.txt.
TEST_CASE("A conversation is recorded", "[.][record]") {
    const char* file = std::getenv("BALIE_RECORD");
    REQUIRE(file != nullptr);
    REQUIRE_FALSE(std::filesystem::exists(file));
    write_conversation(file, record_conversation());
}

}  // namespace balie::test

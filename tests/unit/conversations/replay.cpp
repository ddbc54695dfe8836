#include "tests/unit/conversations/replay.h"

#include "storage/crypto/encoding.h"
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/conversations/parties.h"

#include <algorithm>

namespace balie::test {

namespace {

constexpr std::uint64_t kReplaySeed = 5'000;  // nothing that is drawn comes out as it was recorded

void compare(Lines& wrong, const std::string& where, const Lines& then, const Lines& now) {
    std::vector<std::string> gone;
    std::vector<std::string> fresh;
    std::set_difference(then.begin(), then.end(), now.begin(), now.end(), std::back_inserter(gone));
    std::set_difference(now.begin(), now.end(), then.begin(), then.end(),
                        std::back_inserter(fresh));
    for (const std::string& line : gone) wrong.insert(where + ", no longer: " + line);
    for (const std::string& line : fresh) wrong.insert(where + ", only now: " + line);
}

/// What a terminal says of its state, and what it sends: the same in every version.
Lines said_by_terminal(const std::vector<sync::Message>& messages, bool same_incarnation) {
    Lines lines;
    for (const sync::Hello& hello : test::messages<sync::Hello>(messages)) {
        lines.insert("hello " + hello.origin.device.text() + " " +
                     (same_incarnation ? hello.origin.incarnation.text() : "") + " log " +
                     std::to_string(hello.last_seq) + " " +
                     crypto::base64url_encode(hello.last_hash) + " cursor " +
                     std::to_string(hello.cursor) + " " +
                     crypto::base64url_encode(hello.digest.bytes) + " pending " +
                     std::to_string(hello.pending) +
                     (hello.epoch_seen ? " epoch " + hello.epoch_seen->text() : ""));
    }
    for (const sync::Push& push : test::messages<sync::Push>(messages)) {
        for (const sync::Change& change : push.changes) {
            lines.insert("pushes " + std::to_string(change.id.seq) + " " +
                         crypto::base64url_encode(change.hash) + " " + change.payload);
        }
    }
    return lines;
}

void save_pushed(GoldenTerminal& terminal, const std::vector<sync::Message>& then) {
    for (const sync::Push& push : messages<sync::Push>(then)) {
        auto begin = push.changes.begin();
        while (begin != push.changes.end()) {
            const auto end = std::find_if(begin, push.changes.end(), [&](const auto& each) {
                return each.transaction != begin->transaction;
            });
            terminal.save_as({begin, end});
            begin = end;
        }
    }
}

}  // namespace

Lines replay_at_terminal(const Conversation& then, const std::string& name) {
    const TempFolder folder;
    ToldClock clock;
    GoldenTerminal terminal(folder.path(), name, then.keys.at(name), clock, kReplaySeed);
    Lines wrong;
    for (const std::string& connection : then.connections(name)) {
        const std::vector<Frame> frames = then.frames_of(connection);
        const auto said_then = decoded(frames, false);
        std::vector<sync::Message> said_now;
        const auto send = [&said_now](const std::string& bytes) {
            said_now.push_back(must(sync::decode(bytes)));
        };
        clock.now_ms = frames.front().wall_ms;
        const auto enrol = messages<sync::Enrol>(said_then);
        const auto hello = messages<sync::Hello>(said_then);
        REQUIRE(hello.size() == 1);
        if (enrol.empty()) {
            terminal.live_as(hello.front().origin.incarnation);
            save_pushed(terminal, said_then);
            terminal.connect(send);
        } else {
            terminal.enrol(enrol.front().secret, send);
        }
        for (const Frame& frame : frames) {
            if (!frame.from_hub || terminal.closed()) continue;
            clock.now_ms = frame.wall_ms;
            terminal.received(frame.text);
        }
        const std::string trouble = terminal.finish();
        if (!trouble.empty()) wrong.insert(connection + ", at its end: " + trouble);
        compare(wrong, connection, said_by_terminal(said_then, enrol.empty()),
                said_by_terminal(said_now, enrol.empty()));
    }
    compare(wrong, "at the end", then.ends.at(name), terminal.end());
    return wrong;
}

// --- at the hub -------------------------------------------------------------------------------

namespace {

/// Makes a recorded terminal's messages fit another hub.
class Translator {
  public:
    Translator(const Conversation& then, GoldenHub& hub, std::int64_t base)
        : then_(&then), hub_(&hub), base_(base) {}

    std::string translated(const Frame& frame, const sync::Challenge& now) {
        const auto frames = then_->frames_of(frame.connection);
        const auto hub_said = decoded(frames, true);
        const auto challenge = messages<sync::Challenge>(hub_said).at(0);
        const std::string& key = then_->keys.at(frame.terminal);
        sync::Message message = must(sync::decode(frame.text));
        if (auto* enrol = std::get_if<sync::Enrol>(&message)) {
            CHECK(signed_by(key, enrol_text(challenge, *enrol)) == enrol->signature);
            const auto enrolled = messages<sync::Enrolled>(hub_said).at(0);
            enrol->secret = hub_->code(enrolled.scope);
            enrol->device = enrolled.device;  // it keeps its id, as at a hub that was restored
            enrol->signature = signed_by(key, enrol_text(now, *enrol));
        } else if (auto* hello = std::get_if<sync::Hello>(&message)) {
            CHECK(signed_by(key, hello_text(challenge, *hello)) == hello->signature);
            if (hello->epoch_seen) hello->epoch_seen = now.epoch;
            hello->cursor = place(hello->cursor);
            hello->signature = signed_by(key, hello_text(now, *hello));
        } else if (auto* pull = std::get_if<sync::Pull>(&message)) {
            pull->cursor = place(pull->cursor);
            if (pull->snapshot) pull->snapshot->hub_seq = place(pull->snapshot->hub_seq);
        } else if (auto* applied = std::get_if<sync::Applied>(&message)) {
            applied->cursor = place(applied->cursor);
        } else {
            return frame.text;
        }
        return encode(message);
    }

  private:
    [[nodiscard]] std::int64_t place(std::int64_t hub_seq) const {
        return hub_seq == 0 ? 0 : hub_seq - then_->hub_seq + base_;
    }

    const Conversation* then_;
    GoldenHub* hub_;
    std::int64_t base_;
};

}  // namespace

Lines replay_at_hub(const Conversation& then) {
    const TempFolder folder;
    ToldClock clock;
    GoldenHub hub(folder.path(), clock, kReplaySeed);
    const std::int64_t base = must(hub.store().hub_seq());
    Translator translator(then, hub, base);
    std::map<std::string, std::vector<sync::Message>> said;
    for (const Frame& frame : then.frames) {
        clock.now_ms = frame.wall_ms;
        if (!said.contains(frame.connection)) {
            auto& heard = said[frame.connection];
            hub.accept(frame.connection, [&heard](const std::string& bytes) {
                heard.push_back(must(sync::decode(bytes)));
            });
        }
        if (frame.from_hub) continue;
        const auto challenge = messages<sync::Challenge>(said.at(frame.connection)).at(0);
        hub.received(frame.connection, translator.translated(frame, challenge));
    }
    Lines wrong;
    for (const auto& [connection, now] : said) {
        const auto before = decoded(then.frames_of(connection), true);
        const HubId hub_then = messages<sync::Challenge>(before).at(0).hub;
        compare(wrong, connection, said_by_hub(before, then.hub_seq, hub_then),
                said_by_hub(now, base, hub.store().identity().hub));
    }
    compare(wrong, "at the end", then.ends.at("hub"), hub.end());
    return wrong;
}

}  // namespace balie::test

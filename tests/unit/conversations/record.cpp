// The script of a recording: what a version's conversation has to show at least.
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/conversations/parties.h"
#include "tests/unit/conversations/replay.h"

#include <deque>

namespace balie::test {

namespace {

constexpr std::int64_t kTripMs = 7;
constexpr std::uint64_t kSeed = 1;

RecordId record_id(char last) {
    return must(RecordId::parse(std::string("0198c0de-0000-7000-8000-00000000000") + last));
}

sync::ChangeBody body(sync::Operation operation, const std::string& type, const RecordId& id,
                      const FieldValues& values) {
    sync::ChangeBody made;
    made.type = type;
    made.id = id;
    made.operation = operation;
    for (const auto& [field, value] : values) made.fields[field] = {value, {}};
    return made;
}

sync::ChangeBody customer(const RecordId& id, const std::string& name) {
    return body(sync::Operation::Create, "customer", id,
                {{"kind", Value{"organisation"}}, {"name", Value{name}}, {"number", Value{name}}});
}

sync::ChangeBody visit(const RecordId& id, const RecordId& to) {
    return body(sync::Operation::Create, "interaction", id,
                {{"customer_id", Value{to.text()}},
                 {"channel", Value{"visit"}},
                 {"outcome", Value{"no_sale"}},
                 {"author", Value{"anna"}},
                 {"note", Value{"\"quoted\"\n– and ł\u00f3"}},
                 {"occurred_at", Value{std::int64_t{1'760'000'000'123}}},
                 {"occurred_offset_min", Value{std::int64_t{120}}}});
}

sync::ChangeBody edit(const RecordId& id, const std::string& field, const std::string& value) {
    return body(sync::Operation::Edit, "customer", id, {{field, Value{value}}});
}

class Recorder {
  public:
    Recorder() : hub_(folder_.path(), clock_, kSeed) {
        made_.hub_seq = must(hub_.store().hub_seq());
    }

    GoldenTerminal& terminal(const std::string& name, const std::string& key_seed) {
        made_.keys[name] = key_seed;
        auto& made = terminals_[name];
        made = std::make_unique<GoldenTerminal>(folder_.path(), name, key_seed, clock_, kSeed);
        return *made;
    }
    void enrol(const std::string& connection, const std::string& name,
               const std::string& scope = "all") {
        const std::string code = hub_.code(scope);
        Wire& wire = open(connection, name);
        terminals_.at(name)->enrol(code, to_hub(wire));
        hub_.accept(connection, to_terminal(wire));
        run();
    }
    void connect(const std::string& connection, const std::string& name) {
        Wire& wire = open(connection, name);
        terminals_.at(name)->connect(to_hub(wire));
        hub_.accept(connection, to_terminal(wire));
        run();
    }
    void finish(const std::string& name) {
        REQUIRE(terminals_.at(name)->finish() == "");
        run();
    }
    Conversation done() {
        made_.ends["hub"] = hub_.end();
        for (const auto& [name, terminal] : terminals_) made_.ends[name] = terminal->end();
        return made_;
    }

  private:
    struct Wire {
        std::string terminal;
        std::deque<std::string> to_hub;
        std::deque<std::string> to_terminal;
    };
    Wire& open(const std::string& connection, const std::string& name) {
        clock_.now_ms += 1000;
        Wire& wire = wires_[connection];
        wire.terminal = name;
        return wire;
    }
    static std::function<void(std::string)> to_hub(Wire& wire) {
        return [&wire](std::string bytes) { wire.to_hub.push_back(std::move(bytes)); };
    }
    static std::function<void(std::string)> to_terminal(Wire& wire) {
        return [&wire](std::string bytes) { wire.to_terminal.push_back(std::move(bytes)); };
    }
    void run() {
        bool moved = true;
        while (moved) {
            moved = false;
            for (auto& [connection, wire] : wires_) {
                moved = deliver(connection, wire, wire.to_terminal, true) || moved;
                moved = deliver(connection, wire, wire.to_hub, false) || moved;
            }
        }
    }
    bool deliver(const std::string& connection, const Wire& wire, std::deque<std::string>& queue,
                 bool from_hub) {
        if (queue.empty()) return false;
        const std::string text = std::move(queue.front());
        queue.pop_front();
        clock_.now_ms += kTripMs;
        made_.frames.push_back({from_hub, connection, wire.terminal, clock_.now_ms, text});
        if (from_hub) {
            auto& terminal = *terminals_.at(wire.terminal);
            if (!terminal.closed()) terminal.received(text);
        } else {
            hub_.received(connection, text);
        }
        return true;
    }

    TempFolder folder_;
    ToldClock clock_;
    GoldenHub hub_;
    std::map<std::string, std::unique_ptr<GoldenTerminal>> terminals_;
    std::map<std::string, Wire> wires_;
    Conversation made_;
};

}  // namespace

Conversation record_conversation() {
    const RecordId one = record_id('1');
    const RecordId two = record_id('2');
    Recorder recorder;
    GoldenTerminal& a = recorder.terminal("a", std::string(64, 'a'));
    GoldenTerminal& b = recorder.terminal("b", std::string(64, 'b'));
    (void)recorder.terminal("c", std::string(64, 'c'));

    // Something is there before the other comes, with a field that was edited.
    recorder.enrol("b1", "b");
    recorder.finish("b");
    b.save({customer(one, "One"), visit(record_id('3'), one)});
    b.save({edit(one, "note", "first")});
    recorder.connect("b2", "b");
    recorder.finish("b");

    // Enrolment and first load by snapshot.
    recorder.enrol("a1", "a");
    recorder.finish("a");

    // A push, its receipt, own changes confirmed; one of them is set aside.
    a.save({customer(two, "Two")});
    a.save({visit(record_id('4'), two)});
    a.save({edit(one, "priority_class", "Z")});
    a.save({edit(one, "note", "from a")});
    recorder.connect("a2", "a");

    // While a listens: an edit of b, and a conflict about what both changed.
    b.save({edit(one, "name", "One and a half")});
    b.save({edit(one, "note", "from b")});
    recorder.connect("b3", "b");
    recorder.finish("b");
    recorder.finish("a");

    // A customer moves into the scope of a third, and out of it. Each time it greets with the
    // digest of what it has.
    recorder.enrol("c1", "c", "territory:north");
    recorder.finish("c");
    for (const std::string where : {"north", "south"}) {
        a.save({edit(one, "territory", where)});
        recorder.connect("a-to-" + where, "a");
        recorder.finish("a");
        recorder.connect("c-to-" + where, "c");
        recorder.finish("c");
    }
    recorder.connect("c4", "c");
    recorder.finish("c");
    return recorder.done();
}

}  // namespace balie::test

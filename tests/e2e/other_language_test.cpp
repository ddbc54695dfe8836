// A terminal that somebody else wrote, in another language, from sync/PROTOCOL.md alone
// (node_client/): it works beside ours, and its own checks fail when what they check is wrong.
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <set>

namespace balie::test {
namespace {

const std::string kSource = BALIE_SOURCE_DIR;

class NodeClient {
  public:
    NodeClient(const std::filesystem::path& folder, const std::string& name)
        : folder_(folder), state_((folder / (name + ".json")).string()) {}

    [[nodiscard]] Command command(const std::string& verb, Words arguments) const {
        arguments.insert(arguments.begin(), {"node", kSource + "/tests/e2e/node_client/client.mjs",
                                             verb, "--state", state_});
        return {.program = "/usr/bin/env",
                .arguments = std::move(arguments),
                .environment = {},
                .files = folder_,
                .file_bytes_max = {}};
    }
    [[nodiscard]] Ended run(const std::string& verb, Words arguments = {}) const {
        return test::run(command(verb, std::move(arguments)));
    }
    [[nodiscard]] Json ask(const std::string& verb, Words arguments = {}) const {
        const Ended ended = run(verb, std::move(arguments));
        INFO(ended.text());
        REQUIRE(ended.code == 0);
        return one_document(ended);
    }
    [[nodiscard]] Json enrol(const HubProgram& hub, const std::string& code) const {
        return ask("enrol", {"--hub", hub.address(), "--code", code, "--name", "node"});
    }
    /// Answers the record's id.
    [[nodiscard]] std::string add(const std::string& type, const std::string& values) const {
        return text_of(ask("add", {"--type", type, "--values", values}), "id");
    }
    void edit(const std::string& id, const std::string& field, const std::string& value) const {
        (void)ask("edit", {"--type", "customer", "--id", id, "--field", field, "--value", value});
    }
    [[nodiscard]] std::string visit(const std::string& customer, const std::string& note) const {
        return add("interaction",
                   R"({"customer_id":")" + customer +
                       R"(","channel":"visit","outcome":"no_sale","author":"anna","note":")" +
                       note + R"(","occurred_at":1760000000123,"occurred_offset_min":120})");
    }
    /// It fails, says why, and has said nothing on standard output.
    void require_refusal(const std::string& verb, Words arguments, const std::string& words) const {
        const Ended ended = run(verb, std::move(arguments));
        INFO(ended.text());
        CHECK(ended.code == 1);
        CHECK(ended.out.empty());
        CHECK(ended.err.find(words) != std::string::npos);
    }
    [[nodiscard]] Exported exported() const {
        const Json all = ask("export");
        return {table(*all.find("customers")), table(*all.find("interactions"))};
    }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    [[nodiscard]] static ExportedTable table(const Json& rows) {
        ExportedTable out;
        for (const Json& each : *rows.items()) {
            ExportedRow& row = out.emplace_back();
            for (const auto& [name, value] : *each.members()) {
                row[name] = value.string() != nullptr ? *value.string() : value.print();
            }
        }
        return out;
    }

    std::filesystem::path folder_;
    std::string state_;
};

/// A record in words, so that a failed check shows in what two of them differ.
std::string in_words(const ExportedRow& row) {
    std::string words;
    for (const auto& [name, value] : row) words += name + "=" + value + "; ";
    return words;
}

std::multiset<std::string> in_words(const ExportedTable& table) {
    std::multiset<std::string> rows;
    for (const ExportedRow& row : table) rows.insert(in_words(row));
    return rows;
}

std::int64_t heard(const Json& answer, const std::string& what) {
    return number_of(*answer.find("heard"), what);
}

/// What became of own change `seq`.
std::string verdict(const Json& answer, std::size_t seq) {
    const Json& change = answer.find("log")->items()->at(seq - 1);
    const std::string code = text_of(change, "code");
    const bool confirmed = *change.find("confirmed")->boolean();
    return text_of(change, "verdict") + (code.empty() ? "" : " " + code) +
           (confirmed ? ", in the log" : "");
}

/// A hub, our terminal with one customer on it, and the other program, not enrolled yet.
struct TwoPrograms {
    TwoPrograms() {
        hub.set_up();
        hub.start();
        ours.enrol(hub.address(), hub.code());
        jansen = text_of(ours.ask({"customer", "add", "--name", "Jansen", "--number", "K-1",
                                   "--note", "first", "--set", "x.age=41"}),
                         "id");
        (void)ours.ask({"customer", "edit", "K-1", "--note", "second"});
        (void)ours.ask({"log", "--customer", "K-1", "--channel", "visit", "--outcome", "sale"});
        (void)ours.ask({"sync"});
    }
    /// All three hold the same, value for value.
    void require_equal() const {
        const Exported here = theirs.exported();
        const Exported office = hub.exported("ndjson");
        const Exported terminal = ours.exported("ndjson");
        CHECK(in_words(here.customers) == in_words(office.customers));
        CHECK(in_words(here.interactions) == in_words(office.interactions));
        CHECK(in_words(terminal.customers) == in_words(office.customers));
        CHECK(in_words(terminal.interactions) == in_words(office.interactions));
    }
    [[nodiscard]] std::string note() const {
        for (const ExportedRow& row : theirs.exported().customers) {
            if (row.at("id") == jansen) return row.at("note");
        }
        return "there is no such customer";
    }

    TempFolder folder;
    HubProgram hub{folder / "hub"};
    TerminalProgram ours{folder / "ours", "ours"};
    NodeClient theirs{folder.path(), "theirs"};
    std::string jansen;
};

TEST_CASE("Every vector of the protocol's page can be recomputed in another language") {
    TempFolder folder;
    const NodeClient client(folder.path(), "none");
    const auto checked = client.ask("check", {kSource + "/sync/PROTOCOL.md"});
    CHECK(*checked.find("checked")->boolean());
    // One digit less in a hash of the page is noticed.
    std::string page = read_text(kSource + "/sync/PROTOCOL.md");
    const std::size_t at = page.find("1f1e1716755ffa49");
    REQUIRE(at != std::string::npos);
    page[at] = '0';
    write_text(folder / "page.md", page);
    client.require_refusal("check", {(folder / "page.md").string()}, "hash 1 is wrong");
}

TEST_CASE("What another program makes is at head office and at our terminal as it was made") {
    TwoPrograms world;
    const Json enrolled = world.theirs.enrol(world.hub, world.hub.code());
    CHECK(heard(enrolled, "snapshots") >= 1);
    CHECK(heard(enrolled, "checkpoints") >= 1);
    CHECK(text_of(enrolled, "user") == "anna");
    world.require_equal();
    CHECK(world.note() == "second");

    const std::string made = world.theirs.add(
        "customer", R"({"kind":"person","number":"N-1","name":"de \"Vries\" – Żółć; =1+1",)"
                    R"("note":"a line\nand another\t🙂","do_not_call":1,"x.age":-3})");
    const std::string visit = world.theirs.visit(made, "talked about bread");
    world.theirs.edit(world.jansen, "note", R"("third")");
    const Json sent = world.theirs.ask("sync");
    CHECK(number_of(sent, "unsent") == 0);
    CHECK(heard(sent, "own") == 3);
    for (const std::size_t seq : {1U, 2U, 3U}) CHECK(verdict(sent, seq) == "applied, in the log");
    (void)world.ours.ask({"sync"});
    world.require_equal();

    const Exported office = world.hub.exported("ndjson");
    const auto one = [](const ExportedTable& table, const std::string& id) {
        const auto found = std::find_if(table.begin(), table.end(),
                                        [&id](const auto& row) { return row.at("id") == id; });
        REQUIRE(found != table.end());
        return *found;
    };
    CHECK(in_words(one(office.customers, made)) ==
          in_words(ExportedRow{{"id", made},
                               {"kind", "person"},
                               {"number", "N-1"},
                               {"name", "de \"Vries\" – Żółć; =1+1"},
                               {"note", "a line\nand another\t🙂"},
                               {"do_not_call", "true"},
                               {"x.age", "-3"}}));
    CHECK(in_words(one(office.interactions, visit)) ==
          in_words(ExportedRow{{"id", visit},
                               {"customer_id", made},
                               {"channel", "visit"},
                               {"outcome", "no_sale"},
                               {"author", "anna"},
                               {"note", "talked about bread"},
                               {"occurred_at", "2025-10-09T10:53:20.123+02:00"},
                               {"occurred_offset_min", "120"}}));
    CHECK(one(office.customers, world.jansen).at("note") == "third");
    CHECK(world.ours.run({"doctor"}).code == 0);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("Our terminal's edits reach another program while it is connected, conflicts too") {
    TwoPrograms world;
    (void)world.theirs.enrol(world.hub, world.hub.code());
    const auto live = world.theirs.folder() / "live";
    Process listening(world.theirs.command(
        "sync", {"--changes", "2", "--seconds", "60", "--ready", live.string()}));
    for (int looks = 0; !std::filesystem::exists(live); ++looks) {
        REQUIRE(looks < 600);
        REQUIRE_FALSE(listening.ends_within(Milliseconds{100}));
    }
    (void)world.ours.ask({"customer", "edit", "K-1", "--note", "while you listen"});
    (void)world.ours.ask({"log", "--customer", "K-1", "--channel", "phone", "--outcome", "sale"});
    (void)world.ours.ask({"sync"});
    const Json came = one_document(listening.wait(Milliseconds{60'000}));
    CHECK(heard(came, "live") == 2);
    CHECK(heard(came, "changes") == 2);
    CHECK(world.note() == "while you listen");
    world.require_equal();

    // Both change one field without knowing of each other.
    (void)world.ours.ask({"customer", "edit", "K-1", "--note", "ours"});
    (void)world.ours.ask({"sync"});
    world.theirs.edit(world.jansen, "note", R"("theirs")");
    const Json sent = world.theirs.ask("sync");
    CHECK(verdict(sent, 1) == "conflict, in the log");
    const Json both = world.theirs.ask("export");
    REQUIRE(both.find("conflicts")->items()->size() == 1);
    CHECK(both.find("conflicts")->items()->front().find("values")->print() ==
          R"(["theirs","ours"])");
    CHECK(world.ours.run({"sync"}).code == 4);
    const Json open = world.ours.ask({"conflicts", "list"});
    REQUIRE(open.find("conflicts")->items()->size() == 1);
    world.require_equal();

    // Settled by us: the other program sees that nothing is open.
    (void)world.ours.ask({"conflicts", "resolve",
                          text_of(open.find("conflicts")->items()->front(), "id"), "--value",
                          "agreed"});
    (void)world.ours.ask({"sync"});
    (void)world.theirs.ask("sync");
    CHECK(world.theirs.ask("export").find("conflicts")->items()->empty());
    CHECK(world.note() == "agreed");
    world.require_equal();
}

TEST_CASE("A batch that another program sends twice gets the same verdicts and is there once") {
    TwoPrograms world;
    (void)world.theirs.enrol(world.hub, world.hub.code());
    (void)world.theirs.visit(world.jansen, "once");
    (void)world.theirs.add("customer", R"({"kind":"robot","name":"no such kind"})");
    (void)world.theirs.visit(world.jansen, "after the bad one");
    const Json sent = world.theirs.ask("sync", {"--twice"});
    CHECK(heard(sent, "repeated") == 1);
    CHECK(heard(sent, "own") == 2);
    CHECK(verdict(sent, 1) == "applied, in the log");
    CHECK(verdict(sent, 2) == "set_aside invalid");
    CHECK(verdict(sent, 3) == "applied, in the log");
    CHECK(world.hub.exported("ndjson").interactions.size() == 3);
    (void)world.ours.ask({"sync"});
    world.require_equal();
    (void)world.hub.ask({"verify"});
}

TEST_CASE("Another program that never saw the answer learns its verdicts by sending again") {
    TwoPrograms world;
    (void)world.theirs.enrol(world.hub, world.hub.code());
    (void)world.theirs.visit(world.jansen, "the answer is lost");
    (void)world.theirs.add("customer", R"({"kind":"robot","name":"no such kind"})");
    world.theirs.require_refusal("sync", {"--damage", "receipt"},
                                 "the receipt is not signed by the hub");
    CHECK(world.hub.exported("ndjson").interactions.size() == 2);
    const Json sent = world.theirs.ask("sync");
    CHECK(verdict(sent, 1) == "applied, in the log");
    CHECK(verdict(sent, 2) == "set_aside invalid");
    CHECK(world.hub.exported("ndjson").interactions.size() == 2);
    (void)world.ours.ask({"sync"});
    world.require_equal();
}

TEST_CASE("Another program tells the hub of its code from any other before it says a word") {
    TwoPrograms world;
    HubProgram other(world.folder / "other");
    other.set_up();
    other.start();
    // The one-time half for one hub, the pin of the other: each half is in order by itself.
    const auto plain = [](std::string code) {
        std::erase(code, '-');
        return code;
    };
    const std::string here = plain(world.hub.code());
    const std::string elsewhere = plain(other.code());
    REQUIRE(here.size() == 72);
    const std::string mixed = here.substr(0, 18) + elsewhere.substr(18);
    world.theirs.require_refusal(
        "enrol", {"--hub", world.hub.address(), "--code", mixed, "--name", "node"}, "another key");
    // Had it told the secret, the code would be used up for everybody else.
    (void)world.theirs.enrol(world.hub, here);

    std::string typo = plain(world.hub.code());
    typo[5] = typo[5] == '7' ? '8' : '7';
    world.theirs.require_refusal(
        "enrol", {"--hub", world.hub.address(), "--code", typo, "--name", "node"}, "typing error");

    // The same address, another hub.
    world.hub.stop();
    other.stop();
    other.start_at(world.hub.port());
    world.theirs.require_refusal("sync", {}, "another key");
}

TEST_CASE("What is damaged on its way is noticed in another language as well") {
    TwoPrograms world;
    (void)world.theirs.enrol(world.hub, world.hub.code());
    world.theirs.require_refusal("sync", {"--damage", "digest"}, "the copy is not the hub's at");
    (void)world.theirs.visit(world.jansen, "a visit");
    world.theirs.require_refusal("sync", {"--damage", "receipt"},
                                 "the receipt is not signed by the hub");
    world.theirs.require_refusal("sync", {"--damage", "own"}, "change 1 is another one at the hub");
    (void)world.ours.ask({"customer", "edit", "K-1", "--note", "changed"});
    (void)world.ours.ask({"sync"});
    world.theirs.require_refusal("sync", {"--damage", "payload"},
                                 "is not what its author committed to");
    CHECK(verdict(world.theirs.ask("sync"), 1) == "applied, in the log");
    CHECK(world.note() == "changed");
    world.require_equal();
}

TEST_CASE("A customer who moves away leaves another program's territory, and comes into it") {
    TwoPrograms world;
    const auto move = [&world](const std::string& where) {
        (void)world.ours.ask({"customer", "edit", "K-1", "--set", "territory=" + where});
        (void)world.ours.ask({"sync"});
    };
    // Places are records like any other; an administrator's program may make them.
    const NodeClient office(world.folder.path(), "office");
    (void)office.enrol(world.hub, world.hub.code());
    for (const std::string where : {"north", "south"}) {
        (void)office.add("territory",
                         R"({"code":")" + where + R"(","name":")" + where + R"(","active":1})");
    }
    (void)office.ask("sync");
    (void)world.ours.ask({"sync"});
    (void)world.theirs.enrol(world.hub, world.hub.code("anna", "24h", "territory:north"));
    CHECK(world.theirs.exported().customers.empty());
    move("north");
    CHECK(heard(world.theirs.ask("sync"), "enter") == 2);
    world.require_equal();
    world.theirs.edit(world.jansen, "note", R"("seen in the north")");
    (void)world.theirs.ask("sync");
    (void)world.ours.ask({"sync"});
    world.require_equal();
    move("south");
    CHECK(heard(world.theirs.ask("sync"), "leave") == 2);
    CHECK(world.theirs.exported().customers.empty());
    CHECK(world.theirs.exported().interactions.empty());
}

}  // namespace
}  // namespace balie::test

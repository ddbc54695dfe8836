// The contract of the command line: exit codes, one JSON document, errors that help.
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

namespace balie::test {
namespace {

TEST_CASE("Wrong usage ends with exit code 2 and says what is expected") {
    const TempFolder folder;
    const TerminalProgram terminal(folder.path(), "none");
    for (const Words& words :
         {Words{"frobnicate"}, Words{"log"}, Words{"import", "x.csv"}, Words{"customer"},
          Words{"import", "x.csv", "--as", "customers", "--on-error", "perhaps"},
          Words{"sync", "--follow", "--once"}, Words{"enrol", "--hub", "wss://127.0.0.1:1"}}) {
        const Ended ended = terminal.run(words);
        INFO(words.front() << ": " << ended.text());
        CHECK(ended.code == 2);
        CHECK(ended.err.size() > 20);
    }
    const HubProgram hub(folder / "hub");
    for (const Words& words :
         {Words{"frobnicate"}, Words{"user", "add", "--login", "x"},
          Words{"user", "add", "--login", "x", "--name", "X", "--role", "king"},
          Words{"enrol-code", "--user", "x", "--role", "teller", "--scope", "everything"},
          Words{"serve", "--listen", "nowhere"},
          Words{"export", "customers", "--format", "xml", "--out", "-"}}) {
        const Ended ended = hub.command(words);
        INFO(words.front() << ": " << ended.text());
        CHECK(ended.code == 2);
        CHECK(ended.err.size() > 20);
    }
    CHECK_FALSE(std::filesystem::exists(terminal.profile()));
    CHECK_FALSE(std::filesystem::exists(hub.data()));
}

TEST_CASE("Help and version end well") {
    const TempFolder folder;
    const TerminalProgram terminal(folder.path(), "none");
    const Ended help = terminal.run({"--help"});
    CHECK(help.code == 0);
    for (const char* noun : {"log", "sync", "import", "export", "customer", "conflicts", "doctor"})
        CHECK_THAT(help.out, Catch::Matchers::ContainsSubstring(noun));
    CHECK(terminal.run({"--version"}).code == 0);
    CHECK(HubProgram(folder / "hub").command({"--help"}).code == 0);
}

TEST_CASE("With --json every answer is one document on standard output, failures too") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    for (const Words& words :
         {Words{"status"}, Words{"whoami"}, Words{"customer", "show", "BM-1"},
          Words{"customer", "search", "Client"}, Words{"imports"}, Words{"codes"}, Words{"users"},
          Words{"fields"}, Words{"conflicts", "list"}, Words{"set-aside"}, Words{"doctor"},
          Words{"task", "list"}, Words{"priority", "list"}}) {
        INFO(words.front());
        const Json answer = terminal.ask(words);
        CHECK(answer.members() != nullptr);
    }
    const Ended failed = terminal.run({"customer", "show", "BM-999", "--json"});
    CHECK(failed.code == 1);
    CHECK(text_of(one_document(failed), "error") == "not_found");
    CHECK_FALSE(text_of(one_document(failed), "mend").empty());
    for (const Words& words :
         {Words{"status"}, Words{"devices"}, Words{"user", "list"}, Words{"verify"}}) {
        INFO(words.front());
        CHECK(office.hub().ask(words).members() != nullptr);
    }
    HubProgram nowhere(office.file("nowhere"));
    const Ended none = nowhere.command({"status", "--json"});
    CHECK(none.code == 1);
    CHECK(text_of(one_document(none), "error") == "not_found");
}

TEST_CASE("A hub is not made over another, and a second one cannot take its port") {
    Office office;
    require_clear_error(office.hub().command({"init"}), 1, {"already"});
    office.hub().start();
    HubProgram other(office.file("other"));
    other.set_up();
    require_clear_error(
        other.command({"serve", "--listen", "127.0.0.1:" + std::to_string(office.hub().port())}), 1,
        {std::to_string(office.hub().port())});
    CHECK(office.hub().process().running());
}

}  // namespace
}  // namespace balie::test

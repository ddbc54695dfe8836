// Lines that cost, networks that want a sign-in, and the check before one leaves them all.
#include "tests/e2e/faulty_proxy.h"
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

namespace balie::test {
namespace {

/// The member of the answer's part "link".
std::int64_t link_number(const Json& answer, const std::string& member) {
    const Json* link = answer.find("link");
    REQUIRE(link != nullptr);
    return number_of(*link, member);
}

/// The line of one question: its light, and its words with what to do.
struct Judged {
    std::string light;
    std::string words;
};
Judged judged(const Json& answer, const std::string& check) {
    for (const Json& line : *answer.find("lines")->items()) {
        if (text_of(line, "check") != check) continue;
        return {text_of(line, "light"), text_of(line, "text") + ": " + text_of(line, "mend")};
    }
    FAIL("nothing was said about " + check);
    return {};
}

TEST_CASE("What a synchronisation will cost is said before anything is sent, and turns out so") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    // There is no hub yet: the estimate asks nobody.
    const Json estimate = terminal.ask({"sync", "--estimate"});
    const std::int64_t up = number_of(estimate, "up_bytes");
    CHECK(number_of(estimate, "up_changes") == number_of(terminal.ask({"status"}), "pending"));
    CHECK(number_of(*estimate.find("up_by_type")->find("interaction"), "changes") ==
          kOfficeRows + 1);
    office.start_hub();
    const std::int64_t before = number_of(terminal.ask({"link"}), "used_up");
    (void)terminal.ask({"sync"});
    const std::int64_t sent = number_of(terminal.ask({"link"}), "used_up") - before;
    INFO("estimated " << up << ", sent " << sent);
    // A connection by itself, with its handshakes and hellos, is a few thousand bytes.
    CHECK(sent >= up * 9 / 10);
    CHECK(sent <= up * 11 / 10 + 8'000);
    const Json after = terminal.ask({"sync", "--estimate"});
    CHECK(number_of(after, "up_changes") == 0);
    CHECK(number_of(after, "bytes_per_second") > 0);
}

TEST_CASE("When the budget is used up visits go, the rest waits, and says how it goes anyway") {
    Office office;
    office.start_hub();
    const TerminalProgram& terminal = office.terminal();
    (void)terminal.ask({"sync"});
    // A kilobyte a month: what was used already is more.
    (void)terminal.ask({"link", "--metered", "on", "--budget", "0.001", "--per", "month"});
    (void)terminal.ask({"log", "--customer", "BM-3", "--channel", "visit", "--outcome", "sale",
                        "--note", "must not wait"});
    (void)terminal.ask({"task", "add", "--customer", "BM-3", "--subject", "may wait"});
    const Ended held = terminal.run({"sync"});
    INFO(held.text());
    CHECK(held.code == 4);
    CHECK_THAT(held.out,
               Catch::Matchers::ContainsSubstring("1 waiting: held back by your budget") &&
                   Catch::Matchers::ContainsSubstring("balie sync --anyway"));
    CHECK(office.hub().exported("csv").interactions.size() == kOfficeRows + 2);
    const Json status = terminal.ask({"status"});
    CHECK(number_of(status, "pending") == 1);
    CHECK(link_number(status, "held") == 1);
    // Nothing that may go is left: not one byte is spent on saying so.
    const std::int64_t used = number_of(terminal.ask({"link"}), "used_up");
    (void)terminal.ask({"sync"}, 4);
    CHECK(number_of(terminal.ask({"link"}), "used_up") == used);
    (void)terminal.ask({"sync", "--anyway"});
    CHECK(number_of(terminal.ask({"status"}), "pending") == 0);
    // That was once: the next task waits again.
    (void)terminal.ask({"task", "add", "--customer", "BM-3", "--subject", "waits again"});
    (void)terminal.ask({"sync"}, 4);
    CHECK(number_of(terminal.ask({"status"}), "pending") == 1);
}

TEST_CASE("A network's sign-in page is called that, and afterwards everything goes on") {
    Office office;
    office.hub().start();
    FaultyProxy network(office.hub().port());
    const TerminalProgram anna(office.file("other"), "other");
    anna.enrol(network.address(), office.hub().code());
    (void)anna.ask({"customer", "add", "--name", "Jansen"});
    const LineFault page = GENERATE(LineFault::PortalPage, LineFault::PortalMoved);
    network.set({.fault = page});
    const Ended refused = anna.run({"sync"});
    require_clear_error(
        refused, 3, {"this network answers in place of head office", "sign-in page", "browser"});
    CHECK(text_of(one_document(anna.run({"sync", "--json"})), "error") == "sign_in_page");
    CHECK(number_of(anna.ask({"status"}), "pending") == 1);
    network.set({});
    (void)anna.ask({"sync"});
    CHECK(number_of(anna.ask({"status"}), "pending") == 0);
}

TEST_CASE("The check before leaving says what is missing, and is green when nothing is") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    const Json before = terminal.ask({"check-departure", "--days", "14"}, 4);
    CHECK(judged(before, "sent").light == "amber");
    CHECK_THAT(judged(before, "sent").words, Catch::Matchers::ContainsSubstring("balie sync"));
    CHECK(judged(before, "backup").light == "amber");
    CHECK_THAT(judged(before, "backup").words, Catch::Matchers::ContainsSubstring("balie backup"));
    office.start_hub();
    (void)terminal.ask({"sync"});
    (void)terminal.ask({"backup"});
    const Ended ended = terminal.run({"check-departure", "--days", "14", "--json"});
    const Json after = one_document(ended);
    for (const char* check :
         {"sent", "contact", "copy", "customers", "attention", "clock", "backup"}) {
        INFO(check);
        CHECK(judged(after, check).light == "green");
    }
    CHECK_THAT(judged(after, "customers").words, Catch::Matchers::ContainsSubstring("are here: 1"));
    // How full this machine's disk is, is not the test's to say.
    const std::string disk = judged(after, "disk").light;
    CHECK(text_of(after, "light") == disk);
    CHECK(ended.code == (disk == "green" ? 0 : 4));
}

}  // namespace
}  // namespace balie::test

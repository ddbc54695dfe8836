// Backups brought back and machines copied, with the real programs: nothing is lost, nothing comes
// twice, and people are told.
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

#include <algorithm>

namespace balie::test {
namespace {

namespace fs = std::filesystem;

/// Hub, and terminals that people work with.
class Company {
  public:
    Company() : hub(folder / "hub") {
        hub.set_up();
        hub.start();
    }
    TerminalProgram terminal(const std::string& name) {
        TerminalProgram made(folder / name, name);
        made.enrol(hub.address(), hub.code());
        return made;
    }
    std::string customer(const TerminalProgram& at, const std::string& name) {
        return text_of(at.ask({"customer", "add", "--name", name, "--kind", "organisation"}), "id");
    }
    void sync(const TerminalProgram& terminal) {
        const Ended ended = terminal.run({"sync"});
        INFO(ended.text());
        REQUIRE((ended.code == 0 || ended.code == 4));
    }
    /// As often as it takes until everybody has everything.
    void sync_all(const std::vector<const TerminalProgram*>& terminals) {
        for (int round = 0; round < 3; ++round) {
            for (const TerminalProgram* each : terminals) (void)each->run({"sync"});
        }
        for (const TerminalProgram* each : terminals) {
            sync(*each);
            const Json status = each->ask({"status"});
            INFO(status.print());
            CHECK(number_of(status, "pending") == 0);
            CHECK(number_of(status, "set_aside") == 0);
            CHECK(number_of(status, "conflicts") == 0);
            CHECK_FALSE(*status.find("digest_differs")->boolean());
            CHECK_FALSE(*status.find("rereading")->boolean());
        }
        (void)hub.ask({"verify"});
    }
    void back_up(const std::string& name) { (void)hub.ask({"backup", (folder / name).string()}); }
    void restore(const std::string& name) {
        hub.stop();
        (void)hub.ask({"restore", (folder / name).string(), "--replace"});
        hub.start();
    }

    TempFolder folder;
    HubProgram hub;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// The names of all customers that a terminal shows.
std::vector<std::string> names(const TerminalProgram& terminal) {
    std::vector<std::string> out;
    const Ended ended = terminal.run({"export", "customers", "--format", "ndjson", "--out", "-"});
    for (const std::string& line : lines_of(ended.out)) {
        if (line.empty()) continue;
        auto document = Json::parse(line);
        REQUIRE_OK(document);
        out.push_back(text_of(*document, "name"));
    }
    std::sort(out.begin(), out.end());
    return out;
}

TEST_CASE("A hub that is restored from an older backup, twice, ends with everything again") {
    Company company;
    const TerminalProgram anna = company.terminal("anna");
    const TerminalProgram bram = company.terminal("bram");
    (void)company.customer(anna, "in the backup");
    company.sync_all({&anna, &bram});
    company.back_up("first");
    (void)company.customer(anna, "after the backup, of anna");
    (void)company.customer(bram, "after the backup, of bram");
    company.sync_all({&anna, &bram});
    company.restore("first");
    (void)company.customer(bram, "saved while the hub was away");
    // Anna comes first: bram's customer, which she has, is nowhere at the hub.
    company.sync(anna);
    CHECK(number_of(anna.ask({"status"}), "sent_again") == 1);
    CHECK_THAT(anna.run({"status"}).out,
               Catch::Matchers::ContainsSubstring("The office was restored from a backup"));
    company.sync_all({&anna, &bram});
    const std::vector<std::string> all{"after the backup, of anna", "after the backup, of bram",
                                       "in the backup", "saved while the hub was away"};
    CHECK(names(anna) == all);
    CHECK(names(bram) == all);

    company.restore("first");
    company.sync_all({&bram, &anna});
    CHECK(names(anna) == all);
    CHECK(names(bram) == all);
    CHECK(number_of(company.hub.ask({"status"}), "customers") == 4);
}

TEST_CASE("A terminal that a restored hub does not know enrols again and loses nothing") {
    Company company;
    const TerminalProgram anna = company.terminal("anna");
    (void)company.customer(anna, "in the backup");
    company.sync_all({&anna});
    company.back_up("before bram");
    const TerminalProgram bram = company.terminal("bram");
    (void)company.customer(bram, "bram's, sent");
    company.sync_all({&bram, &anna});
    (void)company.customer(bram, "bram's, not sent");
    company.restore("before bram");
    const Json before = bram.ask({"status"});
    const Ended refused = bram.run({"sync"});
    INFO(refused.text());
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Catch::Matchers::ContainsSubstring("enrol this profile again"));
    company.sync(anna);
    // Without that, an enrolled profile is not enrolled a second time.
    const Ended twice =
        anna.run({"enrol", "--hub", company.hub.address(), "--code", company.hub.code()});
    CHECK(twice.code == 1);
    CHECK_THAT(twice.err, Catch::Matchers::ContainsSubstring("enrolled already"));

    bram.enrol(company.hub.address(), company.hub.code());
    company.sync_all({&bram, &anna});
    CHECK(text_of(bram.ask({"status"}), "device") == text_of(before, "device"));
    const std::vector<std::string> all{"bram's, not sent", "bram's, sent", "in the backup"};
    CHECK(names(bram) == all);
    CHECK(names(anna) == all);
    CHECK(number_of(company.hub.ask({"status"}), "customers") == 3);
}

TEST_CASE("A terminal restored from its backup after it had gone on keeps both lives") {
    Company company;
    const TerminalProgram anna = company.terminal("anna");
    const TerminalProgram bram = company.terminal("bram");
    (void)company.customer(anna, "saved before the backup, sent after it");
    fs::copy(anna.profile(), company.folder / "kept", fs::copy_options::recursive);
    (void)company.customer(anna, "sent after the backup");
    company.sync_all({&anna, &bram});
    fs::remove_all(anna.profile());
    fs::copy(company.folder / "kept", anna.profile(), fs::copy_options::recursive);
    (void)company.customer(anna, "saved after the restore");
    (void)company.customer(anna, "saved after the restore, too");
    const std::string before = text_of(anna.ask({"status"}, 0), "incarnation");
    company.sync_all({&anna, &bram});
    const Json status = anna.ask({"status"});
    CHECK(text_of(status, "incarnation") != before);
    CHECK(status.find("separated")->string() != nullptr);
    CHECK_THAT(anna.run({"status"}).out, Catch::Matchers::ContainsSubstring("restored or copied"));
    const std::vector<std::string> all{"saved after the restore", "saved after the restore, too",
                                       "saved before the backup, sent after it",
                                       "sent after the backup"};
    CHECK(names(anna) == all);
    CHECK(names(bram) == all);
}

TEST_CASE("A copied terminal and the first one both go on, each under a number of its own") {
    Company company;
    const TerminalProgram anna = company.terminal("anna");
    (void)company.customer(anna, "saved before the copy");
    fs::create_directories(company.folder / "second");
    fs::copy(anna.profile(), company.folder / "second" / "anna", fs::copy_options::recursive);
    const TerminalProgram copy(company.folder / "second", "anna");
    (void)company.customer(anna, "of the first");
    (void)company.customer(copy, "of the copy");
    company.sync_all({&anna, &copy});
    const Json one = anna.ask({"status"});
    const Json two = copy.ask({"status"});
    CHECK(text_of(one, "device") == text_of(two, "device"));
    CHECK(text_of(one, "incarnation") != text_of(two, "incarnation"));
    CHECK(one.find("separated")->string() == nullptr);
    CHECK(two.find("separated")->string() != nullptr);
    const Json fleet = company.hub.ask({"devices"});
    CHECK(number_of(fleet.find("devices")->items()->front(), "incarnations") == 2);
    const std::vector<std::string> all{"of the copy", "of the first", "saved before the copy"};
    CHECK(names(anna) == all);
    CHECK(names(copy) == all);
}

TEST_CASE("A terminal that was installed anew gets everything back that was sent") {
    Company company;
    const TerminalProgram anna = company.terminal("anna");
    (void)company.customer(anna, "sent");
    company.sync_all({&anna});
    fs::remove_all(anna.profile());
    anna.enrol(company.hub.address(), company.hub.code());
    (void)company.customer(anna, "saved after installing anew");
    company.sync_all({&anna});
    CHECK(names(anna) == std::vector<std::string>{"saved after installing anew", "sent"});
}

}  // namespace
}  // namespace balie::test

// What goes wrong at a terminal: a clear error, the right exit code, nothing lost.
#include "storage/sqlite/database.h"
#include "storage/vault/vault.h"
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

namespace balie::test {
namespace {

void require_nothing_lost(const TerminalProgram& terminal) {
    REQUIRE(terminal.everything() == Office::everything());
}

void run_sql(const TerminalProgram& terminal, const std::string& sql) {
    const auto users = must(vault::list_users(terminal.profile()));
    const auto keys = must(vault::unlock(terminal.profile(), users.front(), kPassword));
    auto database =
        must(sqlite::Database::open(terminal.database().string(), keys.database_key.view()));
    must(database.execute(sql));
}

TEST_CASE("A hub that is not there: exit code 3, everything stays here to be sent later") {
    const Office office;
    require_clear_error(office.terminal().run({"sync"}), 3, {"127.0.0.1"});
    require_nothing_lost(office.terminal());
    CHECK(number_of(office.terminal().ask({"status"}), "pending") > 0);
}

TEST_CASE("Enrolling at a hub that is not there can be repeated with the same code") {
    Office office;
    office.hub().start();
    const std::string code = office.hub().code();
    const std::string address = office.hub().address();
    office.hub().stop();
    const TerminalProgram fresh(office.file("fresh"), "new");
    require_clear_error(fresh.run({"enrol", "--hub", address, "--code", code}), 3, {"127.0.0.1"});
    office.hub().start();
    fresh.enrol(office.hub().address(), code);
    CHECK(text_of(fresh.ask({"whoami"}), "user") == "anna");
}

TEST_CASE("A wrong, an expired or a used code is refused in words, and a good one still works") {
    Office office;
    office.hub().start();
    const std::string good = office.hub().code();
    const std::string used = office.hub().code();
    const std::string expired = office.hub().code("anna", "1s");
    const TerminalProgram first(office.file("first"), "first");
    first.enrol(office.hub().address(), used);
    // Enrolling took longer than that second; on a machine where it does not, the rest is waited.
    REQUIRE_FALSE(office.hub().process().ends_within(Milliseconds(1000)));

    constexpr std::size_t kSecret = 22;  // 18 letters and digits in groups of four
    const std::string pin = good.substr(kSecret);
    HubProgram other(office.file("other-hub"));
    other.set_up();
    const std::string foreign = other.code();
    const TerminalProgram second(office.file("second"), "second");
    const auto enrol = [&](const std::string& code) {
        return second.run({"enrol", "--hub", office.hub().address(), "--code", code});
    };
    require_clear_error(enrol("hello"), 1, {"code"});
    require_clear_error(enrol(foreign.substr(0, kSecret) + pin), 1, {"code"});
    require_clear_error(enrol(foreign), 1, {});  // another hub's key
    require_clear_error(enrol(expired), 1, {"expired"});
    require_clear_error(enrol(used), 1, {"used"});
    require_clear_error(second.run({"status"}), 1, {"Enrol"});
    second.enrol(office.hub().address(), good);
    CHECK(text_of(second.ask({"whoami"}), "user") == "anna");
}

TEST_CASE("A wrong password opens nothing and changes nothing") {
    const Office office;
    TerminalProgram stranger = office.terminal();
    stranger.password = "not the password";
    require_clear_error(stranger.run({"status"}), 1, {"password"});
    require_clear_error(stranger.run({"export", "customers", "--out", "-"}), 1, {"password"});
    require_nothing_lost(office.terminal());
}

TEST_CASE("A note over the limit is refused whole, not cut") {
    const Office office;
    const Ended ended =
        office.terminal().run({"log", "--customer", "BM-1", "--channel", "visit", "--outcome",
                               "sale", "--note", std::string(17 * 1024, 'n')});
    require_clear_error(ended, 1, {"note"});
    require_nothing_lost(office.terminal());
}

TEST_CASE("A channel, an outcome or a customer that nobody knows is refused by name") {
    const Office office;
    const TerminalProgram& terminal = office.terminal();
    require_clear_error(
        terminal.run({"log", "--customer", "BM-1", "--channel", "pigeon", "--outcome", "sale"}), 1,
        {"pigeon", "channel"});
    require_clear_error(terminal.run({"log", "--customer", "BM-1", "--channel", "visit",
                                      "--outcome", "marvellous"}),
                        1, {"marvellous", "outcome"});
    require_clear_error(
        terminal.run({"log", "--customer", "BM-999", "--channel", "visit", "--outcome", "sale"}), 1,
        {"BM-999"});
    require_clear_error(terminal.run({"log", "--customer", "BM-1", "--channel", "visit",
                                      "--outcome", "sale", "--at", "2026-02-31T10:00"}),
                        1, {"2026-02-31"});
    require_nothing_lost(terminal);
}

TEST_CASE("A profile of a newer version is left alone") {
    const Office office;
    const TerminalProgram& terminal = office.terminal();
    run_sql(terminal, "PRAGMA user_version=9999");
    const std::string before = read_text(terminal.database());
    require_clear_error(terminal.run({"status"}), 1, {"newer version"});
    require_clear_error(
        terminal.run({"log", "--customer", "BM-1", "--channel", "visit", "--outcome", "sale"}), 1,
        {"newer version"});
    CHECK(read_text(terminal.database()) == before);
}

TEST_CASE("A database with damaged bytes is told, left as it is, and a backup brings all back") {
    const Office office;
    const TerminalProgram& terminal = office.terminal();
    const auto backup = office.file("safe.db");
    (void)terminal.ask({"backup", backup.string()});
    std::string bytes = read_text(terminal.database());
    const std::size_t from = bytes.size() / 4;
    for (std::size_t i = from; i < from + bytes.size() / 2; ++i) {
        bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
    }
    write_text(terminal.database(), bytes);

    for (const Words& words :
         {Words{"export", "customers", "--out", "-"}, Words{"export", "interactions", "--out", "-"},
          Words{"customer", "search", "Client"}}) {
        require_clear_error(terminal.run(words), 1, {"damaged", "balie"});
    }
    const Ended doctor = terminal.run({"doctor"});
    INFO(doctor.text());
    CHECK((doctor.code == 1 || doctor.code == 4));
    CHECK_THAT(doctor.out + doctor.err, Catch::Matchers::ContainsSubstring("restore"));
    CHECK(read_text(terminal.database()) == bytes);

    const Json restored = terminal.ask({"restore", backup.string()});
    require_nothing_lost(terminal);
    CHECK(read_text(text_of(restored, "kept")) == bytes);
}

TEST_CASE("A profile that lost a file says which, and takes nothing for a fresh start") {
    const Office office;
    const TerminalProgram& terminal = office.terminal();
    const std::string database = read_text(terminal.database());
    const auto keys = terminal.profile() / "keys";
    const std::string text = read_text(keys);

    std::filesystem::remove(keys);
    require_clear_error(terminal.run({"status"}), 1, {"keys", "backup"});
    write_text(keys, text.substr(0, text.size() / 2));
    require_clear_error(terminal.run({"status"}), 1, {"keys", "damaged", "backup"});
    write_text(keys, text);

    std::filesystem::remove(terminal.database());
    require_clear_error(terminal.run({"status"}), 1, {"balie.db", "missing", "balie restore"});
    CHECK_FALSE(std::filesystem::exists(terminal.database()));
    write_text(terminal.database(), "");
    require_clear_error(terminal.run({"status"}), 1, {"balie.db", "empty", "balie restore"});
    CHECK(read_text(terminal.database()).empty());
    write_text(terminal.database(), std::string(200'000, 'x'));
    require_clear_error(terminal.run({"status"}), 1, {"balie.db", "damaged", "restore"});

    write_text(terminal.database(), database);
    require_nothing_lost(terminal);
}

TEST_CASE("A file that may not grow loses nothing either") {
    const Office office;
    const TerminalProgram& terminal = office.terminal();
    Command command = terminal.command({"log", "--customer", "BM-1", "--channel", "visit",
                                        "--outcome", "sale", "--note", std::string(9000, 'v')});
    command.file_bytes_max = 8192;
    require_clear_error(run(command), 1, {});
    require_nothing_lost(terminal);
    CHECK(terminal.run({"doctor"}).code == 0);
}

}  // namespace
}  // namespace balie::test

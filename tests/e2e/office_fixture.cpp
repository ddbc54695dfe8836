#include "tests/e2e/office_fixture.h"

#include "tests/support/catch.h"

namespace balie::test {

namespace {

/// Made at first use and removed when the program ends.
struct Original {
    Original() : hub(folder / "hub"), terminal(folder / "terminal", "anna") {
        hub.set_up();
        hub.start();
        terminal.enrol(hub.address(), hub.code());
        hub.stop();
        table = make_bank_table(7, kOfficeRows);
        write_text(folder / "contacts.csv", table.csv());
        (void)terminal.ask({"import", (folder / "contacts.csv").string(), "--as", "interactions",
                            "--map", bank_map()});
        (void)terminal.ask({"log", "--customer", "BM-3", "--channel", "visit", "--outcome", "sale",
                            "--note", "kept whatever happens", "--next", "+7d", "--next-subject",
                            "call back"});
        everything = terminal.everything();
    }

    TempFolder folder;
    HubProgram hub;
    TerminalProgram terminal;
    BankTable table;
    std::string everything;
};

const Original& original() {
    static const Original kMade;
    return kMade;
}

const std::filesystem::path& copied(const std::filesystem::path& to) {
    std::filesystem::copy(original().folder.path(), to,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    return to;
}

}  // namespace

Office::Office()
    : hub_(copied(folder_.path()) / "hub"), terminal_(folder_.path() / "terminal", "anna") {}

void Office::start_hub() {
    hub_.start_at(original().hub.port());
}

TerminalProgram Office::terminal_in(const std::filesystem::path& folder) const {
    std::filesystem::copy(original().terminal.profile(), folder / "anna",
                          std::filesystem::copy_options::recursive);
    return {folder, "anna"};
}

const BankTable& Office::table() {
    return original().table;
}

const std::string& Office::everything() {
    return original().everything;
}

void require_clear_error(const Ended& ended, int code, const std::vector<std::string>& words) {
    INFO(ended.text());
    REQUIRE(ended.in_time);
    REQUIRE(ended.signal == 0);
    CHECK(ended.code == code);
    for (const std::string& word : words)
        CHECK_THAT(ended.err, Catch::Matchers::ContainsSubstring(word));
    // A fault of the program, a bare library message or a code is no error for a person.
    CHECK_THAT(ended.err, !Catch::Matchers::ContainsSubstring("terminate called"));
    CHECK_THAT(ended.err, !Catch::Matchers::ContainsSubstring("SQLITE_"));
    CHECK_THAT(ended.err, !Catch::Matchers::ContainsSubstring("PRAGMA"));
    CHECK_THAT(ended.err, !Catch::Matchers::ContainsSubstring("ERROR CORE"));
}

}  // namespace balie::test

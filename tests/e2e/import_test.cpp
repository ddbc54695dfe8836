// Import of tables as people really have them: tried, refused, skipped, broken off, taken back.
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

#include <random>

namespace balie::test {
namespace {

class Importing {
  public:
    [[nodiscard]] const TerminalProgram& terminal() const { return office.terminal(); }
    [[nodiscard]] Words words(const std::string& text, Words more = {}) const {
        const auto file = office.file("given.csv");
        write_text(file, text);
        Words all{"import", file.string(), "--as", "interactions", "--map", bank_map()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    void require_nothing_written() const {
        REQUIRE(terminal().everything() == Office::everything());
    }

    Office office;
};

/// The fields of one line of the bank's file, by name.
std::string with(BankTable table, std::size_t row, const std::string& column,
                 const std::string& text) {
    for (std::size_t i = 0; i < kBankColumns.size(); ++i) {
        if (column == kBankColumns[i]) table.rows[row][i] = text;
    }
    return table.csv();
}

TEST_CASE("A dry run says what would happen and writes nothing") {
    const Importing given;
    const Json tried =
        given.terminal().ask(given.words(make_bank_table(3, 50).csv(), {"--dry-run"}));
    CHECK(number_of(tried, "read") == 50);
    CHECK(*tried.find("dry_run")->boolean());
    given.require_nothing_written();
    CHECK(given.terminal().ask({"imports"}).find("imports")->items()->size() == 1);
}

TEST_CASE("A truncated table is refused with the line where it breaks") {
    const Importing given;
    const std::string whole = make_bank_table(3, 30).csv();
    const auto inside_quotes = whole.rfind('"') - 1;
    require_clear_error(given.terminal().run(given.words(whole.substr(0, inside_quotes))), 1,
                        {"line 31"});
    const auto inside_line = whole.rfind(';', whole.size() - 20);
    const Ended cut = given.terminal().run(given.words(whole.substr(0, inside_line)));
    INFO(cut.text());
    CHECK(cut.code == 1);
    CHECK_THAT(cut.out + cut.err, Catch::Matchers::ContainsSubstring("line 31"));
    given.require_nothing_written();
}

TEST_CASE("A file that is no table at all is refused") {
    const Importing given;
    std::string bytes;
    std::mt19937_64 random(5);
    for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(random() % 256);
    require_clear_error(given.terminal().run(given.words(bytes)), 1, {"given.csv"});
    require_clear_error(given.terminal().run(given.words(std::string("\x7f"
                                                                     "ELF\0\0\1\2",
                                                                     8))),
                        1, {"given.csv"});
    require_clear_error(given.terminal().run(given.words("")), 1, {"given.csv"});
    require_clear_error(given.terminal().run({"import", given.office.file("none.csv").string(),
                                              "--as", "interactions", "--map", bank_map()}),
                        1, {"none.csv"});
    given.require_nothing_written();
}

TEST_CASE("A column that is missing is named before anything is written") {
    const Importing given;
    std::string text = make_bank_table(3, 30).csv();
    text.replace(text.find("\"duration\""), 10, "\"length\"");
    require_clear_error(given.terminal().run(given.words(text)), 1, {"duration"});
    given.require_nothing_written();
}

TEST_CASE("A date that cannot be stops the import, or its line is skipped, by its number") {
    const Importing given;
    const BankTable table = make_bank_table(3, 30);
    const std::string text = with(table, 9, "day", "32");
    const Ended stopped = given.terminal().run(given.words(text));
    INFO(stopped.text());
    CHECK(stopped.code == 1);
    CHECK_THAT(stopped.out, Catch::Matchers::ContainsSubstring("line 11:"));
    given.require_nothing_written();

    const Json skipped = given.terminal().ask(given.words(text, {"--on-error", "skip"}), 4);
    CHECK(number_of(skipped, "imported") == 29);
    CHECK(number_of(skipped, "skipped") == 1);
    REQUIRE(skipped.find("errors")->items()->size() == 1);
    CHECK(number_of(skipped.find("errors")->items()->front(), "line") == 11);
    CHECK_FALSE(text_of(skipped.find("errors")->items()->front(), "reason").empty());
    CHECK(given.terminal().exported("csv").interactions.size() == kOfficeRows + 1 + 29);
}

TEST_CASE("A map that names an unknown custom field fails before anything is written") {
    const Importing given;
    std::string map = read_text(bank_map());
    map.replace(map.find("\"x.age\": \"age\""), 14, "\"x.shoe_size\": \"age\"");
    const auto file = given.office.file("own.map.json");
    write_text(file, map);
    Words words = given.words(make_bank_table(3, 30).csv());
    words.back() = file.string();
    require_clear_error(given.terminal().run(words), 1, {"shoe_size"});
    // Known to the map alone is not known: the office defines fields.
    map.insert(map.find("{\"name\": \"age\""),
               "{\"name\": \"shoe_size\", \"datatype\": \"integer\", \"en\": \"Size\", \"nl\": "
               "\"Maat\"},\n");
    write_text(file, map);
    require_clear_error(given.terminal().run(words), 1, {"shoe_size", "field load"});
    write_text(file, "{\"version\": 1, ");
    require_clear_error(given.terminal().run(words), 1, {"own.map.json"});
    given.require_nothing_written();
}

TEST_CASE("A channel that no code list has is told with its line") {
    const Importing given;
    std::string map = read_text(bank_map());
    map.replace(map.find("\"unknown\": \"phone\""), 18, "\"unknown\": \"pigeon\"");
    const auto file = given.office.file("own.map.json");
    write_text(file, map);
    Words words = given.words(with(make_bank_table(3, 30), 4, "contact", "unknown"));
    words.back() = file.string();
    const Ended ended = given.terminal().run(words);
    INFO(ended.text());
    CHECK(ended.code == 1);
    CHECK_THAT(ended.out + ended.err, Catch::Matchers::ContainsSubstring("pigeon"));
    given.require_nothing_written();
}

TEST_CASE("An import that was killed half-way goes on with the same command and doubles nothing") {
    const Importing given;
    const BankTable table = make_bank_table(11, 3000);
    const Words words = given.words(table.csv(), {"--json"});
    const auto log = given.terminal().database().string() + "-wal";
    std::mt19937_64 random(11);
    int killed = 0;
    for (int round = 0; round < 4; ++round) {
        // Killed after the write-ahead log was seen to change as often as a seed chooses.
        std::error_code ignored;
        auto seen = std::filesystem::last_write_time(log, ignored);
        auto changes = random() % 12;
        Process process(given.terminal().command(words));
        while (!process.ends_within(Milliseconds(2))) {
            const auto now = std::filesystem::last_write_time(log, ignored);
            if (ignored || now == seen) continue;
            seen = now;
            if (changes-- == 0) break;
        }
        if (process.kill_now().signal != 0) ++killed;
    }
    CHECK(killed > 0);
    const Json finished = given.terminal().ask(words);
    CHECK(number_of(finished, "imported") == 3000);
    CHECK(given.terminal().run({"doctor"}).code == 0);
    const Exported exported = given.terminal().exported("csv");
    CHECK(exported.interactions.size() == 3000 + kOfficeRows + 1);
    CHECK(exported.customers.size() == 3000 + kOfficeRows);

    const Json again = given.terminal().ask(words);
    CHECK(*again.find("already_imported")->boolean());
    (void)given.terminal().ask({"import-undo", text_of(finished, "import")});
    const Exported after = given.terminal().exported("csv");
    CHECK(after.interactions.size() == kOfficeRows + 1);
    CHECK(after.customers.size() == kOfficeRows);
    require_clear_error(given.terminal().run({"import-undo", text_of(finished, "import")}), 1,
                        {"already"});
}

TEST_CASE("A note over the limit is named by its line, and nothing is written") {
    const Importing given;
    const auto file = given.office.file("notes.ndjson");
    const auto line = [](const std::string& note) {
        return R"({"channel":"visit","outcome":"sale","occurred_at":"2026-01-05T10:00:00Z","note":")" +
               note + "\"}\n";
    };
    write_text(file, line("short") + line(std::string(17 * 1024, 'n')));
    const Ended ended = given.terminal().run({"import", file.string(), "--as", "interactions"});
    INFO(ended.text());
    CHECK(ended.code == 1);
    CHECK_THAT(ended.out, Catch::Matchers::ContainsSubstring("line 2:"));
    CHECK_THAT(ended.out, Catch::Matchers::ContainsSubstring("note"));
    CHECK_THAT(ended.out, Catch::Matchers::ContainsSubstring("16384"));
    given.require_nothing_written();
}

TEST_CASE("What one terminal exports as NDJSON, a terminal of another office imports equal") {
    const Importing given;
    HubProgram other(given.office.file("other-hub"));
    other.set_up();
    other.start();
    const TerminalProgram fresh(given.office.file("fresh"), "anna");
    fresh.enrol(other.address(), other.code());
    for (const std::string type : {"customers", "tasks", "interactions"}) {
        const auto out = given.office.file(type + ".ndjson").string();
        (void)given.terminal().ask({"export", type, "--format", "ndjson", "--out", out});
        const Json report = fresh.ask({"import", out, "--as", type});
        CHECK(number_of(report, "skipped") == 0);
        CHECK(text_of(report, "note").rfind("NDJSON", 0) == 0);
        const auto again = given.office.file(type + "-again.ndjson").string();
        (void)fresh.ask({"export", type, "--format", "ndjson", "--out", again});
        CHECK(read_text(again) == read_text(out));
    }
    (void)fresh.ask({"sync"});
    CHECK(other.exported("ndjson").interactions.size() == kOfficeRows + 1);
    // By its ending or by a word; what is none is said so.
    const auto table = given.office.file("table.txt");
    write_text(table, make_bank_table(3, 5).csv());
    require_clear_error(
        fresh.run({"import", table.string(), "--as", "interactions", "--format", "ndjson"}), 1,
        {"table.txt", "line 1", "one JSON object on each line"});
}

}  // namespace
}  // namespace balie::test

// Each house rule against an example that breaks it and one that does not: a rule that catches
// nothing would hold nothing.
#include "tests/support/catch.h"
#include "tests/tidy/rules.h"

#include <string>

namespace balie::tidy {

namespace {

File source(std::string path, std::string text) {
    return {std::move(path), std::move(text)};
}

std::string many_lines(int count) {
    std::string out;
    for (int line = 0; line < count; ++line) {
        out += "int value_" + std::to_string(line) + ";\n";
    }
    return out;
}

}  // namespace

TEST_CASE("An include against the arrows is caught", "[tidy]") {
    const std::string sync = "#pragma once\n#include \"sync/core/hlc.h\"\n";
    const Violations found = include_arrows(source("storage/store/store.h", sync));
    REQUIRE(found.size() == 1);
    REQUIRE(found.front().line == 2);
    REQUIRE(include_arrows(source("sync/log/outbox.h", sync)).empty());

    REQUIRE(include_arrows(source("storage/base/date.h", "#include \"storage/domain/schema.h\"\n"))
                .size() == 1);
    REQUIRE(
        include_arrows(source("sync/core/hlc.cpp", "#include \"app/model/intent.h\"\n")).size() ==
        1);
    REQUIRE(
        include_arrows(source("app/model/undo.h", "#include \"app/runtime/mailbox.h\"\n")).size() ==
        1);
    REQUIRE(
        include_arrows(source("app/model/undo.h", "#include \"app/runtime/events.h\"\n")).empty());
}

TEST_CASE("A file outside the plan of the house is caught", "[tidy]") {
    REQUIRE(include_arrows(source("storage/misc/tools.h", "")).size() == 1);
    REQUIRE(include_arrows(source("app/main.cpp", "#include \"sync/net/tls.h\"\n")).empty());
}

TEST_CASE("A screen's model that draws, and a drawing that reads data, are caught", "[tidy]") {
    const std::string draws = "#include \"app/ui/widgets.h\"\n";
    const std::string reads = "#include \"storage/domain/schema.h\"\n";
    REQUIRE(include_arrows(source("app/screens/search/search_model.cpp", draws)).size() == 1);
    REQUIRE(include_arrows(source("app/screens/search/search_screen.cpp", draws)).empty());
    REQUIRE(include_arrows(source("app/screens/search/search_screen.cpp", reads)).size() == 1);
    REQUIRE(include_arrows(source("app/screens/search/search_model.cpp", reads)).empty());
    REQUIRE(include_arrows(source("app/screens/search/search_model.cpp",
                                  "#include \"app/screens/today/today_model.h\"\n"))
                .size() == 1);
}

TEST_CASE("A third party in a foreign folder is caught", "[tidy]") {
    REQUIRE(third_party_owners(source("storage/repo/customer_repo.cpp", "#include <sqlite3.h>\n"))
                .size() == 1);
    REQUIRE(third_party_owners(source("storage/sqlite/database.cpp", "#include <sqlite3.h>\n"))
                .empty());
    REQUIRE(third_party_owners(source("app/model/router.cpp", "#include <imgui.h>\n")).size() == 1);
    REQUIRE(third_party_owners(source("app/model/router.cpp", "#include \"imgui.h\"\n")).size() ==
            1);
    REQUIRE(
        third_party_owners(source("sync/hub/ingest.cpp", "#include <boost/asio.hpp>\n")).size() ==
        1);
    REQUIRE(third_party_owners(source("app/ui/ui.cpp", "#include <nlohmann/json.hpp>\n")).size() ==
            1);
    REQUIRE(third_party_owners(source("app/ui/ui.cpp", "#include <leftpad/leftpad.h>\n")).size() ==
            1);
    REQUIRE(
        third_party_owners(source("app/ui/ui.cpp", "#include <vector>\n#include <sys/stat.h>\n"))
            .empty());
    REQUIRE(third_party_owners(source("app/ui/ui.cpp", "// #include <boost/asio.hpp>\n")).empty());
}

TEST_CASE("A file that has grown too long is caught", "[tidy]") {
    REQUIRE(file_size(source("sync/core/merge.cpp", many_lines(501))).size() == 1);
    REQUIRE(file_size(source("sync/core/merge.cpp", many_lines(500))).empty());
    REQUIRE(file_size(source("sync/core/merge.h", many_lines(251))).size() == 1);
    REQUIRE(file_size(source("sync/core/merge.h", many_lines(250))).empty());
    REQUIRE(file_size(source("assets/demo/names.csv", many_lines(9000))).empty());
    REQUIRE(long_readme(source("sync/README.md", many_lines(81))).size() == 1);
    REQUIRE(long_readme(source("sync/README.md", many_lines(80))).empty());
}

TEST_CASE("A header without its guard is caught", "[tidy]") {
    REQUIRE(pragma_once(source("sync/core/hlc.h", "struct Hlc {};\n")).size() == 1);
    REQUIRE(pragma_once(source("sync/core/hlc.h", "// #pragma once\n")).size() == 1);
    REQUIRE(pragma_once(source("sync/core/hlc.h", "// why\n#pragma once\n")).empty());
}

TEST_CASE("Banned code is caught, talk about it is not", "[tidy]") {
    const std::string path = "sync/core/hlc.cpp";
    REQUIRE(banned_code(source(path, "using namespace std;\n")).size() == 1);
    REQUIRE(banned_code(source(path, "auto here = std::source_location::current();\n")).size() ==
            1);
    REQUIRE(banned_code(source(path, "for (auto x : list | std::views::reverse) {\n")).size() == 1);
    REQUIRE(banned_code(source(path, "// no using namespace here\n")).empty());
    REQUIRE(banned_code(source(path, "say(\"using namespace\");\n")).empty());
}

TEST_CASE("Unfinished work is caught", "[tidy]") {
    for (const char* bad : {"// TODO later\n", "/* XXX */\n", "// HACK\n", "// FIXME soon\n",
                            "return error(\"not implemented\");\n", "// a stub\n"}) {
        CAPTURE(bad);
        REQUIRE(unfinished_words(source("app/cli/person.cpp", bad)).size() == 1);
    }
    REQUIRE(unfinished_words(source("app/cli/person.cpp", "// FIXME(issue 12): slow\n")).empty());
    REQUIRE(unfinished_words(source("app/cli/person.cpp", "auto stubborn = 1;\n")).empty());
}

TEST_CASE("A test that sleeps is caught", "[tidy]") {
    REQUIRE(sleeps_in_tests(source("tests/e2e/x_test.cpp", "std::this_thread::sleep_for(1s);\n"))
                .size() == 1);
    REQUIRE(sleeps_in_tests(source("tests/e2e/x_test.cpp", "::usleep(5);\n")).size() == 1);
    REQUIRE(sleeps_in_tests(source("tests/e2e/x_test.cpp", "// never sleep here\n")).empty());
    REQUIRE(sleeps_in_tests(source("app/shell/frame_loop.cpp", "sleep_for(1s);\n")).empty());
}

TEST_CASE("A skip without issue and date is caught", "[tidy]") {
    const std::string path = "tests/sim/sim_test.cpp";
    REQUIRE(skips_without_issue(source(path, "SKIP(\"flaky\");\n")).size() == 1);
    REQUIRE(skips_without_issue(source(path, "SKIP(\"issue 7, 2026-01-31: no GL\");\n")).empty());
}

TEST_CASE("A colour or a pixel in a screen is caught", "[tidy]") {
    const std::string path = "app/screens/today/today_screen.cpp";
    REQUIRE(literals_in_screens(source(path, "auto red = ImVec4(1, 0, 0, 1);\n")).size() == 1);
    REQUIRE(literals_in_screens(source(path, "line(IM_COL32(255, 0, 0, 255));\n")).size() == 1);
    REQUIRE(literals_in_screens(source(path, "button(ImVec2{10, 10});\n")).size() == 1);
    REQUIRE(literals_in_screens(source("app/ui/theme.cpp", "ImVec4 tone;\n")).empty());
}

TEST_CASE("A path of one machine is caught", "[tidy]") {
    REQUIRE(machine_paths(source("README.md", "cd /home/anna/balie\n")).size() == 1);
    REQUIRE(machine_paths(source("app/run", "data=/root/data\n")).size() == 1);
    REQUIRE(machine_paths(source("app/run", "\"/work/main\"\n")).size() == 1);
    REQUIRE(machine_paths(source("README.md", "see sync/work/notes and $HOME/home/x\n")).empty());
}

TEST_CASE("A stray file at the top is caught", "[tidy]") {
    REQUIRE(top_level({"README.md", "app", "notes.txt"}).size() == 1);
    REQUIRE(top_level({"README.md", "app", "third_party"}).empty());
}

TEST_CASE("A package registry's host is found in both forms of apt's sources and caught",
          "[tidy]") {
    const auto listed = hosts_in_apt_sources(
        "# http://old.example.org/debian\n"
        "deb [signed-by=/usr/share/keyrings/k.gpg] https://mirror.example.net/debian bookworm "
        "main\n");
    REQUIRE(listed == std::set<std::string>{"mirror.example.net"});
    const auto described =
        hosts_in_apt_sources("Types: deb\nURIs: http://user:pw@packages.example.com:80/debian\n");
    REQUIRE(described == std::set<std::string>{"packages.example.com"});
    REQUIRE(registry_hosts(source("third_party/install", "a\ncurl mirror.example.net\n"), listed)
                .front()
                .line == 2);
    REQUIRE(registry_hosts(source("third_party/install", "apt-get update\n"), listed).empty());
}

TEST_CASE("A text that one language lacks, or says with other placeholders, is caught",
          "[tidy][text]") {
    const File english{"en.json", R"({"visit.save": "Save", "pending": "{count} to send"})"};
    const File same{"nl.json", R"({"visit.save": "Opslaan", "pending": "{count} te sturen"})"};
    REQUIRE(texts_differ(english, same).empty());
    const File lacking{"nl.json", R"({"pending": "{count} te sturen"})"};
    REQUIRE(texts_differ(english, lacking).size() == 1);
    const File more{"nl.json",
                    R"({"visit.save": "Opslaan", "pending": "{count} te sturen", "oud": "x"})"};
    REQUIRE(texts_differ(english, more).size() == 1);
    const File other{"nl.json", R"({"visit.save": "Opslaan", "pending": "{aantal} te sturen"})"};
    REQUIRE(texts_differ(english, other).size() == 2);
    const File broken{"nl.json", "{"};
    REQUIRE_FALSE(texts_differ(english, broken).empty());
}

TEST_CASE("Forms of a plural are compared too", "[tidy][text]") {
    const File english{"en.json", R"({"days": {"one": "{n} day", "other": "{n} days"}})"};
    const File dutch{"nl.json", R"({"days": {"one": "{n} dag", "other": "{n} dagen"}})"};
    REQUIRE(texts_differ(english, dutch).empty());
    const File lacking{"nl.json", R"({"days": {"other": "{n} dagen"}})"};
    REQUIRE(texts_differ(english, lacking).size() == 1);
}

TEST_CASE("A text that nothing says is caught", "[tidy][text]") {
    const File english{"en.json",
                       R"({"visit.save": "Save", "error.busy": "Busy", "old.one": "?"})"};
    const std::vector<File> tree = {
        {"app/screens/a.cpp", "ui.text(Text::VisitSave);"},
        {"app/model/b.cpp", "catalog.find(\"error.\" + name);"},
        {"tests/unit/c.cpp", "Text::OldOne"},
    };
    const Violations found = texts_unused(english, tree);
    REQUIRE(found.size() == 1);
    REQUIRE(found.front().what.find("old.one") != std::string::npos);
}

}  // namespace balie::tidy

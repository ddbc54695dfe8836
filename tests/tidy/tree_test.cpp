// The house rules, held against this very tree.
#include "tests/support/catch.h"
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

namespace balie::tidy {

namespace {

const std::vector<File>& tree() {
    static const std::vector<File> kTree = read_tree(BALIE_SOURCE_DIR);
    return kTree;
}

void hold(const std::function<Violations(const File&)>& rule) {
    Violations all;
    for (const File& file : tree()) {
        const Violations found = rule(file);
        all.insert(all.end(), found.begin(), found.end());
    }
    INFO(print(all));
    REQUIRE(all.empty());
}

const File* find_file(std::string_view path) {
    const auto found = std::find_if(tree().begin(), tree().end(),
                                    [path](const File& file) { return file.path == path; });
    return found == tree().end() ? nullptr : &*found;
}

struct Ran {
    int status;
    std::string output;
};

Ran run(const std::string& command) {
    Ran out{-1, ""};
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        return out;
    }
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        out.output.append(buffer.data(), got);
    }
    out.status = pclose(pipe);
    return out;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::set<std::string> hosts_of_this_machine() {
    const std::filesystem::path apt = "/etc/apt";
    std::string all = text_of(apt / "sources.list") + "\n";
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(apt / "sources.list.d", missing)) {
        all += text_of(entry.path()) + "\n";
    }
    return hosts_in_apt_sources(all);
}

}  // namespace

TEST_CASE("The rules see the whole tree", "[tidy]") {
    REQUIRE(find_file("CMakeLists.txt") != nullptr);
    REQUIRE(find_file("tests/tidy/tree_test.cpp") != nullptr);
    REQUIRE(find_file("storage/base/result.h") != nullptr);
    REQUIRE(std::none_of(tree().begin(), tree().end(), [](const File& file) {
        return file.path.starts_with("build/") || file.path.starts_with(".git/");
    }));
}

TEST_CASE("Every include follows an arrow of the plan", "[tidy]") {
    hold(include_arrows);
}

TEST_CASE("Every third party is seen only by the folder that owns it", "[tidy]") {
    hold(third_party_owners);
}

TEST_CASE("No file is too long to be about one thing", "[tidy]") {
    hold(file_size);
}

TEST_CASE("No folder's README is longer than a person reads", "[tidy]") {
    hold(long_readme);
}

TEST_CASE("Every header can be included twice", "[tidy]") {
    hold(pragma_once);
}

TEST_CASE("What the house has banned is not used", "[tidy]") {
    hold(banned_code);
}

TEST_CASE("Nothing is left unfinished in silence", "[tidy]") {
    hold(unfinished_words);
}

TEST_CASE("No test waits for time to pass", "[tidy]") {
    hold(sleeps_in_tests);
}

TEST_CASE("A skipped test says which issue it waits for, and since when", "[tidy]") {
    hold(skips_without_issue);
}

TEST_CASE("Screens name no colour and no pixel", "[tidy]") {
    hold(literals_in_screens);
}

TEST_CASE("Nothing names a folder of one machine", "[tidy]") {
    hold(machine_paths);
}

TEST_CASE("Nothing names a package registry", "[tidy]") {
    const std::set<std::string> hosts = hosts_of_this_machine();
    hold([&hosts](const File& file) { return registry_hosts(file, hosts); });
}

TEST_CASE("The top of the tree holds what the plan says and no more", "[tidy]") {
    const Violations found = top_level(read_top_level(BALIE_SOURCE_DIR));
    INFO(print(found));
    REQUIRE(found.empty());
}

TEST_CASE("English and Dutch say the same things", "[tidy][text]") {
    const File* english = find_file("assets/i18n/en.json");
    const File* dutch = find_file("assets/i18n/nl.json");
    REQUIRE(english != nullptr);
    REQUIRE(dutch != nullptr);
    const Violations found = texts_differ(*english, *dutch);
    INFO(print(found));
    REQUIRE(found.empty());
}

TEST_CASE("Every text is said somewhere", "[tidy][text]") {
    const File* english = find_file("assets/i18n/en.json");
    REQUIRE(english != nullptr);
    const Violations found = texts_unused(*english, tree());
    INFO(print(found));
    REQUIRE(found.empty());
}

TEST_CASE("Every source is formatted as the house formats", "[tidy]") {
    const Ran version = run("clang-format-14 --version || clang-format --version");
    if (version.status != 0) {
        FAIL("clang-format is missing: run third_party/install");
    }
    if (version.output.find("version 14") == std::string::npos) {
        WARN("checked with Debian 12's clang-format 14 only; here is " << version.output);
        return;
    }
    const std::string tool =
        run("command -v clang-format-14").status == 0 ? "clang-format-14" : "clang-format";
    std::string command = "cd '" BALIE_SOURCE_DIR "' && " + tool + " --dry-run -Werror";
    for (const File& file : tree()) {
        if (is_source(file.path)) {
            command += " '" + file.path + "'";
        }
    }
    const Ran checked = run(command);
    std::set<std::string> files;
    for (const std::string& line : lines_of(checked.output)) {
        if (line.find(": error:") != std::string::npos) {
            files.insert(line.substr(0, line.find(':')));
        }
    }
    std::string to_mend;
    for (const std::string& file : files) {
        to_mend += file + " ";
    }
    INFO("Mend it with: " << tool << " -i " << to_mend);
    REQUIRE(checked.status == 0);
}

}  // namespace balie::tidy

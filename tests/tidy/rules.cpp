#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <regex>

namespace balie::tidy {

namespace {

constexpr std::size_t kSourceLinesMax = 500;
constexpr std::size_t kHeaderLinesMax = 250;
constexpr std::size_t kReadmeLinesMax = 80;

// The rules themselves are full of what they forbid.
bool is_rule_book(std::string_view path) {
    return is_under(path, "tests/tidy");
}

bool is_text(std::string_view path) {
    static constexpr std::array kBinary = {".png", ".otf", ".ttf", ".db",  ".balie", ".gz",
                                           ".ico", ".zst", ".pdf", ".bin", ".sqlite"};
    return std::none_of(kBinary.begin(), kBinary.end(),
                        [path](std::string_view end) { return path.ends_with(end); });
}

Violations size_over(const File& file, std::size_t limit) {
    const std::size_t lines = lines_of(file.text).size();
    if (lines <= limit) {
        return {};
    }
    return {{file.path, 0,
             std::to_string(lines) + " lines, at most " + std::to_string(limit) +
                 ": split it by what it is about"}};
}

struct Ban {
    std::string_view word;
    std::string_view why;
};

template <typename Bans>
Violations find_words(const File& file, const std::vector<std::string>& lines, const Bans& bans) {
    Violations out;
    int number = 0;
    for (const std::string& line : lines) {
        ++number;
        for (const Ban& ban : bans) {
            if (has_word(line, ban.word)) {
                out.push_back({file.path, number,
                               "\"" + std::string{ban.word} + "\": " + std::string{ban.why}});
            }
        }
    }
    return out;
}

}  // namespace

Violations file_size(const File& file) {
    if (!is_source(file.path)) {
        return {};
    }
    return size_over(file, is_header(file.path) ? kHeaderLinesMax : kSourceLinesMax);
}

Violations long_readme(const File& file) {
    const bool of_a_folder = file.path.ends_with("/README.md");
    return of_a_folder ? size_over(file, kReadmeLinesMax) : Violations{};
}

Violations pragma_once(const File& file) {
    if (!is_header(file.path)) {
        return {};
    }
    const std::vector<std::string> lines = code_lines(file.text, Strings::Keep);
    const bool found = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("#pragma once");
    });
    return found ? Violations{} : Violations{{file.path, 0, "a header begins with #pragma once"}};
}

Violations banned_code(const File& file) {
    static constexpr std::array kBans = {
        Ban{"std::source_location", "clang-tidy 14 cannot parse it"},
        Ban{"std::views", "clang-tidy 14 cannot parse range pipelines"},
        Ban{"std::ranges::views", "clang-tidy 14 cannot parse range pipelines"},
        Ban{"using namespace", "names say where they come from"},
        Ban{"co_await", "clang 14 cannot parse Asio's coroutines with this library: use callbacks"},
        Ban{"const_cast", "nothing that is const is written"},
    };
    if (!is_source(file.path) || is_rule_book(file.path)) {
        return {};
    }
    return find_words(file, code_lines(file.text, Strings::Blank), kBans);
}

Violations unfinished_words(const File& file) {
    static constexpr std::string_view kWhy = "finish it, or open an issue and write FIXME(issue n)";
    static constexpr std::array kBans = {
        Ban{"TODO", kWhy},        Ban{"XXX", kWhy},
        Ban{"HACK", kWhy},        Ban{"not implemented", kWhy},
        Ban{"stub", kWhy},        Ban{"dummy", kWhy},
        Ban{"lorem ipsum", kWhy},
    };
    const bool ours = is_source(file.path) || file.path.ends_with(".cmake") ||
                      file.path.ends_with("CMakeLists.txt") || file.path.ends_with("/run");
    if (!ours || is_rule_book(file.path)) {
        return {};
    }
    Violations out = find_words(file, lines_of(file.text), kBans);
    static const std::regex kFixme(R"(\bFIXME\b(?!\(issue \d+\)))");
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
        ++number;
        if (std::regex_search(line, kFixme)) {
            out.push_back({file.path, number, "FIXME names its issue: FIXME(issue n)"});
        }
    }
    return out;
}

Violations sleeps_in_tests(const File& file) {
    static constexpr std::string_view kWhy =
        "a test waits for what it needs (a line, a file, a state), never for time";
    static constexpr std::array kBans = {
        Ban{"sleep", kWhy},  Ban{"sleep_for", kWhy}, Ban{"sleep_until", kWhy},
        Ban{"usleep", kWhy}, Ban{"nanosleep", kWhy},
    };
    if (!is_source(file.path) || !is_under(file.path, "tests") || is_rule_book(file.path)) {
        return {};
    }
    return find_words(file, code_lines(file.text, Strings::Blank), kBans);
}

Violations skips_without_issue(const File& file) {
    static const std::regex kSkip(R"(\bSKIP\s*\()");
    static const std::regex kExplained(R"(issue \d+.*\d{4}-\d{2}-\d{2})");
    Violations out;
    if (!is_source(file.path) || !is_under(file.path, "tests") || is_rule_book(file.path)) {
        return out;
    }
    int number = 0;
    for (const std::string& line : code_lines(file.text, Strings::Keep)) {
        ++number;
        if (std::regex_search(line, kSkip) && !std::regex_search(line, kExplained)) {
            out.push_back({file.path, number,
                           "a skipped test names an open issue and a date: SKIP(\"issue 7, "
                           "2026-01-31: …\")"});
        }
    }
    return out;
}

Violations literals_in_screens(const File& file) {
    static constexpr std::array kBans = {
        Ban{"ImVec4", "screens name roles, never colours"},
        Ban{"IM_COL32", "screens name roles, never colours"},
        Ban{"ImColor", "screens name roles, never colours"},
        Ban{"ImVec2", "sizes are in em and belong to app/ui"},
    };
    const bool drawing_is_its_job =
        is_under(file.path, "app/ui") || is_under(file.path, "app/shell");
    if (!is_source(file.path) || !is_under(file.path, "app") || drawing_is_its_job) {
        return {};
    }
    return find_words(file, code_lines(file.text, Strings::Blank), kBans);
}

Violations machine_paths(const File& file) {
    static const std::regex kPath(R"((^|[^A-Za-z0-9_.~}$])/(home|root|work|Users)/)");
    Violations out;
    if (!is_text(file.path) || is_rule_book(file.path)) {
        return out;
    }
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
        ++number;
        // The expression is slow on long lines of data; a path needs one of these letters first.
        if (line.find("/home/") == std::string::npos && line.find("/root/") == std::string::npos &&
            line.find("/work/") == std::string::npos && line.find("/Users/") == std::string::npos) {
            continue;
        }
        if (std::regex_search(line, kPath)) {
            out.push_back({file.path, number, "names a folder of one machine"});
        }
    }
    return out;
}

Violations top_level(const std::vector<std::string>& names) {
    static const std::set<std::string> kKnown = {
        ".ci",           ".clang-format",  ".clang-tidy",
        ".editorconfig", ".gitignore",     "app",
        "assets",        "CMakeLists.txt", "CMakePresets.json",
        "LICENSE",       "README.md",      "docs",
        "storage",       "sync",           "tests",
        "third_party",   ".gitattributes"};
    Violations out;
    for (const std::string& name : names) {
        if (kKnown.count(name) == 0) {
            out.push_back({name, 0, "does not belong at the top of the tree"});
        }
    }
    return out;
}

std::set<std::string> hosts_in_apt_sources(std::string_view text) {
    std::set<std::string> out;
    static const std::regex kHost(R"([a-z+]+://([^/\s@]*@)?([A-Za-z0-9.-]+))");
    for (const std::string& line : lines_of(text)) {
        if (line.starts_with("#")) {
            continue;
        }
        for (auto it = std::sregex_iterator(line.begin(), line.end(), kHost);
             it != std::sregex_iterator(); ++it) {
            out.insert((*it)[2].str());
        }
    }
    return out;
}

Violations registry_hosts(const File& file, const std::set<std::string>& hosts) {
    Violations out;
    if (!is_text(file.path)) {
        return out;
    }
    for (const std::string& host : hosts) {
        const std::size_t at = file.text.find(host);
        if (at != std::string::npos) {
            const auto line = std::count(file.text.begin(),
                                         file.text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
            out.push_back({file.path, static_cast<int>(line) + 1,
                           "names a package registry of this machine; take it from apt's sources"});
        }
    }
    return out;
}

}  // namespace balie::tidy

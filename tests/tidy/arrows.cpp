// Which way includes may point. The tables are the plan of the house: an arrow that is missing here
// is either a wrong include, or a decision that belongs in the same commit as this table's new
// line.
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace balie::tidy {

namespace {

using Folders = std::vector<std::string>;

/// Folder → what it may include besides itself. The longest folder that fits a file counts.
const std::map<std::string, Folders>& arrows() {
    static const std::map<std::string, Folders> kArrows = {
        {"storage/base", {}},
        {"storage/text", {"storage/base"}},
        {"storage/crypto", {"storage/base"}},
        {"storage/domain", {"storage/base"}},
        {"storage/sqlite", {"storage/base"}},
        {"storage/store", {"storage/base", "storage/domain", "storage/sqlite", "storage/text"}},
        {"storage/vault", {"storage/base", "storage/crypto"}},
        {"storage/repo",
         {"storage/base", "storage/domain", "storage/sqlite", "storage/store", "storage/text"}},
        {"storage/attach",
         {"storage/base", "storage/crypto", "storage/domain", "storage/sqlite", "storage/store",
          "storage/vault", "storage/repo"}},
        {"storage/exchange",
         {"storage/base", "storage/crypto", "storage/domain", "storage/sqlite", "storage/store",
          "storage/repo", "storage/text"}},
        {"sync/core", {"storage/base", "storage/domain", "storage/crypto"}},
        // The terminal's log stands behind the client's ports: the session asks, the log answers.
        {"sync/log",
         {"sync/core", "storage/base", "storage/domain", "storage/crypto", "storage/sqlite",
          "storage/store", "storage/attach", "sync/protocol", "sync/client/client_session.h"}},
        {"sync/protocol", {"sync/core", "storage/base", "storage/domain", "storage/crypto"}},
        {"sync/client",
         {"sync/core", "sync/protocol", "storage/base", "storage/domain", "storage/crypto"}},
        {"sync/hub",
         {"sync/core", "sync/protocol", "sync/log", "storage/base", "storage/domain",
          "storage/crypto", "storage/text", "storage/sqlite", "storage/store", "storage/repo",
          "storage/exchange", "storage/vault", "storage/attach"}},
        {"sync/net", {"sync/core", "storage/base"}},
        {"app/runtime", {"storage", "sync"}},
        {"app/model",
         {"app/runtime/commands.h", "app/runtime/events.h", "storage/base", "storage/domain",
          "storage/text"}},
        {"app/print", {"storage/base", "storage/domain", "storage/text"}},
        {"app/platform", {"storage/base"}},
        {"app/screens",
         {"app/model", "app/runtime/commands.h", "app/runtime/events.h", "storage/base",
          "storage/domain", "storage/text"}},
        {"app/ui", {"storage/base", "storage/text"}},
        {"app/shell", {"app/ui", "storage/base"}},
        {"app/cli", {"app/runtime", "app/model", "app/print", "app/platform", "storage", "sync"}},
    };
    return kArrows;
}

/// Third party → the only folders that may see it.
const std::vector<std::pair<std::string, Folders>>& owners() {
    static const std::vector<std::pair<std::string, Folders>> kOwners = {
        {"sqlite3.h", {"storage/sqlite"}},
        {"unicode/", {"storage/text"}},
        {"phonenumbers/", {"storage/text"}},
        {"sodium", {"storage/crypto"}},
        {"nlohmann/", {"storage/exchange", "sync/protocol"}},
        {"boost/", {"sync/net"}},
        {"openssl/", {"sync/net"}},
        {"zstd.h", {"sync/core"}},
        {"imgui", {"app/ui", "app/shell"}},
        {"GLFW/", {"app/shell"}},
        {"GL/", {"app/shell"}},
        {"zlib.h", {"app/shell"}},
        {"zlib.h", {"app/shell"}},
        {"qrencode.h", {"app/ui", "app/print"}},
        {"CLI/", {"app/cli", "sync/hub"}},
        {"prometheus/", {"sync/hub"}},
        {"fmt/", {"storage", "sync", "app"}},
        {"spdlog/", {"storage/base", "sync/hub", "app/runtime", "app/cli"}},
    };
    return kOwners;
}

/// The composition roots, the only files that may see everything.
bool is_composition_root(std::string_view path) {
    return path == "app/main.cpp" || path == "sync/hub/hub_main.cpp" ||
           path == "app/cli/main.cpp" || path == "app/window_main.cpp";
}

bool starts_any(std::string_view path, const Folders& folders) {
    return std::any_of(folders.begin(), folders.end(), [path](const std::string& folder) {
        return path == folder || is_under(path, folder);
    });
}

std::string folder_of(std::string_view path) {
    return std::string{path.substr(0, path.rfind('/'))};
}

/// The plan's folder for a path, or nothing when the path is not under one.
std::optional<std::string> room_of(std::string_view path) {
    std::optional<std::string> best;
    for (const auto& [folder, allowed] : arrows()) {
        if (is_under(path, folder) && (!best || folder.size() > best->size())) {
            best = folder;
        }
    }
    return best;
}

struct Include {
    int line;
    std::string path;
    bool ours;  ///< in quotes
};

std::vector<Include> includes_of(const File& file) {
    std::vector<Include> out;
    int number = 0;
    for (const std::string& line : code_lines(file.text, Strings::Keep)) {
        ++number;
        const std::size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || !line.substr(hash).starts_with("#include")) {
            continue;
        }
        const std::size_t start = line.find_first_of("\"<", hash);
        const std::size_t end =
            start == std::string::npos ? start : line.find_first_of("\">", start + 1);
        if (end != std::string::npos) {
            out.push_back({number, line.substr(start + 1, end - start - 1), line[start] == '"'});
        }
    }
    return out;
}

/// Screens are stricter than their folder: state and view know no drawing, drawing knows no data.
bool screen_may(const std::string& path, const std::string& included) {
    if (path.starts_with("app/screens/screen_set")) {
        return true;
    }
    const bool own = folder_of(path) == folder_of(included);
    if (path.ends_with("_screen.cpp") || path.ends_with("_screen.h")) {
        return own || is_under(included, "app/ui") || folder_of(included) == "app/screens";
    }
    return own || folder_of(included) == "app/screens" ||
           starts_any(included, arrows().at("app/screens"));
}

bool may_include(const std::string& path, const std::string& room, const std::string& included) {
    if (room == "app/screens") {
        return screen_may(path, included);
    }
    return is_under(included, room) || starts_any(included, arrows().at(room));
}

/// <vector>, <sys/stat.h>: the language and the system, which need no owner.
bool is_standard(const std::string& included) {
    static const std::set<std::string> kSystem = {
        "dlfcn.h",  "errno.h",   "fcntl.h",    "limits.h", "poll.h",    "pthread.h", "pwd.h",
        "signal.h", "spawn.h",   "stdio.h",    "stdlib.h", "string.h",  "syslog.h",  "time.h",
        "unistd.h", "termios.h", "sysexits.h", "netdb.h",  "ifaddrs.h", "net/if.h"};
    if (included.find_first_of("/.") == std::string::npos) {
        return true;
    }
    return included.starts_with("sys/") || included.starts_with("netinet/") ||
           included.starts_with("arpa/") || included.starts_with("linux/") ||
           kSystem.count(included) > 0;
}

}  // namespace

Violations include_arrows(const File& file) {
    Violations out;
    const bool in_house =
        is_under(file.path, "storage") || is_under(file.path, "sync") || is_under(file.path, "app");
    if (!is_source(file.path) || !in_house || is_composition_root(file.path)) {
        return out;
    }
    const std::optional<std::string> room = room_of(file.path);
    if (!room) {
        return {{file.path, 0, "stands in a folder that the plan of the house does not know"}};
    }
    for (const Include& each : includes_of(file)) {
        if (each.ours && !may_include(file.path, *room, each.path)) {
            out.push_back(
                {file.path, each.line,
                 *room + " may not include \"" + each.path + "\" (arrows: tests/tidy/arrows.cpp)"});
        }
    }
    return out;
}

Violations third_party_owners(const File& file) {
    Violations out;
    if (!is_source(file.path) || is_under(file.path, "tests")) {
        return out;
    }
    for (const Include& each : includes_of(file)) {
        const auto owner =
            std::find_if(owners().begin(), owners().end(),
                         [&each](const auto& entry) { return each.path.starts_with(entry.first); });
        if (owner == owners().end()) {
            if (!each.ours && !is_standard(each.path)) {
                out.push_back({file.path, each.line, "<" + each.path + "> has no owner yet"});
            }
        } else if (!starts_any(file.path, owner->second)) {
            out.push_back({file.path, each.line,
                           "<" + each.path + "> may only be seen by " + owner->second.front()});
        }
    }
    return out;
}

}  // namespace balie::tidy

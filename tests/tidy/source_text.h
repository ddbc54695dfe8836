// The tree as the house rules see it: files with their text, read line by line without comments.
// Invariant: line numbers are those of the file. Thread: any. Everything is a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balie::tidy {

struct File {
    std::string path;  ///< from the root of the tree, with forward slashes
    std::string text;
};

struct Violation {
    std::string path;
    int line;  ///< from 1; 0 when it is about the whole file
    std::string what;
};

using Violations = std::vector<Violation>;

/// One violation a line, "path:line: what"; empty when there is none.
[[nodiscard]] std::string print(const Violations& violations);

[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

/// The same lines with comments blanked, and with `strings` = Blank the insides of literals too.
enum class Strings { Keep, Blank };
[[nodiscard]] std::vector<std::string> code_lines(std::string_view text, Strings strings);

/// True when `word` stands in `line` with no letter, digit or underscore beside it.
[[nodiscard]] bool has_word(std::string_view line, std::string_view word);

[[nodiscard]] bool is_source(std::string_view path);  ///< .h or .cpp
[[nodiscard]] bool is_header(std::string_view path);
[[nodiscard]] bool is_under(std::string_view path, std::string_view folder);

/// Every file of the tree but build results and .git, sorted by path.
[[nodiscard]] std::vector<File> read_tree(const std::string& root);
/// Names at the top of the tree, sorted.
[[nodiscard]] std::vector<std::string> read_top_level(const std::string& root);

}  // namespace balie::tidy

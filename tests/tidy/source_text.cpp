#include "tests/tidy/source_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace balie::tidy {

namespace fs = std::filesystem;

namespace {

/// Walks C++ text a character at a time and blanks what is no code. Raw strings are kept whole.
class Blanker {
  public:
    Blanker(std::string_view text, Strings strings) : text_(text), strings_(strings) {}

    std::string run() {
        std::string out;
        out.reserve(text_.size());
        for (at_ = 0; at_ < text_.size(); ++at_) {
            out.push_back(step());
        }
        return out;
    }

  private:
    enum class In { Code, LineComment, BlockComment, Text, Letter };

    char step() {
        const char here = text_[at_];
        if (here == '\n') {
            if (in_ == In::LineComment) {
                in_ = In::Code;
            }
            return here;
        }
        switch (in_) {
            case In::Code:
                return in_code(here);
            case In::LineComment:
                return ' ';
            case In::BlockComment:
                if (here == '/' && previous() == '*') {
                    in_ = In::Code;
                }
                return ' ';
            case In::Text:
                return in_literal(here, '"');
            case In::Letter:
                return in_literal(here, '\'');
        }
        return here;
    }

    char in_code(char here) {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (here == '/' && next == '/') {
            in_ = In::LineComment;
            return ' ';
        }
        if (here == '/' && next == '*') {
            in_ = In::BlockComment;
            return ' ';
        }
        if (here == '"') {
            in_ = In::Text;
        } else if (here == '\'' && std::isalnum(static_cast<unsigned char>(previous())) == 0) {
            in_ = In::Letter;  // 1'000'000 is a number
        }
        return here;
    }

    char in_literal(char here, char end) {
        if (escaped_) {
            escaped_ = false;
        } else if (here == '\\') {
            escaped_ = true;
        } else if (here == end) {
            in_ = In::Code;
            return here;
        }
        return strings_ == Strings::Blank ? ' ' : here;
    }

    [[nodiscard]] char previous() const { return at_ > 0 ? text_[at_ - 1] : '\0'; }

    std::string_view text_;
    Strings strings_;
    std::size_t at_ = 0;
    In in_ = In::Code;
    bool escaped_ = false;
};

bool is_word_letter(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_build_result(const std::string& name) {
    return name == ".git" || name == "build" || name == ".cache" || name == ".vscode" ||
           name == ".idea" || name == "compile_commands.json" || name.ends_with(".swp");
}

}  // namespace

std::string print(const Violations& violations) {
    std::string out;
    for (const Violation& each : violations) {
        out += each.path;
        if (each.line > 0) {
            out += ":" + std::to_string(each.line);
        }
        out += ": " + each.what + "\n";
    }
    return out;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return out;
}

std::vector<std::string> code_lines(std::string_view text, Strings strings) {
    return lines_of(Blanker(text, strings).run());
}

bool has_word(std::string_view line, std::string_view word) {
    for (std::size_t at = line.find(word); at != std::string_view::npos;
         at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool before = at > 0 && is_word_letter(word.front()) && is_word_letter(line[at - 1]);
        const bool after =
            end < line.size() && is_word_letter(word.back()) && is_word_letter(line[end]);
        if (!before && !after) {
            return true;
        }
    }
    return false;
}

bool is_header(std::string_view path) {
    return path.ends_with(".h");
}

bool is_source(std::string_view path) {
    return is_header(path) || path.ends_with(".cpp");
}

bool is_under(std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::vector<File> read_tree(const std::string& root) {
    std::vector<File> out;
    for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
         ++it) {
        if (is_build_result(it->path().filename().string())) {
            it.disable_recursion_pending();
        } else if (it->is_regular_file()) {
            out.push_back({fs::relative(it->path(), root).generic_string(), read_file(it->path())});
        }
    }
    std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return out;
}

std::vector<std::string> read_top_level(const std::string& root) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(root)) {
        const std::string name = entry.path().filename().string();
        if (!is_build_result(name)) {
            out.push_back(name);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace balie::tidy

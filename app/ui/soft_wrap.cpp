#include "app/ui/soft_wrap.h"

#include <algorithm>

namespace balie::ui {
namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Takes the character before `at` out of the text.
void erase_before(std::string& text, std::size_t& at) {
    while (at > 0) {
        --at;
        const bool whole = !continues(text[at]);
        text.erase(at, 1);
        if (whole) {
            return;
        }
    }
}

void erase_after(std::string& text, std::size_t at) {
    if (at >= text.size()) {
        return;
    }
    text.erase(at, 1);
    while (at < text.size() && continues(text[at])) {
        text.erase(at, 1);
    }
}

}  // namespace

std::string soft_wrap(std::string_view text, const LineFit& fit) {
    std::string out;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        while (!line.empty()) {
            std::size_t bytes = std::clamp<std::size_t>(fit(line), 1, line.size());
            while (bytes < line.size() && continues(line[bytes])) {
                ++bytes;
            }
            // Blanks stay at the end of their line.
            while (bytes < line.size() && line[bytes] == ' ') {
                ++bytes;
            }
            out += line.substr(0, bytes);
            line.remove_prefix(bytes);
            out += line.empty() ? "" : "\r\n";
        }
        if (end == text.size()) {
            return out;
        }
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

std::string soft_unwrap(std::string_view wrapped) {
    std::string out;
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
        if (wrapped[i] != '\r') {
            out += wrapped[i];
        } else if (i + 1 < wrapped.size() && wrapped[i + 1] == '\n') {
            ++i;
        }
    }
    return out;
}

SoftEdit soft_edit(std::string_view before, std::string_view after, std::size_t cursor) {
    SoftEdit edit;
    // Delete pressed before a soft break took its "\r" and left a hard break.
    const bool one_less = after.size() + 1 == before.size();
    const auto differ = std::mismatch(after.begin(), after.end(), before.begin(), before.end());
    const auto at = static_cast<std::size_t>(differ.first - after.begin());
    const bool took_return =
        one_less && before[at] == '\r' && before.substr(at + 1) == after.substr(at);
    // Backspace pressed after one took its "\n" and left a lone "\r".
    const bool took_newline = one_less && at > 0 && before[at] == '\n' && before[at - 1] == '\r' &&
                              before.substr(at + 1) == after.substr(at);
    std::string whole(after);
    if (took_return) {
        whole.insert(at, 1, '\r');
    } else if (took_newline) {
        whole.insert(at, 1, '\n');
    }
    edit.cursor = soft_unwrap(whole.substr(0, std::min(cursor, whole.size()))).size();
    edit.text = soft_unwrap(whole);
    if (took_return) {
        edit.cursor = soft_unwrap(whole.substr(0, at)).size();
        erase_after(edit.text, edit.cursor);
    } else if (took_newline) {
        edit.cursor = soft_unwrap(whole.substr(0, at)).size();
        erase_before(edit.text, edit.cursor);
    }
    return edit;
}

std::size_t soft_place(std::string_view wrapped, std::size_t cursor) {
    std::size_t place = 0;
    while (place < wrapped.size()) {
        if (wrapped.substr(place, 2) == "\r\n") {
            // At the seam the cursor stands at the start of the next line.
            place += 2;
            continue;
        }
        if (cursor == 0) {
            break;
        }
        ++place;
        --cursor;
    }
    return place;
}

}  // namespace balie::ui

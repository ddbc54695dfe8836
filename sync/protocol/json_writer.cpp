#include "sync/protocol/json_writer.h"

#include <array>

namespace balie::sync {

namespace {

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// The letter after the backslash, or 0 where \u00XX is needed.
char short_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
            return c;
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

}  // namespace

std::size_t json_text_bytes(std::string_view text) {
    std::size_t bytes = text.size() + 2;
    for (const char c : text) {
        if (!needs_escape(c)) continue;
        bytes += short_escape(c) != 0 ? 1 : 5;
    }
    return bytes;
}

JsonWriter& JsonWriter::open(char bracket) {
    comma();
    out_->push_back(bracket);
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_->push_back(bracket);
    needs_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    text(name);
    out_->push_back(':');
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    comma();
    out_->push_back('"');
    std::size_t start = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!needs_escape(value[i])) continue;
        out_->append(value.substr(start, i - start));
        start = i + 1;
        out_->push_back('\\');
        if (const char letter = short_escape(value[i]); letter != 0) {
            out_->push_back(letter);
            continue;
        }
        constexpr std::string_view kHex = "0123456789abcdef";
        out_->append("u00");
        const auto byte = static_cast<unsigned char>(value[i]);
        out_->push_back(kHex[byte >> 4U]);
        out_->push_back(kHex[byte & 0xFU]);
    }
    out_->append(value.substr(start));
    out_->push_back('"');
    return *this;
}

void JsonWriter::digits(std::int64_t value) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out_->append(buffer.data(), end);
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    comma();
    digits(value);
    return *this;
}

JsonWriter& JsonWriter::number64(std::int64_t value) {
    comma();
    out_->push_back('"');
    digits(value);
    out_->push_back('"');
    return *this;
}

JsonWriter& JsonWriter::plain(std::string_view value) {
    comma();
    out_->push_back('"');
    out_->append(value);
    out_->push_back('"');
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    comma();
    out_->append(json);
    return *this;
}

}  // namespace balie::sync

#include "storage/text/encoding.h"

#include "storage/text/utf8.h"

#include <algorithm>
#include <utility>

namespace balie::text {
namespace {

// Windows-1252, 0x80 to 0x9F; 0 where it defines nothing (WHATWG encoding standard, without its
// control characters, as nobody writes those).
constexpr std::array<char16_t, 32> kWindows1252{
    u'€', 0,    u'‚', u'ƒ', u'„', u'…', u'†', u'‡', u'ˆ', u'‰', u'Š', u'‹', u'Œ', 0, u'Ž', 0,
    0,    u'‘', u'’', u'“', u'”', u'•', u'–', u'—', u'˜', u'™', u'š', u'›', u'œ', 0, u'ž', u'Ÿ'};

void append_utf8(std::string& out, char32_t point) {
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | (point >> 6U));
        add(0x80 | (point & 0x3FU));
    } else if (point < 0x10000) {
        add(0xE0 | (point >> 12U));
        add(0x80 | ((point >> 6U) & 0x3FU));
        add(0x80 | (point & 0x3FU));
    } else {
        add(0xF0 | (point >> 18U));
        add(0x80 | ((point >> 12U) & 0x3FU));
        add(0x80 | ((point >> 6U) & 0x3FU));
        add(0x80 | (point & 0x3FU));
    }
}

bool starts_with_bom(const std::array<std::uint8_t, 3>& head, std::uint64_t size) {
    return size >= 3 && head == std::array<std::uint8_t, 3>{0xEF, 0xBB, 0xBF};
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
    switch (encoding) {
        case Encoding::Utf8:
            return "UTF-8";
        case Encoding::Utf8Bom:
            return "UTF-8 with BOM";
        case Encoding::Utf16Le:
            return "UTF-16LE";
        case Encoding::Utf16Be:
            return "UTF-16BE";
        case Encoding::Windows1252:
            return "Windows-1252";
        case Encoding::Latin1:
            return "ISO-8859-1";
    }
    return "";
}

Result<Encoding> parse_encoding(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            plain += static_cast<char>(c - 'A' + 'a');
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            plain += c;
        }
    }
    constexpr std::array<std::pair<std::string_view, Encoding>, 14> kNames{{
        {"utf8", Encoding::Utf8},
        {"utf8withbom", Encoding::Utf8Bom},
        {"utf8bom", Encoding::Utf8Bom},
        {"utf8sig", Encoding::Utf8Bom},
        {"ascii", Encoding::Utf8},
        {"utf16", Encoding::Utf16Le},
        {"utf16le", Encoding::Utf16Le},
        {"unicode", Encoding::Utf16Le},
        {"utf16be", Encoding::Utf16Be},
        {"windows1252", Encoding::Windows1252},
        {"cp1252", Encoding::Windows1252},
        {"ansi", Encoding::Windows1252},
        {"iso88591", Encoding::Latin1},
        {"latin1", Encoding::Latin1},
    }};
    for (const auto& [spelling, encoding] : kNames) {
        if (plain == spelling) return encoding;
    }
    return Error{ErrorCode::InvalidInput, "unknown encoding '" + std::string(name) + "'", "",
                 "Choose one of: UTF-8, UTF-16LE, UTF-16BE, Windows-1252, ISO-8859-1"};
}

void EncodingDetector::step_utf8(std::uint8_t byte) {
    if (pending_ > 0) {
        utf8_ = utf8_ && byte >= low_ && byte <= high_;
        low_ = 0x80;
        high_ = 0xBF;
        --pending_;
        return;
    }
    if (byte < 0x80) return;
    if (byte >= 0xC2 && byte <= 0xDF) {
        pending_ = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
        pending_ = 2;
        if (byte == 0xE0) low_ = 0xA0;
        if (byte == 0xED) high_ = 0x9F;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
        pending_ = 3;
        if (byte == 0xF0) low_ = 0x90;
        if (byte == 0xF4) high_ = 0x8F;
    } else {
        utf8_ = false;
    }
}

void EncodingDetector::update(BytesView bytes) {
    for (const std::uint8_t byte : bytes) {
        if (size_ < head_.size()) head_[size_] = byte;
        if (byte == 0) {
            if (zero_even_ + zero_odd_ == 0) first_zero_ = size_;
            ++(size_ % 2 == 0 ? zero_even_ : zero_odd_);
        }
        if (byte >= 0x80 && byte <= 0x9F && kWindows1252[byte - 0x80U] == 0) ++undefined_1252_;
        if (utf8_) step_utf8(byte);
        ++size_;
    }
}

Result<Encoding> EncodingDetector::finish() const {
    if (size_ >= 2 && head_[0] == 0xFF && head_[1] == 0xFE) return Encoding::Utf16Le;
    if (size_ >= 2 && head_[0] == 0xFE && head_[1] == 0xFF) return Encoding::Utf16Be;
    const std::uint64_t zeros = zero_even_ + zero_odd_;
    if (zeros > 0) {
        // Western text in UTF-16 has a zero in nearly every pair, always on the same side.
        const bool plausible = size_ % 2 == 0 && zeros * 4 >= size_;
        if (plausible && zero_even_ == 0) return Encoding::Utf16Le;
        if (plausible && zero_odd_ == 0) return Encoding::Utf16Be;
        return Error{ErrorCode::InvalidInput, "the file is binary, not text: it holds NUL bytes",
                     "byte " + std::to_string(first_zero_ + 1), "Export it as CSV first"};
    }
    if (utf8_ && pending_ == 0) {
        return starts_with_bom(head_, size_) ? Encoding::Utf8Bom : Encoding::Utf8;
    }
    if (undefined_1252_ > 0) {
        return Error{ErrorCode::InvalidInput,
                     "the file is binary, or text in an encoding that is not known here", "",
                     "Save it as UTF-8 and try again"};
    }
    return Encoding::Windows1252;
}

Result<Encoding> detect_encoding(BytesView bytes) {
    EncodingDetector detector;
    detector.update(bytes);
    return detector.finish();
}

Error Decoder::bad(std::size_t at) const {
    return {ErrorCode::InvalidInput,
            "the file is not text in " + std::string(encoding_name(encoding_)),
            "byte " + std::to_string(consumed_ + at + 1), "Choose another encoding"};
}

Outcome Decoder::decode_utf8(std::string& out, bool last) {
    if (!started_ && (rest_.size() >= 3 || last)) {
        started_ = true;
        if (rest_.substr(0, 3) == "\xEF\xBB\xBF") {
            rest_.erase(0, 3);
            consumed_ += 3;
        }
    }
    if (!started_) return {};
    const std::size_t bad_at = first_bad_byte(rest_);
    const std::size_t good = std::min(bad_at, rest_.size());
    out.append(rest_, 0, good);
    const bool may_be_cut = !last && rest_.size() - good < 4;
    if (bad_at != std::string::npos && !may_be_cut) return bad(good);
    rest_.erase(0, good);
    consumed_ += good;
    return {};
}

Outcome Decoder::decode_utf16(std::string& out, bool last) {
    const bool little = encoding_ == Encoding::Utf16Le;
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(rest_[at]);
        const auto second = static_cast<unsigned char>(rest_[at + 1]);
        return static_cast<char32_t>(little ? first | (second << 8U) : (first << 8U) | second);
    };
    std::size_t at = 0;
    while (at + 2 <= rest_.size()) {
        char32_t point = unit(at);
        std::size_t length = 2;
        if (point >= 0xDC00 && point <= 0xDFFF) return bad(at);
        if (point >= 0xD800 && point <= 0xDBFF) {
            if (at + 4 > rest_.size()) break;
            const char32_t low = unit(at + 2);
            if (low < 0xDC00 || low > 0xDFFF) return bad(at);
            point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
            length = 4;
        }
        const bool bom = !started_ && point == 0xFEFF;
        started_ = true;
        if (!bom) append_utf8(out, point);
        at += length;
    }
    if (last && at < rest_.size()) return bad(at);
    rest_.erase(0, at);
    consumed_ += at;
    return {};
}

Outcome Decoder::decode_single(std::string& out) {
    for (std::size_t at = 0; at < rest_.size(); ++at) {
        const auto byte = static_cast<unsigned char>(rest_[at]);
        char32_t point = byte;
        if (encoding_ == Encoding::Windows1252 && byte >= 0x80 && byte <= 0x9F) {
            point = kWindows1252[byte - 0x80U];
            if (point == 0) return bad(at);
        }
        append_utf8(out, point);
    }
    consumed_ += rest_.size();
    rest_.clear();
    return {};
}

Outcome Decoder::decode(BytesView bytes, std::string& out) {
    rest_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    switch (encoding_) {
        case Encoding::Utf8:
        case Encoding::Utf8Bom:
            return decode_utf8(out, false);
        case Encoding::Utf16Le:
        case Encoding::Utf16Be:
            return decode_utf16(out, false);
        default:
            return decode_single(out);
    }
}

Outcome Decoder::finish(std::string& out) {
    switch (encoding_) {
        case Encoding::Utf8:
        case Encoding::Utf8Bom:
            return decode_utf8(out, true);
        case Encoding::Utf16Le:
        case Encoding::Utf16Be:
            return decode_utf16(out, true);
        default:
            return {};
    }
}

Result<std::string> decode_to_utf8(BytesView bytes, Encoding encoding) {
    Decoder decoder(encoding);
    std::string out;
    BALIE_TRY(decoder.decode(bytes, out));
    BALIE_TRY(decoder.finish(out));
    return out;
}

}  // namespace balie::text

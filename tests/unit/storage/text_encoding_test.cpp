#include "storage/text/encoding.h"
#include "tests/support/catch.h"

#include <string>
#include <vector>

using balie::as_bytes;
using balie::Bytes;
using balie::BytesView;
using balie::ErrorCode;
using balie::test::must;
using balie::test::must_fail;

namespace text = balie::text;

namespace {

const std::string kUtf16Le("a\0;\0\xAC\x20\n\0", 8);
const std::string kUtf16Be("\0a\0;\x20\xAC\0\n", 8);

}  // namespace

TEST_CASE("The encoding of a file is found out and named", "[text]") {
    struct Case {
        std::string bytes, name, utf8;
    };
    const auto each = GENERATE_REF(Case{"name\nJansen\n", "UTF-8", "name\nJansen\n"},
                                   Case{"prijs €", "UTF-8", "prijs €"},
                                   Case{"\xEF\xBB\xBFname", "UTF-8 with BOM", "name"},
                                   Case{"\xFF\xFE" + kUtf16Le, "UTF-16LE", "a;€\n"},
                                   Case{"\xFE\xFF" + kUtf16Be, "UTF-16BE", "a;€\n"},
                                   Case{"prijs \x80 5, caf\xE9", "Windows-1252", "prijs € 5, café"},
                                   Case{"Ren\xE9", "Windows-1252", "René"}, Case{"", "UTF-8", ""});
    const auto encoding = must(text::detect_encoding(as_bytes(each.bytes)));
    CHECK(text::encoding_name(encoding) == each.name);
    CHECK(must(text::decode_to_utf8(as_bytes(each.bytes), encoding)) == each.utf8);
}

TEST_CASE("UTF-16 is known without its mark too", "[text]") {
    const std::string le("n\0a\0m\0e\0", 8);
    const std::string be("\0n\0a\0m\0e", 8);
    CHECK(must(text::detect_encoding(as_bytes(le))) == text::Encoding::Utf16Le);
    CHECK(must(text::detect_encoding(as_bytes(be))) == text::Encoding::Utf16Be);
}

TEST_CASE("A binary file is refused in words", "[text]") {
    const std::string zip("PK\x03\x04\0\0\x08\0\x12\x9d\0\xff", 12);
    const auto error = must_fail(text::detect_encoding(as_bytes(zip)));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.what.find("binary") != std::string::npos);
    CHECK(error.where == "byte 5");
    REQUIRE_ERROR(text::detect_encoding(as_bytes("caf\xE9 \x81")), ErrorCode::InvalidInput);
}

TEST_CASE("A file decoded byte by byte is the same as at once", "[text]") {
    struct Case {
        text::Encoding encoding;
        std::string bytes, utf8;
    };
    const auto each =
        GENERATE_REF(Case{text::Encoding::Utf8, "\xEF\xBB\xBFz€é😀", "z€é😀"},
                     Case{text::Encoding::Utf8, "é", "é"},
                     Case{text::Encoding::Utf16Le, "\xFF\xFE" + kUtf16Le, "a;€\n"},
                     Case{text::Encoding::Utf16Be, std::string("\xD8\x3D\xDE\x00", 4), "😀"},
                     Case{text::Encoding::Windows1252, "\x80\xE9", "€é"},
                     Case{text::Encoding::Latin1, "\xE9\xA4", "é¤"});
    text::Decoder decoder(each.encoding);
    std::string out;
    for (const char c : each.bytes) {
        must(decoder.decode(as_bytes(std::string_view(&c, 1)), out));
    }
    must(decoder.finish(out));
    CHECK(out == each.utf8);
}

TEST_CASE("Bytes that cannot be in an encoding are named by their place", "[text]") {
    struct Case {
        text::Encoding encoding;
        std::string bytes, where;
    };
    const auto each =
        GENERATE(Case{text::Encoding::Utf8, "abc\xFFxyzuvw", "byte 4"},
                 Case{text::Encoding::Utf8, "abc\xE2\x82", "byte 4"},
                 Case{text::Encoding::Windows1252, "ab\x81", "byte 3"},
                 Case{text::Encoding::Utf16Le, std::string("a\0b", 3), "byte 3"},
                 Case{text::Encoding::Utf16Le, std::string("a\0\0\xDC", 4), "byte 3"});
    const auto error = must_fail(text::decode_to_utf8(as_bytes(each.bytes), each.encoding));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.where == each.where);
}

TEST_CASE("An encoding may be named in any usual way", "[text]") {
    CHECK(must(text::parse_encoding("utf8")) == text::Encoding::Utf8);
    CHECK(must(text::parse_encoding("UTF-8 with BOM")) == text::Encoding::Utf8Bom);
    CHECK(must(text::parse_encoding("cp1252")) == text::Encoding::Windows1252);
    CHECK(must(text::parse_encoding("Latin1")) == text::Encoding::Latin1);
    CHECK(must_fail(text::parse_encoding("EBCDIC")).mend.find("UTF-8") != std::string::npos);
    REQUIRE_ERROR(text::parse_encoding("iso-8859-15"), ErrorCode::InvalidInput);
}

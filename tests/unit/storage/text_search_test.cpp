#include "storage/text/fold.h"
#include "storage/text/phone.h"
#include "storage/text/search.h"
#include "storage/text/utf8.h"
#include "tests/support/catch.h"
#include "tests/support/property.h"

#include <array>
#include <string>
#include <vector>

using balie::ErrorCode;
using balie::test::law;
using balie::test::must;
using balie::test::must_fail;

namespace text = balie::text;

namespace {

text::SearchText jansen() {
    const std::array fields{
        text::SearchField{text::SearchKind::Code, "K-1042"},
        text::SearchField{text::SearchKind::Plain, "Anneliese"},
        text::SearchField{text::SearchKind::Plain, "van der Bergh-Jönsson"},
        text::SearchField{text::SearchKind::Phone, "06-12 34 56 78"},
        text::SearchField{text::SearchKind::Code, "a.vdbergh@voorbeeld.nl"},
        text::SearchField{text::SearchKind::Plain, "'s-Hertogenbosch"},
        text::SearchField{text::SearchKind::Code, "5211 AB"},
    };
    return text::search_text(fields);
}

bool found(std::string_view query) {
    return text::matches(jansen(), text::query_terms(query));
}

}  // namespace

TEST_CASE("Two spellings of a name are one to who searches", "[text]") {
    struct Case {
        std::string one, other;
    };
    const auto each =
        GENERATE(Case{"JANSEN", "jansen"}, Case{"Müller", "muller"}, Case{"Sørensen", "sorensen"},
                 Case{"Łukasz", "lukasz"}, Case{"Strauß", "strauss"}, Case{"Ægir", "aegir"},
                 Case{"Đorđević", "dordevic"}, Case{"Þór", "thor"}, Case{"İstanbul", "istanbul"},
                 Case{"ﬁets", "fiets"}, Case{"O’Neill", "o'neill"},
                 Case{"  twee \t woorden\n", "twee woorden"}, Case{"Jo\u0308rg", "jorg"},
                 Case{"ＡＢＣ", "abc"}, Case{"Bert\u00ADus", "bertus"},
                 Case{"Ĳsselmeer", "ijsselmeer"}, Case{"", ""}, Case{" \t ", ""});
    CHECK(text::fold_for_search(each.one) == each.other);
}

TEST_CASE("Folding what is folded changes nothing", "[text]") {
    law("fold twice", [](const std::vector<std::uint16_t>& points) {
        std::string input;
        for (const std::uint16_t point : points) {
            if (point >= 0xD800 && point <= 0xDFFF) continue;
            if (point < 0x80) {
                input += static_cast<char>(point);
            } else if (point < 0x800) {
                input += static_cast<char>(0xC0 | (point >> 6));
                input += static_cast<char>(0x80 | (point & 0x3F));
            } else {
                input += static_cast<char>(0xE0 | (point >> 12));
                input += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
                input += static_cast<char>(0x80 | (point & 0x3F));
            }
        }
        const std::string once = text::fold_for_search(input);
        RC_ASSERT(text::fold_for_search(once) == once);
    });
}

TEST_CASE("A Dutch surname is found by what comes after its prefix", "[text]") {
    struct Case {
        std::string surname, prefix, name;
    };
    const auto each = GENERATE(
        Case{"van der Berg", "van der", "Berg"}, Case{"de Vries", "de", "Vries"},
        Case{"Van den Heuvel", "Van den", "Heuvel"}, Case{"ten Brink", "ten", "Brink"},
        Case{"ter Horst", "ter", "Horst"}, Case{"in 't Veld", "in 't", "Veld"},
        Case{"op de Beek", "op de", "Beek"}, Case{"'t Hooft", "'t", "Hooft"},
        Case{"van ’t Hof", "van ’t", "Hof"}, Case{"v.d. Berg", "v.d.", "Berg"},
        Case{"Op Reis", "", "Op Reis"}, Case{"van", "", "van"}, Case{"Jansen", "", "Jansen"},
        Case{"Vandenberg", "", "Vandenberg"}, Case{"van der", "van", "der"}, Case{"", "", ""});
    INFO(each.surname);
    const auto parts = text::split_name_prefix(each.surname);
    CHECK(parts.prefix == each.prefix);
    CHECK(parts.name == each.name);
}

TEST_CASE("A customer is found by any part of a name, number, city or e-mail", "[text]") {
    const auto query =
        GENERATE("bergh", "berg", "ergh", "BERGH", "van der bergh", "van den bergh", "vd bergh",
                 "v.d. bergh", "jonsson", "Jönsson", "bergh-jonsson", "berghjonsson", "anne", "an",
                 "a", "anneliese bergh", "bergh an", "k-1042", "k1042", "1042", "104",
                 "hertogenbosch", "'s-hertogenbosch", "bosch", "voorbeeld", "a.vdbergh@",
                 "a.vdbergh@voorbeeld.nl", "5211ab", "5211 ab", "5211");
    INFO(query);
    CHECK(found(query));
}

TEST_CASE("A customer is found by a telephone number in any spelling", "[text]") {
    const auto query =
        GENERATE("0612345678", "06-12 34 56 78", "06 12345678", "+31612345678", "+31 6 12 34 56 78",
                 "0031 6 12345678", "+31 (0)6 12345678", "(06) 123 456 78", "06.12.34.56.78",
                 "12345678", "345678", "06-1234", "06", "+31 6", "bergh 06-12345678",
                 "06 1234 5678 bergh", "12 34 56 78");
    INFO(query);
    CHECK(found(query));
}

TEST_CASE("A customer is not found by what is not theirs", "[text]") {
    const auto query = GENERATE("jansen", "bergh jansen", "0612345679", "be@", "zz", "bergh zz",
                                "9999", "", "   ", "rg");
    INFO(query);
    CHECK_FALSE(found(query));
}

TEST_CASE("A prefix asked for alone is asked for", "[text]") {
    CHECK(text::query_terms("van") == text::QueryTerms{{"van"}, {}});
    CHECK(text::query_terms("de") == text::QueryTerms{{}, {"de"}});
    CHECK(text::query_terms("van der berg") == text::QueryTerms{{"berg"}, {}});
    CHECK(text::query_terms("'t hooft") == text::QueryTerms{{"hooft"}, {}});
}

TEST_CASE("A query of a thousand words stays small", "[text]") {
    std::string query;
    for (int i = 0; i < 1000; ++i) query += "woord" + std::to_string(i) + " ";
    const auto terms = text::query_terms(query);
    CHECK(terms.substrings.size() <= 12);
    CHECK_FALSE(terms.empty());
}

TEST_CASE("A query with NUL bytes asks for what stands between them", "[text]") {
    const std::string query("anna@ex\0\0berg", 13);
    CHECK(text::query_terms(query) == text::QueryTerms{{"anna@ex", "berg"}, {}});
}

TEST_CASE("A number that its country has, and nobody could keep, is no number", "[text]") {
    CHECK_FALSE(text::phone_e164("+49 23").has_value());
    CHECK(text::format_phone("+49 23") == "+49 23");
}

TEST_CASE("Every spelling of a telephone number has one normal form", "[text]") {
    const auto spelling = GENERATE("06-12 34 56 78", "0612345678", "+31612345678",
                                   "0031 6 12345678", "+31 (0)6 12345678", "(06) 12345678");
    INFO(spelling);
    CHECK(text::phone_e164(spelling).value_or("none") == "+31612345678");
    CHECK(text::format_phone(spelling) == "06 12345678");
    CHECK(text::phone_search_forms(spelling) ==
          std::vector<std::string>{"31612345678", "0612345678"});
}

TEST_CASE("A number from elsewhere keeps its country", "[text]") {
    CHECK(text::phone_e164("+49 30 123456").value_or("none") == "+4930123456");
    CHECK(text::format_phone("+4930123456") == "+49 30 123456");
    CHECK(text::format_phone("030 123456", "DE") == "030 123456");
    CHECK(text::phone_e164("030 123456", "DE").value_or("none") == "+4930123456");
}

TEST_CASE("What is no telephone number stays what it is", "[text]") {
    const auto words = GENERATE("", "ask for Jan", "12", "99999999999999999999");
    INFO(words);
    CHECK_FALSE(text::phone_e164(words).has_value());
    CHECK(text::format_phone(words) == words);
}

TEST_CASE("The spelling of E.164 is told apart from a formula", "[text]") {
    CHECK(text::is_e164("+31612345678"));
    const auto bad = GENERATE("+0612345678", "31612345678", "+31 612345678", "+316", "+",
                              "+1234567890123456", "+3161234567a", "+1+1+1+1");
    INFO(bad);
    CHECK_FALSE(text::is_e164(bad));
}

TEST_CASE("Bytes that are no text are refused, with their place", "[text]") {
    struct Case {
        std::string bytes;
        std::size_t at;
    };
    const auto each =
        GENERATE(Case{"ab\xFF", 2}, Case{"\xC3", 0}, Case{"a\xC0\xAF", 1}, Case{"\xED\xA0\x80", 0},
                 Case{"\xF4\x90\x80\x80", 0}, Case{"é\x80", 2}, Case{"\xE2\x82", 0});
    CHECK(text::first_bad_byte(each.bytes) == each.at);
    const auto error = must_fail(text::check_utf8(each.bytes));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.where == "byte " + std::to_string(each.at + 1));
}

TEST_CASE("A NUL byte is no part of a text field", "[text]") {
    const std::string bytes("a\0b", 3);
    CHECK(must_fail(text::check_utf8(bytes)).where == "byte 2");
    CHECK(text::check_utf8(bytes, text::Nul::Allowed).ok());
    CHECK(text::check_utf8("gewone tekst €").ok());
}

TEST_CASE("A text is cut between characters", "[text]") {
    CHECK(text::count_code_points("a€é😀") == 4);
    CHECK(text::truncate_bytes("a€é", 3) == "a");
    CHECK(text::truncate_bytes("a€é", 4) == "a€");
    CHECK(text::truncate_bytes("a€é", 99) == "a€é");
    CHECK(text::truncate_bytes("😀", 3).empty());
    CHECK(text::truncate_points("a€é", 2) == "a€");
    CHECK(text::truncate_points("a€é", 9) == "a€é");
}

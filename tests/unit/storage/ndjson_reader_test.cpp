// NDJSON as a table to import: what comes out, and what is refused in words.
#include "storage/exchange/table_reader.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <fstream>
#include <string>
#include <vector>

using balie::ErrorCode;
using balie::test::must;
using balie::test::must_fail;
using balie::test::TempFolder;
using Catch::Matchers::ContainsSubstring;

namespace exchange = balie::exchange;
using exchange::CsvNext;
using exchange::CsvRecord;
using exchange::LineError;
using exchange::NdjsonReader;
using exchange::RowFormat;
using exchange::TableReader;

namespace {

struct ReadRows {
    std::vector<CsvRecord> rows;
    std::vector<LineError> bad;
};

template <typename Reader>
ReadRows read_rows(Reader reader) {
    ReadRows out;
    for (;;) {
        CsvRecord record;
        LineError bad;
        const auto next = must(reader.next(record, bad));
        if (next == CsvNext::End) return out;
        if (next == CsvNext::BadLine) {
            out.bad.push_back(bad);
        } else {
            out.rows.push_back(record);
        }
    }
}

}  // namespace

TEST_CASE("The members of all lines are the columns, in the order they are met", "[ndjson]") {
    auto reader =
        must(NdjsonReader::of_text("{\"name\":\"Jansen\",\"age\":41}\n"
                                   "\n"
                                   "{\"city\":\"Zwolle\",\"name\":\"de Vries\"}\r\n"
                                   "{\"name\":\"\",\"age\":null,\"vip\":true}"));
    CHECK(reader.header() == std::vector<std::string>{"name", "age", "city", "vip"});
    CHECK(reader.shape() == "NDJSON, 4 columns");
    const ReadRows read = read_rows(std::move(reader));
    REQUIRE(read.rows.size() == 3);
    CHECK(read.rows[0].cells == std::vector<std::string>{"Jansen", "41", "", ""});
    CHECK(read.rows[0].quoted == std::vector<bool>{true, false, false, false});
    CHECK(read.rows[1].cells == std::vector<std::string>{"de Vries", "", "Zwolle", ""});
    // An empty text is a value, null is none.
    CHECK(read.rows[2].cells == std::vector<std::string>{"", "", "", "true"});
    CHECK(read.rows[2].quoted == std::vector<bool>{true, false, false, false});
    CHECK(read.rows[1].line == 3);
    CHECK(read.rows[1].row == 2);
}

TEST_CASE("Texts come out of NDJSON exactly as they stand there", "[ndjson]") {
    const std::string odd = "=1+1; 'quoted' \\u00e9\\n\\t caf\u00e9 \U0001F600 ";
    const ReadRows read = read_rows(must(NdjsonReader::of_text("{\"note\":\"" + odd + "\"}\n")));
    REQUIRE(read.rows.size() == 1);
    CHECK(read.rows[0].cells[0] == "=1+1; 'quoted' \u00e9\n\t caf\u00e9 \U0001F600 ");
}

TEST_CASE("A line that is no object is named by its number, and the rest is read", "[ndjson]") {
    const ReadRows read =
        read_rows(must(NdjsonReader::of_text("{\"a\":1}\n"
                                             "[1,2]\n"
                                             "{\"a\":2\n"
                                             "{\"a\":[3]}\n"
                                             "{\"a\":4}\n")));
    REQUIRE(read.rows.size() == 2);
    CHECK(read.rows[1].cells[0] == "4");
    CHECK(read.rows[1].row == 5);
    REQUIRE(read.bad.size() == 3);
    CHECK(read.bad[0].line == 2);
    CHECK_THAT(read.bad[0].reason, ContainsSubstring("no JSON object"));
    CHECK(read.bad[1].line == 3);
    CHECK_THAT(read.bad[1].reason, ContainsSubstring("column"));
    CHECK(read.bad[2].line == 4);
    CHECK_THAT(read.bad[2].reason, ContainsSubstring("'a' is a list"));
}

TEST_CASE("A file without one usable line is refused with the reason", "[ndjson]") {
    const auto empty = must_fail(NdjsonReader::of_text("\n \n"));
    CHECK(empty.code == ErrorCode::InvalidInput);
    CHECK_THAT(empty.what, ContainsSubstring("empty"));
    const auto csv = must_fail(NdjsonReader::of_text("name,age\nJansen,41\n"));
    CHECK(csv.code == ErrorCode::InvalidInput);
    CHECK(csv.where == "line 1");
    CHECK_THAT(csv.mend, ContainsSubstring("one JSON object on each line"));
    const auto binary =
        must_fail(NdjsonReader::of_text(std::string("\x7f"
                                                    "ELF\0\1\xff\n\xfe",
                                                    9)));
    CHECK(binary.code == ErrorCode::InvalidInput);
    const TempFolder folder;
    CHECK(must_fail(NdjsonReader::open(folder / "none.ndjson")).code == ErrorCode::NotFound);
    CHECK(must_fail(NdjsonReader::open(folder.path())).code == ErrorCode::Io);
}

TEST_CASE("One endless line of NDJSON does not eat the memory", "[ndjson]") {
    const std::string line = "{\"a\":\"" + std::string(exchange::kCsvRecordBytesMax, 'x') + "\"}";
    const auto error = must_fail(NdjsonReader::of_text("{\"a\":1}\n" + line));
    CHECK(error.code == ErrorCode::LimitExceeded);
    CHECK(error.where == "line 2");
}

TEST_CASE("A file in more than one piece has its lines and digest whole", "[ndjson]") {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "{\"n\":" + std::to_string(i) + ",\"t\":\"" + std::string(50, 'y') + "\"}\n";
    }
    auto reader = must(NdjsonReader::of_text(text));
    CHECK(reader.digest() == balie::crypto::blake2b_256(balie::as_bytes(text)));
    const ReadRows read = read_rows(std::move(reader));
    REQUIRE(read.rows.size() == 5000);
    CHECK(read.rows[4999].cells[0] == "4999");
    CHECK(read.rows[4999].line == 5000);
    // With its columns known it is read the same.
    const ReadRows again = read_rows(must(NdjsonReader::of_text(text, {"n", "t"})));
    REQUIRE(again.rows.size() == 5000);
    CHECK(again.rows[4999].cells == read.rows[4999].cells);
}

TEST_CASE("A table is taken for NDJSON by how its name ends", "[ndjson]") {
    CHECK(exchange::format_of_name("visits.ndjson") == RowFormat::Ndjson);
    CHECK(exchange::format_of_name("VISITS.JSONL") == RowFormat::Ndjson);
    CHECK(exchange::format_of_name("visits.csv") == RowFormat::Csv);
    CHECK(exchange::format_of_name("ndjson") == RowFormat::Csv);
    const TempFolder folder;
    std::ofstream(folder / "t.ndjson") << "{\"a\":\"1\"}\n";
    auto reader = must(TableReader::open(folder / "t.ndjson", RowFormat::Ndjson, {}));
    CHECK(reader.header() == std::vector<std::string>{"a"});
    const ReadRows read = read_rows(std::move(reader));
    REQUIRE(read.rows.size() == 1);
    CHECK(read.rows[0].cells[0] == "1");
}

#include "storage/exchange/csv_reader.h"

#include "storage/exchange/json.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using balie::ErrorCode;
using balie::test::file_text;
using balie::test::must;
using balie::test::must_fail;

namespace exchange = balie::exchange;
namespace fs = std::filesystem;
using exchange::CsvNext;
using exchange::CsvOptions;
using exchange::CsvReader;
using exchange::CsvRecord;
using exchange::LineError;

namespace {

using Table = std::vector<std::vector<std::string>>;

struct Read {
    Table rows;
    std::vector<std::uint64_t> lines;
    std::vector<LineError> bad;
    std::string error;
};

Read read_all(CsvReader reader) {
    Read out;
    out.rows.push_back(reader.header());
    CsvRecord record;
    LineError bad;
    while (true) {
        const auto next = reader.next(record, bad);
        if (!next.ok()) {
            out.error = next.error().text();
            return out;
        }
        if (*next == CsvNext::End) return out;
        if (*next == CsvNext::BadLine) {
            out.bad.push_back(bad);
        } else {
            out.rows.push_back(record.cells);
            out.lines.push_back(record.line);
        }
    }
}

Read read_text(std::string text, CsvOptions options = {}) {
    return read_all(must(CsvReader::of_text(std::move(text), std::move(options))));
}

}  // namespace

TEST_CASE("A table is read the same however it was saved", "[csv]") {
    const auto text =
        GENERATE("a,b\n1,2\n3,4\n", "a;b\r\n1;2\r\n3;4\r\n", "a\tb\r1\t2\r3\t4", "a|b\n1|2\n3|4",
                 "\xEF\xBB\xBF"
                 "a,b\n1,2\n3,4\n",
                 "\"a\";\"b\"\n\"1\";2\n3;\"4\"", "a,b\n\n1,2\n\n\n3,4\n\n",
                 "sep=;\na;b\n1;2\n3;4\n", " a , b \n1,2\n3,4\n", "\"a\" ,\"b\"\n\"1\"  ,2\n3,4");
    INFO(text);
    const auto read = read_text(text);
    CHECK(read.rows == Table{{"a", "b"}, {"1", "2"}, {"3", "4"}});
    CHECK(read.bad.empty());
    CHECK(read.error.empty());
}

TEST_CASE("Quotes hold delimiters, line ends and quotes", "[csv]") {
    const auto read =
        read_text("name,note\n\"Jansen, P.\",\"one\r\ntwo \"\"three\"\"\"\nDe Vries,\"\"\n");
    CHECK(read.rows ==
          Table{{"name", "note"}, {"Jansen, P.", "one\r\ntwo \"three\""}, {"De Vries", ""}});
    CHECK(read.lines == std::vector<std::uint64_t>{2, 4});
}

TEST_CASE("A quote mark inside an unquoted cell is just a mark", "[csv]") {
    const auto read = read_text("size,city\n5\" pipe,'s-Gravenhage\n37'36.8\"N,Modesto\n");
    CHECK(read.rows ==
          Table{{"size", "city"}, {"5\" pipe", "'s-Gravenhage"}, {"37'36.8\"N", "Modesto"}});
}

TEST_CASE("Nothing and an empty text are told apart", "[csv]") {
    auto reader = must(CsvReader::of_text("a,b,c\n,\"\",x\n"));
    CsvRecord record;
    LineError bad;
    REQUIRE(must(reader.next(record, bad)) == CsvNext::Record);
    CHECK(record.cells == std::vector<std::string>{"", "", "x"});
    CHECK(record.quoted == std::vector<bool>{false, true, false});
    CHECK(record.row == 1);
    CHECK(must(reader.next(record, bad)) == CsvNext::End);
    CHECK(must(reader.next(record, bad)) == CsvNext::End);
}

TEST_CASE("A line with too few or too many cells is named, and the rest is read", "[csv]") {
    const auto read = read_text("a,b,c\n1,2,3\n1,2\n1,2,3,4\n\"x\"y,2,3\n4,5,6\n");
    CHECK(read.rows == Table{{"a", "b", "c"}, {"1", "2", "3"}, {"4", "5", "6"}});
    REQUIRE(read.bad.size() == 3);
    CHECK(read.bad[0] == LineError{3, "it has 2 cells, the header has 3"});
    CHECK(read.bad[1] == LineError{4, "it has 4 cells, the header has 3"});
    CHECK(read.bad[2].line == 5);
    CHECK(read.bad[2].reason.find("closing quote") != std::string::npos);
}

TEST_CASE("A file that was cut off inside quotes says where they opened", "[csv]") {
    const auto read = read_text("a,b\n1,2\n3,\"this goes on\nand on\nand");
    CHECK(read.rows.size() == 2);
    CHECK(read.error.find("never closed") != std::string::npos);
    CHECK(read.error.find("line 3") != std::string::npos);
}

TEST_CASE("A binary file is no table", "[csv]") {
    const std::string picture("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0", 20);
    const auto error = must_fail(CsvReader::of_text(picture));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.what.find("binary") != std::string::npos);
    CsvOptions options;
    options.encoding = balie::text::Encoding::Utf8;
    const auto read = read_text(std::string("a,b\n1,\0\n", 8), options);
    CHECK(read.error.find("NUL") != std::string::npos);
    CHECK(read.error.find("line 2") != std::string::npos);
}

TEST_CASE("An empty file is an error in words", "[csv]") {
    const auto text = GENERATE("", "\n\n", "\xEF\xBB\xBF");
    CHECK(must_fail(CsvReader::of_text(text)).what.find("empty") != std::string::npos);
    CHECK(read_text("a,b\n").rows == Table{{"a", "b"}});
}

TEST_CASE("Files saved by old programs are decoded and their encoding is shown", "[csv]") {
    auto latin = must(CsvReader::of_text("naam;plaats\nRen\xE9;K\xF6ln\n"));
    CHECK(latin.shape() == "Windows-1252, delimiter ';', 2 columns");
    const auto decoded = read_all(std::move(latin));
    CHECK(decoded.rows[1] == std::vector<std::string>{"René", "Köln"});
    std::string wide("\xFF\xFE", 2);
    for (const char c : std::string("a;b\r\n1;2\r\n")) {
        wide += c;
        wide += '\0';
    }
    auto utf16 = must(CsvReader::of_text(wide));
    CHECK(utf16.shape() == "UTF-16LE, delimiter ';', 2 columns");
    const auto wide_table = read_all(std::move(utf16));
    CHECK(wide_table.rows == Table{{"a", "b"}, {"1", "2"}});
}

TEST_CASE("Bytes that are not in the named encoding end the reading, with their line", "[csv]") {
    CsvOptions options;
    options.encoding = balie::text::Encoding::Utf8;
    const auto read = read_text("a,b\n1,2\n3,caf\xE9 au lait\n", options);
    CHECK(read.rows.size() == 2);
    CHECK(read.error.find("line 3") != std::string::npos);
    CHECK(read.error.find("UTF-8") != std::string::npos);
}

TEST_CASE("A table of old, parted by blanks and without a header, is read by its map's words",
          "[csv]") {
    CsvOptions options;
    options.delimiter = exchange::kSpaces;
    options.header = false;
    options.columns = {"customer", "day", "cds", "amount"};
    const auto read =
        read_text(" 00004 19970101  2   29.33\n 00004 19970118  2   29.73 \n\n  \n 1 2 3", options);
    CHECK(read.rows == Table{{"customer", "day", "cds", "amount"},
                             {"00004", "19970101", "2", "29.33"},
                             {"00004", "19970118", "2", "29.73"}});
    CHECK(read.bad == std::vector<LineError>{{5, "it has 3 cells, the header has 4"}});
}

TEST_CASE("Columns without a name get their number", "[csv]") {
    CHECK(read_text("a,,c\n1,2,3\n").rows[0] == std::vector<std::string>{"a", "column 2", "c"});
    CsvOptions options;
    options.header = false;
    const auto read = read_text("1,2\n3,4\n", options);
    CHECK(read.rows == Table{{"column 1", "column 2"}, {"1", "2"}, {"3", "4"}});
}

TEST_CASE("One endless line does not eat the memory", "[csv]") {
    std::string text = "a,b\n1,\"";
    text.append(2 * exchange::kCsvRecordBytesMax, 'x');
    const auto read = read_text(text);
    CHECK(read.rows.size() == 1);
    CHECK(read.error.find("too large") != std::string::npos);
    CHECK(read.error.find("line 2") != std::string::npos);
}

TEST_CASE("A large file is read in pieces and has one digest", "[csv]") {
    balie::test::TempFolder temp;
    std::string text = "id;naam\n";
    for (int i = 0; i < 20000; ++i)
        text += std::to_string(i) + ";\"Jöbsen; " + std::to_string(i) + "\"\n";
    std::ofstream(temp / "big.csv", std::ios::binary) << text;
    auto reader = must(CsvReader::open(temp / "big.csv"));
    CHECK(reader.size_bytes() == text.size());
    CHECK(reader.digest() == balie::crypto::blake2b_256(balie::as_bytes(text)));
    const auto read = read_all(std::move(reader));
    REQUIRE(read.rows.size() == 20001);
    CHECK(read.rows[20000] == std::vector<std::string>{"19999", "Jöbsen; 19999"});
    CHECK(read.lines.back() == 20001);
    CHECK(read.bad.empty());
}

TEST_CASE("A file that is not there, or is a folder, is an error with its name", "[csv]") {
    balie::test::TempFolder temp;
    const auto missing = must_fail(CsvReader::open(temp / "none.csv"));
    CHECK(missing.code == ErrorCode::NotFound);
    CHECK(missing.where.find("none.csv") != std::string::npos);
    CHECK(must_fail(CsvReader::open(temp.path())).code == ErrorCode::Io);
}

TEST_CASE("A delimiter may be said in words", "[csv]") {
    CHECK(must(exchange::parse_delimiter("tab")) == '\t');
    CHECK(must(exchange::parse_delimiter(";")) == ';');
    CHECK(must(exchange::parse_delimiter("spaces")) == exchange::kSpaces);
    REQUIRE_ERROR(exchange::parse_delimiter("x"), ErrorCode::InvalidInput);
    REQUIRE_ERROR(exchange::parse_delimiter(""), ErrorCode::InvalidInput);
}

TEST_CASE("Every file with a known reading is read so", "[csv]") {
    // NAME.csv beside NAME.json: a list of objects, all values texts.
    const fs::path folder = fs::path(BALIE_SOURCE_DIR) / "tests" / "data" / "csv";
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        INFO(entry.path().filename().string());
        const auto json = must(
            exchange::Json::parse(file_text(fs::path(entry.path()).replace_extension(".json"))));
        const auto read = read_all(must(CsvReader::open(entry.path())));
        CHECK(read.error.empty());
        CHECK(read.bad.empty());
        REQUIRE(json.items() != nullptr);
        REQUIRE(json.items()->size() + 1 == read.rows.size());
        for (std::size_t row = 0; row < json.items()->size(); ++row) {
            for (std::size_t i = 0; i < read.rows[0].size(); ++i) {
                const auto* cell = (*json.items())[row].find(read.rows[0][i]);
                REQUIRE(cell != nullptr);
                REQUIRE(cell->string() != nullptr);
                CHECK(*cell->string() == read.rows[row + 1][i]);
            }
        }
        ++files;
    }
    CHECK(files >= 8);
}

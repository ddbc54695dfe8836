#include "storage/exchange/columns.h"
#include "storage/exchange/csv_reader.h"
#include "storage/exchange/csv_writer.h"
#include "storage/exchange/json.h"
#include "storage/exchange/row_writer.h"
#include "tests/support/catch.h"
#include "tests/support/property.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using balie::ErrorCode;
using balie::FieldValues;
using balie::Outcome;
using balie::Value;
using balie::domain::FieldKind;
using balie::test::file_text;
using balie::test::law;
using balie::test::must;
using balie::test::must_fail;

namespace domain = balie::domain;
namespace exchange = balie::exchange;
namespace fs = std::filesystem;
using exchange::Cell;
using exchange::Json;

namespace {

/// Cells made of what breaks tables: delimiters, quotes, line ends, formulas, apostrophes.
rc::Gen<std::string> awkward_text() {
    const std::vector<std::string> pieces{",", ";", "\"", "\"\"", "\n", "\r\n", "\r",   "\t", "=",
                                          "+", "-", "@",  "'",    "''", " ",    "a",    "é",  "€",
                                          "1", "0", ".",  "+316", "😀",  "|",    "sep=", "\\"};
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                        [](const std::vector<std::string>& chosen) {
                            std::string out;
                            for (const auto& piece : chosen) out += piece;
                            return out;
                        });
}

rc::Gen<Cell> awkward_cell() {
    return rc::gen::oneOf(rc::gen::just(Cell{}), rc::gen::map(awkward_text(), [](std::string text) {
                              return Cell(text);
                          }));
}

std::vector<std::vector<Cell>> read_back(const std::string& csv, char delimiter) {
    exchange::CsvOptions options;
    options.delimiter = delimiter;
    auto reader = must(exchange::CsvReader::of_text(csv, options));
    std::vector<std::vector<Cell>> rows;
    exchange::CsvRecord record;
    exchange::LineError bad;
    while (must(reader.next(record, bad)) == exchange::CsvNext::Record) {
        std::vector<Cell> row;
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            const bool null = record.cells[i].empty() && !record.quoted[i];
            row.push_back(null ? Cell{} : Cell(exchange::unprotect_cell(record.cells[i])));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<domain::CustomField> some_custom() {
    return {{domain::RecordType::Interaction, "y", FieldKind::Text, 10, "", "", "", true},
            {domain::RecordType::Interaction, "amount", FieldKind::Decimal, 0, "", "", "", true},
            {domain::RecordType::Interaction, "agreed", FieldKind::Boolean, 0, "", "", "", true},
            {domain::RecordType::Customer, "age", FieldKind::Integer, 0, "", "", "", true}};
}

FieldValues a_visit() {
    return {{"id", "01890a5d-ac96-774b-bcce-b302099a8057"},
            {"channel", "visit"},
            {"outcome", "held"},
            {"note", "=HYPERLINK(\"x\"), \"quoted\"\nsecond line"},
            {"occurred_at", std::int64_t{1'773'476'813'589}},
            {"occurred_offset_min", std::int64_t{60}},
            {"duration_s", std::int64_t{-5}},
            {"x.y", "'=1"},
            {"x.amount", "-12.50"},
            {"x.agreed", std::int64_t{1}}};
}

std::string written(exchange::RowFormat format, const std::vector<exchange::Column>& columns,
                    const std::vector<FieldValues>& rows) {
    std::string out;
    exchange::RowWriter writer(format, columns, [&](std::string_view bytes) {
        out += bytes;
        return Outcome{};
    });
    must(writer.begin());
    for (const auto& row : rows) must(writer.row(row));
    must(writer.end());
    CHECK(writer.rows() == static_cast<std::int64_t>(rows.size()));
    return out;
}

}  // namespace

TEST_CASE("A cell that a spreadsheet would run as a formula is made harmless", "[exchange]") {
    struct Case {
        std::string text, cell;
    };
    const auto each =
        GENERATE(Case{"=1+1", "'=1+1"}, Case{"@SUM(A1)", "'@SUM(A1)"},
                 Case{"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"}, Case{"-2+3", "'-2+3"},
                 Case{"\tx", "'\tx"}, Case{"\rx", "'\rx"}, Case{"-", "'-"},
                 Case{"- besproken", "'- besproken"}, Case{"'=1", "''=1"}, Case{"''-x", "'''-x"},
                 Case{"'+31612345678", "''+31612345678"},
                 // What stays as it is:
                 Case{"-12.50", "-12.50"}, Case{"+5", "+5"}, Case{"-1,5", "-1,5"},
                 Case{"-1e-7", "-1e-7"}, Case{"+31612345678", "+31612345678"},
                 Case{"'t Hooft", "'t Hooft"}, Case{"a=b", "a=b"}, Case{"", ""}, Case{"'", "'"});
    CHECK(exchange::protect_cell(each.text) == each.cell);
    CHECK(exchange::unprotect_cell(each.cell) == each.text);
}

TEST_CASE("Any table that is written is read back equal", "[exchange]") {
    law("csv", [] {
        const auto columns = *rc::gen::inRange<std::size_t>(2, 6);
        const auto rows = *rc::gen::container<std::vector<std::vector<Cell>>>(
            rc::gen::container<std::vector<Cell>>(columns, awkward_cell()));
        const char delimiter = *rc::gen::elementOf(std::string(",;\t|"));
        std::string csv;
        std::vector<Cell> header;
        for (std::size_t i = 0; i < columns; ++i) header.emplace_back("c" + std::to_string(i));
        exchange::append_csv_row(csv, header, delimiter);
        for (const auto& row : rows) exchange::append_csv_row(csv, row, delimiter);
        RC_ASSERT(read_back(csv, delimiter) == rows);
    });
}

TEST_CASE("Taking an apostrophe off is always the inverse of putting it there", "[exchange]") {
    law("apostrophes", [] {
        const std::string text = *awkward_text();
        RC_ASSERT(exchange::unprotect_cell(exchange::protect_cell(text)) == text);
    });
}

TEST_CASE("An export has the fields of the record-type list, then the custom ones", "[exchange]") {
    const auto columns =
        exchange::export_columns(domain::spec(domain::RecordType::Interaction), some_custom());
    REQUIRE(columns.size() > 6);
    CHECK(columns.front().name == "id");
    CHECK(columns[1].name == "customer_id");
    CHECK(columns[columns.size() - 3].name == "x.agreed");
    CHECK(columns[columns.size() - 1].name == "x.y");
    const auto moment = std::find_if(columns.begin(), columns.end(),
                                     [](const auto& each) { return each.name == "occurred_at"; });
    REQUIRE(moment != columns.end());
    CHECK(moment->zone_column == "occurred_offset_min");
}

TEST_CASE("A visit exported as CSV is read back exactly", "[exchange]") {
    const auto columns =
        exchange::export_columns(domain::spec(domain::RecordType::Interaction), some_custom());
    const std::string csv = written(exchange::RowFormat::Csv, columns, {a_visit(), {}, a_visit()});
    CHECK(csv.find("2026-03-14T09:26:53.589+01:00") != std::string::npos);
    CHECK(csv.find("\"'=HYPERLINK") != std::string::npos);
    CHECK(csv.find(",true,") != std::string::npos);
    const auto rows = read_back(csv, ',');
    REQUIRE(rows.size() == 3);
    CHECK(must(exchange::parse_row(columns, rows[0])) == a_visit());
    CHECK(must(exchange::parse_row(columns, rows[1])).empty());
    CHECK(must(exchange::parse_row(columns, rows[2])) == a_visit());
}

TEST_CASE("A visit exported as NDJSON is never altered and read back exactly", "[exchange]") {
    const auto columns =
        exchange::export_columns(domain::spec(domain::RecordType::Interaction), some_custom());
    const std::string text = written(exchange::RowFormat::Ndjson, columns, {a_visit(), {}});
    CHECK(text.find("\"=HYPERLINK(\\\"x\\\"), \\\"quoted\\\"\\nsecond line\"") !=
          std::string::npos);
    CHECK(text.find("\"duration_s\":-5") != std::string::npos);
    CHECK(text.find("\"x.agreed\":true") != std::string::npos);
    CHECK(text.find("\"x.amount\":\"-12.50\"") != std::string::npos);
    CHECK(text.find("\"customer_id\":null") != std::string::npos);
    const std::size_t end = text.find('\n');
    CHECK(must(exchange::parse_ndjson_row(text.substr(0, end), columns)) == a_visit());
    CHECK(must(exchange::parse_ndjson_row(text.substr(end + 1), columns)).empty());
    const auto error = must_fail(exchange::parse_ndjson_row(R"({"chanel":"visit"})", columns));
    CHECK(error.where == "chanel");
    REQUIRE_ERROR(exchange::parse_ndjson_row("[1]", columns), ErrorCode::InvalidInput);
    REQUIRE_ERROR(exchange::parse_ndjson_row(R"({"note":1.5})", columns), ErrorCode::InvalidInput);
}

TEST_CASE("Cells that cannot be what their column is are refused with its name", "[exchange]") {
    struct Case {
        FieldKind kind;
        std::string text;
    };
    const auto each = GENERATE(
        Case{FieldKind::Integer, "1.5"}, Case{FieldKind::Integer, ""},
        Case{FieldKind::Integer, "9223372036854775808"}, Case{FieldKind::Boolean, "yes"},
        Case{FieldKind::Moment, "yesterday"}, Case{FieldKind::Moment, "2026-02-30T10:00:00Z"});
    const std::vector<exchange::Column> columns{{"field", each.kind, {}}};
    const std::vector<Cell> cells{each.text};
    const auto error = must_fail(exchange::parse_row(columns, cells));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.where == "field");
}

TEST_CASE("An export that ends early leaves no half file", "[exchange]") {
    balie::test::TempFolder temp;
    {
        auto file = must(exchange::OutputFile::create(temp / "out.csv"));
        must(file.write("half"));
    }
    CHECK(fs::is_empty(temp.path()));
    auto file = must(exchange::OutputFile::create(temp / "out.csv"));
    must(file.sink()("whole"));
    must(file.commit());
    CHECK(file_text(temp / "out.csv") == "whole");
    CHECK(must_fail(exchange::OutputFile::create(temp / "no" / "out.csv")).code == ErrorCode::Io);
    CHECK(must_fail(exchange::OutputFile::create(temp.path())).code == ErrorCode::Io);
}

TEST_CASE("What is no file, a device or a pipe, is written to and never replaced", "[exchange]") {
    balie::test::TempFolder temp;
    fs::create_symlink("/dev/full", temp / "full");
    {
        auto device = must(exchange::OutputFile::create(temp / "full"));
        REQUIRE_ERROR(device.write("bytes"), ErrorCode::DiskFull);
    }
    fs::create_symlink("/dev/null", temp / "null");
    auto device = must(exchange::OutputFile::create(temp / "null"));
    must(device.write("bytes"));
    must(device.commit());
    CHECK(fs::is_symlink(temp / "full"));
    CHECK(fs::is_symlink(temp / "null"));
    CHECK_FALSE(fs::exists(temp / "null.part"));
}

TEST_CASE("A full disk is said as such", "[exchange]") {
    std::string passed;
    exchange::RowWriter writer(
        exchange::RowFormat::Csv, {{"a", FieldKind::Text, {}}},
        [&](std::string_view /*bytes*/) -> Outcome {
            return balie::Error{ErrorCode::DiskFull, "no space left", "", ""};
        });
    must(writer.begin());
    must(writer.row({{"a", "x"}}));
    REQUIRE_ERROR(writer.end(), ErrorCode::DiskFull);
    REQUIRE_ERROR(exchange::parse_row_format("xls"), ErrorCode::InvalidInput);
}

TEST_CASE("JSON keeps order and whole numbers, and comes back equal", "[exchange]") {
    const Json json = Json::object({{"pending", 3},
                                    {"oldest", nullptr},
                                    {"ok", true},
                                    {"max", std::int64_t{9'223'372'036'854'775'807}},
                                    {"ratio", 0.5},
                                    {"whole", 2.0},
                                    {"note", "a\"b\\\n\t\x01 é"},
                                    {"list", Json::array({1, "x", Json::object()})},
                                    {"none", Json::array()}});
    const std::string text = json.print();
    CHECK(
        text ==
        "{\"pending\":3,\"oldest\":null,\"ok\":true,\"max\":9223372036854775807,\"ratio\":0.5,"
        "\"whole\":2.0,\"note\":\"a\\\"b\\\\\\n\\t\\u0001 é\",\"list\":[1,\"x\",{}],\"none\":[]}");
    CHECK(must(Json::parse(text)) == json);
    CHECK(must(Json::parse(json.print(2))) == json);
    CHECK(json.print(2).substr(0, 16) == "{\n  \"pending\": 3");
    CHECK(*json.find("list")->items()->at(1).string() == "x");
    CHECK(json.find("nothing") == nullptr);
}

TEST_CASE("Any text survives JSON, and bad bytes do not break the document", "[exchange]") {
    law("json text", [] {
        const std::string text = *awkward_text();
        RC_ASSERT(*Json::parse(Json(text).print())->string() == text);
    });
    CHECK(*must(Json::parse(Json("a\xFFz").print())).string() == "a\uFFFDz");
}

TEST_CASE("JSON that is not strict is refused with its place", "[exchange]") {
    struct Case {
        std::string text, says;
    };
    const auto each = GENERATE(
        Case{"{\"a\":1,}", "line 1"}, Case{"{\"a\":1\n \"b\":2}", "line 2"}, Case{"", "line 1"},
        Case{"{\"a\":1,\"a\":2}", "twice"}, Case{"18446744073709551616", "64 bits"},
        Case{"18446744073709551615", "64 bits"}, Case{"{} x", "line 1"}, Case{"NaN", "line 1"},
        Case{"\"\xFF\"", "UTF-8"}, Case{"{'a':1}", "line 1"}, Case{"[1] // note", "line 1"});
    INFO(each.text);
    const auto error = must_fail(Json::parse(each.text));
    CHECK(error.code == ErrorCode::InvalidInput);
    CHECK(error.text().find(each.says) != std::string::npos);
    REQUIRE_ERROR(Json::parse(std::string(1000, '[')), ErrorCode::InvalidInput);
}

TEST_CASE("The texts of the program are a flat list of texts", "[exchange]") {
    const auto texts = must(exchange::parse_string_map(R"({"visit.save":"Save","a":"b"})"));
    CHECK(texts.at("visit.save") == "Save");
    CHECK(must_fail(exchange::parse_string_map(R"({"a":{"b":"c"}})")).where == "a");
    REQUIRE_ERROR(exchange::parse_string_map("[]"), ErrorCode::InvalidInput);
}

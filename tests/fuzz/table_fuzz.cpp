// Files of other programs: CSV in any shape, a map and the table it is for, JSON, NDJSON.
#include "storage/exchange/columns.h"
#include "storage/exchange/csv_reader.h"
#include "storage/exchange/csv_writer.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/import_plan.h"
#include "storage/exchange/json.h"
#include "storage/exchange/row_writer.h"
#include "storage/text/utf8.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/input.h"

#include <algorithm>
#include <set>

namespace balie::fuzz {

namespace {

using exchange::CsvNext;
using exchange::CsvReader;
using exchange::Json;

/// A table may hold more lines than a run should take.
constexpr int kLinesMax = 3000;

exchange::CsvOptions csv_options(Input& input) {
    constexpr std::array<char, 5> kDelimiters{',', ';', '\t', '|', exchange::kSpaces};
    constexpr std::array<text::Encoding, 6> kEncodings{
        text::Encoding::Utf8,    text::Encoding::Utf8Bom,     text::Encoding::Utf16Le,
        text::Encoding::Utf16Be, text::Encoding::Windows1252, text::Encoding::Latin1};
    exchange::CsvOptions options;
    const std::uint8_t choice = input.byte();
    if ((choice & 1U) != 0) options.delimiter = kDelimiters[choice / 16 % kDelimiters.size()];
    if ((choice & 2U) != 0) options.encoding = kEncodings[choice / 16 % kEncodings.size()];
    options.header = (choice & 4U) == 0;
    if ((choice & 8U) != 0) options.columns = {"a", "b", "c"};
    return options;
}

/// What was read is written, and read again as it was.
void expect_same_again(std::size_t columns, const std::vector<exchange::CsvRecord>& records) {
    using Cells = std::vector<exchange::Cell>;
    std::string written;
    // Names of our own: one of a stranger may be "sep=;", which says something else at the top.
    exchange::append_csv_row(written, Cells(columns, exchange::Cell{"name"}));
    for (const auto& record : records) {
        Cells cells;
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            const bool nothing = record.cells[i].empty() && !record.quoted[i];
            cells.push_back(nothing ? exchange::Cell{} : exchange::Cell{record.cells[i]});
        }
        // A blank line is no record: one cell that is nothing cannot be told from it.
        if (cells.size() == 1 && !cells[0]) return;
        exchange::append_csv_row(written, cells);
    }
    exchange::CsvOptions options;
    options.delimiter = ',';
    options.encoding = text::Encoding::Utf8;
    auto reader = CsvReader::of_text(written, options);
    expect(reader.ok(), "a table that was written is refused");
    exchange::CsvRecord record;
    exchange::LineError bad;
    for (const auto& before : records) {
        const auto next = reader->next(record, bad);
        expect(next.ok() && *next == CsvNext::Record, "a line that was written is refused");
        expect(record.cells.size() == before.cells.size(), "a cell too few or too many");
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            expect(exchange::unprotect_cell(record.cells[i]) == before.cells[i],
                   "a cell is read back as another one");
        }
    }
}

void run_csv(std::string_view bytes) {
    Input input(bytes);
    const auto options = csv_options(input);
    const std::string table(input.rest());
    auto reader = CsvReader::of_text(table, options);
    if (!reader.ok()) return;
    expect(!reader->header().empty(), "a table without columns");
    expect(reader->size_bytes() == table.size(), "the file has another size");
    exchange::CsvRecord record;
    exchange::LineError bad;
    std::vector<exchange::CsvRecord> records;
    std::uint64_t line = 0;
    std::uint64_t row = 0;
    for (int i = 0; i < kLinesMax; ++i) {
        const auto next = reader->next(record, bad);
        if (!next.ok() || *next == CsvNext::End) break;
        ++row;
        const std::uint64_t at = *next == CsvNext::Record ? record.line : bad.line;
        expect(at >= line && at > 0, "lines go backwards");
        line = at;
        if (*next == CsvNext::BadLine) {
            expect(!bad.reason.empty(), "a bad line without a reason");
            continue;
        }
        expect(record.row == row, "rows are miscounted");
        expect(record.cells.size() == reader->header().size(), "a line with other columns");
        expect(record.quoted.size() == record.cells.size(), "a cell of which no more is known");
        for (const auto& cell : record.cells) {
            expect(text::first_bad_byte(cell) == std::string::npos, "a cell that is no UTF-8");
        }
        records.push_back(record);
    }
    expect_same_again(reader->header().size(), records);
}

std::vector<std::string> csv_seeds() {
    return {literal("\0a,b\r\n1,\"x\ny\"\r\n\"\",\"q\"\"q\"\r\n"),
            literal("\0a;b;c\n1;2;3\n;;\n"),
            literal("\0sep=|\na|b\n1|2\n"),
            literal("\x41"
                    "a b   c\n 1  2 3 \n"),
            literal("\x04"
                    "1,2\n3,4\n"),
            literal("\0\xEF\xBB\xBF"
                    "naam,plaats\nJ\xC3\xA9,\xE2\x82\xAC\n"),
            literal("\0\xFF\xFE"
                    "a\0,\0b\0\n\0"
                    "1\0,\0=\0\n\0"),
            literal("\0"
                    "a,b\n'=1,+31612345678\n=1+1,''-x\n")};
}

void apply_all(exchange::ImportPlan& plan, CsvReader& reader) {
    exchange::CsvRecord record;
    exchange::LineError bad;
    for (int i = 0; i < kLinesMax; ++i) {
        const auto next = reader.next(record, bad);
        if (!next.ok() || *next == CsvNext::End) return;
        if (*next == CsvNext::BadLine) continue;
        const auto line = plan.apply(record);
        expect(line.records.empty() || line.errors.empty(), "a line is half wrong");
        for (std::size_t at = 0; at < line.records.size(); ++at) {
            const auto& made = line.records[at];
            expect(!made.parent || *made.parent < at, "a record stands before its parent");
            for (const auto& [name, value] : made.values) {
                expect(!is_null(value), "nothing is written as a value");
                const auto* words = std::get_if<std::string>(&value);
                expect(words == nullptr || text::check_utf8(*words).ok(),
                       "a text that no record may hold");
            }
        }
    }
}

/// A map, 0xFF, a table.
void run_import(std::string_view bytes) {
    Input input(bytes);
    const auto map = exchange::parse_import_map(input.part());
    if (!map.ok()) {
        expect(!map.error().text().empty(), "a refusal without words");
        return;
    }
    auto reader = CsvReader::of_text(std::string(input.rest()), map->csv_options());
    if (!reader.ok()) return;
    auto plan = exchange::ImportPlan::make(*map, {}, reader->header(), reader->digest());
    if (plan.ok()) {
        apply_all(*plan, *reader);
    } else {
        expect(!plan.error().text().empty(), "a refusal without words");
    }
    const auto automatic =
        exchange::automatic_map(domain::spec(domain::RecordType::Customer), reader->header());
    plan = exchange::ImportPlan::make(automatic, {}, reader->header(), reader->digest());
    if (plan.ok()) apply_all(*plan, *reader);
}

std::string map_of(const std::string& fields, const std::string& table) {
    return R"({"version":1,"records":[{"as":"customer","fields":{"kind":{"value":"person"},)" +
           fields + "}}]}\xFF" + table;
}

std::vector<std::string> import_seeds() {
    return {
        map_of(R"("name":"n")", "n\nJansen\n"),
        map_of(R"("name":{"column":"n","trim":false,"null":["x"],"translate":{"a":"b","c":null},)"
               R"("else":"keep","default":"y"})",
               "n\na\nc\n\"\"\n"),
        map_of(R"("name":{"template":"{a} {b} {line} {row} {{}}"})", "a,b\n1,2\n,\n"),
        map_of(R"("name":"n","birthday":{"column":"d","date_format":"D-M-YYYY"})",
               "n,d\nJ,3-4-1980\nK,31-2-1980\n"),
        map_of(R"("name":"n","birthday":{"date":{"year":{"start":2008,"roll":"when the month )"
               R"(falls"},"month":"m","day":"d","months":{"mei":5}}})",
               "n,m,d\nJ,may,3\nK,mei,5\nL,1,31\n"),
        R"({"version":1,"zone":"+01:00","delimiter":";","null":["","-"],"custom":{"customer":[)"
        R"({"name":"age","datatype":"integer","en":"Age","nl":"Leeftijd"},{"name":"rate",)"
        R"("datatype":"decimal","en":"R","nl":"R"},{"name":"ok","datatype":"boolean","en":"O",)"
        R"("nl":"O"}]},"records":[{"as":"customer","fields":{"kind":{"value":"person"},"name":"n",)"
        R"("x.age":"a","x.rate":{"column":"r","number":{"decimal":",","group":"."}},)"
        R"("x.ok":{"column":"o","boolean":{"true":["ja"],"false":["nee"]}}}},)"
        R"({"as":"contact_point","if":"p","fields":{"customer_id":{"record":"customer"},)"
        R"("kind":{"value":"phone"},"value":{"column":"p","phone":"NL"}}},)"
        R"({"as":"contact_point","name":"home","if":{"column":"s","is":["Kade"]},"fields":{)"
        R"("customer_id":{"record":"customer"},"kind":{"value":"address"},)"
        R"("address":{"address":{"street":"s","city":{"value":"Delft"}}}}}]})"
        "\xFF"
        "n;a;r;o;p;s\nJ;41;1.234,5;ja;06 12345678;Kade\n;x;;;;\n",
        map_of(R"("name":"n","owner":"o")", "n,o\nJ,anna\n"),
        R"({"version":1,"records":[{"as":"interaction","fields":{"channel":"c",)"
        R"("occurred_at":{"date":{"year":2010,"month":"m","day":"d"},"time":"12:00"},)"
        R"("duration_s":{"column":"t","duration":"clock"}}}]})"
        "\xFF"
        "c,m,d,t\nphone,5,3,1:02:03\n"};
}

/// Numbers that are no whole ones may be written otherwise than they were read.
void run_json(std::string_view bytes) {
    const auto json = Json::parse(bytes);
    if (json.ok()) {
        const std::string printed = json->print();
        const auto again = Json::parse(printed);
        expect(again.ok(), "JSON that was printed is refused");
        expect(*again == *json, "JSON is read back as something else");
        expect(again->print() == printed, "the same JSON has two spellings");
        const auto spaced = Json::parse(json->print(2));
        expect(spaced.ok() && *spaced == *json, "JSON with line ends is read as something else");
    }
    const auto map = exchange::parse_string_map(bytes);
    expect(!map.ok() || json.ok(), "a map of texts that is no JSON");
    const auto& spec = domain::spec(domain::RecordType::Interaction);
    const auto columns = exchange::export_columns(spec, {});
    const auto row = exchange::parse_ndjson_row(bytes, columns);
    if (!row.ok()) return;
    std::string line;
    exchange::RowWriter writer(exchange::RowFormat::Ndjson, columns,
                               [&line](std::string_view more) -> Outcome {
                                   line += more;
                                   return {};
                               });
    expect(writer.begin().ok() && writer.row(*row).ok() && writer.end().ok(),
           "a row that was read cannot be written");
    expect(!line.empty() && line.back() == '\n', "a row without its line end");
    line.pop_back();
    const auto again = exchange::parse_ndjson_row(line, columns);
    expect(again.ok(), "a row that was written is refused");
    expect(*again == *row, "a row is read back as another one");
}

std::vector<std::string> json_seeds() {
    return {R"({"a":[1,-2,3.5,1e300,true,null,"x\u00e9\n\ud83d\ude00"],"b":{}})",
            R"([[[[9223372036854775807,-9223372036854775808]]]])",
            R"({"hello":"Hallo","empty":""})",
            R"({"occurred_at":"2026-03-14T10:00:00.000+01:00","duration_s":12,"note":"=1"})",
            "[1e400]",
            "\"\\ud800\""};
}

}  // namespace

Entry csv_entry() {
    return {"fuzz_csv", run_csv, csv_seeds};
}
Entry import_entry() {
    return {"fuzz_import", run_import, import_seeds};
}
Entry json_entry() {
    return {"fuzz_json", run_json, json_seeds};
}

}  // namespace balie::fuzz

#include "storage/exchange/import_plan.h"

#include "storage/base/date.h"
#include "storage/exchange/columns.h"
#include "storage/exchange/csv_reader.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/row_writer.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

using balie::ErrorCode;
using balie::FieldValues;
using balie::Outcome;
using balie::Value;
using balie::value_integer;
using balie::value_text;
using balie::domain::RecordType;
using balie::test::file_text;
using balie::test::must;
using balie::test::must_fail;

namespace domain = balie::domain;
namespace exchange = balie::exchange;
namespace fs = std::filesystem;

namespace {

const fs::path kDemo = fs::path(BALIE_SOURCE_DIR) / "assets" / "demo";

struct Imported {
    std::vector<exchange::PlannedLine> lines;
    std::vector<exchange::LineError> errors;
};

Imported import_all(exchange::CsvReader reader, const exchange::ImportMap& map,
                    const std::vector<domain::CustomField>& custom) {
    auto plan = must(exchange::ImportPlan::make(map, custom, reader.header(), reader.digest()));
    Imported out;
    exchange::CsvRecord record;
    exchange::LineError bad;
    while (true) {
        const auto next = must(reader.next(record, bad));
        if (next == exchange::CsvNext::End) return out;
        if (next == exchange::CsvNext::BadLine) {
            out.errors.push_back(bad);
            continue;
        }
        auto line = plan.apply(record);
        out.errors.insert(out.errors.end(), line.errors.begin(), line.errors.end());
        out.lines.push_back(std::move(line));
    }
}

/// One customer per line from columns `a` and `b`, with these fields.
Imported import_text(const std::string& fields, const std::string& csv,
                     const std::vector<domain::CustomField>& custom = {}) {
    const auto map = must(exchange::parse_import_map(
        R"({"records":[{"as":"customer","fields":{"kind":{"value":"person"},)" + fields + "}}]}"));
    return import_all(must(exchange::CsvReader::of_text(csv, map.csv_options())), map, custom);
}

std::string field(const Imported& imported, std::size_t line, const std::string& name) {
    REQUIRE(imported.lines.size() > line);
    REQUIRE_FALSE(imported.lines[line].records.empty());
    const auto& values = imported.lines[line].records[0].values;
    const auto found = values.find(name);
    return found == values.end() ? "(none)" : value_text(found->second);
}

std::vector<std::string> problems_of(const std::string& records, const std::string& header) {
    const auto map = must(exchange::parse_import_map(R"({"records":[)" + records + "]}"));
    auto reader = must(exchange::CsvReader::of_text(header + "\n"));
    std::vector<std::string> problems;
    REQUIRE_ERROR(exchange::ImportPlan::make(map, {}, reader.header(), reader.digest(), &problems),
                  ErrorCode::InvalidInput);
    return problems;
}

bool says(const std::vector<std::string>& problems, const std::string& words) {
    return std::any_of(problems.begin(), problems.end(), [&](const std::string& each) {
        return each.find(words) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("A map that is mistyped is refused with the place of every mistake", "[import]") {
    const auto error = must_fail(exchange::parse_import_map(R"({
        "delimeter": ";",
        "encoding": "EBCDIC",
        "custom": {"customer": [{"name": "1x", "datatype": "number"}], "task": []},
        "records": [{"as": "customr", "fields": {
            "name": {"colum": "a"},
            "kind": {"value": "person", "template": "x"},
            "note": {"column": "a", "translate": {"x": "y"}, "else": "ignore"},
            "birthday": {"date": {"day": "d", "month": "m", "year": {"start": 2008, "roll": "up"}}}
        }}]})"));
    CHECK(error.code == ErrorCode::InvalidInput);
    for (const std::string place :
         {"delimeter", "encoding", "custom.customer[0].name", "custom.customer[0].datatype",
          "custom.task", "records[0].as", "records[0].fields.name.colum", "records[0].fields.kind",
          "records[0].fields.note.else", "records[0].fields.birthday.date.year.roll"}) {
        INFO(place << " in " << error.what);
        CHECK(error.what.find(place) != std::string::npos);
    }
    REQUIRE_ERROR(exchange::parse_import_map(R"({"records":[]})"), ErrorCode::InvalidInput);
    REQUIRE_ERROR(exchange::parse_import_map(R"([])"), ErrorCode::InvalidInput);
    REQUIRE_ERROR(exchange::parse_import_map(R"({"version":2,"records":[]})"),
                  ErrorCode::NewerVersion);
}

TEST_CASE("A map that does not fit fails before anything is written, naming everything",
          "[import]") {
    const auto problems = problems_of(
        R"({"as":"customer","fields":{"name":"naam","nmae":"a","x.age":"a","language":{"value":"fr"}}},
           {"as":"interaction","fields":{"customer_id":{"record":"client"},"channel":"a",
             "outcome":{"template":"{a}-{zz}"},"occurred_at":"a"}})",
        "a,a,b");
    CHECK(says(problems, "no column 'naam'"));
    CHECK(says(problems, "two columns 'a'"));
    CHECK(says(problems, "no field 'nmae'"));
    CHECK(says(problems, "no custom field x.age is defined"));
    CHECK(says(problems, "kind, which must be filled in"));
    CHECK(says(problems, "cannot be 'fr'"));
    CHECK(says(problems, "no record 'client'"));
    CHECK(says(problems, "no column 'zz'"));
}

TEST_CASE("A custom field that is something else here is noticed", "[import]") {
    const auto map = must(exchange::parse_import_map(
        R"({"custom":{"customer":[{"name":"age","datatype":"integer"}]},
            "records":[{"as":"customer","fields":{"kind":{"value":"person"},"name":"a","x.age":"b"}}]})"));
    auto reader = must(exchange::CsvReader::of_text("a,b\n"));
    const std::vector<domain::CustomField> texts{
        {RecordType::Customer, "age", domain::FieldKind::Text, 0, "", "", "", true}};
    const auto error =
        must_fail(exchange::ImportPlan::make(map, texts, reader.header(), reader.digest()));
    CHECK(error.what.find("is text here, the map says integer") != std::string::npos);
    REQUIRE_OK(exchange::ImportPlan::make(map, map.custom, reader.header(), reader.digest()));
    std::vector<std::string> problems;
    REQUIRE_ERROR(exchange::ImportPlan::make(map, {}, reader.header(), reader.digest(), &problems),
                  ErrorCode::InvalidInput);
    CHECK(problems.size() == 1);
}

TEST_CASE("A column becomes a value by the words of the map", "[import]") {
    const std::vector<domain::CustomField> custom{
        {RecordType::Customer, "n", domain::FieldKind::Integer, 0, "", "", "", true},
        {RecordType::Customer, "d", domain::FieldKind::Decimal, 0, "", "", "", true},
        {RecordType::Customer, "b", domain::FieldKind::Boolean, 0, "", "", "", true},
        {RecordType::Customer, "t", domain::FieldKind::Date, 0, "", "", "", true}};
    struct Case {
        std::string name, source, cell, value;
    };
    const auto each = GENERATE(
        Case{"note", R"("b")", "  text ", "text"},
        Case{"note", R"({"column":"b","trim":false})", "  text ", "  text "},
        Case{"note", R"("b")", "'=1", "=1"}, Case{"note", R"("b")", "", "(none)"},
        Case{"note", R"({"column":"b","null":["unknown","-"]})", "unknown", "(none)"},
        Case{"note", R"({"column":"b","default":"?"})", "", "?"},
        Case{"note", R"({"template":"{a}/{b}/{row}"})", "x", "Jan/x/1"},
        Case{"note", R"({"template":"nr {line} {{b}}"})", "x", "nr 2 {b}"},
        Case{"note", R"({"template":"{b} {b}"})", "", "(none)"},
        Case{"note", R"({"column":"b","translate":{"x":"y","z":null}})", "x", "y"},
        Case{"note", R"({"column":"b","translate":{"x":"y","z":null}})", "z", "(none)"},
        Case{"note", R"({"column":"b","translate":{"x":"y"},"else":"keep"})", "q", "q"},
        Case{"note", R"({"column":"b","translate":{"x":"y"},"else":{"value":"?"}})", "q", "?"},
        Case{"note", R"({"column":"b","phone":"NL"})", "06-12 34 56 78", "+31612345678"},
        Case{"x.n", R"("b")", "-42", "-42"},
        Case{"x.n", R"({"column":"b","number":{"group":"."}})", "45.211", "45211"},
        Case{"x.d", R"("b")", "29.30", "29.30"},
        Case{"x.d", R"({"column":"b","number":{"decimal":",","group":"."}})", "\"-1.234,50\"",
             "-1234.50"},
        Case{"x.b", R"({"column":"b","boolean":{"true":["ja","J"],"false":["nee"]}})", "JA", "1"},
        Case{"x.b", R"({"column":"b","boolean":{"true":["ja"],"false":["nee"]}})", "nee", "0"},
        Case{"x.b", R"("b")", "false", "0"},
        Case{"x.t", R"({"column":"b","date_format":"D-M-YYYY"})", "1-12-2026", "2026-12-01"},
        Case{"x.t", R"({"column":"b","date_format":"YYYYMMDD"})", "19970118", "1997-01-18"},
        Case{"birthday", R"("b")", "--02-29", "--02-29"},
        Case{"x.n", R"({"column":"b","duration":"clock"})", "1:02:03", "3723"},
        Case{"x.n", R"({"column":"b","duration":"minutes"})", "3", "180"});
    INFO(each.source << " of " << each.cell);
    const auto imported = import_text(R"("name":"a",")" + each.name + "\":" + each.source,
                                      "a,b\nJan," + each.cell + "\n", custom);
    for (const auto& error : imported.errors) UNSCOPED_INFO(error.reason);
    REQUIRE(imported.errors.empty());
    CHECK(field(imported, 0, each.name) == each.value);
}

TEST_CASE("A cell that cannot be is an error with its line, its field and the reason", "[import]") {
    const std::vector<domain::CustomField> custom{
        {RecordType::Customer, "n", domain::FieldKind::Integer, 0, "", "", "", true},
        {RecordType::Customer, "d", domain::FieldKind::Decimal, 0, "", "", "", true},
        {RecordType::Customer, "t", domain::FieldKind::Date, 0, "", "", "", true}};
    struct Case {
        std::string name, source, cell, reason;
    };
    const auto each = GENERATE(
        Case{"x.n", R"("b")", "12a", "not a whole number"},
        Case{"x.d", R"("b")", "\"1,5\"", "not a decimal number"},
        Case{"x.d", R"({"column":"b","number":{"decimal":","}})", "1.5", "not a number"},
        Case{"x.t", R"("b")", "2026-02-30", "not a date that exists"},
        Case{"x.t", R"({"column":"b","date_format":"DD-MM-YYYY"})", "1-2-2026",
             "not a date written as"},
        Case{"x.t", R"({"column":"b","date_format":"DD-MM-YYYY"})", "31-02-2026",
             "not a date that exists"},
        Case{"note", R"({"column":"b","translate":{"x":"y"}})", "q", "not in the table"},
        Case{"note", R"({"column":"b","phone":"NL"})", "12", "not a telephone number"},
        Case{"x.n", R"({"column":"b","duration":"clock"})", "1:75", "not a length of time"},
        Case{"language", R"("b")", "fr", "cannot be 'fr'"},
        Case{"do_not_call", R"("b")", "ja", "not true or false"});
    INFO(each.source << " of " << each.cell);
    const auto imported = import_text(R"("name":"a",")" + each.name + "\":" + each.source,
                                      "a,b\nJan," + each.cell + "\nPiet,\n", custom);
    REQUIRE(imported.errors.size() == 1);
    CHECK(imported.errors[0].line == 2);
    INFO(imported.errors[0].reason);
    CHECK(imported.errors[0].reason.find(each.reason) != std::string::npos);
    CHECK(imported.errors[0].reason.find("customer") != std::string::npos);
    CHECK(imported.lines[0].records.empty());
    CHECK(imported.lines[1].records.size() == 1);
}

TEST_CASE("A note over the limit and a name that is missing are named by their lines", "[import]") {
    const auto imported =
        import_text(R"("name":"a","note":"b")", "a,b\n," + std::string(20000, 'x') + "\nJan," +
                                                    std::string(20000, 'x') + "\nPiet,kort\n");
    REQUIRE(imported.errors.size() == 2);
    CHECK(imported.errors[0].line == 2);
    CHECK(imported.errors[1].line == 3);
    CHECK(imported.errors[1].reason.find("20000 bytes long") != std::string::npos);
}

TEST_CASE("A file in order of date without a year gets its years", "[import]") {
    const auto map = must(
        exchange::parse_import_map(R"({"zone":"+01:00","records":[{"as":"interaction","fields":{
        "channel":{"value":"phone"},"outcome":{"value":"held"},
        "occurred_at":{"date":{"day":"d","month":"m","time":"09:30",
                       "year":{"start":2008,"roll":"when the month falls"}}}}}]})"));
    const auto imported = import_all(
        must(exchange::CsvReader::of_text(
            "d;m\n5;may\n28;MAY\n3;nov\n2;jan\n1;1\n30;feb\n29;feb\n1;dec\n1;jan\n0;mei\n1;xyz\n")),
        map, {});
    std::vector<std::string> days;
    for (const auto& line : imported.lines) {
        if (line.records.empty()) continue;
        const auto& values = line.records[0].values;
        days.push_back(balie::format_moment(value_integer(values.at("occurred_at")), 60));
        CHECK(value_integer(values.at("occurred_offset_min")) == 60);
    }
    CHECK(days == std::vector<std::string>{"2008-05-05T09:30:00+01:00", "2008-05-28T09:30:00+01:00",
                                           "2008-11-03T09:30:00+01:00", "2009-01-02T09:30:00+01:00",
                                           "2009-01-01T09:30:00+01:00", "2009-12-01T09:30:00+01:00",
                                           "2010-01-01T09:30:00+01:00"});
    REQUIRE(imported.errors.size() == 4);
    CHECK(imported.errors[0].reason.find("2009-02-30") != std::string::npos);
    CHECK(imported.errors[1].reason.find("2009-02-29") != std::string::npos);
    CHECK(imported.errors[2].reason.find("not a day") != std::string::npos);
    CHECK(imported.errors[3].reason.find("not a month") != std::string::npos);
}

TEST_CASE("The same file gives the same ids, another line or file others", "[import]") {
    const std::string csv = "a,b\nJan,\nPiet,\n";
    const auto one = import_text(R"("name":"a")", csv);
    const auto two = import_text(R"("name":"a")", csv);
    const auto other = import_text(R"("name":"a")", csv + "Klaas,\n");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(one.lines[i].records == two.lines[i].records);
        ids.insert(one.lines[i].records[0].id.text());
        ids.insert(other.lines[i].records[0].id.text());
    }
    CHECK(ids.size() == 4);
}

TEST_CASE("The demo's customers all come in, each with its contact points", "[import]") {
    const auto map = must(exchange::parse_import_map(file_text(kDemo / "customers.map.json")));
    const auto imported = import_all(
        must(exchange::CsvReader::open(kDemo / "customers.csv", map.csv_options())), map, {});
    for (const auto& error : imported.errors) UNSCOPED_INFO(error.line << ": " << error.reason);
    CHECK(imported.errors.empty());
    REQUIRE(imported.lines.size() == 40);
    const auto& anneliese = imported.lines[0].records;
    REQUIRE(anneliese.size() == 4);
    CHECK(value_text(anneliese[0].values.at("name_prefix")) == "van der");
    CHECK(value_integer(anneliese[0].values.at("do_not_call")) == 1);
    CHECK(value_text(anneliese[1].values.at("value")).substr(0, 3) == "+31");
    CHECK(anneliese[1].parent == std::size_t{0});
    CHECK(value_text(anneliese[1].values.at("customer_id")) == anneliese[0].id.text());
    CHECK(
        value_text(anneliese[3].values.at("address")) ==
        R"({"street":"Oudegracht","number":"15","postal_code":"3511 AB","city":"Utrecht","country":"NL"})");
    std::size_t organisations = 0;
    for (const auto& line : imported.lines) {
        if (value_text(line.records[0].values.at("kind")) == "organisation") ++organisations;
    }
    CHECK(organisations == 14);
}

TEST_CASE("The bank's file comes in with every value", "[import]") {
    const auto map = must(exchange::parse_import_map(file_text(kDemo / "bank-marketing.map.json")));
    auto reader = must(exchange::CsvReader::open(
        fs::path(BALIE_SOURCE_DIR) / "tests" / "data" / "bank-sample.csv", map.csv_options()));
    const auto imported = import_all(std::move(reader), map, map.custom);
    for (const auto& error : imported.errors) UNSCOPED_INFO(error.line << ": " << error.reason);
    REQUIRE(imported.errors.empty());
    REQUIRE(imported.lines.size() == 6);
    const auto& records = imported.lines[0].records;
    REQUIRE(records.size() == 2);
    const auto& client = records[0].values;
    CHECK(value_text(client.at("name")) == "Client 1");
    CHECK(value_integer(client.at("x.age")) == 41);
    CHECK(value_text(client.at("x.job")) == "blue-collar");
    CHECK(value_text(client.at("x.balance")) == "-312");
    CHECK(value_integer(client.at("x.pdays")) == -1);
    CHECK(value_text(client.at("x.poutcome")) == "unknown");
    const auto& call = records[1].values;
    CHECK(value_text(call.at("channel")) == "phone");
    CHECK(value_text(call.at("outcome")) == "no_sale");
    CHECK(value_integer(call.at("duration_s")) == 187);
    CHECK(value_text(call.at("x.y")) == "no");
    CHECK(value_text(call.at("customer_id")) == records[0].id.text());
    std::string dates;
    for (const auto& line : imported.lines) {
        dates += balie::date_of(value_integer(line.records[1].values.at("occurred_at")), 0) + " ";
    }
    CHECK(dates == "2008-05-05 2008-11-28 2009-01-02 2009-12-31 2010-01-01 2010-11-17 ");
}

TEST_CASE("An export of ours is imported without a map, exactly", "[import]") {
    const auto& spec = domain::spec(RecordType::Interaction);
    const std::vector<domain::CustomField> custom{
        {RecordType::Interaction, "y", domain::FieldKind::Text, 20, "", "", "", true}};
    const auto columns = exchange::export_columns(spec, custom);
    const std::vector<FieldValues> rows{{{"id", "01890a5d-ac96-774b-bcce-b302099a8057"},
                                         {"channel", "visit"},
                                         {"outcome", "held"},
                                         {"note", " '=1+1 \"quoted\"\r\n"},
                                         {"occurred_at", std::int64_t{1'773'476'813'589}},
                                         {"occurred_offset_min", std::int64_t{120}},
                                         {"x.y", ""}},
                                        {{"id", "01890a5d-ac96-774b-bcce-b302099a8058"},
                                         {"channel", "phone"},
                                         {"outcome", "no_show"},
                                         {"occurred_at", std::int64_t{-1}}}};
    std::string csv;
    exchange::RowWriter writer(exchange::RowFormat::Csv, columns, [&](std::string_view bytes) {
        csv += bytes;
        return Outcome{};
    });
    must(writer.begin());
    for (const auto& row : rows) must(writer.row(row));
    must(writer.end());

    auto reader = must(exchange::CsvReader::of_text(csv));
    const auto map = exchange::automatic_map(spec, reader.header());
    const auto imported = import_all(std::move(reader), map, custom);
    for (const auto& error : imported.errors) UNSCOPED_INFO(error.reason);
    REQUIRE(imported.errors.empty());
    REQUIRE(imported.lines.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& record = imported.lines[i].records.at(0);
        CHECK(record.id_given);
        FieldValues values = record.values;
        values.emplace("id", record.id.text());
        CHECK(values == rows[i]);
    }
}

TEST_CASE("A column that is no field is named when there is no map", "[import]") {
    auto reader = must(exchange::CsvReader::of_text("kind,name,shoe\n"));
    const auto map = exchange::automatic_map(domain::spec(RecordType::Customer), reader.header());
    const auto error =
        must_fail(exchange::ImportPlan::make(map, {}, reader.header(), reader.digest()));
    CHECK(error.what.find("customers have no field 'shoe'") != std::string::npos);
}

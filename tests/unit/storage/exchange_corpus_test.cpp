// Other people's files, read whole. Built only where they are at hand.
#include "storage/base/date.h"
#include "storage/exchange/csv_reader.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/import_plan.h"
#include "storage/exchange/json.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

using balie::value_integer;
using balie::value_text;
using balie::test::file_text;
using balie::test::must;

namespace exchange = balie::exchange;
namespace fs = std::filesystem;

namespace {

const fs::path kDemo = fs::path(BALIE_SOURCE_DIR) / "assets" / "demo";

std::vector<std::vector<std::string>> read_all(const fs::path& path) {
    auto reader = must(exchange::CsvReader::open(path));
    std::vector<std::vector<std::string>> rows{reader.header()};
    exchange::CsvRecord record;
    exchange::LineError bad;
    while (true) {
        const auto next = must(reader.next(record, bad));
        if (next == exchange::CsvNext::End) return rows;
        INFO(bad.line << ": " << bad.reason);
        REQUIRE(next == exchange::CsvNext::Record);
        rows.push_back(record.cells);
    }
}

}  // namespace

TEST_CASE("Every file of the corpus is read as its description says", "[csv][corpus]") {
    const fs::path corpus = fs::path(BALIE_SHARED_DATA) / "csv-corpus" / "csv-spectrum";
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(corpus / "csvs")) {
        const std::string name = entry.path().stem().string();
        INFO(name);
        const auto rows = read_all(entry.path());
        ++files;
        if (name == "location_coordinates") {
            // Its description is wrong upstream: here the CSV itself is to be trusted.
            REQUIRE(rows.size() == 2);
            CHECK(rows[1][0] == "2095257564");
            CHECK(rows[1][2] == "Modesto");
            continue;
        }
        const auto json =
            must(exchange::Json::parse(file_text(corpus / "json" / (name + ".json"))));
        REQUIRE(json.items() != nullptr);
        REQUIRE(json.items()->size() + 1 == rows.size());
        for (std::size_t row = 0; row < json.items()->size(); ++row) {
            for (std::size_t i = 0; i < rows[0].size(); ++i) {
                const auto* cell = (*json.items())[row].find(rows[0][i]);
                REQUIRE(cell != nullptr);
                CHECK(*cell->string() == rows[row + 1][i]);
            }
        }
    }
    CHECK(files == 12);
}

TEST_CASE("All 45,211 contacts of the bank come in, and every value can be found again",
          "[import][corpus]") {
    const fs::path file = fs::path(BALIE_SHARED_DATA) / "bank-marketing" / "bank-full.csv";
    const auto map = must(exchange::parse_import_map(file_text(kDemo / "bank-marketing.map.json")));
    auto reader = must(exchange::CsvReader::open(file, map.csv_options()));
    auto plan = must(exchange::ImportPlan::make(map, map.custom, reader.header(), reader.digest()));
    exchange::CsvRecord record;
    exchange::LineError bad;
    std::size_t count = 0;
    std::size_t wrong = 0;
    std::string last_day;
    const std::map<std::string, std::string> kinds{
        {"cellular", "mobile"}, {"telephone", "landline"}, {"unknown", "phone"}};
    while (must(reader.next(record, bad)) == exchange::CsvNext::Record) {
        const auto line = plan.apply(record);
        if (line.records.size() != 2) {
            ++wrong;
            continue;
        }
        const auto& client = line.records[0].values;
        const auto& call = line.records[1].values;
        for (std::size_t i = 0; i < reader.header().size(); ++i) {
            const std::string name = "x." + reader.header()[i];
            const auto at_client = client.find(name);
            const auto at_call = call.find(name);
            if (at_client != client.end() && value_text(at_client->second) != record.cells[i])
                ++wrong;
            if (at_call != call.end() && value_text(at_call->second) != record.cells[i]) ++wrong;
        }
        const std::string day = balie::date_of(value_integer(call.at("occurred_at")), 0);
        wrong += value_text(call.at("duration_s")) == record.cells[11] ? 0 : 1;
        wrong += value_text(call.at("channel")) == kinds.at(record.cells[8]) ? 0 : 1;
        wrong += std::stoi(day.substr(8)) == std::stoi(record.cells[9]) ? 0 : 1;
        wrong += value_text(call.at("outcome")) == (record.cells[16] == "yes" ? "sale" : "no_sale")
                     ? 0
                     : 1;
        wrong += client.size() == 15 && call.size() == 9 ? 0 : 1;
        last_day = day;
        ++count;
    }
    CHECK(count == 45211);
    CHECK(wrong == 0);
    CHECK(last_day == "2010-11-17");
}

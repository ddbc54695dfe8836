#include "tests/e2e/bank_table.h"

#include "storage/exchange/csv_reader.h"
#include "storage/exchange/csv_writer.h"
#include "storage/exchange/json.h"
#include "tests/e2e/process.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <random>
#include <sstream>

namespace balie::test {

namespace {

constexpr std::size_t kDifferencesMax = 10;
constexpr std::array<const char*, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                              "jul", "aug", "sep", "oct", "nov", "dec"};

std::size_t column(const std::string& name) {
    const auto* found = std::find_if(kBankColumns.begin(), kBankColumns.end(),
                                     [&](const char* each) { return name == each; });
    return static_cast<std::size_t>(found - kBankColumns.begin());
}

bool is_number_column(std::size_t index) {
    static const std::set<std::string> kNumbers{"age",      "balance", "day",     "duration",
                                                "campaign", "pdays",   "previous"};
    return kNumbers.contains(kBankColumns[index]);
}

std::string in_quotes(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

class Differences {
  public:
    void add(const std::string& text) {
        if (list.size() < kDifferencesMax) list.push_back(text);
    }
    void compare(const std::string& what, const ExportedRow& row, const std::string& field,
                 const std::string& expected) {
        const auto found = row.find(field);
        if (found == row.end()) {
            add(what + " has no " + field + ", expected '" + expected + "'");
        } else if (found->second != expected) {
            add(what + ": " + field + " is '" + found->second + "', expected '" + expected + "'");
        }
    }

    std::vector<std::string> list;
};

/// The day of every line; the file's year goes up when its month falls.
std::vector<std::string> days_of(const BankTable& table) {
    std::vector<std::string> days;
    int year = 2008;
    std::ptrdiff_t before = -1;
    for (const auto& row : table.rows) {
        const auto* month = std::find(kMonths.begin(), kMonths.end(), row[column("month")]);
        const std::ptrdiff_t number = month - kMonths.begin();
        if (number < before) ++year;
        before = number;
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT12:00:00", year,
                      static_cast<int>(number) + 1, std::stoi(row[column("day")]));
        days.emplace_back(text.data());
    }
    return days;
}

void compare_customer(Differences& out, const ExportedRow& row, const BankTable& table,
                      std::size_t index) {
    const std::string number = std::to_string(index + 1);
    const std::string what = "customer BM-" + number;
    out.compare(what, row, "name", "Client " + number);
    out.compare(what, row, "kind", "person");
    for (const char* field : {"age", "job", "marital", "education", "default", "balance", "housing",
                              "loan", "campaign", "pdays", "previous", "poutcome"}) {
        out.compare(what, row, std::string("x.") + field, table.rows[index][column(field)]);
    }
}

void compare_interaction(Differences& out, const ExportedRow& row, const BankTable& table,
                         std::size_t index, const std::string& day) {
    static const std::map<std::string, std::string> kChannels{
        {"cellular", "mobile"}, {"telephone", "landline"}, {"unknown", "phone"}};
    const auto& line = table.rows[index];
    const std::string what = "the contact with BM-" + std::to_string(index + 1);
    out.compare(what, row, "channel", kChannels.at(line[column("contact")]));
    out.compare(what, row, "direction", "outbound");
    out.compare(what, row, "duration_s", line[column("duration")]);
    out.compare(what, row, "outcome", line[column("y")] == "yes" ? "sale" : "no_sale");
    out.compare(what, row, "x.contact", line[column("contact")]);
    out.compare(what, row, "x.y", line[column("y")]);
    const auto at = row.find("occurred_at");
    const std::string moment = at == row.end() ? "" : at->second;
    if (moment != day + "Z" && moment != day + "+00:00") {
        out.add(what + " was at '" + moment + "', expected " + day + " UTC");
    }
}

}  // namespace

std::string BankTable::csv() const {
    std::string out;
    for (const char* name : kBankColumns) out += (out.empty() ? "" : ";") + in_quotes(name);
    out += '\n';
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ';';
            out += is_number_column(i) ? row[i] : in_quotes(row[i]);
        }
        out += '\n';
    }
    return out;
}

BankTable make_bank_table(std::uint64_t seed, int rows) {
    std::mt19937_64 random(seed);
    const auto below = [&random](std::uint64_t most) { return static_cast<int>(random() % most); };
    const auto one_of = [&](const std::vector<std::string>& texts) {
        return texts[random() % texts.size()];
    };
    constexpr int kMonthsCovered = 31;  // May 2008 to November 2010, as the real file
    constexpr int kFirstMonth = 4;
    BankTable table;
    for (int i = 0; i < rows; ++i) {
        const int month = (kFirstMonth + i * kMonthsCovered / rows) % 12;
        table.rows.push_back(
            {std::to_string(18 + below(70)),
             one_of({"blue-collar", "admin.", "=1+1", "'t Hooft; zoon", "say \"yes\"", "caf\u00e9",
                     "@home", "-", "retired", "+31 6 1234", "\u65e5\u672c"}),
             one_of({"married", "single", "divorced"}), one_of({"primary", "tertiary", "unknown"}),
             one_of({"yes", "no"}), std::to_string(below(90000) - 5000), one_of({"yes", "no"}),
             one_of({"yes", "no"}), one_of({"cellular", "telephone", "unknown"}),
             std::to_string(1 + below(28)), kMonths[static_cast<std::size_t>(month)],
             std::to_string(below(3000)), std::to_string(1 + below(20)),
             std::to_string(below(4) == 0 ? below(400) : -1), std::to_string(below(10)),
             one_of({"success", "failure", "other", "unknown"}), one_of({"yes", "no"})});
    }
    return table;
}

BankTable read_bank_table(const std::filesystem::path& file) {
    BankTable table;
    std::istringstream lines(read_text(file));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        std::istringstream cells(line);
        std::string cell;
        std::array<std::string, kBankColumns.size()> row;
        std::size_t index = 0;
        while (std::getline(cells, cell, ';')) {
            REQUIRE(index < row.size());
            if (cell.size() >= 2 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
            row[index++] = cell;
        }
        REQUIRE(index == row.size());
        table.rows.push_back(row);
    }
    return table;
}

ExportedTable read_csv_export(const std::filesystem::path& file) {
    auto reader = must(exchange::CsvReader::open(file));
    ExportedTable table;
    exchange::CsvRecord record;
    exchange::LineError bad;
    for (;;) {
        const auto next = must(reader.next(record, bad));
        if (next == exchange::CsvNext::End) return table;
        if (next == exchange::CsvNext::BadLine) FAIL("line " << bad.line << ": " << bad.reason);
        ExportedRow row;
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            if (record.cells[i].empty() && !record.quoted[i]) continue;
            row[reader.header()[i]] = exchange::unprotect_cell(record.cells[i]);
        }
        table.push_back(std::move(row));
    }
}

ExportedTable read_ndjson_export(const std::filesystem::path& file) {
    ExportedTable table;
    std::istringstream lines(read_text(file));
    std::string line;
    while (std::getline(lines, line)) {
        const auto document = must(exchange::Json::parse(line));
        REQUIRE(document.members() != nullptr);
        ExportedRow row;
        for (const auto& [name, value] : *document.members()) {
            if (value.is_null()) continue;
            row[name] = value.string() != nullptr ? *value.string() : value.print();
        }
        table.push_back(std::move(row));
    }
    return table;
}

std::vector<std::string> bank_differences(const Exported& exported, const BankTable& table,
                                          const std::set<std::string>& others) {
    Differences out;
    std::map<std::string, std::size_t> index_of;  // by the customer's id
    std::set<std::size_t> customers;
    for (const ExportedRow& row : exported.customers) {
        const auto number = row.find("number");
        if (number == row.end() || number->second.rfind("BM-", 0) != 0) continue;
        const std::size_t index = std::stoul(number->second.substr(3)) - 1;
        if (index >= table.rows.size() || !customers.insert(index).second) {
            out.add("customer " + number->second + " is there twice, or is none of the table's");
            continue;
        }
        index_of[row.at("id")] = index;
        compare_customer(out, row, table, index);
    }
    const auto days = days_of(table);
    std::set<std::size_t> contacts;
    std::set<std::string> found_others;
    for (const ExportedRow& row : exported.interactions) {
        if (others.contains(row.at("id"))) {
            if (!found_others.insert(row.at("id")).second) out.add("a visit is there twice");
            continue;
        }
        const auto customer = row.find("customer_id");
        const auto index = customer == row.end() ? index_of.end() : index_of.find(customer->second);
        if (index == index_of.end() || !contacts.insert(index->second).second) {
            out.add("interaction " + row.at("id") + " is there twice, or is none of the table's");
            continue;
        }
        compare_interaction(out, row, table, index->second, days[index->second]);
    }
    if (customers.size() != table.rows.size())
        out.add(std::to_string(customers.size()) + " customers, expected " +
                std::to_string(table.rows.size()));
    if (contacts.size() != table.rows.size())
        out.add(std::to_string(contacts.size()) + " contacts, expected " +
                std::to_string(table.rows.size()));
    if (found_others.size() != others.size())
        out.add(std::to_string(found_others.size()) + " visits, expected " +
                std::to_string(others.size()));
    return out.list;
}

}  // namespace balie::test

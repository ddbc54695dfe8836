// A table in the shape of the UCI Bank Marketing file, made by the test or read from the real one;
// and what must come out of an export when it went in by the bank's map.
// Invariant: expectations are worked out here from the table alone, not by the importer.
// Thread: any (values).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace balie::test {

inline constexpr std::array<const char*, 17> kBankColumns{
    "age", "job",   "marital",  "education", "default", "balance",  "housing",  "loan", "contact",
    "day", "month", "duration", "campaign",  "pdays",   "previous", "poutcome", "y"};

struct BankTable {
    std::vector<std::array<std::string, kBankColumns.size()>> rows;

    /// As the real file stands: ';', texts in quotes, numbers without.
    [[nodiscard]] std::string csv() const;
};

/// The same seed gives the same table. Texts have what breaks careless programs: delimiters,
/// quotes, letters beyond ASCII, what a spreadsheet would take for a formula.
[[nodiscard]] BankTable make_bank_table(std::uint64_t seed, int rows);
[[nodiscard]] BankTable read_bank_table(const std::filesystem::path& file);

/// A row of an export; what has no value is not in it.
using ExportedRow = std::map<std::string, std::string>;
using ExportedTable = std::vector<ExportedRow>;

[[nodiscard]] ExportedTable read_csv_export(const std::filesystem::path& file);
[[nodiscard]] ExportedTable read_ndjson_export(const std::filesystem::path& file);

struct Exported {
    ExportedTable customers;
    ExportedTable interactions;
};

/// Everything in which an export is not the table, each as a sentence; at most ten of them.
/// `others`: ids of interactions that did not come from the table.
[[nodiscard]] std::vector<std::string> bank_differences(const Exported& exported,
                                                        const BankTable& table,
                                                        const std::set<std::string>& others = {});

}  // namespace balie::test

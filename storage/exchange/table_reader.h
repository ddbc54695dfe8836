// A table to import, whatever it is written as. Thread: one at a time for an object. Owns its
// source. Invariant: the same as csv_reader.h and ndjson_reader.h promise.
#pragma once

#include "storage/exchange/csv_reader.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/ndjson_reader.h"
#include "storage/exchange/row_writer.h"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace balie::exchange {

/// By how the name ends: .ndjson and .jsonl are NDJSON, everything else is CSV.
[[nodiscard]] RowFormat format_of_name(const std::filesystem::path& file);

class TableReader {
  public:
    /// `columns`: those of an earlier reading of the same NDJSON file, or none.
    /// Errors: as CsvReader::open and NdjsonReader::open.
    [[nodiscard]] static Result<TableReader> open(const std::filesystem::path& file,
                                                  RowFormat format, const ImportMap& map,
                                                  const std::vector<std::string>& columns = {});

    [[nodiscard]] const std::vector<std::string>& header() const;
    [[nodiscard]] const crypto::Digest32& digest() const;
    [[nodiscard]] std::string shape() const;
    [[nodiscard]] Result<CsvNext> next(CsvRecord& record, LineError& bad);

  private:
    explicit TableReader(CsvReader reader) : reader_(std::move(reader)) {}
    explicit TableReader(NdjsonReader reader) : reader_(std::move(reader)) {}

    std::variant<CsvReader, NdjsonReader> reader_;
};

}  // namespace balie::exchange

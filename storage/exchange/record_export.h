// Export of the records of one type to a CSV or NDJSON file, on terminal and hub alike.
// Invariant: the file is whole or not there (written aside, synced, renamed); values are exact:
// what was imported and exported comes out equal when read back; memory does not grow with the
// number of records. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/result.h"
#include "storage/exchange/row_writer.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace balie::exchange {

using ExportFormat = RowFormat;

struct ExportRequest {
    std::string type;  ///< a plural: customers, interactions…
    ExportFormat format{ExportFormat::Csv};
    std::string out;      ///< a file, replaced when it is there; "-" is standard output
    bool history{false};  ///< every line, amended, withdrawn and deleted ones too
    /// Received at the hub at or after this moment, UTC milliseconds.
    std::optional<std::int64_t> since_ms;
};

struct ExportReport {
    std::int64_t records{};
    std::int64_t bytes{};
};

/// Called at least twice a second with the number of records so far; false stops: no file is made.
using ExportCallback = std::function<bool(std::int64_t records)>;

/// Errors: InvalidInput (type or format), DiskFull, Io, Cancelled.
[[nodiscard]] Result<ExportReport> export_records(sqlite::Database& database,
                                                  const ExportRequest& request,
                                                  const ExportCallback& progress = {});
/// "csv" or "ndjson". Errors: InvalidInput.
[[nodiscard]] Result<ExportFormat> parse_export_format(std::string_view text);

}  // namespace balie::exchange

// Rows out, as CSV or NDJSON; and NDJSON back in. CSV comes back through CsvReader.
// Invariant: NDJSON is never altered: an object per row with every column, integers as numbers,
// booleans as true and false, everything else as strings, nothing as null. Thread: one at a time.
#pragma once

#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/exchange/columns.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::exchange {

enum class RowFormat : std::uint8_t { Csv, Ndjson };
/// "csv" or "ndjson". Errors: InvalidInput.
[[nodiscard]] Result<RowFormat> parse_row_format(std::string_view name);

/// Takes the next bytes; an error ends the writing.
using Sink = std::function<Outcome(std::string_view)>;

class RowWriter {
  public:
    RowWriter(RowFormat format, std::vector<Column> columns, Sink sink);

    /// The header, for CSV. Call it once, first.
    [[nodiscard]] Outcome begin();
    [[nodiscard]] Outcome row(const FieldValues& values);
    /// Hands the last bytes to the sink.
    [[nodiscard]] Outcome end();
    [[nodiscard]] std::int64_t rows() const { return rows_; }

  private:
    Outcome pass_on(std::size_t from_bytes);

    RowFormat format_;
    std::vector<Column> columns_;
    Sink sink_;
    std::string buffer_;
    std::int64_t rows_{0};
};

/// One line of NDJSON, without its line end. Members that are no column are refused; those that
/// are missing count as null. Errors: InvalidInput with the member's name as `where`.
[[nodiscard]] Result<FieldValues> parse_ndjson_row(std::string_view line,
                                                   std::span<const Column> columns);

/// A file that appears whole or not at all: written beside its name, then renamed.
class OutputFile {
  public:
    /// Errors: Io, DiskFull, Denied.
    [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path& path);
    OutputFile(OutputFile&&) noexcept;
    OutputFile& operator=(OutputFile&&) noexcept;
    /// Removes what was begun and not committed.
    ~OutputFile();

    [[nodiscard]] Outcome write(std::string_view bytes);
    [[nodiscard]] Outcome commit();
    /// Writes here; valid as long as this object stays where it is.
    [[nodiscard]] Sink sink();

  private:
    struct State;
    explicit OutputFile(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace balie::exchange

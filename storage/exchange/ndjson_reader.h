// Reading NDJSON: one JSON object a line, given as rows of the same kind as CsvReader's, so that
// maps, plans and imports know one kind of table. The columns are the members of all lines, in the
// order in which they are met.
// Invariant: a value is exactly what the line says (a text is never altered); a line that is no
// object is an error with its number; null and a member that is missing are a cell of nothing.
// Memory: one line and 64 KiB, whatever the file's size. The file is read twice: once for its
// members and digest, once for its lines. Thread: one at a time for an object. Owns its source.
#pragma once

#include "storage/base/result.h"
#include "storage/crypto/hash.h"
#include "storage/exchange/csv_reader.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace balie::exchange {

class NdjsonReader {
  public:
    /// `columns`: known from an earlier reading of the same file, which saves parsing it again.
    /// Errors: NotFound, Io; InvalidInput: no line is an object, too many different members;
    /// LimitExceeded: a line longer than kCsvRecordBytesMax.
    [[nodiscard]] static Result<NdjsonReader> open(const std::filesystem::path& file,
                                                   const std::vector<std::string>& columns = {});
    [[nodiscard]] static Result<NdjsonReader> of_text(std::string bytes,
                                                      const std::vector<std::string>& columns = {});
    NdjsonReader(NdjsonReader&&) noexcept;
    NdjsonReader& operator=(NdjsonReader&&) noexcept;
    ~NdjsonReader();

    [[nodiscard]] const std::vector<std::string>& header() const;
    /// BLAKE2b-256 of the file's bytes, from which the ids of its records are made.
    [[nodiscard]] const crypto::Digest32& digest() const;
    /// "NDJSON, 17 columns": shown to the person who imports.
    [[nodiscard]] std::string shape() const;

    /// As CsvReader::next(). A text's cell counts as quoted, so that "" is not nothing.
    [[nodiscard]] Result<CsvNext> next(CsvRecord& record, LineError& bad);

  private:
    struct State;
    explicit NdjsonReader(std::unique_ptr<State> state);
    [[nodiscard]] static Result<NdjsonReader> start(std::unique_ptr<State> state,
                                                    const std::vector<std::string>& columns);

    std::unique_ptr<State> state_;
};

}  // namespace balie::exchange

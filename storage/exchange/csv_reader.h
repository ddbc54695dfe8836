// Reading CSV as people really have it: RFC 4180 with any usual delimiter, encoding and line end.
// Invariant: a record is given exactly as it stands in the file, or it is an error with its line;
// nothing is dropped in silence (but blank lines). Memory: one record and 64 KiB, whatever the
// file's size. The file is read twice: once for its encoding and digest, once for its records.
// Thread: one at a time for an object. Owns its source.
#pragma once

#include "storage/base/result.h"
#include "storage/crypto/hash.h"
#include "storage/text/encoding.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::exchange {

inline constexpr std::size_t kCsvRecordBytesMax = 1024UL * 1024;
inline constexpr std::size_t kCsvColumnsMax = 2000;

/// kSpaces: fields parted by runs of blanks, as in tables made by old programs; no quotes.
inline constexpr char kSpaces = ' ';

struct CsvOptions {
    std::optional<char> delimiter;           ///< , ; | tab or kSpaces; without one it is found out
    std::optional<text::Encoding> encoding;  ///< without one it is found out
    bool header{true};
    std::vector<std::string> columns;  ///< their names where the file has no header
};

struct CsvRecord {
    std::uint64_t line{};  ///< where it begins, as an editor counts: the header is line 1
    std::uint64_t row{};   ///< 1 for the first record after the header; bad lines count too
    std::vector<std::string> cells;
    std::vector<bool> quoted;  ///< an empty cell without quotes is nothing, with quotes ""
};

struct LineError {
    std::uint64_t line{};
    std::string reason;

    bool operator==(const LineError&) const = default;
};

enum class CsvNext : std::uint8_t { Record, BadLine, End };

class CsvReader {
  public:
    /// Errors: NotFound, Io; InvalidInput: binary content, no header, a name for no column.
    [[nodiscard]] static Result<CsvReader> open(const std::filesystem::path& file,
                                                CsvOptions options = {});
    [[nodiscard]] static Result<CsvReader> of_text(std::string bytes, CsvOptions options = {});
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;
    ~CsvReader();

    [[nodiscard]] const std::vector<std::string>& header() const;
    [[nodiscard]] char delimiter() const;
    [[nodiscard]] text::Encoding encoding() const;
    /// BLAKE2b-256 of the file's bytes, from which the ids of its records are made.
    [[nodiscard]] const crypto::Digest32& digest() const;
    [[nodiscard]] std::uint64_t size_bytes() const;
    [[nodiscard]] std::uint64_t read_bytes() const;  ///< for progress
    /// "UTF-8, delimiter ';', 17 columns": shown to the person who imports.
    [[nodiscard]] std::string shape() const;

    /// Record: `record` is the next one. BadLine: `bad` says why a line is none (another number of
    /// cells than the header, text after a closing quote); reading goes on after it. End: no more.
    /// Errors, after which nothing more comes: InvalidInput (a quote that is never closed, with the
    /// line where it began; bytes that are no text), LimitExceeded (a record too large), Io.
    [[nodiscard]] Result<CsvNext> next(CsvRecord& record, LineError& bad);

  private:
    struct State;
    explicit CsvReader(std::unique_ptr<State> state);
    [[nodiscard]] static Result<CsvReader> start(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

/// "," ";" "|" "tab" "spaces" and the characters themselves. Errors: InvalidInput.
[[nodiscard]] Result<char> parse_delimiter(std::string_view text);
[[nodiscard]] std::string delimiter_name(char delimiter);

}  // namespace balie::exchange

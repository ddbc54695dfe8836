// The decoded characters of a file, one by one, with the line they stand in; used by csv_reader.
// Invariant: CRLF, LF and CR each end one line; bytes that cannot be decoded come out as the error
// only after everything before them. Memory: one piece of the file. Thread: one at a time.
#pragma once

#include "storage/base/result.h"
#include "storage/text/encoding.h"

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <string>

namespace balie::exchange {

/// A person's file, to be read from its start. Errors: NotFound, Io (a folder, or no right to it).
[[nodiscard]] Result<std::unique_ptr<std::istream>> open_bytes(const std::filesystem::path& file);

class CsvSource {
  public:
    static constexpr int kEnd = -1;

    CsvSource(std::unique_ptr<std::istream> bytes, text::Encoding encoding)
        : bytes_(std::move(bytes)), decoder_(encoding) {}

    /// The next character's byte, or kEnd: of the file, or of what can be read of it (see error()).
    [[nodiscard]] int peek() {
        if (at_ == buffer_.size()) fill();
        return at_ == buffer_.size() ? kEnd : static_cast<unsigned char>(buffer_[at_]);
    }
    int take() {
        const int c = peek();
        if (c == kEnd) return c;
        ++at_;
        if (c == '\r' || (c == '\n' && !after_return_)) ++line_;
        after_return_ = c == '\r';
        return c;
    }
    /// Takes the whole of a line end; false when the next character is none.
    bool take_line_end();

    [[nodiscard]] std::uint64_t line() const { return line_; }
    [[nodiscard]] std::uint64_t read_bytes() const { return read_; }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    /// What is decoded and not taken yet; for finding out the delimiter.
    [[nodiscard]] std::string_view ahead();
    [[nodiscard]] bool all_ahead() const { return done_; }

  private:
    void fill();

    std::unique_ptr<std::istream> bytes_;
    text::Decoder decoder_;
    std::string buffer_;
    std::size_t at_{0};
    std::uint64_t line_{1};
    std::uint64_t read_{0};
    bool after_return_{false};
    bool done_{false};
    std::optional<Error> error_;
};

/// Of , ; tab and | the one that parts the lines of a sample best; a comma when none does.
[[nodiscard]] char find_delimiter(std::string_view sample, bool whole_file);

}  // namespace balie::exchange

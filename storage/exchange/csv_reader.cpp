#include "storage/exchange/csv_reader.h"

#include "storage/exchange/csv_source.h"
#include "storage/exchange/trim.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace balie::exchange {
namespace {

namespace fs = std::filesystem;

struct FirstPass {
    text::EncodingDetector detector;
    crypto::Hasher hasher;
    std::uint64_t size{0};
};

Outcome read_through(std::istream& bytes, FirstPass& pass) {
    std::array<char, 64UL * 1024> piece{};
    while (bytes) {
        bytes.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto count = static_cast<std::size_t>(bytes.gcount());
        const BytesView view = as_bytes(std::string_view(piece.data(), count));
        pass.detector.update(view);
        pass.hasher.update(view);
        pass.size += count;
    }
    if (bytes.bad()) return Error{ErrorCode::Io, "the file could not be read", "", ""};
    bytes.clear();
    bytes.seekg(0);
    if (!bytes) {
        return Error{ErrorCode::Io, "the file can be read only once", "",
                     "Save it to the disk first"};
    }
    return {};
}

Error unreadable(const Error& cause, std::uint64_t line) {
    Error error = cause;
    error.where = "line " + std::to_string(line) + (cause.where.empty() ? "" : ", " + cause.where);
    return error;
}

enum class CellEnd : std::uint8_t { Delimiter, Record };

/// One record's cells out of a source. Broken: `fatal` is set and nothing more can be read.
class RecordParser {
  public:
    RecordParser(CsvSource& source, char delimiter) : source_(source), delimiter_(delimiter) {}

    void parse(CsvRecord& record) {
        record.line = source_.line();
        record.cells.clear();
        record.quoted.clear();
        begin_ = record.line;
        while (!fatal) {
            if (delimiter_ == kSpaces && skip_blanks()) break;
            std::string cell;
            const bool quoted = delimiter_ != kSpaces && source_.peek() == '"';
            const CellEnd end = quoted ? quoted_cell(cell) : plain_cell(cell);
            record.cells.push_back(std::move(cell));
            record.quoted.push_back(quoted);
            if (record.cells.size() > kCsvColumnsMax) too_large("it has too many columns");
            if (end == CellEnd::Record) break;
        }
    }

    std::optional<Error> fatal;
    std::string problem;  ///< of this line alone

  private:
    void too_large(const std::string& what) {
        fatal = Error{ErrorCode::LimitExceeded, "a line of the table is too large: " + what,
                      "line " + std::to_string(begin_),
                      "Check that the delimiter and the quotes are right"};
    }

    void append(std::string& cell, int c) {
        if (c == 0) {
            fatal =
                Error{ErrorCode::InvalidInput, "the file is binary, not text: it holds NUL bytes",
                      "line " + std::to_string(source_.line()), "Export it as CSV first"};
        }
        if (++bytes_ > kCsvRecordBytesMax) {
            too_large("more than " + std::to_string(kCsvRecordBytesMax) + " bytes");
        }
        cell += static_cast<char>(c);
    }

    /// True at the end of the line.
    bool skip_blanks() {
        while (source_.peek() == ' ' || source_.peek() == '\t') source_.take();
        return source_.take_line_end() || source_.peek() == CsvSource::kEnd;
    }

    [[nodiscard]] bool is_delimiter(int c) const {
        return delimiter_ == kSpaces ? c == ' ' || c == '\t' : c == delimiter_;
    }

    CellEnd plain_cell(std::string& cell) {
        while (!fatal) {
            const int c = source_.peek();
            if (c == CsvSource::kEnd || source_.take_line_end()) return CellEnd::Record;
            source_.take();
            if (is_delimiter(c)) return CellEnd::Delimiter;
            append(cell, c);
        }
        return CellEnd::Record;
    }

    CellEnd quoted_cell(std::string& cell) {
        const std::uint64_t opened = source_.line();
        source_.take();
        while (!fatal) {
            const int c = source_.take();
            if (c == CsvSource::kEnd) {
                if (!source_.error()) {
                    fatal =
                        Error{ErrorCode::InvalidInput,
                              "a quote that opens here is never closed: the file is cut off, or "
                              "a quote mark is missing",
                              "line " + std::to_string(opened), "Get the whole file again"};
                }
                return CellEnd::Record;
            }
            if (c != '"') {
                append(cell, c);
            } else if (source_.peek() == '"') {
                append(cell, source_.take());
            } else {
                return after_quote();
            }
        }
        return CellEnd::Record;
    }

    CellEnd after_quote() {
        std::string rest;
        const CellEnd end = plain_cell(rest);
        if (rest.find_first_not_of(' ') != std::string::npos && problem.empty()) {
            problem = "text stands after a closing quote: " + rest.substr(0, 40);
        }
        return end;
    }

    CsvSource& source_;
    char delimiter_;
    std::uint64_t begin_{0};
    std::size_t bytes_{0};
};

}  // namespace

struct CsvReader::State {
    CsvOptions options;
    std::string name;
    std::unique_ptr<std::istream> bytes;
    std::unique_ptr<CsvSource> source;
    text::Encoding encoding{};
    char delimiter{','};
    crypto::Digest32 digest{};
    std::uint64_t size{0};
    std::uint64_t row{0};
    std::vector<std::string> header;
    std::optional<CsvRecord> held;  // the first record of a file without a header
    std::optional<Error> fatal;

    Result<CsvNext> read(CsvRecord& record, std::string& problem) {
        skip_blank_lines();
        if (source->peek() == CsvSource::kEnd) {
            if (!source->error()) return CsvNext::End;
            fatal = unreadable(*source->error(), source->line());
            return *fatal;
        }
        RecordParser parser(*source, delimiter);
        parser.parse(record);
        if (!parser.fatal && source->error() && source->peek() == CsvSource::kEnd) {
            // The record may go on in what could not be read.
            parser.fatal = unreadable(*source->error(), source->line());
        }
        if (parser.fatal) {
            fatal = std::move(parser.fatal);
            return *fatal;
        }
        problem = std::move(parser.problem);
        return problem.empty() ? CsvNext::Record : CsvNext::BadLine;
    }

    void skip_blank_lines() {
        while (true) {
            const bool blank =
                delimiter == kSpaces && (source->peek() == ' ' || source->peek() == '\t');
            if (blank) {
                source->take();
            } else if (!source->take_line_end()) {
                return;
            }
        }
    }

    void take_separator_line() {
        // Some programs say the delimiter themselves: "sep=;". A column may be called "sep=" too.
        const std::string_view ahead = source->ahead();
        const bool said = ahead.size() > 5 && ahead.substr(0, 4) == "sep=" &&
                          parse_delimiter(ahead.substr(4, 1)).ok() &&
                          (ahead[5] == '\r' || ahead[5] == '\n');
        if (!said) return;
        if (!options.delimiter) options.delimiter = ahead[4];
        for (int i = 0; i < 5; ++i) source->take();
        source->take_line_end();
    }

    Outcome read_header() {
        CsvRecord first;
        std::string problem;
        BALIE_ASSIGN(const CsvNext next, read(first, problem));
        if (next == CsvNext::End) {
            return Error{ErrorCode::InvalidInput, "the file is empty: it has no header", name,
                         "Export the table again, with its header"};
        }
        if (next == CsvNext::BadLine) {
            return Error{ErrorCode::InvalidInput, "the header cannot be read: " + problem,
                         "line " + std::to_string(first.line), ""};
        }
        if (options.header) {
            header = std::move(first.cells);
        } else {
            header = options.columns;
            if (header.empty()) header.resize(first.cells.size());
            held = std::move(first);
        }
        for (std::size_t i = 0; i < header.size(); ++i) {
            header[i] = options.header ? trimmed(header[i]) : header[i];
            if (header[i].empty()) header[i] = "column " + std::to_string(i + 1);
        }
        return {};
    }
};

CsvReader::CsvReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::start(std::unique_ptr<State> state) {
    FirstPass pass;
    BALIE_TRY(read_through(*state->bytes, pass));
    state->size = pass.size;
    state->digest = pass.hasher.finish();
    if (state->options.encoding) {
        state->encoding = *state->options.encoding;
    } else {
        BALIE_ASSIGN(state->encoding, pass.detector.finish());
    }
    state->source = std::make_unique<CsvSource>(std::move(state->bytes), state->encoding);
    state->take_separator_line();
    if (state->options.delimiter) {
        state->delimiter = *state->options.delimiter;
    } else {
        const std::string_view sample = state->source->ahead();
        state->delimiter = find_delimiter(sample, state->source->all_ahead());
    }
    BALIE_TRY(state->read_header());
    return CsvReader(std::move(state));
}

Result<CsvReader> CsvReader::open(const fs::path& file, CsvOptions options) {
    auto state = std::make_unique<State>();
    BALIE_ASSIGN(state->bytes, open_bytes(file));
    state->options = std::move(options);
    state->name = file.string();
    auto reader = start(std::move(state));
    if (reader.ok()) return reader;
    Error error = std::move(reader).error();
    const std::string inner = error.where;
    error.where = file.string();
    if (!inner.empty() && inner != error.where) error.where += ", " + inner;
    return error;
}

Result<CsvReader> CsvReader::of_text(std::string bytes, CsvOptions options) {
    auto state = std::make_unique<State>();
    state->bytes = std::make_unique<std::istringstream>(std::move(bytes), std::ios::binary);
    state->options = std::move(options);
    return start(std::move(state));
}

const std::vector<std::string>& CsvReader::header() const {
    return state_->header;
}
char CsvReader::delimiter() const {
    return state_->delimiter;
}
text::Encoding CsvReader::encoding() const {
    return state_->encoding;
}
const crypto::Digest32& CsvReader::digest() const {
    return state_->digest;
}
std::uint64_t CsvReader::size_bytes() const {
    return state_->size;
}
std::uint64_t CsvReader::read_bytes() const {
    return state_->source->read_bytes();
}

std::string CsvReader::shape() const {
    return std::string(text::encoding_name(state_->encoding)) + ", delimiter " +
           delimiter_name(state_->delimiter) + ", " + std::to_string(state_->header.size()) +
           (state_->header.size() == 1 ? " column" : " columns");
}

Result<CsvNext> CsvReader::next(CsvRecord& record, LineError& bad) {
    if (state_->fatal) return *state_->fatal;
    std::string problem;
    CsvNext next = CsvNext::Record;
    if (state_->held) {
        record = std::move(*state_->held);
        state_->held.reset();
    } else {
        BALIE_ASSIGN(next, state_->read(record, problem));
    }
    if (next == CsvNext::End) return next;
    record.row = ++state_->row;
    if (next == CsvNext::Record && record.cells.size() != state_->header.size()) {
        problem = "it has " + std::to_string(record.cells.size()) + " cells, the header has " +
                  std::to_string(state_->header.size());
        next = CsvNext::BadLine;
    }
    if (next == CsvNext::BadLine) bad = {record.line, std::move(problem)};
    return next;
}

Result<char> parse_delimiter(std::string_view text) {
    if (text == "spaces" || text == " ") return kSpaces;
    if (text == "tab" || text == "\t") return '\t';
    if (text.size() == 1 && std::string_view(",;|:").find(text[0]) != std::string_view::npos) {
        return text[0];
    }
    return Error{ErrorCode::InvalidInput, "unknown delimiter '" + std::string(text) + "'", "",
                 "Choose one of: , ; | tab spaces"};
}

std::string delimiter_name(char delimiter) {
    if (delimiter == '\t') return "tab";
    if (delimiter == kSpaces) return "spaces";
    return "'" + std::string(1, delimiter) + "'";
}

}  // namespace balie::exchange

#include "storage/exchange/ndjson_reader.h"

#include "storage/exchange/csv_source.h"
#include "storage/exchange/json.h"

#include <array>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

namespace balie::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMend =
    "NDJSON has one JSON object on each line, as balie export --format ndjson writes it";

/// The lines of a stream with their numbers, none of them longer than may be.
class Lines {
  public:
    explicit Lines(std::istream& bytes) : bytes_(bytes) {}

    /// False: the end. Blank lines are left out. Errors: LimitExceeded, Io.
    Result<bool> next(std::string& line) {
        do {
            BALIE_ASSIGN(const bool more, next_of_any(line));
            if (!more) return false;
        } while (line.find_first_not_of(" \t") == std::string::npos);
        return true;
    }
    [[nodiscard]] std::uint64_t number() const { return number_; }
    /// Gets every byte of the stream.
    void set_hasher(crypto::Hasher* hasher) { hasher_ = hasher; }

  private:
    Result<bool> next_of_any(std::string& line) {
        line.clear();
        for (;;) {
            if (at_ == size_ && !fill()) break;
            const std::string_view piece(buffer_.data() + at_, size_ - at_);
            const std::size_t end = piece.find('\n');
            line += piece.substr(0, end);
            if (line.size() > kCsvRecordBytesMax) {
                return Error{
                    ErrorCode::LimitExceeded,
                    "a line is longer than " + std::to_string(kCsvRecordBytesMax) + " bytes",
                    "line " + std::to_string(number_ + 1), std::string(kMend)};
            }
            at_ += end == std::string_view::npos ? piece.size() : end + 1;
            if (end != std::string_view::npos) return ended(line);
        }
        if (bytes_.bad()) return Error{ErrorCode::Io, "the file could not be read", "", ""};
        return line.empty() ? Result<bool>(false) : Result<bool>(ended(line));
    }

    bool ended(std::string& line) {
        if (++number_ == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return true;
    }

    bool fill() {
        bytes_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        size_ = static_cast<std::size_t>(bytes_.gcount());
        at_ = 0;
        if (hasher_ != nullptr) hasher_->update(as_bytes(std::string_view(buffer_.data(), size_)));
        return size_ > 0;
    }

    std::istream& bytes_;
    std::array<char, 64UL * 1024> buffer_{};
    std::size_t at_{0};
    std::size_t size_{0};
    std::uint64_t number_{0};
    crypto::Hasher* hasher_{nullptr};
};

/// An object, or why the line is none.
Result<Json> parse_line(const std::string& line) {
    auto json = Json::parse(line);
    if (json.ok() && json->members() != nullptr) return json;
    std::string what = "it is no JSON object";
    if (!json.ok()) {
        // Its place counts lines of its own, of which there is one.
        const std::string& where = json.error().where;
        const std::size_t column = where.find("column");
        what += ": " + json.error().what;
        if (column != std::string::npos) what += " (" + where.substr(column) + ")";
    }
    return Error{ErrorCode::InvalidInput, std::move(what), "", std::string(kMend)};
}

}  // namespace

struct NdjsonReader::State {
    std::string name;
    std::unique_ptr<std::istream> bytes;
    std::optional<Lines> lines;
    std::vector<std::string> header;
    std::unordered_map<std::string, std::size_t> place;
    crypto::Digest32 digest{};
    std::uint64_t row{0};
    std::optional<Error> fatal;

    [[nodiscard]] bool add_column(const std::string& column) {
        if (place.emplace(column, header.size()).second) header.push_back(column);
        return header.size() <= kCsvColumnsMax;
    }

    /// The whole file once: its digest, and its members unless they are known.
    Outcome look_through(bool members_too) {
        crypto::Hasher hasher;
        Lines all(*bytes);
        all.set_hasher(&hasher);
        std::string line;
        std::optional<Error> first_bad;
        bool any = !members_too;
        for (;;) {
            BALIE_ASSIGN(const bool more, all.next(line));
            if (!more) break;
            if (!members_too) continue;
            const auto json = parse_line(line);
            if (!json.ok()) {
                if (!first_bad) {
                    first_bad = json.error();
                    first_bad->where = "line " + std::to_string(all.number());
                }
                continue;
            }
            any = true;
            for (const auto& [member, value] : *json->members()) {
                if (add_column(member)) continue;
                return Error{ErrorCode::LimitExceeded,
                             "the lines have more than " + std::to_string(kCsvColumnsMax) +
                                 " different members",
                             "line " + std::to_string(all.number()), std::string(kMend)};
            }
        }
        digest = hasher.finish();
        if (any) return {};
        if (first_bad) {
            first_bad->what = "no line of the file can be used; of the first: " + first_bad->what;
            return *first_bad;
        }
        return Error{ErrorCode::InvalidInput, "the file is empty", "", std::string(kMend)};
    }

    /// False: `problem` says what of the line cannot be a cell.
    bool fill(const Json& json, CsvRecord& record, std::string& problem) const {
        record.cells.assign(header.size(), {});
        record.quoted.assign(header.size(), false);
        for (const auto& [member, value] : *json.members()) {
            const auto known = place.find(member);
            if (known == place.end()) {
                problem = "'" + member + "' is no column of this table";
                return false;
            }
            const std::size_t at = known->second;
            if (const auto* text = value.string()) {
                record.cells[at] = *text;
                record.quoted[at] = true;
            } else if (value.items() != nullptr) {
                problem = "'" + member + "' is a list; a text, a number, true or false is wanted";
                return false;
            } else if (!value.is_null()) {
                record.cells[at] = value.print();
            }
        }
        return true;
    }
};

NdjsonReader::NdjsonReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
NdjsonReader::NdjsonReader(NdjsonReader&&) noexcept = default;
NdjsonReader& NdjsonReader::operator=(NdjsonReader&&) noexcept = default;
NdjsonReader::~NdjsonReader() = default;

Result<NdjsonReader> NdjsonReader::start(std::unique_ptr<State> state,
                                         const std::vector<std::string>& columns) {
    for (const std::string& column : columns) (void)state->add_column(column);
    auto looked = state->look_through(columns.empty());
    if (!looked.ok()) {
        Error error = std::move(looked).error();
        if (!state->name.empty()) {
            error.where = state->name + (error.where.empty() ? "" : ", " + error.where);
        }
        return error;
    }
    state->bytes->clear();
    state->bytes->seekg(0);
    if (!*state->bytes) {
        return Error{ErrorCode::Io, "the file can be read only once", state->name,
                     "Save it to the disk first"};
    }
    state->lines.emplace(*state->bytes);
    return NdjsonReader(std::move(state));
}

Result<NdjsonReader> NdjsonReader::open(const fs::path& file,
                                        const std::vector<std::string>& columns) {
    auto state = std::make_unique<State>();
    BALIE_ASSIGN(state->bytes, open_bytes(file));
    state->name = file.string();
    return start(std::move(state), columns);
}

Result<NdjsonReader> NdjsonReader::of_text(std::string bytes,
                                           const std::vector<std::string>& columns) {
    auto state = std::make_unique<State>();
    state->bytes = std::make_unique<std::istringstream>(std::move(bytes), std::ios::binary);
    return start(std::move(state), columns);
}

const std::vector<std::string>& NdjsonReader::header() const {
    return state_->header;
}
const crypto::Digest32& NdjsonReader::digest() const {
    return state_->digest;
}

std::string NdjsonReader::shape() const {
    return "NDJSON, " + std::to_string(state_->header.size()) +
           (state_->header.size() == 1 ? " column" : " columns");
}

Result<CsvNext> NdjsonReader::next(CsvRecord& record, LineError& bad) {
    if (state_->fatal) return *state_->fatal;
    std::string line;
    auto more = state_->lines->next(line);
    if (!more.ok()) {
        state_->fatal = more.error();
        return *state_->fatal;
    }
    if (!*more) return CsvNext::End;
    record.line = state_->lines->number();
    record.row = ++state_->row;
    const auto json = parse_line(line);
    std::string problem;
    if (!json.ok()) {
        problem = json.error().what;
    } else if (state_->fill(*json, record, problem)) {
        return CsvNext::Record;
    }
    bad = {record.line, std::move(problem)};
    return CsvNext::BadLine;
}

}  // namespace balie::exchange

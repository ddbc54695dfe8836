#include "storage/exchange/csv_source.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <vector>

namespace balie::exchange {
namespace {

constexpr std::size_t kPieceBytes = 64UL * 1024;
constexpr std::size_t kSampleRows = 100;

/// Numbers of cells of the sample's first lines, if it were parted by `delimiter`.
std::vector<std::size_t> cells_per_row(std::string_view sample, char delimiter, bool whole_file) {
    std::vector<std::size_t> counts;
    std::size_t cells = 1;
    bool quoted = false;
    bool cell_begins = true;
    bool row_empty = true;
    for (const char c : sample) {
        // A doubled quote closes and opens again, which comes to the same.
        if (quoted) {
            quoted = c != '"';
            cell_begins = !quoted;
            continue;
        }
        if (c == '\n' || c == '\r') {
            if (!row_empty) counts.push_back(cells);
            if (counts.size() == kSampleRows) return counts;
            cells = 1;
            cell_begins = true;
            row_empty = true;
            continue;
        }
        row_empty = false;
        quoted = c == '"' && cell_begins;
        cell_begins = c == delimiter;
        if (c == delimiter) ++cells;
    }
    if (!row_empty && (whole_file || counts.empty())) counts.push_back(cells);
    return counts;
}

}  // namespace

Result<std::unique_ptr<std::istream>> open_bytes(const std::filesystem::path& file) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        return Error{ErrorCode::NotFound, "there is no such file", file.string(),
                     "Check its name and folder"};
    }
    std::unique_ptr<std::istream> bytes = std::make_unique<std::ifstream>(file, std::ios::binary);
    if (std::filesystem::is_directory(file, failed) || !*bytes) {
        return Error{ErrorCode::Io, "the file cannot be opened", file.string(),
                     "Check that it is a file, and that you may read it"};
    }
    return bytes;
}

bool CsvSource::take_line_end() {
    const int c = peek();
    if (c != '\r' && c != '\n') return false;
    take();
    if (c == '\r' && peek() == '\n') take();
    return true;
}

std::string_view CsvSource::ahead() {
    if (peek() == kEnd) return {};
    return std::string_view(buffer_).substr(at_);
}

void CsvSource::fill() {
    while (at_ == buffer_.size() && !done_) {
        buffer_.clear();
        at_ = 0;
        std::array<char, kPieceBytes> piece{};
        bytes_->read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto count = static_cast<std::size_t>(bytes_->gcount());
        read_ += count;
        Outcome decoded = decoder_.decode(as_bytes(std::string_view(piece.data(), count)), buffer_);
        if (decoded.ok() && count < piece.size()) {
            done_ = true;
            decoded = bytes_->bad() ? Error{ErrorCode::Io, "the file could not be read", "", ""}
                                    : decoder_.finish(buffer_);
        }
        if (!decoded.ok()) {
            done_ = true;
            error_ = std::move(decoded).error();
        }
    }
}

char find_delimiter(std::string_view sample, bool whole_file) {
    char best = ',';
    double best_share = 0;
    std::size_t best_cells = 1;
    for (const char candidate : {',', ';', '\t', '|'}) {
        const auto counts = cells_per_row(sample, candidate, whole_file);
        if (counts.empty() || counts.front() < 2) continue;
        const auto equal = std::count(counts.begin(), counts.end(), counts.front());
        const double share = static_cast<double>(equal) / static_cast<double>(counts.size());
        const bool better = share > best_share + 0.001 ||
                            (share > best_share - 0.001 && counts.front() > best_cells);
        if (!better) continue;
        best = candidate;
        best_share = share;
        best_cells = counts.front();
    }
    return best;
}

}  // namespace balie::exchange

#include "storage/exchange/table_reader.h"

#include <algorithm>
#include <utility>

namespace balie::exchange {

RowFormat format_of_name(const std::filesystem::path& file) {
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return ending == ".ndjson" || ending == ".jsonl" ? RowFormat::Ndjson : RowFormat::Csv;
}

Result<TableReader> TableReader::open(const std::filesystem::path& file, RowFormat format,
                                      const ImportMap& map,
                                      const std::vector<std::string>& columns) {
    if (format == RowFormat::Ndjson) {
        BALIE_ASSIGN(NdjsonReader reader, NdjsonReader::open(file, columns));
        return TableReader(std::move(reader));
    }
    BALIE_ASSIGN(CsvReader reader, CsvReader::open(file, map.csv_options()));
    return TableReader(std::move(reader));
}

const std::vector<std::string>& TableReader::header() const {
    return std::visit(
        [](const auto& reader) -> const auto& { return reader.header(); }, reader_);
}

const crypto::Digest32& TableReader::digest() const {
    return std::visit(
        [](const auto& reader) -> const auto& { return reader.digest(); }, reader_);
}

std::string TableReader::shape() const {
    return std::visit([](const auto& reader) { return reader.shape(); }, reader_);
}

Result<CsvNext> TableReader::next(CsvRecord& record, LineError& bad) {
    return std::visit([&](auto& reader) { return reader.next(record, bad); }, reader_);
}

}  // namespace balie::exchange

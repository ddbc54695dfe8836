#include "storage/exchange/row_writer.h"

#include "storage/exchange/json.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace balie::exchange {
namespace {

using domain::FieldKind;
namespace fs = std::filesystem;

constexpr std::size_t kPassOnBytes = 64UL * 1024;

void append_json_cell(std::string& out, FieldKind kind, const Cell& cell, const Value& value) {
    if (!cell) {
        out += "null";
    } else if (std::holds_alternative<std::int64_t>(value) && kind != FieldKind::Moment) {
        out += *cell;  // digits, true or false
    } else {
        append_json_string(out, *cell);
    }
}

Error io_error(const std::string& what, const fs::path& path, int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    const bool denied = number == EACCES || number == EPERM || number == EROFS;
    return {full     ? ErrorCode::DiskFull
            : denied ? ErrorCode::Denied
                     : ErrorCode::Io,
            what + ": " + std::strerror(number), path.string(),
            full ? "Free some space and try again" : "Choose another file"};
}

Result<Value> value_of(const Json& json, const Column& column) {
    if (json.is_null()) return Value{};
    if (const auto* whole = json.integer()) return Value(*whole);
    if (const bool* truth = json.boolean()) return Value(std::int64_t{*truth ? 1 : 0});
    if (const auto* text = json.string()) {
        // Only a moment is a text here and a number inside.
        if (column.kind == FieldKind::Moment) return parse_cell(column.kind, *text, 0);
        return Value(*text);
    }
    return Error{ErrorCode::InvalidInput, "a field cannot be a " + std::string(json.type_name()),
                 "", ""};
}

}  // namespace

Result<RowFormat> parse_row_format(std::string_view name) {
    if (name == "csv") return RowFormat::Csv;
    if (name == "ndjson") return RowFormat::Ndjson;
    return Error{ErrorCode::InvalidInput, "unknown format '" + std::string(name) + "'", "",
                 "Choose one of: csv, ndjson"};
}

RowWriter::RowWriter(RowFormat format, std::vector<Column> columns, Sink sink)
    : format_(format), columns_(std::move(columns)), sink_(std::move(sink)) {}

Outcome RowWriter::begin() {
    if (format_ != RowFormat::Csv) return {};
    std::vector<Cell> names;
    for (const Column& column : columns_) names.emplace_back(column.name);
    append_csv_row(buffer_, names);
    return {};
}

Outcome RowWriter::row(const FieldValues& values) {
    const std::vector<Cell> cells = render_row(columns_, values);
    if (format_ == RowFormat::Csv) {
        append_csv_row(buffer_, cells);
    } else {
        buffer_ += '{';
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) buffer_ += ',';
            append_json_string(buffer_, columns_[i].name);
            buffer_ += ':';
            const auto found = values.find(columns_[i].name);
            append_json_cell(buffer_, columns_[i].kind, cells[i],
                             found == values.end() ? Value{} : found->second);
        }
        buffer_ += "}\n";
    }
    ++rows_;
    return pass_on(kPassOnBytes);
}

Outcome RowWriter::end() {
    return pass_on(1);
}

Outcome RowWriter::pass_on(std::size_t from_bytes) {
    if (buffer_.size() < from_bytes) return {};
    BALIE_TRY(sink_(buffer_));
    buffer_.clear();
    return {};
}

Result<FieldValues> parse_ndjson_row(std::string_view line, std::span<const Column> columns) {
    BALIE_ASSIGN(const Json json, Json::parse(line));
    if (json.members() == nullptr) {
        return Error{ErrorCode::InvalidInput, "the line is not a JSON object", "", ""};
    }
    FieldValues values;
    for (const Json::Member& each : *json.members()) {
        const auto& [name, member] = each;
        const auto column =
            std::find_if(columns.begin(), columns.end(),
                         [&each](const Column& known) { return known.name == each.first; });
        if (column == columns.end()) {
            return Error{ErrorCode::InvalidInput, "there is no field of that name", name, ""};
        }
        auto value = value_of(member, *column);
        if (!value.ok()) {
            Error error = std::move(value).error();
            error.where = name;
            return error;
        }
        if (!is_null(*value)) values.emplace(name, std::move(*value));
    }
    return values;
}

struct OutputFile::State {
    fs::path path;
    fs::path temporary;  ///< empty: written straight to `path`, which is a device or a pipe
    int descriptor{-1};

    ~State() {
        if (descriptor < 0) return;
        ::close(descriptor);
        if (!temporary.empty()) ::unlink(temporary.c_str());
    }
};

OutputFile::OutputFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

Result<OutputFile> OutputFile::create(const fs::path& path) {
    auto state = std::make_unique<State>();
    state->path = path;
    state->temporary = path.string() + ".part";
    std::error_code failed;
    if (fs::is_directory(path, failed)) return io_error("a file was expected", path, EISDIR);
    if (fs::exists(path, failed) && !fs::is_regular_file(path, failed)) {
        // Renaming would put a file in the place of /dev/null or of somebody's pipe.
        state->temporary.clear();
        state->descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (state->descriptor < 0) return io_error("it could not be opened", path, errno);
        return OutputFile(std::move(state));
    }
    // An export holds personal data: for its owner alone, whatever the umask is.
    state->descriptor =
        ::open(state->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (state->descriptor < 0) return io_error("the file could not be made", path, errno);
    return OutputFile(std::move(state));
}

Outcome OutputFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(state_->descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return io_error("the file could not be written", state_->path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Outcome OutputFile::commit() {
    if (state_->temporary.empty()) {
        if (::close(std::exchange(state_->descriptor, -1)) == 0) return {};
        return io_error("it could not be written", state_->path, errno);
    }
    if (::fsync(state_->descriptor) != 0) {
        return io_error("the file could not be made durable", state_->path, errno);
    }
    if (::rename(state_->temporary.c_str(), state_->path.c_str()) != 0) {
        return io_error("the file could not be given its name", state_->path, errno);
    }
    ::close(state_->descriptor);
    state_->descriptor = -1;
    return {};
}

Sink OutputFile::sink() {
    return [this](std::string_view bytes) { return write(bytes); };
}

}  // namespace balie::exchange

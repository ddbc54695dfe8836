#include "storage/exchange/record_export.h"

#include "storage/exchange/columns.h"
#include "storage/repo/people_repo.h"
#include "storage/repo/record_reader.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace balie::exchange {

namespace {

/// Between two calls of the callback at most this.
constexpr std::chrono::milliseconds kReportEvery{250};
/// The clock is read once for so many records.
constexpr std::int64_t kClockEvery = 64;

Error no_standard_output(int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    return {full ? ErrorCode::DiskFull : ErrorCode::Io,
            std::string("standard output cannot be written: ") + std::strerror(number),
            {},
            full ? "Free some space, or name a file with --out" : "Name a file with --out"};
}

Outcome write_standard_output(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return {};
    return no_standard_output(errno);
}

Error no_such_type(const std::string& type) {
    std::string list;
    for (const domain::RecordSpec& each : domain::all_records()) {
        list += (list.empty() ? "" : ", ") + std::string(each.plural);
    }
    return {ErrorCode::InvalidInput,
            "there are no records called '" + type + "'",
            {},
            "Choose one of: " + list};
}

/// Tells the callback now and then; an error when it wants to stop.
class Reporter {
  public:
    explicit Reporter(const ExportCallback& callback) : callback_(callback) {}
    Outcome count(std::int64_t records) {
        if (!callback_ || records % kClockEvery != 0) return {};
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < kReportEvery) return {};
        told_ = now;
        if (callback_(records)) return {};
        return Error{ErrorCode::Cancelled, "the export was stopped: no file was made", {}, {}};
    }

  private:
    const ExportCallback& callback_;
    std::chrono::steady_clock::time_point told_{};
};

Result<ExportReport> write_all(sqlite::Database& database, const domain::RecordSpec& record,
                               const ExportRequest& request, const ExportCallback& progress,
                               const Sink& out) {
    ExportReport report;
    const Sink counted = [&](std::string_view bytes) {
        report.bytes += static_cast<std::int64_t>(bytes.size());
        return out(bytes);
    };
    BALIE_ASSIGN(const auto custom, repo::PeopleRepo(database).custom_fields(record.type));
    RowWriter writer(request.format, export_columns(record, custom), counted);
    Reporter reporter(progress);
    BALIE_TRY(writer.begin());
    const repo::RecordQuery query{
        .type = record.type,
        .lines = request.history ? repo::Lines::History : repo::Lines::InForce,
        .received_since_ms = request.since_ms};
    BALIE_ASSIGN(report.records,
                 repo::read_records(database, query, [&](const repo::RecordLine& line) -> Outcome {
                     FieldValues values = line.values;
                     values.insert_or_assign(std::string(kIdColumn), Value{line.id.text()});
                     BALIE_TRY(writer.row(values));
                     return reporter.count(writer.rows());
                 }));
    BALIE_TRY(writer.end());
    return report;
}

}  // namespace

Result<ExportFormat> parse_export_format(std::string_view text) {
    return parse_row_format(text);
}

Result<ExportReport> export_records(sqlite::Database& database, const ExportRequest& request,
                                    const ExportCallback& progress) {
    const domain::RecordSpec* record = domain::find_record(request.type);
    if (record == nullptr) return no_such_type(request.type);
    if (request.out == "-") {
        BALIE_ASSIGN(const auto report,
                     write_all(database, *record, request, progress, write_standard_output));
        if (std::fflush(stdout) != 0) return no_standard_output(errno);
        return report;
    }
    BALIE_ASSIGN(OutputFile file, OutputFile::create(request.out));
    BALIE_ASSIGN(const auto report, write_all(database, *record, request, progress, file.sink()));
    BALIE_TRY(file.commit());
    return report;
}

}  // namespace balie::exchange

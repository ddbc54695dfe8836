#include "app/runtime/importer.h"

#include "app/runtime/import_check.h"
#include "app/runtime/import_writer.h"
#include "storage/crypto/hash.h"
#include "storage/exchange/import_plan.h"
#include "storage/store/customer_text.h"
#include "storage/store/record_tables.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

namespace balie::app {

namespace {

using exchange::CsvNext;
using exchange::CsvRecord;
using exchange::ImportMap;
using exchange::ImportPlan;
using exchange::RowFormat;
using exchange::TableReader;

constexpr std::chrono::milliseconds kReportEvery{250};
/// Customers a transaction: as many as are found again in well under a second, so that the window
/// is not kept waiting for the store.
constexpr std::int64_t kIndexBatch = 2000;
constexpr std::size_t kMapBytesMax = 4UL * 1024 * 1024;

/// Calls back at most four times a second; knows when to stop.
class Reporter {
  public:
    explicit Reporter(const ImportCallback& callback) : callback_(callback) {}
    /// False: the person wants to stop.
    bool tell(ImportProgress::Phase phase, std::int64_t done, std::int64_t total) {
        if (!callback_) return true;
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < kReportEvery) return true;
        told_ = now;
        return callback_({.phase = phase, .done = done, .total = total});
    }

  private:
    const ImportCallback& callback_;
    std::chrono::steady_clock::time_point told_{};
};

Result<std::string> read_map_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Error{ErrorCode::NotFound, "the map cannot be read", path.string(),
                     "Check the name after --map"};
    }
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (text.size() > kMapBytesMax) {
        return Error{ErrorCode::LimitExceeded, "the map is larger than 4 MiB", path.string(), {}};
    }
    return text;
}

/// What is the same for both passes over the file.
struct Job {
    const ImportRequest* request{};
    store::Store* store{};
    std::string user;
    const domain::RecordSpec* record{};
    std::vector<domain::CustomField> custom;
    ImportMap map;
    crypto::Digest32 map_digest{};
    crypto::Digest32 file_digest{};
    RowFormat format{};
    std::vector<std::string> columns;
    std::string shape;
    std::int64_t total{};
};

Result<const domain::RecordSpec*> writable_type(const std::string& name) {
    const domain::RecordSpec* record = domain::find_record(name);
    if (record == nullptr) {
        return Error{ErrorCode::InvalidInput,
                     "there are no records called '" + name + "'",
                     {},
                     "Choose customers, interactions, contact_points, tasks or priority_flags"};
    }
    if (record->write == domain::WriteRule::HubOnly ||
        record->write == domain::WriteRule::HubAlone) {
        return Error{ErrorCode::Denied,
                     "only the office writes " + std::string(record->plural),
                     {},
                     "Import them at the hub"};
    }
    return record;
}

Outcome check_map_makes(const Job& job) {
    for (const exchange::RecordMap& each : job.map.records) {
        if (each.type == job.record->name) return {};
    }
    return Error{ErrorCode::InvalidInput, "the map makes no " + std::string(job.record->plural),
                 job.request->map->string(), "Name with --as what the map makes"};
}

Result<exchange::ImportMap> parse_map(const std::filesystem::path& path, const std::string& text) {
    auto map = exchange::parse_import_map(text);
    if (map.ok()) return map;
    Error error = map.error();
    error.where = path.string() + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

/// Errors here mean that nothing of the file can be used: nothing was written.
Result<Job> prepare(store::Store& store, const std::string& user, const ImportRequest& request) {
    Job job{.request = &request,
            .store = &store,
            .user = user,
            .record = nullptr,
            .custom = {},
            .map = {},
            .map_digest = {},
            .file_digest = {},
            .format = request.format.value_or(exchange::format_of_name(request.file)),
            .columns = {},
            .shape = {},
            .total = 0};
    BALIE_ASSIGN(job.record, writable_type(request.as));
    BALIE_ASSIGN(job.custom, store::RecordTables(store.writer()).custom_fields());
    std::string map_text = "automatic " + std::string(job.record->name);
    if (request.map) {
        BALIE_ASSIGN(map_text, read_map_text(*request.map));
        BALIE_ASSIGN(job.map, parse_map(*request.map, map_text));
        BALIE_TRY(check_map_makes(job));
    }
    job.map_digest = crypto::blake2b_256(as_bytes(map_text));
    BALIE_ASSIGN(const TableReader reader, TableReader::open(request.file, job.format, job.map));
    job.columns = reader.header();
    if (!request.map) job.map = exchange::automatic_map(*job.record, job.columns);
    // An export to NDJSON altered nothing, so there is nothing to take off.
    if (job.format == RowFormat::Ndjson) job.map.unprotect = false;
    job.file_digest = reader.digest();
    job.shape = reader.shape();
    // Everything that the map names is checked before a line is looked at.
    auto plan = ImportPlan::make(job.map, job.custom, reader.header(), job.file_digest);
    if (plan.ok()) return job;
    Error error = std::move(plan).error();
    error.where = request.file.string();
    if (!request.map) {
        error.what = "without a map the columns must be fields, and they are not" +
                     error.what.substr(std::min(error.what.find(':'), error.what.size()));
        error.mend = "Nothing was written; say with --map MAP.json what each column is";
    }
    return error;
}

/// Goes through the file from the first line; the map's years depend on it.
class Lines {
  public:
    static Result<Lines> open(const Job& job) {
        BALIE_ASSIGN(TableReader reader,
                     TableReader::open(job.request->file, job.format, job.map, job.columns));
        if (reader.digest() != job.file_digest) {
            return Error{ErrorCode::Io, "the file was changed while it was being read",
                         job.request->file.string(), "Start again"};
        }
        BALIE_ASSIGN(ImportPlan plan,
                     ImportPlan::make(job.map, job.custom, reader.header(), job.file_digest));
        BALIE_ASSIGN(ImportCheck check,
                     ImportCheck::make(*job.store, job.user, job.map, job.custom));
        return Lines(job.request->file, std::move(reader), std::move(plan), std::move(check));
    }

    /// False: the end. Either `line` has records, or `errors` says why not.
    Result<bool> next(ReadyLine& line, std::vector<LineError>& errors) {
        errors.clear();
        line.records.clear();
        exchange::LineError bad;
        auto read = reader_.next(record_, bad);
        if (!read.ok()) {
            Error error = std::move(read).error();
            error.where = file_.string() + (error.where.empty() ? "" : ", " + error.where);
            return error;
        }
        const CsvNext what = *read;
        if (what == CsvNext::End) return false;
        line.row = ++row_;
        if (what == CsvNext::BadLine) {
            line.line = static_cast<std::int64_t>(bad.line);
            errors.push_back({line.line, bad.reason});
            return true;
        }
        line.line = static_cast<std::int64_t>(record_.line);
        exchange::PlannedLine planned = plan_.apply(record_);
        for (const auto& each : planned.errors) errors.push_back({line.line, each.reason});
        if (!errors.empty()) return true;
        line.records = std::move(planned.records);
        for (auto& record : line.records) check_.add_defaults(record);
        BALIE_ASSIGN(const auto problem, check_.problem(line.records));
        if (problem) errors.push_back({line.line, *problem});
        return true;
    }

  private:
    Lines(std::filesystem::path file, TableReader reader, ImportPlan plan, ImportCheck check)
        : file_(std::move(file)),
          reader_(std::move(reader)),
          plan_(std::move(plan)),
          check_(std::move(check)) {}

    std::filesystem::path file_;
    TableReader reader_;
    ImportPlan plan_;
    ImportCheck check_;
    CsvRecord record_;
    std::int64_t row_{};
};

void note_errors(ImportReport& report, const std::vector<LineError>& errors) {
    for (const LineError& each : errors) {
        if (report.errors.size() < kImportErrorsMax) report.errors.push_back(each);
    }
}

/// The whole file, nothing written.
Outcome check_all(Job& job, ImportReport& report, Reporter& reporter) {
    BALIE_ASSIGN(Lines lines, Lines::open(job));
    ReadyLine line;
    std::vector<LineError> errors;
    while (true) {
        BALIE_ASSIGN(const bool more, lines.next(line, errors));
        if (!more) break;
        ++report.read;
        note_errors(report, errors);
        ++(errors.empty() ? report.imported : report.skipped);
        if (!reporter.tell(ImportProgress::Phase::Checking, report.read, 0)) {
            report.cancelled = true;
            break;
        }
    }
    job.total = report.read;
    return {};
}

/// Full text of what came in without it.
Outcome index_all(store::Store& store, ImportReport& report, Reporter& reporter) {
    store::CustomerText text(store.writer());
    BALIE_ASSIGN(const std::int64_t missing, text.count_missing());
    std::int64_t done = 0;
    while (done < missing) {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store.writer()));
        BALIE_ASSIGN(const std::int64_t made, text.refresh_missing(kIndexBatch));
        BALIE_TRY(transaction.commit());
        if (made == 0) return {};
        done += made;
        if (!reporter.tell(ImportProgress::Phase::Indexing, done, missing)) {
            report.cancelled = true;
            return {};
        }
    }
    return {};
}

Outcome write_all(const Job& job, ImportWriter& writer, ImportReport& report, Reporter& reporter) {
    BALIE_ASSIGN(Lines lines, Lines::open(job));
    ReadyLine line;
    std::vector<LineError> errors;
    const std::int64_t done_before = writer.run().rows_done;
    while (true) {
        BALIE_ASSIGN(const bool more, lines.next(line, errors));
        if (!more) break;
        ++report.read;
        note_errors(report, errors);
        if (line.row <= done_before) continue;  // applied for its years, written before
        if (!errors.empty()) {
            writer.skip(line.row);
        } else {
            BALIE_TRY(writer.add(std::move(line)));
            line = ReadyLine{};
        }
        if (!reporter.tell(ImportProgress::Phase::Writing, report.read, job.total)) {
            report.cancelled = true;
            return writer.flush();
        }
    }
    BALIE_TRY(writer.flush());
    BALIE_TRY(index_all(*job.store, report, reporter));
    if (report.cancelled) return {};
    return writer.finish(job.store->clock().wall_ms());
}

void fill(ImportReport& report, ImportWriter& writer) {
    report.id = writer.run().id;
    report.imported = writer.run().imported;
    report.skipped = writer.skipped();
    report.created = writer.created();
    report.updated = writer.updated();
    note_errors(report, writer.take_errors());
}

/// The run to go on with, or a new one.
Result<RunRow> choose_run(const Job& job, ImportReport& report) {
    RunTable runs(job.store->writer());
    std::optional<RunRow> known;
    if (job.request->resume) {
        BALIE_ASSIGN(known, runs.find(*job.request->resume));
        if (!known) {
            return Error{
                ErrorCode::NotFound, "there is no import " + job.request->resume->text(), {}, {}};
        }
        if (known->file_digest != job.file_digest || known->map_digest != job.map_digest) {
            return Error{ErrorCode::InvalidInput,
                         "this is not the file and map of import " + known->id.text(),
                         job.request->file.string(), "Give the same file and the same map again"};
        }
    } else {
        BALIE_ASSIGN(known, runs.latest(job.file_digest, job.map_digest));
    }
    if (known && !known->undone_ms) {
        if (!known->finished_ms) {
            report.resumed = true;
            return *known;
        }
        if (!job.request->again) {
            report.already_imported = true;
            return *known;
        }
    }
    RunRow run;
    const std::int64_t now = job.store->clock().wall_ms();
    run.id = ImportId::make(now, job.store->entropy());
    run.file_name = job.request->file.filename().string();
    run.file_digest = job.file_digest;
    run.map_digest = job.map_digest;
    run.started_ms = now;
    return run;
}

}  // namespace

Result<ImportReport> Importer::run(const ImportRequest& request, const ImportCallback& progress) {
    BALIE_ASSIGN(Job job, prepare(*store_, user_, request));
    ImportReport report;
    report.note = job.shape;
    report.dry_run = request.dry_run;
    Reporter reporter(progress);
    BALIE_ASSIGN(const RunRow run, choose_run(job, report));
    if (report.already_imported && !request.dry_run) {
        report.id = run.id;
        report.imported = run.imported;
        report.skipped = run.skipped;
        report.read = run.imported + run.skipped;
        report.note = "this file was imported already, by this map: import " + run.id.text();
        return report;
    }
    if (request.dry_run || request.on_error == OnError::Stop) {
        BALIE_TRY(check_all(job, report, reporter));
        if (request.dry_run || report.cancelled) return report;
        if (report.skipped > 0) {
            report.stopped = true;
            report.imported = 0;
            return report;
        }
        report.read = report.imported = report.skipped = 0;
    }
    ImportWriter writer(*store_, user_, run);
    writer.set_on_error(request.on_error);
    Outcome done = write_all(job, writer, report, reporter);
    fill(report, writer);
    if (!done.ok()) {
        Error error = std::move(done).error();
        if (report.imported > 0) {
            error.mend += (error.mend.empty() ? "" : ". ") + std::to_string(report.imported) +
                          " lines are in; the same command goes on after them (import " +
                          report.id.text() + ")";
        }
        return error;
    }
    return report;
}

Result<std::vector<ImportRun>> Importer::runs(int limit) {
    BALIE_ASSIGN(const auto rows, RunTable(store_->writer()).list(limit));
    std::vector<ImportRun> runs;
    runs.reserve(rows.size());
    for (const RunRow& row : rows) {
        runs.push_back({.id = row.id,
                        .file_name = row.file_name,
                        .started_ms = row.started_ms,
                        .finished_ms = row.finished_ms,
                        .undone_ms = row.undone_ms,
                        .imported = row.imported,
                        .skipped = row.skipped});
    }
    return runs;
}

}  // namespace balie::app

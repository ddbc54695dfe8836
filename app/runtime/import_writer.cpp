#include "app/runtime/import_writer.h"

#include "storage/exchange/json.h"
#include "storage/repo/interaction_repo.h"
#include "storage/store/record_tables.h"

#include <algorithm>

namespace balie::app {

namespace {

using domain::MergeRule;
using exchange::PlannedRecord;

// Below the limits of a transaction (sync/core/limits.h), as the estimate is one. More lines to a
// transaction would not be faster: the disk is waited for a few hundred times in all.
constexpr std::size_t kChunkRecordsMax = 300;
constexpr std::size_t kChunkBytesMax = 88 * 1024;
/// Ids, hashes, stamps and punctuation of one change on the wire, and of one field in it.
constexpr std::size_t kChangeBytes = 420;
constexpr std::size_t kFieldBytes = 16;

std::size_t estimated_bytes(const PlannedRecord& record) {
    std::size_t bytes = kChangeBytes;
    for (const auto& [field, value] : record.values) {
        const auto* text = std::get_if<std::string>(&value);
        // Within a JSON string within a JSON string a quote or a control character grows.
        bytes +=
            kFieldBytes + field.size() + (text != nullptr ? text->size() + text->size() / 4 : 12);
    }
    return bytes;
}

constexpr std::string_view kRunColumns =
    "SELECT id, file_name, file_digest, map_digest, started_ms, finished_ms, undone_ms,"
    " lines_done, imported, skipped FROM import_run ";

void copy_digest(BytesView from, crypto::Digest32& to) {
    std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
}

RunRow read_run(const sqlite::Statement& row) {
    RunRow run;
    run.id = ImportId{row.id(0)};
    run.file_name = row.text(1);
    copy_digest(row.blob(2), run.file_digest);
    copy_digest(row.blob(3), run.map_digest);
    run.started_ms = row.integer(4);
    if (!row.is_null(5)) run.finished_ms = row.integer(5);
    if (!row.is_null(6)) run.undone_ms = row.integer(6);
    run.rows_done = row.integer(7);
    run.imported = row.integer(8);
    run.skipped = row.integer(9);
    return run;
}

Result<std::optional<RunRow>> first_run(sqlite::Statement& select) {
    BALIE_ASSIGN(const bool there, select.step());
    if (!there) return std::optional<RunRow>{};
    std::optional<RunRow> run = read_run(select);
    select.reset();
    return run;
}

exchange::Json json_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return {*integer};
    if (const auto* text = std::get_if<std::string>(&value)) return {*text};
    return {};
}

Value value_of(const exchange::Json& json) {
    if (json.integer() != nullptr) return *json.integer();
    if (json.string() != nullptr) return *json.string();
    return {};
}

}  // namespace

std::string encode_before(const FieldValues& before, const FieldValues& after) {
    exchange::Json out = exchange::Json::object();
    for (const auto& [field, value] : after) {
        const auto was = before.find(field);
        out.set(field, exchange::Json::array(
                           {json_of(was == before.end() ? Value{} : was->second), json_of(value)}));
    }
    return out.print();
}

Result<std::map<std::string, BeforeAfter>> decode_before(std::string_view text) {
    BALIE_ASSIGN(const exchange::Json json, exchange::Json::parse(text));
    std::map<std::string, BeforeAfter> fields;
    if (json.members() == nullptr) return fields;
    for (const auto& [field, pair] : *json.members()) {
        if (pair.items() == nullptr || pair.items()->size() != 2) continue;
        fields.emplace(field,
                       BeforeAfter{value_of((*pair.items())[0]), value_of((*pair.items())[1])});
    }
    return fields;
}

// --- runs -------------------------------------------------------------------------------------

Result<std::optional<RunRow>> RunTable::find(const ImportId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kRunColumns) + "WHERE id=?"));
    return first_run(select->bind(1, id.bytes));
}

Result<std::optional<RunRow>> RunTable::latest(const crypto::Digest32& file,
                                               const crypto::Digest32& map) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kRunColumns) +
                                                 "WHERE file_digest=? AND map_digest=?"
                                                 " ORDER BY started_ms DESC, id DESC LIMIT 1"));
    return first_run(select->bind(1, BytesView(file)).bind(2, BytesView(map)));
}

Result<std::vector<RunRow>> RunTable::list(int limit) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kRunColumns) +
                                                 "ORDER BY started_ms DESC, id DESC LIMIT ?"));
    select->bind(1, std::int64_t{std::clamp(limit, 1, 1000)});
    std::vector<RunRow> runs;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return runs;
        runs.push_back(read_run(*select));
    }
}

Outcome RunTable::save(const RunRow& run) {
    BALIE_ASSIGN(auto* write,
                 database_->cached("INSERT OR REPLACE INTO import_run(id, file_name, file_digest,"
                                   " map_digest, started_ms, finished_ms, undone_ms, lines_done,"
                                   " imported, skipped) VALUES(?,?,?,?,?,?,?,?,?,?)"));
    write->bind(1, run.id.bytes).bind(2, run.file_name).bind(3, BytesView(run.file_digest));
    write->bind(4, BytesView(run.map_digest)).bind(5, run.started_ms);
    if (run.finished_ms) write->bind(6, *run.finished_ms);
    if (run.undone_ms) write->bind(7, *run.undone_ms);
    write->bind(8, run.rows_done).bind(9, run.imported).bind(10, run.skipped);
    return write->run();
}

// --- writing ----------------------------------------------------------------------------------

Outcome ImportWriter::add(ReadyLine line) {
    std::size_t bytes = 0;
    for (const PlannedRecord& record : line.records) bytes += estimated_bytes(record);
    if (!waiting_.empty() && (waiting_records_ + line.records.size() > kChunkRecordsMax ||
                              waiting_bytes_ + bytes > kChunkBytesMax)) {
        BALIE_TRY(flush());
    }
    waiting_records_ += line.records.size();
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(line));
    return {};
}

void ImportWriter::skip(std::int64_t row) {
    pending_skips_.push_back(row);
}

void ImportWriter::count_skips(RunRow& run) const {
    run.skipped += std::count_if(pending_skips_.begin(), pending_skips_.end(),
                                 [&](std::int64_t row) { return row <= run.rows_done; });
}

Outcome ImportWriter::saved(RunRow run) {
    std::erase_if(pending_skips_, [&](std::int64_t row) { return row <= run.rows_done; });
    run_ = std::move(run);
    return {};
}

Outcome ImportWriter::flush() {
    std::vector<ReadyLine> lines = std::move(waiting_);
    waiting_.clear();
    waiting_records_ = 0;
    waiting_bytes_ = 0;
    if (!lines.empty()) return write_chunk(std::move(lines));
    if (pending_skips_.empty()) return {};
    RunRow run = run_;
    run.rows_done =
        std::max(run.rows_done, *std::max_element(pending_skips_.begin(), pending_skips_.end()));
    count_skips(run);
    BALIE_TRY(RunTable(store_->writer()).save(run));
    return saved(std::move(run));
}

Outcome ImportWriter::write_chunk(std::vector<ReadyLine> lines) {
    while (!lines.empty()) {
        Tally tally;
        Outcome done = try_chunk(lines, tally);
        if (done.ok()) {
            created_ += tally.created;
            updated_ += tally.updated;
            return {};
        }
        const ErrorCode code = done.error().code;
        if (code == ErrorCode::LimitExceeded && lines.size() > 1) {
            // The estimate was too small: two transactions instead of one.
            const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
            std::vector<ReadyLine> second(std::make_move_iterator(middle),
                                          std::make_move_iterator(lines.end()));
            lines.erase(middle, lines.end());
            BALIE_TRY(write_chunk(std::move(lines)));
            lines = std::move(second);
            continue;
        }
        const bool of_the_line = code == ErrorCode::InvalidInput || code == ErrorCode::NotFound ||
                                 code == ErrorCode::AlreadyExists || code == ErrorCode::Denied ||
                                 code == ErrorCode::LimitExceeded;
        if (!of_the_line || on_error_ == OnError::Stop || tally.at >= lines.size()) return done;
        // All of the chunk was rolled back; once more without the line that cannot be written.
        errors_.push_back({lines[tally.at].line, done.error().what});
        skip(lines[tally.at].row);
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(tally.at));
    }
    return {};
}

Outcome ImportWriter::try_chunk(const std::vector<ReadyLine>& lines, Tally& tally) {
    BALIE_ASSIGN(store::UnitOfWork unit,
                 store::UnitOfWork::begin(*store_, user_, ActionId{run_.id.bytes}));
    unit.tables().defer_full_text(true);
    for (tally.at = 0; tally.at < lines.size(); ++tally.at) {
        for (const PlannedRecord& record : lines[tally.at].records) {
            std::string before;
            BALIE_ASSIGN(const Done done, write_record(unit, record, before));
            if (done == Done::Same) continue;
            ++(done == Done::Created ? tally.created : tally.updated);
            BALIE_TRY(note_record(record, lines[tally.at].line, before));
        }
    }
    RunRow run = run_;
    run.imported += static_cast<std::int64_t>(lines.size());
    run.rows_done = std::max(run.rows_done, lines.back().row);
    count_skips(run);
    BALIE_TRY(RunTable(store_->writer()).save(run));
    BALIE_TRY(unit.commit());
    return saved(std::move(run));
}

Result<ImportWriter::Done> ImportWriter::write_record(store::UnitOfWork& unit,
                                                      const PlannedRecord& record,
                                                      std::string& before) {
    BALIE_ASSIGN(const auto current, unit.tables().read(record.type, record.id));
    if (!current) {
        BALIE_TRY(unit.create(record.type, record.values, record.id));
        return Done::Created;
    }
    const domain::RecordSpec& spec = domain::spec(record.type);
    if (spec.merge == MergeRule::AppendOnly) return meet_interaction(unit, record, *current);
    FieldValues values = record.values;
    // It is in the file, so it is there again.
    if (current->contains("deleted_at")) values.emplace("deleted_at", Value{});
    FieldValues after;
    for (const auto& [field, value] : values) {
        const auto was = current->find(field);
        if ((was == current->end() ? Value{} : was->second) != value) after.emplace(field, value);
    }
    if (after.empty()) return Done::Same;
    before = encode_before(*current, after);
    BALIE_TRY(unit.edit(record.type, record.id, std::move(after)));
    return Done::Updated;
}

Result<ImportWriter::Done> ImportWriter::meet_interaction(store::UnitOfWork& unit,
                                                          const PlannedRecord& record,
                                                          const FieldValues& current) {
    for (const auto& [field, value] : record.values) {
        const auto was = current.find(field);
        if (was != current.end() && was->second == value) continue;
        return Error{ErrorCode::Denied,
                     "interaction " + record.id.text() + " is here with another " + field +
                         ": an interaction is never overwritten",
                     {},
                     "Amend it instead"};
    }
    BALIE_ASSIGN(const repo::Interaction line,
                 repo::InteractionRepo(unit.database()).in_force(record.id));
    if (!line.withdrawn) return Done::Same;
    // Its import was undone; now it counts again.
    FieldValues values = record.values;
    values.insert_or_assign("amends_id", Value{line.root().text()});
    BALIE_TRY(unit.create(record.type, std::move(values)));
    return Done::Created;
}

Outcome ImportWriter::note_record(const PlannedRecord& record, std::int64_t line,
                                  const std::string& before) {
    BALIE_ASSIGN(auto* write,
                 store_->writer().cached("INSERT OR IGNORE INTO import_record(import_id, record_id,"
                                         " record_type, line, before) VALUES(?,?,?,?,?)"));
    write->bind(1, run_.id.bytes)
        .bind(2, record.id.bytes)
        .bind(3, static_cast<std::int64_t>(record.type))
        .bind(4, line);
    if (!before.empty()) write->bind(5, before);
    return write->run();
}

Outcome ImportWriter::finish(std::int64_t now_ms) {
    BALIE_TRY(flush());
    BALIE_TRY(flush());  // the second takes lines that were skipped after the last chunk
    run_.finished_ms = now_ms;
    return RunTable(store_->writer()).save(run_);
}

}  // namespace balie::app

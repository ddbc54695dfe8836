// Writes planned lines in chunks, each one transaction with the place in the file, so that an
// import that was cut off goes on where it was. Tables import_run and import_record are its own.
// Invariant: the records of a line and the note that the line is done are committed together.
// Thread: store only. Owns nothing; the store outlives it.
#pragma once

#include "app/runtime/importer.h"
#include "storage/crypto/hash.h"
#include "storage/exchange/import_plan.h"
#include "storage/store/store.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace balie::app {

/// A row of import_run.
struct RunRow {
    ImportId id;
    std::string file_name;
    crypto::Digest32 file_digest{};
    crypto::Digest32 map_digest{};
    std::int64_t started_ms{};
    std::optional<std::int64_t> finished_ms;
    std::optional<std::int64_t> undone_ms;
    std::int64_t rows_done{};  ///< lines of the file that are dealt with, counted as CsvRecord::row
    std::int64_t imported{};
    std::int64_t skipped{};
};

class RunTable {
  public:
    explicit RunTable(sqlite::Database& database) : database_(&database) {}
    [[nodiscard]] Result<std::optional<RunRow>> find(const ImportId& id);
    /// The latest of the same file and map.
    [[nodiscard]] Result<std::optional<RunRow>> latest(const crypto::Digest32& file,
                                                       const crypto::Digest32& map);
    [[nodiscard]] Result<std::vector<RunRow>> list(int limit);
    /// Inserts or replaces.
    [[nodiscard]] Outcome save(const RunRow& run);

  private:
    sqlite::Database* database_;
};

struct ReadyLine {
    std::int64_t line{};
    std::int64_t row{};
    std::vector<exchange::PlannedRecord> records;
};

class ImportWriter {
  public:
    ImportWriter(store::Store& store, std::string user, RunRow run)
        : store_(&store), user_(std::move(user)), run_(std::move(run)) {}

    /// Takes a line; writes when enough have come together. Bad ones are only counted.
    [[nodiscard]] Outcome add(ReadyLine line);
    void skip(std::int64_t row);
    /// Writes what is left.
    [[nodiscard]] Outcome flush();
    [[nodiscard]] Outcome finish(std::int64_t now_ms);

    [[nodiscard]] const RunRow& run() const { return run_; }
    [[nodiscard]] std::int64_t skipped() const {
        return run_.skipped + static_cast<std::int64_t>(pending_skips_.size());
    }
    [[nodiscard]] std::int64_t created() const { return created_; }
    [[nodiscard]] std::int64_t updated() const { return updated_; }
    /// Lines that could not be written and were skipped (only with OnError::Skip).
    [[nodiscard]] std::vector<LineError> take_errors() { return std::move(errors_); }
    void set_on_error(OnError on_error) { on_error_ = on_error; }

  private:
    enum class Done : std::uint8_t { Created, Updated, Same };
    /// What a chunk did so far; counted only when it is committed.
    struct Tally {
        std::int64_t created{};
        std::int64_t updated{};
        std::size_t at{};  ///< the line under way
    };
    [[nodiscard]] Outcome write_chunk(std::vector<ReadyLine> lines);
    void count_skips(RunRow& run) const;
    [[nodiscard]] Outcome saved(RunRow run);
    [[nodiscard]] Outcome try_chunk(const std::vector<ReadyLine>& lines, Tally& tally);
    [[nodiscard]] Result<Done> write_record(store::UnitOfWork& unit,
                                            const exchange::PlannedRecord& record,
                                            std::string& before);
    [[nodiscard]] Result<Done> meet_interaction(store::UnitOfWork& unit,
                                                const exchange::PlannedRecord& record,
                                                const FieldValues& current);
    [[nodiscard]] Outcome note_record(const exchange::PlannedRecord& record, std::int64_t line,
                                      const std::string& before);

    store::Store* store_;
    std::string user_;
    RunRow run_;
    OnError on_error_{OnError::Stop};
    std::vector<ReadyLine> waiting_;
    std::size_t waiting_records_{};
    std::size_t waiting_bytes_{};
    std::vector<std::int64_t> pending_skips_;  ///< not counted in a saved row of import_run yet
    std::int64_t created_{};
    std::int64_t updated_{};
    std::vector<LineError> errors_;
};

/// {"field": [before, after]} of an update, and back.
[[nodiscard]] std::string encode_before(const FieldValues& before, const FieldValues& after);
struct BeforeAfter {
    Value before;
    Value after;
};
[[nodiscard]] Result<std::map<std::string, BeforeAfter>> decode_before(std::string_view text);

}  // namespace balie::app

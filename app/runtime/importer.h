// Import of a file as records, under one import id by which it is resumed and undone.
// Invariant: with OnError::Stop a single bad line means that nothing is written; record ids follow
// from the file, the line and the record type, so that a resumed import doubles nothing; an update
// remembers what was there before. Everything of one import is one action in many transactions.
// Speed: several thousand lines a second; the full text is made after the rows.
// Thread: store only. Owns nothing; the store outlives it.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/exchange/table_reader.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace balie::app {

enum class OnError : std::uint8_t { Stop, Skip };

struct ImportRequest {
    std::filesystem::path file;
    std::string as;                             ///< a plural: customers, interactions, tasks…
    std::optional<std::filesystem::path> map;   ///< without one, columns are named as fields
    std::optional<exchange::RowFormat> format;  ///< without one, the name's ending says it
    OnError on_error{OnError::Stop};
    bool dry_run{false};
    /// Resumes this one: the file must be the same. Without it a file that was begun with the same
    /// map and not finished is resumed by itself.
    std::optional<ImportId> resume;
    /// Imports a file again that was imported already (what it made is recognised by its ids).
    bool again{false};
};

struct ImportProgress {
    enum class Phase : std::uint8_t { Checking, Writing, Indexing, Undoing };
    Phase phase{Phase::Checking};
    std::int64_t done{};   ///< lines, or records when indexing and undoing
    std::int64_t total{};  ///< 0: not known yet
};
/// Called at least twice a second; false asks to stop (what was committed stays, and is resumed).
using ImportCallback = std::function<bool(const ImportProgress&)>;

struct LineError {
    std::int64_t line{};  ///< as an editor counts; the header is line 1
    std::string reason;
};

struct ImportReport {
    ImportId id;
    std::int64_t read{};  ///< records of the file, the header apart
    std::int64_t
        imported{};  ///< lines that are in, those of an earlier run of this import included
    std::int64_t skipped{};
    std::vector<LineError> errors;  ///< the first kImportErrorsMax
    std::int64_t created{};         ///< records made by this run
    std::int64_t updated{};         ///< records changed by this run
    bool resumed{false};
    bool dry_run{false};
    bool cancelled{false};
    bool stopped{false};           ///< bad lines and OnError::Stop: nothing was written
    bool already_imported{false};  ///< the same file by the same map is in: nothing was written
    std::string note;              ///< what a person should know: what was detected, guessed…
};
inline constexpr std::size_t kImportErrorsMax = 1000;

struct UndoReport {
    ImportId id;
    std::int64_t deleted{};
    std::int64_t withdrawn{};
    std::int64_t restored{};  ///< updates taken back
    std::int64_t kept{};      ///< fields that somebody changed since: left as they are
};

struct ImportRun {
    ImportId id;
    std::string file_name;
    std::int64_t started_ms{};
    std::optional<std::int64_t> finished_ms;
    std::optional<std::int64_t> undone_ms;
    std::int64_t imported{};
    std::int64_t skipped{};
};

class Importer {
  public:
    Importer(store::Store& store, std::string user) : store_(&store), user_(std::move(user)) {}

    /// Errors: NotFound (file, map), InvalidInput (the map, an unknown custom field, a column that
    /// is missing, a file that is no table), Denied (records that only the hub writes), DiskFull,
    /// Io. Bad lines are not an error: they are in the report.
    [[nodiscard]] Result<ImportReport> run(const ImportRequest& request,
                                           const ImportCallback& progress = {});
    /// Takes an import back: what it made is deleted or withdrawn, what it changed is restored.
    /// Errors: NotFound; AlreadyExists when it was undone already.
    [[nodiscard]] Result<UndoReport> undo(const ImportId& id, const ImportCallback& progress = {});
    /// The latest first.
    [[nodiscard]] Result<std::vector<ImportRun>> runs(int limit = 50);

  private:
    store::Store* store_;
    std::string user_;
};

}  // namespace balie::app

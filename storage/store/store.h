// The local store: one encrypted file, opened once per process, one writer, readers lent.
// Invariant: "saved" means committed with synchronous=FULL; several processes (window, subcommands,
// sync) share a file and SQLite arbitrates, so nothing read outside a write transaction is trusted
// inside it. Thread: as each function says.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"
#include "storage/store/change_sink.h"
#include "storage/store/record_tables.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace balie::store {

struct StoreOptions {
    bool create{false};  ///< make it when it is not there; otherwise NotFound
    bool migrate{true};  ///< bring an older file up to date (forward only)
    std::string vfs{};   ///< tests only
    int busy_timeout_ms{10'000};
};

class UnitOfWork;

class Store {
  public:
    /// `clock` and `entropy` outlive the store. Errors: NotFound, Corrupt, NewerVersion, Busy,
    /// DiskFull, Io. A damaged file is left as it is.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path,
                                                             BytesView raw_key, Clock& clock,
                                                             Entropy& entropy,
                                                             const StoreOptions& options = {});
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    /// Where edits are recorded; not owned, outlives its use. Without one, UnitOfWork refuses to
    /// write: nothing is ever saved that would not reach the office. Thread: store only.
    void set_sink(ChangeSink* sink);

    /// The writer's connection, for sync/log and repositories. Thread: store only.
    [[nodiscard]] sqlite::Database& writer();
    /// A new read-only connection on the same file, owned by the caller and used by one thread.
    [[nodiscard]] Result<sqlite::Database> open_reader() const;

    [[nodiscard]] Clock& clock();
    [[nodiscard]] Entropy& entropy();
    [[nodiscard]] const std::string& path() const;

    /// Key-value settings of this file (table setting). Thread: store only.
    [[nodiscard]] Result<std::optional<std::string>> setting(std::string_view key);
    [[nodiscard]] Outcome set_setting(std::string_view key, std::string_view value);

  private:
    friend class UnitOfWork;
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// One write transaction of one person: rows and log, or nothing. At most
/// kTransactionChangesMax edits (a larger action is several units with one ActionId).
class UnitOfWork {
  public:
    /// Errors: Busy, Internal (no sink).
    [[nodiscard]] static Result<UnitOfWork> begin(Store& store, std::string user,
                                                  std::optional<ActionId> action = {});
    UnitOfWork(UnitOfWork&&) noexcept;
    UnitOfWork& operator=(UnitOfWork&&) = delete;
    UnitOfWork(const UnitOfWork&) = delete;
    UnitOfWork& operator=(const UnitOfWork&) = delete;
    ~UnitOfWork();  ///< rolls back what was not committed

    /// Makes a record; its id is UUIDv7 unless given. Nulls are left out. Errors: those of
    /// domain::validate, AlreadyExists, DiskFull, Io.
    [[nodiscard]] Result<RecordId> create(domain::RecordType type, FieldValues values,
                                          std::optional<RecordId> id = {});
    /// Writes fields of a record; what already holds the same value is no edit. True when anything
    /// differed. Errors: NotFound and as above.
    [[nodiscard]] Result<bool> edit(domain::RecordType type, const RecordId& id,
                                    FieldValues values);

    /// Writes the given fields even where they hold that value already: a person chose among
    /// conflicting versions. Errors: as edit().
    [[nodiscard]] Outcome rewrite(domain::RecordType type, const RecordId& id, FieldValues values);

    /// FULL durability when it returns. Errors: DiskFull, Io; then nothing was written.
    [[nodiscard]] Outcome commit();

    [[nodiscard]] const Authorship& authorship() const;
    [[nodiscard]] std::int64_t edits() const;
    [[nodiscard]] RecordTables& tables();
    [[nodiscard]] sqlite::Database& database();

  private:
    struct Impl;
    [[nodiscard]] Outcome check(domain::RecordType type, domain::Write write,
                                const FieldValues& values);
    explicit UnitOfWork(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace balie::store

#include "storage/sqlite/database.h"

#include "storage/base/check.h"
#include "storage/sqlite/sqlite_error.h"
#include "storage/sqlite/statement_impl.h"

#include <sqlite3.h>

#include <array>
#include <functional>
#include <map>
#include <unordered_map>

namespace balie::sqlite {

struct Database::Impl {
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// A text asked for before: most are literals, which stand where they stood.
    struct Recent {
        const char* at{nullptr};
        const std::string* text{nullptr};
        Statement* statement{nullptr};
    };
    static constexpr std::size_t kRecent = 256;

    sqlite3* handle{nullptr};
    std::string path;
    // Node-based: a Statement* handed out stays valid while others are added.
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> cache;
    std::array<Recent, kRecent> recent{};
    std::map<CommitWork, std::set<std::string>> noted;

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        cache.clear();
        sqlite3_close_v2(handle);
    }

    [[nodiscard]] Error error(int code, std::string_view doing) const {
        return to_error(code, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code),
                        doing, path, handle != nullptr ? sqlite3_system_errno(handle) : 0);
    }
};

namespace {

std::string key_pragma(BytesView raw_key) {
    return "x'" + to_hex(raw_key) + "'";
}

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::ReadWriteCreate:
            return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        case OpenMode::ReadWrite:
            return SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        case OpenMode::ReadOnly:
            return SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    }
    BALIE_UNREACHABLE();
}

void wipe(std::string& text) {
    volatile char* bytes = text.data();
    for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
}

/// Before its first use. It counts what it has allocated, under a lock at every allocation, and
/// nobody asks how much that is.
void set_up_library() {
    static const int kDone = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)kDone;  // refused when somebody else was first: then it counts
}

/// With plain SQLite linked by mistake PRAGMA key is ignored and plaintext is written.
Outcome refuse_plain_library(Database& database) {
    auto version = database.scalar("PRAGMA cipher_version");
    if (!version.ok()) return std::move(version).error();
    if (is_null(*version)) {
        return Error{ErrorCode::Internal, "the SQLite library at hand does not encrypt",
                     database.path(), "Install SQLCipher (third_party/install) and build again"};
    }
    return {};
}

Outcome configure(Database& database, const OpenOptions& options) {
    BALIE_TRY(refuse_plain_library(database));
    // The first read proves the key. No defensive plaintext anywhere: temporary tables in memory.
    BALIE_TRY(database.scalar("SELECT count(*) FROM sqlite_master"));
    std::string sql =
        "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA trusted_schema=OFF;"
        "PRAGMA cache_size=-" +
        std::to_string(options.cache_kib) + ";";
    if (options.mode != OpenMode::ReadOnly) {
        sql +=
            "PRAGMA secure_delete=ON; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000;"
            "PRAGMA journal_size_limit=67108864;";
    }
    return database.execute(sql);
}

}  // namespace

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, BytesView raw_key,
                                const OpenOptions& options) {
    set_up_library();
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
    const int opened = sqlite3_open_v2(path.c_str(), &impl->handle, flags_of(options.mode), vfs);
    if (opened != SQLITE_OK) return impl->error(opened, "open");
    sqlite3_extended_result_codes(impl->handle, 1);
    sqlite3_busy_timeout(impl->handle, options.busy_timeout_ms);
    std::string key = key_pragma(raw_key);
    const int keyed = sqlite3_key(impl->handle, key.data(), static_cast<int>(key.size()));
    wipe(key);
    if (keyed != SQLITE_OK) return impl->error(keyed, "set the key");
    // A damaged page is told by our own error; the library's own lines are not for people.
    sqlite3_exec(impl->handle, "PRAGMA cipher_log_level=NONE", nullptr, nullptr, nullptr);
    Database database(std::move(impl));
    if (options.mode == OpenMode::ReadWriteCreate) {
        // Before the first page is written; WAL stays with the file.
        BALIE_TRY(database.scalar("PRAGMA journal_mode=WAL"));
    }
    BALIE_TRY(configure(database, options));
    return database;
}

Outcome Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(impl_->handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return impl_->error(code, sql.substr(0, 80));
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(impl_->handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return impl_->error(code, sql.substr(0, 120));
    auto statement = std::make_unique<Statement::Impl>();
    statement->handle = handle;
    statement->path = &impl_->path;
    return Statement(std::move(statement));
}

Result<Statement*> Database::cached(std::string_view sql) {
    constexpr unsigned kAligned = 4;
    Impl::Recent& recent = impl_->recent.at(
        (reinterpret_cast<std::uintptr_t>(sql.data()) >> kAligned) % Impl::kRecent);
    // The text itself is compared too: where a string stood another one may stand.
    if (recent.at != sql.data() || recent.text == nullptr || *recent.text != sql) {
        auto found = impl_->cache.find(sql);
        if (found == impl_->cache.end()) {
            BALIE_ASSIGN(Statement prepared, prepare(sql));
            found = impl_->cache.emplace(std::string(sql), std::move(prepared)).first;
        }
        recent = {sql.data(), &found->first, &found->second};
    }
    recent.statement->reset();
    return recent.statement;
}

Outcome Database::at_commit(CommitWork work, std::string key) {
    if (!in_transaction()) return work(*this, {std::move(key)});
    impl_->noted[work].insert(std::move(key));
    return {};
}

Outcome Database::run_noted() {
    // Work may note more.
    while (!impl_->noted.empty()) {
        const auto next = impl_->noted.extract(impl_->noted.begin());
        BALIE_TRY(next.key()(*this, next.mapped()));
    }
    return {};
}

void Database::forget_noted() {
    impl_->noted.clear();
}

Result<Value> Database::scalar(std::string_view sql) {
    BALIE_ASSIGN(Statement statement, prepare(sql));
    BALIE_ASSIGN(const bool row, statement.step());
    return row ? statement.value(0) : Value{};
}

std::int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(impl_->handle);
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(impl_->handle);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(impl_->handle) == 0;
}

std::int64_t Database::total_changes() const {
    return sqlite3_total_changes64(impl_->handle);
}

Result<std::int64_t> Database::data_version() {
    BALIE_ASSIGN(Statement * statement, cached("PRAGMA data_version"));
    BALIE_TRY(statement->step());
    const std::int64_t version = statement->integer(0);
    statement->reset();
    return version;
}

void Database::interrupt() {
    sqlite3_interrupt(impl_->handle);
}

Outcome Database::copy_to(const std::string& path, BytesView raw_key) {
    // sqlite3_backup refuses to copy between an encrypted and a plain file; both have this key.
    BALIE_ASSIGN(Database target, Database::open(path, raw_key, {}));
    sqlite3_backup* backup =
        sqlite3_backup_init(target.impl_->handle, "main", impl_->handle, "main");
    if (backup == nullptr) {
        return target.impl_->error(sqlite3_errcode(target.impl_->handle), "start the copy");
    }
    int code = SQLITE_OK;
    constexpr int kPagesPerStep = 4096;
    do {
        code = sqlite3_backup_step(backup, kPagesPerStep);
    } while (code == SQLITE_OK);
    const int finished = sqlite3_backup_finish(backup);
    if (finished != SQLITE_OK) return target.impl_->error(finished, "copy the database");
    if (code != SQLITE_DONE) return target.impl_->error(code, "copy the database");
    return {};
}

const std::string& Database::path() const {
    return impl_->path;
}

}  // namespace balie::sqlite

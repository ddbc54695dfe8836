#include "storage/store/store.h"

#include "storage/base/check.h"
#include "storage/store/migrations.h"
#include "storage/store/put_off_indexes.h"

#include <filesystem>
#include <system_error>

namespace balie::store {

namespace {

/// A first load that was broken off, or killed, may have left indexes to be made.
Outcome finish_load(sqlite::Database& database) {
    BALIE_ASSIGN(const int at, migration_of(database));
    if (at == 0) return {};
    BALIE_ASSIGN(const bool waiting, indexes_are_put_off(database));
    if (!waiting) return {};
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_TRY(make_put_off_indexes(database));
    return transaction.commit();
}

}  // namespace

struct Store::Impl {
    Impl(sqlite::Database opened, BytesView key, Clock& the_clock, Entropy& the_entropy,
         StoreOptions given)
        : writer(std::move(opened)),
          raw_key(key.begin(), key.end()),
          clock(&the_clock),
          entropy(&the_entropy),
          options(std::move(given)) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        volatile std::uint8_t* bytes = raw_key.data();
        for (std::size_t i = 0; i < raw_key.size(); ++i) bytes[i] = 0;
    }

    sqlite::Database writer;
    Bytes raw_key;  // for the readers that are lent
    Clock* clock;
    Entropy* entropy;
    StoreOptions options;
    ChangeSink* sink{nullptr};
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path, BytesView raw_key, Clock& clock,
                                           Entropy& entropy, const StoreOptions& options) {
    std::error_code ignored;
    const bool on_disk = options.vfs.empty();
    if (on_disk && !options.create && !std::filesystem::exists(path, ignored)) {
        return Error{ErrorCode::NotFound, "there is no database here", path, {}};
    }
    sqlite::OpenOptions open_options;
    open_options.vfs = options.vfs;
    open_options.busy_timeout_ms = options.busy_timeout_ms;
    BALIE_ASSIGN(sqlite::Database database, sqlite::Database::open(path, raw_key, open_options));
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
    if (options.migrate) {
        BALIE_TRY(finish_load(database));
        BALIE_TRY(migrate(database));
    }
    return std::unique_ptr<Store>(
        new Store(std::make_unique<Impl>(std::move(database), raw_key, clock, entropy, options)));
}

void Store::set_sink(ChangeSink* sink) {
    impl_->sink = sink;
}

sqlite::Database& Store::writer() {
    return impl_->writer;
}

Result<sqlite::Database> Store::open_reader() const {
    sqlite::OpenOptions options;
    options.mode = sqlite::OpenMode::ReadOnly;
    options.vfs = impl_->options.vfs;
    options.busy_timeout_ms = impl_->options.busy_timeout_ms;
    return sqlite::Database::open(impl_->writer.path(), impl_->raw_key, options);
}

Clock& Store::clock() {
    return *impl_->clock;
}
Entropy& Store::entropy() {
    return *impl_->entropy;
}
const std::string& Store::path() const {
    return impl_->writer.path();
}

Result<std::optional<std::string>> Store::setting(std::string_view key) {
    BALIE_ASSIGN(auto* select, impl_->writer.cached("SELECT value FROM setting WHERE key=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, key).step());
    std::optional<std::string> value;
    if (row) value = std::string(select->text(0));
    select->reset();
    return value;
}

Outcome Store::set_setting(std::string_view key, std::string_view value) {
    BALIE_ASSIGN(auto* write,
                 // Writing what is there already would cost a page and with it a commit.
                 impl_->writer.cached("INSERT INTO setting(key,value) VALUES(?,?) ON CONFLICT(key) "
                                      "DO UPDATE SET value=excluded.value "
                                      "WHERE value<>excluded.value"));
    return write->bind(1, key).bind(2, value).run();
}

// --- unit of work -----------------------------------------------------------------------------

struct UnitOfWork::Impl {
    Impl(Store& the_store, sqlite::Transaction begun, Authorship who)
        : store(&the_store),
          transaction(std::move(begun)),
          authorship(std::move(who)),
          tables(the_store.writer()) {}

    Store* store;
    sqlite::Transaction transaction;
    Authorship authorship;
    RecordTables tables;
    std::optional<std::vector<domain::CustomField>> custom;
    std::int64_t edits{};
    bool committed{false};
};

namespace {

bool has_custom(const FieldValues& values) {
    const auto first = values.lower_bound(kCustomPrefix);
    return first != values.end() && is_custom(first->first);
}

}  // namespace

UnitOfWork::UnitOfWork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UnitOfWork::UnitOfWork(UnitOfWork&&) noexcept = default;

UnitOfWork::~UnitOfWork() {
    if (impl_ == nullptr || impl_->committed) return;
    ChangeSink* sink = impl_->store->impl_->sink;
    impl_.reset();  // rolls back
    sink->rolled_back();
}

Result<UnitOfWork> UnitOfWork::begin(Store& store, std::string user,
                                     std::optional<ActionId> action) {
    if (store.impl_->sink == nullptr) {
        return Error{ErrorCode::Internal,
                     "this database has no change log: nothing can be saved in it",
                     store.path(),
                     {}};
    }
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(store.writer()));
    const std::int64_t now = store.clock().wall_ms();
    Authorship who{.user = std::move(user),
                   .action = action ? *action : ActionId::make(now, store.entropy()),
                   .transaction = TransactionId::make(now, store.entropy())};
    return UnitOfWork(std::make_unique<Impl>(store, std::move(transaction), std::move(who)));
}

Result<RecordId> UnitOfWork::create(domain::RecordType type, FieldValues values,
                                    std::optional<RecordId> id) {
    std::erase_if(values, [](const auto& each) { return is_null(each.second); });
    BALIE_TRY(check(type, domain::Write::Create, values));
    Store& store = *impl_->store;
    const RecordId record = id ? *id : RecordId::make(store.clock().wall_ms(), store.entropy());
    BALIE_TRY(impl_->tables.insert(type, record, values, std::nullopt));
    const RecordEdit edit{.type = type,
                          .id = record,
                          .write = domain::Write::Create,
                          .before = {},
                          .after = std::move(values)};
    BALIE_TRY(store.impl_->sink->record(edit, impl_->authorship, store.writer()));
    ++impl_->edits;
    return record;
}

namespace {

std::size_t text_bytes(const FieldValues& values) {
    std::size_t bytes = 0;
    for (const auto& [field, value] : values) {
        if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
    }
    return bytes;
}

/// What makes a large record smaller is always taken.
Outcome check_size(const FieldValues& current, const RecordEdit& edit) {
    const std::size_t before = text_bytes(current);
    const std::size_t after = before + text_bytes(edit.after) - text_bytes(edit.before);
    if (after <= domain::kRecordTextBytesMax || after <= before) return {};
    return Error{ErrorCode::LimitExceeded,
                 "with this the record would hold " + std::to_string(after) + " bytes of text",
                 std::string(domain::spec(edit.type).name) + " " + edit.id.text(),
                 "All fields together hold at most " + std::to_string(domain::kRecordTextBytesMax) +
                     " bytes: shorten some"};
}

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): its values are moved out, one by one
Result<bool> UnitOfWork::edit(domain::RecordType type, const RecordId& id, FieldValues values) {
    BALIE_TRY(check(type, domain::Write::Edit, values));
    BALIE_ASSIGN(const auto current, impl_->tables.read(type, id));
    if (!current) {
        return Error{ErrorCode::NotFound,
                     "there is no " + std::string(domain::spec(type).name) + " " + id.text(),
                     {},
                     {}};
    }
    RecordEdit edit{
        .type = type, .id = id, .write = domain::Write::Edit, .before = {}, .after = {}};
    for (auto& [field, value] : values) {
        const auto found = current->find(field);
        const Value before = found == current->end() ? Value{} : found->second;
        if (before == value) continue;
        edit.before.emplace(field, before);
        edit.after.emplace(field, std::move(value));
    }
    if (edit.after.empty()) return false;
    BALIE_TRY(check_size(*current, edit));
    BALIE_TRY(impl_->tables.update(type, id, edit.after));
    BALIE_TRY(impl_->store->impl_->sink->record(edit, impl_->authorship, impl_->store->writer()));
    ++impl_->edits;
    return true;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): its values are moved out, one by one
Outcome UnitOfWork::rewrite(domain::RecordType type, const RecordId& id, FieldValues values) {
    BALIE_TRY(check(type, domain::Write::Edit, values));
    BALIE_ASSIGN(const auto current, impl_->tables.read(type, id));
    if (!current) {
        return Error{ErrorCode::NotFound,
                     "there is no " + std::string(domain::spec(type).name) + " " + id.text(),
                     {},
                     {}};
    }
    RecordEdit edit{
        .type = type, .id = id, .write = domain::Write::Edit, .before = {}, .after = {}};
    for (auto& [field, value] : values) {
        const auto found = current->find(field);
        edit.before.emplace(field, found == current->end() ? Value{} : found->second);
        edit.after.emplace(field, std::move(value));
    }
    BALIE_TRY(impl_->tables.update(type, id, edit.after));
    BALIE_TRY(impl_->store->impl_->sink->record(edit, impl_->authorship, impl_->store->writer()));
    ++impl_->edits;
    return {};
}

Outcome UnitOfWork::check(domain::RecordType type, domain::Write write, const FieldValues& values) {
    if (has_custom(values) && !impl_->custom) {
        BALIE_ASSIGN(impl_->custom, impl_->tables.custom_fields());
    }
    const std::span<const domain::CustomField> custom =
        impl_->custom ? std::span<const domain::CustomField>(*impl_->custom)
                      : std::span<const domain::CustomField>();
    return domain::validate(domain::spec(type), write, values, custom);
}

Outcome UnitOfWork::commit() {
    BALIE_CHECK(!impl_->committed);
    ChangeSink* sink = impl_->store->impl_->sink;
    BALIE_TRY(sink->before_commit(impl_->store->writer()));
    BALIE_TRY(impl_->transaction.commit());
    impl_->committed = true;
    return {};
}

const Authorship& UnitOfWork::authorship() const {
    return impl_->authorship;
}
std::int64_t UnitOfWork::edits() const {
    return impl_->edits;
}
RecordTables& UnitOfWork::tables() {
    return impl_->tables;
}
sqlite::Database& UnitOfWork::database() {
    return impl_->store->writer();
}

}  // namespace balie::store

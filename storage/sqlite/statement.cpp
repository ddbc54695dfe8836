#include "storage/base/check.h"
#include "storage/sqlite/sqlite_error.h"
#include "storage/sqlite/statement_impl.h"

namespace balie::sqlite {

Statement::Statement(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Statement::Statement(Statement&& other) noexcept = default;
Statement& Statement::operator=(Statement&& other) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(int position, std::int64_t value) {
    impl_->note(sqlite3_bind_int64(impl_->handle, position, value));
    return *this;
}

Statement& Statement::bind(int position, std::string_view text) {
    // A null pointer would bind NULL; an empty text is something else.
    const char* data = text.data() == nullptr ? "" : text.data();
    impl_->note(sqlite3_bind_text64(impl_->handle, position, data, text.size(), SQLITE_TRANSIENT,
                                    SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int position, BytesView blob) {
    const void* data = blob.data() == nullptr ? "" : static_cast<const void*>(blob.data());
    impl_->note(sqlite3_bind_blob64(impl_->handle, position, data, blob.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(int position, const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return bind(position, *integer);
    if (const auto* text = std::get_if<std::string>(&value)) {
        return bind(position, std::string_view(*text));
    }
    return bind_null(position);
}

Statement& Statement::bind_null(int position) {
    impl_->note(sqlite3_bind_null(impl_->handle, position));
    return *this;
}

Result<bool> Statement::step() {
    if (impl_->bind_code != SQLITE_OK) {
        const int code = std::exchange(impl_->bind_code, SQLITE_OK);
        sqlite3_reset(impl_->handle);
        return to_error(code, sqlite3_errstr(code), sqlite3_sql(impl_->handle), *impl_->path);
    }
    impl_->used = true;
    const int code = sqlite3_step(impl_->handle);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        sqlite3_reset(impl_->handle);
        return false;
    }
    sqlite3* database = sqlite3_db_handle(impl_->handle);
    Error error = to_error(code, sqlite3_errmsg(database),
                           std::string_view(sqlite3_sql(impl_->handle)).substr(0, 120),
                           *impl_->path, sqlite3_system_errno(database));
    sqlite3_reset(impl_->handle);
    return error;
}

Outcome Statement::run() {
    while (true) {
        BALIE_ASSIGN(const bool row, step());
        if (!row) return {};
    }
}

void Statement::reset() {
    if (!impl_->used) return;
    impl_->used = false;
    impl_->bind_code = SQLITE_OK;
    sqlite3_reset(impl_->handle);
    sqlite3_clear_bindings(impl_->handle);
}

int Statement::column_count() const {
    return sqlite3_column_count(impl_->handle);
}

std::string_view Statement::column_name(int column) const {
    return sqlite3_column_name(impl_->handle, column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(impl_->handle, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(impl_->handle, column);
}

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(impl_->handle, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(impl_->handle, column))};
}

BytesView Statement::blob(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(impl_->handle, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(impl_->handle, column))};
}

Value Statement::value(int column) const {
    switch (sqlite3_column_type(impl_->handle, column)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return integer(column);
        default:
            return std::string(text(column));
    }
}

IdBytes Statement::id(int column) const {
    const BytesView bytes = blob(column);
    IdBytes out{};
    if (bytes.size() == out.size()) std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

}  // namespace balie::sqlite

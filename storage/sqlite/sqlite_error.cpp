#include "storage/sqlite/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>

namespace balie::sqlite {

namespace {

/// The terminal and the hub both have a command of that name.
constexpr std::string_view kBackToBackup =
    "The file is left as it is. Go back to the latest backup with the command restore";

}  // namespace

Error to_error(int code, std::string_view message, std::string_view doing, std::string_view path,
               int system_error) {
    const std::string detail = std::string(doing) + ": " + std::string(message);
    const std::string where(path);
    int kind = code & 0xFF;
    const bool failed_file = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN;
    if (failed_file && (system_error == ENOSPC || system_error == EDQUOT)) kind = SQLITE_FULL;
    switch (kind) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Busy, "the database is in use by another process", where,
                    "Try again in a moment; close other programs that hold this file"};
        case SQLITE_FULL:
            return {ErrorCode::DiskFull, "the disk is full: nothing was written", where,
                    "Free some space and try again; what was saved before is untouched"};
        case SQLITE_CORRUPT:
            return {ErrorCode::Corrupt, "the database is damaged (" + std::string(message) + ")",
                    where, std::string(kBackToBackup)};
        case SQLITE_NOTADB:
            return {
                ErrorCode::Corrupt,
                "the file is no database of this key: it is damaged or belongs to another profile",
                where, std::string(kBackToBackup)};
        case SQLITE_CANTOPEN:
            return {ErrorCode::Io, "the database cannot be opened (" + std::string(message) + ")",
                    where, "Check that the folder exists and may be written"};
        case SQLITE_READONLY:
            return {ErrorCode::Io, "the database cannot be written: the file or disk is read-only",
                    where, "Make the folder writable and try again"};
        case SQLITE_INTERRUPT:
            return {ErrorCode::Cancelled, "stopped", where, {}};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::AlreadyExists,
                    "a row that must be unique is there already (" + detail + ")",
                    where,
                    {}};
        case SQLITE_IOERR:
            return {ErrorCode::Io, "the disk failed (" + std::string(message) + ")", where,
                    "Nothing was written by this action. Check the disk, then try again"};
        case SQLITE_NOMEM:
            return {ErrorCode::LimitExceeded, "out of memory (" + detail + ")", where, {}};
        default:
            return {ErrorCode::Internal, detail, where, {}};
    }
}

}  // namespace balie::sqlite

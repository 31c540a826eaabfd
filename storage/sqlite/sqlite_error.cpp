#include "storage/sqlite/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>

namespace hearth::storage {
namespace {

using core::ErrorCode;

// SQLite calls only ENOSPC a full disk; a quota or a size limit is an I/O error to it. Its own
// record of errno is not set by a failed step, so errno is read before anything can change it.
bool ranOutOfSpace(int extended, int number) {
    const bool wasWriting = extended == SQLITE_IOERR_WRITE || extended == SQLITE_IOERR_TRUNCATE ||
                            extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_SHMSIZE;
    return wasWriting && (number == ENOSPC || number == EDQUOT || number == EFBIG);
}

ErrorCode constraintCode(int extended) {
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
            return ErrorCode::AlreadyExists;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return ErrorCode::Conflict;
        default:
            return ErrorCode::Internal;  // a value our own code should not have written
    }
}

}  // namespace

core::Error sqliteError(sqlite3* handle, const std::string& file) {
    const int systemError = errno;
    const int extended = sqlite3_extended_errcode(handle);
    const std::string why = sqlite3_errmsg(handle);
    switch (extended & 0xFF) {
        case SQLITE_FULL:
            return {ErrorCode::DiskFull, "the disk is full; free some space and try again", file};
        case SQLITE_IOERR:
            if (ranOutOfSpace(extended, systemError))
                return {ErrorCode::DiskFull, "the disk is full; free some space and try again",
                        file};
            return {ErrorCode::Internal, "the database cannot be read or written: " + why, file};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::DataCorrupt, "the database is damaged: " + why, file};
        case SQLITE_CONSTRAINT:
            return {constraintCode(extended), why, file};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Unavailable, "the database is in use by another program", file};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return {ErrorCode::PermissionDenied, "the database cannot be opened: " + why, file};
        case SQLITE_NOMEM:
            return {ErrorCode::ResourceExhausted, "out of memory", file};
        default:
            return {ErrorCode::Internal, "the database refused: " + why, file};
    }
}

}  // namespace hearth::storage

// Private to storage/sqlite.
#pragma once
#include "core/result.h"

struct sqlite3;

namespace hearth::storage {

/// What went wrong last on `handle`, as an Error that names `file`.
core::Error sqliteError(sqlite3* handle, const std::string& file);

}  // namespace hearth::storage

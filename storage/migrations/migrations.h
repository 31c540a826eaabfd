// Numbered, append-only changes of the two databases. A released one is never edited.
#pragma once
#include <span>

#include "core/result.h"

namespace hearth::storage {

class Connection;

struct Migration {
    int version;  // 1, 2, 3, ... without holes
    const char* name;
    const char* sql;
};

std::span<const Migration> controlMigrations();
std::span<const Migration> metricsMigrations();

/// Brings a database to the newest version, each step in a transaction of its own.
/// Errors: Unsupported for a database that a newer Hearth has written; what SQLite throws.
core::Status migrate(Connection& database, std::span<const Migration> migrations);

int schemaVersion(Connection& database);

}  // namespace hearth::storage

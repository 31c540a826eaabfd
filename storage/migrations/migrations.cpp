#include "storage/migrations/migrations.h"

#include "core/clock.h"
#include "core/log.h"
#include "storage/sqlite/connection.h"

namespace hearth::storage {

extern const Migration kControl0001;
extern const Migration kControl0002;
extern const Migration kControl0003;
extern const Migration kControl0004;
extern const Migration kControl0005;
extern const Migration kControl0006;
extern const Migration kControl0007;
extern const Migration kControl0008;
extern const Migration kControl0009;
extern const Migration kMetrics0001;
extern const Migration kMetrics0002;

std::span<const Migration> controlMigrations() {
    static const Migration all[] = {kControl0001, kControl0002, kControl0003,
                                    kControl0004, kControl0005, kControl0006,
                                    kControl0007, kControl0008, kControl0009};
    return all;
}

std::span<const Migration> metricsMigrations() {
    static const Migration all[] = {kMetrics0001, kMetrics0002};
    return all;
}

int schemaVersion(Connection& database) {
    auto query = database.prepare("SELECT max(version) FROM schema_version");
    return query.step() ? static_cast<int>(query.integer(0)) : 0;
}

core::Status migrate(Connection& database, std::span<const Migration> migrations) {
    database.executeScript(
        "CREATE TABLE IF NOT EXISTS schema_version("
        "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
    const int current = schemaVersion(database);
    const int newest = static_cast<int>(migrations.size());
    if (current > newest)
        return core::Error{core::ErrorCode::Unsupported,
                           "the database was written by a newer Hearth (schema " +
                               std::to_string(current) + ", this build knows " +
                               std::to_string(newest) + "); update Hearth",
                           database.file().string()};
    for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(current))) {
        Transaction transaction(database);
        database.executeScript(migration.sql);
        database.execute("INSERT INTO schema_version(version, name, applied_at) VALUES(?1, ?2, ?3)",
                         migration.version, migration.name,
                         core::SystemClock::instance().unixSeconds());
        transaction.commit();
        core::logDebug("migrated", {{"database", database.file().filename().string()},
                                    {"version", migration.version},
                                    {"name", migration.name}});
    }
    return {};
}

}  // namespace hearth::storage

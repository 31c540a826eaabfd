// The one way lists are paged and kept inside a department. For *_repository.cpp only.
#pragma once
#include <string>

#include "storage/scope.h"
#include "storage/sqlite/connection.h"

namespace hearth::storage {

/// " AND (?1 OR department_id = ?2)": every scoped statement has these as its first parameters.
inline constexpr const char* kInScope = "(?1 OR department_id = ?2)";

/// Names of the table's parts and of the condition that a list adds to the scope.
struct ListSource {
    std::string columns;
    std::string table;
    std::string where = "1";  // may use ?5
    std::string scope = kInScope;
};

/// One page of rows, newest first unless asked otherwise; `read` makes an item of a row.
/// An `after` that is not in the list gives an empty page.
template <typename T, typename Read, typename... Values>
Listed<T> listPage(Connection& database, const ListSource& source, const Scope& scope,
                   const Page& page, Read read, const Values&... values) {
    const std::string order = page.oldestFirst ? "ASC" : "DESC";
    const std::string beyond = page.oldestFirst ? ">" : "<";
    const std::string sql = "SELECT " + source.columns + " FROM " + source.table + " WHERE " +
                            source.scope + " AND (" + source.where + ") AND (?3 = '' OR seq " +
                            beyond + " (SELECT seq FROM " + source.table +
                            " WHERE id = ?3)) ORDER BY seq " + order + " LIMIT ?4";
    const std::int64_t limit = std::max<std::int64_t>(0, page.limit);
    auto query = database.prepare(sql, scope.seesEverything(), scope.departmentId(), page.after,
                                  limit + 1, values...);
    Listed<T> listed;
    while (query.step()) {
        listed.hasMore = static_cast<std::int64_t>(listed.items.size()) == limit;
        if (listed.hasMore)
            break;
        listed.items.push_back(read(query));
    }
    return listed;
}

inline core::Error notFound(const std::string& what, const std::string& id) {
    return {core::ErrorCode::NotFound, "no such " + what, id};
}

/// Runs an INSERT; AlreadyExists becomes an outcome, everything else stays an exception.
template <typename... Values>
core::Status insertRow(Connection& database, const std::string& what, std::string_view sql,
                       const Values&... values) {
    try {
        database.execute(sql, values...);
        return {};
    } catch (const core::Exception& failed) {
        if (failed.error().code == core::ErrorCode::AlreadyExists)
            return core::Error{core::ErrorCode::AlreadyExists, "this " + what + " exists already",
                               what};
        if (failed.error().code == core::ErrorCode::Conflict)
            return core::Error{core::ErrorCode::Conflict,
                               "the " + what + " refers to something that does not exist", what};
        throw;
    }
}

}  // namespace hearth::storage

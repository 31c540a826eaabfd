#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct AuditEntry {
    std::int64_t timeMs = 0;
    Owner actor;
    std::string action;  // "api_key.create"
    std::string object;  // its id
    std::string detail;  // JSON or text; never a secret
    std::string requestId;
};

struct AuditRow {
    std::int64_t seq = 0;
    AuditEntry entry;
    std::string hash;
};

/// Where the chain ends. Kept elsewhere, it shows that the tail was cut.
struct AuditHead {
    std::int64_t seq = 0;
    std::string hash;
};

/// Who did what, as a chain: each row's hash covers the row and the hash before it.
/// Append inside the action's own transaction; then neither is there without the other.
/// Safe from any thread.
class AuditRepository {
public:
    explicit AuditRepository(Connection& database) : m_database(database) {}

    void append(const AuditEntry& entry);
    AuditHead head();

    /// Rows with seq > `afterSeq`, oldest first.
    std::vector<AuditRow> list(const Scope& scope, std::int64_t afterSeq, std::int64_t limit);

    /// DataCorrupt, naming the first row that was edited, deleted or moved; with `expected`, also
    /// when the chain no longer contains that head.
    core::Status verify(const std::optional<AuditHead>& expected = {});

private:
    Connection& m_database;
};

}  // namespace hearth::storage

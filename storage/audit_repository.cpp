#include "storage/audit_repository.h"

#include "core/crypto/sha256.h"
#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "seq, time_ms, owner_id, department_id, action, object, detail, request_id, prev_hash, hash";

// Each part with its length, so that text cannot move from one field to the next unnoticed.
std::string rowHash(std::int64_t seq, const AuditEntry& entry, const std::string& previous) {
    core::Sha256 hash;
    for (const std::string& part : {std::to_string(seq), std::to_string(entry.timeMs),
                                    entry.actor.userId, entry.actor.departmentId, entry.action,
                                    entry.object, entry.detail, entry.requestId, previous}) {
        hash.update(std::to_string(part.size()) + ":");
        hash.update(part);
    }
    return hash.finishHex();
}

AuditRow readRow(const Statement& row) {
    AuditRow audit;
    audit.seq = row.integer(0);
    audit.entry.timeMs = row.integer(1);
    audit.entry.actor = {row.text(2), row.text(3)};
    audit.entry.action = row.text(4);
    audit.entry.object = row.text(5);
    audit.entry.detail = row.text(6);
    audit.entry.requestId = row.text(7);
    audit.hash = row.text(9);
    return audit;
}

core::Error broken(const std::string& what, std::int64_t seq) {
    return {core::ErrorCode::DataCorrupt, "the audit log was tampered with: " + what,
            "row " + std::to_string(seq)};
}

}  // namespace

void AuditRepository::append(const AuditEntry& entry) {
    Transaction transaction(m_database);
    const AuditHead last = head();
    const std::int64_t seq = last.seq + 1;
    m_database.execute(
        "INSERT INTO audit(seq, time_ms, owner_id, department_id, action, object, detail, "
        "request_id, prev_hash, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        seq, entry.timeMs, entry.actor.userId, entry.actor.departmentId, entry.action, entry.object,
        entry.detail, entry.requestId, last.hash, rowHash(seq, entry, last.hash));
    transaction.commit();
}

AuditHead AuditRepository::head() {
    auto query = m_database.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (!query.step())
        return {};
    return {query.integer(0), query.text(1)};
}

std::vector<AuditRow> AuditRepository::list(const Scope& scope, std::int64_t afterSeq,
                                            std::int64_t limit) {
    std::vector<AuditRow> rows;
    auto query = m_database.prepare("SELECT " + std::string(kColumns) + " FROM audit WHERE " +
                                        kInScope + " AND seq > ?3 ORDER BY seq LIMIT ?4",
                                    scope.seesEverything(), scope.departmentId(), afterSeq, limit);
    while (query.step())
        rows.push_back(readRow(query));
    return rows;
}

core::Status AuditRepository::verify(const std::optional<AuditHead>& expected) {
    AuditHead last;
    bool sawExpected = !expected || expected->seq == 0;
    auto query = m_database.prepare("SELECT " + std::string(kColumns) + " FROM audit ORDER BY seq");
    while (query.step()) {
        const AuditRow row = readRow(query);
        if (row.seq != last.seq + 1)
            return broken("a row is missing", last.seq + 1);
        if (query.text(8) != last.hash || row.hash != rowHash(row.seq, row.entry, last.hash))
            return broken("a row was changed", row.seq);
        last = {row.seq, row.hash};
        if (expected && row.seq == expected->seq)
            sawExpected = row.hash == expected->hash;
    }
    if (!sawExpected)
        return broken("its end was cut or written anew", expected->seq);
    return {};
}

}  // namespace hearth::storage

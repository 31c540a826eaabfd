#include "storage/operation_repository.h"

#include "core/error_code.h"
#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, kind, subject, status, result, error_code, error_message, "
    "error_param, created_at, finished_at";

constexpr OperationKind kKinds[] = {OperationKind::Probe, OperationKind::Verification,
                                    OperationKind::Merge};
constexpr OperationStatus kStatuses[] = {OperationStatus::Running, OperationStatus::Succeeded,
                                         OperationStatus::Failed, OperationStatus::Cancelled};

template <typename Enum, std::size_t N>
Enum named(const Enum (&all)[N], const char* (*nameOf)(Enum), const std::string& name) {
    for (const Enum value : all)
        if (name == nameOf(value))
            return value;
    throw core::Exception({core::ErrorCode::DataCorrupt, "unknown state of an operation", name});
}

OperationRow readOperation(const Statement& row) {
    OperationRow operation{.id = row.text(0),
                           .owner = {row.text(1), row.text(2)},
                           .kind = named(kKinds, operationKindName, row.text(3)),
                           .subject = row.text(4),
                           .status = named(kStatuses, operationStatusName, row.text(5)),
                           .result = row.optionalText(6),
                           .createdAt = row.integer(10),
                           .finishedAt = row.optionalInteger(11)};
    if (const auto code = row.optionalText(7))
        operation.error = core::Error{core::errorCodeOf(*code), row.optionalText(8).value_or(""),
                                      row.optionalText(9).value_or("")};
    return operation;
}

std::optional<std::string> codeOf(const OperationRow& operation) {
    return operation.error ? std::optional<std::string>(core::errorCodeName(operation.error->code))
                           : std::nullopt;
}

}  // namespace

const char* operationKindName(OperationKind kind) {
    switch (kind) {
        case OperationKind::Probe:
            return "probe";
        case OperationKind::Verification:
            return "verification";
        case OperationKind::Merge:
            break;
    }
    return "merge";
}

const char* operationStatusName(OperationStatus status) {
    switch (status) {
        case OperationStatus::Running:
            return "running";
        case OperationStatus::Succeeded:
            return "succeeded";
        case OperationStatus::Failed:
            return "failed";
        case OperationStatus::Cancelled:
            break;
    }
    return "cancelled";
}

core::Status OperationRepository::create(const OperationRow& o) {
    return insertRow(m_database, "operation",
                     "INSERT INTO operations(id, owner_id, department_id, kind, subject, status, "
                     "created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     o.id, o.owner.userId, o.owner.departmentId, operationKindName(o.kind),
                     o.subject, operationStatusName(o.status), o.createdAt);
}

core::Result<OperationRow> OperationRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM operations WHERE " + kInScope + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("operation", id);
    return readOperation(query);
}

Listed<OperationRow> OperationRepository::list(const Scope& scope, const Page& page) {
    return listPage<OperationRow>(m_database, {.columns = kColumns, .table = "operations"}, scope,
                                  page, readOperation);
}

std::optional<OperationRow> OperationRepository::last(OperationKind kind,
                                                      const std::string& subject) {
    auto query = m_database.prepare("SELECT " + std::string(kColumns) +
                                        " FROM operations WHERE kind = ?1 AND subject = ?2 "
                                        "ORDER BY seq DESC LIMIT 1",
                                    operationKindName(kind), subject);
    if (!query.step())
        return {};
    return readOperation(query);
}

core::Status OperationRepository::finish(const OperationRow& o) {
    const std::int64_t changes = m_database.execute(
        "UPDATE operations SET status = ?2, result = ?3, error_code = ?4, error_message = ?5, "
        "error_param = ?6, finished_at = ?7 WHERE id = ?1 AND status = 'running'",
        o.id, operationStatusName(o.status), o.result, codeOf(o),
        o.error ? std::optional(o.error->message) : std::nullopt,
        o.error ? std::optional(o.error->context) : std::nullopt, o.finishedAt);
    return changes == 1 ? core::Status() : core::Status(notFound("operation", o.id));
}

std::int64_t OperationRepository::failRunning(const core::Error& error, std::int64_t now) {
    return m_database.execute(
        "UPDATE operations SET status = 'failed', error_code = ?1, error_message = ?2, "
        "finished_at = ?3 WHERE status = 'running'",
        core::errorCodeName(error.code), error.message, now);
}

void OperationRepository::forgetOld(OperationKind kind, std::int64_t kept) {
    m_database.execute(
        "DELETE FROM operations WHERE kind = ?1 AND status <> 'running' AND seq NOT IN "
        "(SELECT seq FROM operations WHERE kind = ?1 ORDER BY seq DESC LIMIT ?2) AND seq NOT IN "
        "(SELECT max(seq) FROM operations WHERE kind = ?1 GROUP BY subject)",
        operationKindName(kind), kept);
}

}  // namespace hearth::storage

#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class OperationKind { Probe, Verification, Merge };
const char* operationKindName(OperationKind kind);  // as it is stored and as the API says it

enum class OperationStatus { Running, Succeeded, Failed, Cancelled };
const char* operationStatusName(OperationStatus status);

/// Something that the node does in the background and that then has an outcome.
struct OperationRow {
    std::string id;
    Owner owner;
    OperationKind kind = OperationKind::Probe;
    /// By kind: the base model, the job, the new model's name.
    std::string subject;
    OperationStatus status = OperationStatus::Running;
    std::optional<std::string> result = {};  // JSON
    std::optional<core::Error> error = {};   // of one that failed or was cancelled
    std::int64_t createdAt = 0;
    std::optional<std::int64_t> finishedAt = {};
};

/// Safe from any thread.
class OperationRepository {
public:
    explicit OperationRepository(Connection& database) : m_database(database) {}

    core::Status create(const OperationRow& operation);
    /// Errors: NotFound.
    core::Result<OperationRow> find(const Scope& scope, const std::string& id);
    Listed<OperationRow> list(const Scope& scope, const Page& page);
    /// The newest of a kind with this subject.
    std::optional<OperationRow> last(OperationKind kind, const std::string& subject);

    /// Sets status, result, error and the end of one that runs. Errors: NotFound.
    core::Status finish(const OperationRow& operation);
    /// Those that run have failed: the process that ran them is gone. Returns how many.
    std::int64_t failRunning(const core::Error& error, std::int64_t now);
    /// Keeps the newest `kept` of a kind that have ended, and of each subject the newest.
    void forgetOld(OperationKind kind, std::int64_t kept);

private:
    Connection& m_database;
};

}  // namespace hearth::storage

#pragma once
#include <optional>
#include <string>

#include "storage/job_repository.h"

namespace hearth::storage {

/// What a job was made from, on what, and what came of it. Safe from any thread.
class RunRecordRepository {
public:
    explicit RunRecordRepository(Connection& database) : m_database(database) {}

    /// Replaces the job's. json: an object.
    void put(const JobRow& job, const std::string& json);
    std::optional<std::string> find(const Scope& scope, const std::string& jobId);

private:
    Connection& m_database;
};

}  // namespace hearth::storage

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "storage/job_repository.h"

namespace hearth::storage {

/// What a base model's training measured on this machine.
struct MeasuredSpeed {
    double tokensPerSecond = 0;  // over whole runs, loading and evaluating included
    /// Tokens that jobs trained for each that was planned; 1 while none has succeeded.
    double tokensPerPlanned = 1;
};

/// The workers that jobs had. Safe from any thread.
class JobRunRepository {
public:
    explicit JobRunRepository(Connection& database) : m_database(database) {}

    /// The run's number.
    std::int64_t begin(const JobRow& job, std::int64_t now);
    void end(std::int64_t run, std::int64_t now, std::int64_t tokens, const std::string& outcome);
    /// Those that a stopped node left open end with their job's last event.
    void closeOpen();

    /// When the run that goes on began.
    std::optional<std::int64_t> openSince(const std::string& jobId);

    /// Seconds of training since then, by department; of a run that goes on, until `now`.
    std::map<std::string, double> usedSeconds(std::int64_t since, std::int64_t now);
    /// Of the last runs on a model. Empty: none has trained anything yet.
    std::optional<MeasuredSpeed> speedOf(const std::string& modelId);

private:
    Connection& m_database;
};

}  // namespace hearth::storage

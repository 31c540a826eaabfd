#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct Sample {
    std::string jobId;
    std::string series;  // "train_loss"
    Owner owner;
    std::int64_t step = 0;
    std::int64_t timeMs = 0;
    double value = 0;
};

struct Usage {
    std::string requestId;
    Owner owner;
    std::string keyId;  // empty for a login
    std::string modelId;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::int64_t durationMs = 0;
    std::int64_t timeMs = 0;
};

struct UsageTotal {
    std::string departmentId;
    std::string modelId;
    std::int64_t requests = 0;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
};

/// Some of a job's points, of every series one after the other, each in order of step.
struct CurvePage {
    std::vector<Sample> samples;
    /// There are more, all of later steps than this one; absent: there are none.
    std::optional<std::int64_t> moreAfter;
};

/// Curves and usage, in metrics.db. Safe from any thread.
class MetricsRepository {
public:
    explicit MetricsRepository(Connection& database) : m_database(database) {}

    /// In one commit. A step that is there already is replaced: a resumed job repeats some.
    void addSamples(const std::vector<Sample>& samples);
    /// Of one series in order of step, the first `limit` of those after `afterStep`.
    std::vector<Sample> samples(const Scope& scope, const std::string& jobId,
                                const std::string& series, std::int64_t afterStep = -1,
                                std::int64_t limit = 100'000);
    /// Of every series: whole steps after `afterStep`, about `limit` points.
    CurvePage curves(const Scope& scope, const std::string& jobId, std::int64_t afterStep,
                     std::int64_t limit);

    void addUsage(const std::vector<Usage>& usages);
    /// Sums for each department and model over fromMs <= time < toMs.
    std::vector<UsageTotal> usageTotals(const Scope& scope, std::int64_t fromMs, std::int64_t toMs);

private:
    Connection& m_database;
};

}  // namespace hearth::storage

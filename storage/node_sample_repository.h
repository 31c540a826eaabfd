#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"

namespace hearth::storage {

class Connection;

/// How the node did in the `intervalMs` before `time`: counts of that interval, and levels at its
/// end.
struct NodeSample {
    std::int64_t time = 0;  // unix seconds
    std::int64_t intervalMs = 0;
    std::int64_t promptTokens = 0;
    std::int64_t generatedTokens = 0;
    std::int64_t requests = 0;      // finished
    std::int64_t firstTokens = 0;   // of these, how many gave a token
    std::int64_t firstTokenMs = 0;  // sum over firstTokens of the time to the first one
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    std::int64_t kvBytesUsed = 0;
    std::int64_t rssBytes = 0;
    double cpuShare = 0;  // 0 to 1 of the machine
};

/// Samples of one stretch of time: rates over the samples' own intervals, means of the levels.
struct NodeBucket {
    std::int64_t time = 0;  // of its newest sample
    double promptTokensPerS = 0;
    double generatedTokensPerS = 0;
    double requestsPerS = 0;
    double running = 0;
    double waiting = 0;
    double kvBytesUsed = 0;
    double rssBytes = 0;
    double cpuShare = 0;
    std::optional<double> firstTokenMs;  // mean; none when no request gave a token
};

/// The node's own history, in metrics.db. It belongs to no department. Safe from any thread.
class NodeSampleRepository {
public:
    explicit NodeSampleRepository(Connection& database) : m_database(database) {}

    /// Adds the sample, replacing one of the same second, and forgets those before `oldest`, in
    /// one commit.
    void add(const NodeSample& sample, std::int64_t oldest);

    /// Samples with from <= time <= to, one bucket for each `width` seconds that have any, in order
    /// of time. Buckets begin at multiples of `width`, so they stay as they are while the window
    /// moves on. REQUIRES: width > 0
    std::vector<NodeBucket> buckets(std::int64_t from, std::int64_t to, std::int64_t width);

private:
    Connection& m_database;
};

}  // namespace hearth::storage

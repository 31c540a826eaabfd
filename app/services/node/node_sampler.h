// The node's own history: how much it serves, and what that takes.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "app/services/jobs/job_service.h"
#include "app/services/serving/model_service.h"
#include "app/services/serving/serving_context.h"
#include "core/clock.h"
#include "storage/node_sample_repository.h"

namespace hearth::app {

/// Writes a sample every kInterval on a thread of its own, and keeps kDays of them.
/// Threading: every method may be called from any thread.
class NodeSampler {
public:
    static constexpr std::chrono::seconds kInterval{10};
    static constexpr int64_t kDays = 8;

    NodeSampler(storage::Connection& metrics, ModelService& models, const JobService& jobs,
                const core::Clock& clock);
    ~NodeSampler();

    /// A request has finished. Cheap enough for the serving path.
    void add(const UsageRecord& record);

    /// Writes what happened since the last sample.
    void sample();

    /// At most `points` buckets over from <= time <= to. REQUIRES: points >= 2
    struct History {
        int64_t bucketSeconds = 0;
        std::vector<storage::NodeBucket> buckets;
    };
    History history(int64_t from, int64_t to, int64_t points);

private:
    struct Tokens {
        int64_t prompt = 0;
        int64_t generated = 0;
    };
    /// Counts of the running interval.
    struct Requests {
        int64_t finished = 0;
        int64_t firstTokens = 0;
        int64_t firstTokenMs = 0;
    };
    void loop();
    void addModels(storage::NodeSample& sample);
    void addMachine(storage::NodeSample& sample, double elapsedSeconds);

    storage::NodeSampleRepository m_rows;
    ModelService& m_models;
    const JobService& m_jobs;
    const core::Clock& m_clock;
    const int64_t m_cores;

    std::mutex m_sampleMutex;                    // guards what the last sample saw
    std::map<std::string, Tokens> m_lastTokens;  // by model
    double m_lastProcessorSeconds;
    std::chrono::steady_clock::time_point m_lastTime;

    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_wake;
    Requests m_requests;
    bool m_stopping = false;

    std::thread m_thread;  // last: starts when everything else is there
};

}  // namespace hearth::app

// Continuous batching: requests join and leave between steps, and all share them, whatever
// adapters they use.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "core/result.h"
#include "engine/models/model.h"
#include "engine/runtime/generation.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {

struct SchedulerOptions {
    int64_t max_sequences = 64;   // running at once
    int64_t max_waiting = 256;    // beyond these, submit says ResourceExhausted
    int64_t prefill_chunk = 256;  // prompt tokens a step may run beside the decodes
    int64_t cache_bytes = 256 << 20;
    DType cache_dtype = DType::F32;
};

struct SchedulerStats {
    int64_t running = 0;
    int64_t waiting = 0;
    int64_t steps = 0;
    int64_t prompt_tokens = 0;
    int64_t generated_tokens = 0;
    int64_t cache_pages = 0;
    int64_t cache_pages_free = 0;
    int64_t cache_bytes_per_token = 0;
};

/// Owns the thread that runs the model's steps. All methods may be called from any thread.
/// A request takes the cache pages of its whole length when it is admitted, first come first
/// served; so a running request never waits for memory.
class Scheduler {
public:
    /// backend and model outlive the scheduler and are used by its thread only.
    Scheduler(Backend& backend, Model& model, const SchedulerOptions& options);
    /// Cancels what is running and joins the thread.
    ~Scheduler();

    using RequestId = uint64_t;

    /// Queues a request. Errors: InvalidArgument (empty prompt; prompt longer than the
    /// context, with both lengths; sampling parameters), ResourceExhausted (queue full, or
    /// more cache than there is), Unavailable (stopping).
    core::Result<RequestId> submit(GenerationRequest request, std::shared_ptr<GenerationSink> sink);
    /// Ends a request before its next step. Unknown or finished ids are ignored.
    void cancel(RequestId id);
    /// Runs `work` on the scheduler's thread between steps and waits: the way to use the
    /// backend from another thread (loading an adapter). Exceptions come back to the caller.
    void runBetweenSteps(const std::function<void()>& work);

    SchedulerStats stats() const;
    /// Tokens that prompt and answer may hold together.
    int64_t contextLength() const { return m_contextLength; }

private:
    struct Sequence;
    struct Step;
    using Sequences = std::list<std::unique_ptr<Sequence>>;

    core::Status checkRequest(GenerationRequest& request) const;
    void loop();
    bool waitForWork(std::unique_lock<std::mutex>& lock);
    void runPendingWork(std::unique_lock<std::mutex>& lock);
    void admit();
    void dropCancelled();
    Step planStep();
    void runStep(Step& step);
    void consumeLogits(Step& step, const std::vector<float>& logits);
    void reportPrompt(Sequence& sequence, std::span<const float> rows);
    void takeToken(Sequence& sequence, std::span<const float> logits);
    void finish(Sequence& sequence, FinishReason reason, std::optional<core::Error> error = {});
    void removeFinished();

    Backend& m_backend;
    Model& m_model;
    const SchedulerOptions m_options;
    const int64_t m_contextLength;
    KvCache m_cache;      // scheduler thread only, but for its constants
    Sequences m_running;  // scheduler thread only

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_wake;
    std::deque<std::unique_ptr<Sequence>> m_waiting;
    std::deque<RequestId> m_cancelled;
    std::deque<std::packaged_task<void()>*> m_work;
    SchedulerStats m_stats;
    RequestId m_nextId = 1;
    bool m_stopping = false;

    std::thread m_thread;  // last: starts when everything else is there
};

}  // namespace hearth::engine

// Serves many requests with one model: continuous batching over a cache that they share.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "core/result.h"
#include "engine/models/model.h"
#include "engine/runtime/active_set.h"
#include "engine/runtime/generation.h"
#include "engine/runtime/mtp_drafter.h"
#include "engine/runtime/step_planner.h"

namespace hearth::engine {

struct SchedulerOptions {
    int64_t max_sequences = 64;   // running at once
    int64_t max_waiting = 256;    // beyond these, submit says ResourceExhausted
    int64_t prefill_chunk = 256;  // prompt tokens a step may run at most
    /// What a step may take while sequences decode: prompts enter in chunks of as many tokens
    /// as fit, by the speed that was measured. 0: always prefill_chunk.
    std::chrono::milliseconds max_step{400};
    int64_t cache_bytes = 256 << 20;
    DType cache_dtype = DType::F32;
    /// For keys and values that a prompt's chunks share, where the model expands them; prompts
    /// beyond it rebuild theirs in every step.
    int64_t prompt_keys_bytes = int64_t{1536} << 20;
    bool share_prefixes = true;
    Speculation speculation = Speculation::Measured;
    /// Drafts that a model's MTP module may make for a sequence in a step. 0: the module is not
    /// used, and the cache has no layer for it.
    int64_t max_mtp_drafts = MtpState::kMaxDrafts;
};

struct SchedulerStats {
    int64_t running = 0;
    int64_t waiting = 0;
    int64_t steps = 0;
    int64_t prompt_tokens = 0;         // computed
    int64_t cached_prompt_tokens = 0;  // taken from another request instead
    int64_t generated_tokens = 0;
    int64_t drafted_tokens = 0;
    int64_t accepted_tokens = 0;     // of the drafted ones
    int64_t mtp_drafted_tokens = 0;  // of the drafted ones: by the MTP module
    int64_t mtp_accepted_tokens = 0;
    int64_t preemptions = 0;
    int64_t cache_pages = 0;
    int64_t cache_pages_free = 0;      // those kept for later included
    int64_t cache_pages_reusable = 0;  // kept for later: prompts that nobody runs now
    int64_t cache_bytes_per_token = 0;
};

/// Owns the thread that runs the model's steps. All methods may be called from any thread.
///
/// An answer's bits depend on the request alone: not on what shares its steps, on how its prompt is
/// cut, on whether another request had run a part of it, on pre-emption, or on drafts.
class Scheduler {
public:
    /// backend and model outlive the scheduler and are used by its thread only.
    Scheduler(Backend& backend, Model& model, const SchedulerOptions& options);
    /// Cancels what is running and joins the thread.
    ~Scheduler();

    using RequestId = engine::RequestId;

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
    /// What one sequence got out of a step.
    struct StepCounts {
        int64_t prompt = 0;
        int64_t generated = 0;
        int64_t accepted = 0;
    };

    void loop();
    bool waitForWork(std::unique_lock<std::mutex>& lock);
    void runPendingWork(std::unique_lock<std::mutex>& lock);
    void dropCancelled();
    void runStep(StepPlan& plan);
    void draft(StepPlan& plan);
    Tensor runModel(StepPlan& plan);
    Tensor runPass(StepPlan& plan, std::span<const StepSequence> parts);
    void consumeLogits(StepPlan& plan, std::span<const float> logits);
    void countDrafts(const PlannedPart& part, int64_t accepted);
    StepCounts consumePart(const PlannedPart& part, std::span<const float> rows);
    void reportPrompt(Sequence& s, int64_t end, std::span<const float> rows);
    void takeTokens(const PlannedPart& part, std::span<const float> rows, StepCounts& counts);
    void takeToken(Sequence& s, std::span<const float> logits);
    void finish(Sequence& s, FinishReason reason, std::optional<core::Error> error = {});
    void updateStats();

    Backend& m_backend;
    Model& m_model;
    const SchedulerOptions m_options;
    const int64_t m_contextLength;
    PagePool m_pool;              // scheduler thread only, but for its constants
    StepTiming m_timing;          // scheduler thread only
    MtpDrafter m_mtp;             // scheduler thread only
    std::vector<float> m_logits;  // of a step; scheduler thread only

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_wake;
    FairQueue m_waiting;
    std::deque<RequestId> m_cancelled;
    std::deque<std::packaged_task<void()>*> m_work;
    SchedulerStats m_stats;
    // Of all sequences, and so of more drafts; new ones begin with it.
    DraftPolicy m_mtpPolicy{MtpState::kMaxDrafts, MtpState::kLearning / 2, MtpState::kAssumed};
    RequestId m_nextId = 1;
    bool m_stopping = false;

    ActiveSet m_active;     // scheduler thread only; changes the queue with the lock held
    StepPlanner m_planner;  // the same

    std::thread m_thread;  // last: starts when everything else is there
};

}  // namespace hearth::engine

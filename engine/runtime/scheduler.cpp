#include "engine/runtime/scheduler.h"

#include "engine/runtime/request_check.h"

namespace hearth::engine {
namespace {

bool usesMtp(const Model& model, const SchedulerOptions& options) {
    return options.speculation != Speculation::Off && options.max_mtp_drafts > 0 &&
           model.mtpLayers() > 0;
}

PagePool::Options poolOptions(const Model& model, const SchedulerOptions& options) {
    const bool drafts = usesMtp(model, options);
    const int64_t pageBytes =
        KvCache::kPageTokens * cacheBytesPerToken(model.config(), options.cache_dtype, drafts);
    return {.pages = std::max<int64_t>(1, options.cache_bytes / pageBytes),
            .dtype = options.cache_dtype,
            .share_prefixes = options.share_prefixes,
            .with_drafts = drafts};
}

/// The module is a layer with a head, and so is about two layers of the model.
PlanLimits planLimits(const Model& model, const SchedulerOptions& options) {
    const bool mtp = usesMtp(model, options);
    const ModelConfig& config = model.config();
    const bool expands = expandsKeys(config, options.cache_dtype);
    return {.prefill_chunk = options.prefill_chunk,
            .max_step = options.max_step,
            .layers = config.num_hidden_layers,
            .kept_token_bytes = expands ? expandedShape(config).tokenBytes() : 0,
            .kept_bytes = options.prompt_keys_bytes,
            .speculation = options.speculation,
            .mtp_drafts = mtp ? std::min(options.max_mtp_drafts, MtpState::kMaxDrafts) : 0,
            .mtp_cost = 2.0 / double(model.config().num_hidden_layers + 1)};
}

core::Error unloading() {
    return {core::ErrorCode::Unavailable, "the model is being unloaded", ""};
}

}  // namespace

Scheduler::Scheduler(Backend& backend, Model& model, const SchedulerOptions& options)
    : m_backend(backend),
      m_model(model),
      m_options(options),
      m_contextLength(model.config().max_position_embeddings),
      m_pool(backend, model.config(), poolOptions(model, options)),
      m_mtp(backend, model, m_pool.cache(), usesMtp(model, options)),
      m_active(m_pool, m_waiting, options.max_sequences),
      m_planner(planLimits(model, options), m_pool, m_active, m_waiting, m_timing) {
    m_stats.cache_pages = m_stats.cache_pages_free = m_pool.cache().pages();
    m_stats.cache_bytes_per_token = m_pool.cache().bytesPerToken();
    m_thread = std::thread([this] { loop(); });
}

Scheduler::~Scheduler() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

core::Result<RequestId> Scheduler::submit(GenerationRequest request,
                                          std::shared_ptr<GenerationSink> sink) {
    const ModelConfig& config = m_model.config();
    CORE_TRY(checkRequest(request, config, m_pool.cache().pages()));
    const int64_t longest = int64_t(request.prompt.size()) + request.max_tokens;
    std::lock_guard lock(m_mutex);
    if (m_stopping)
        return unloading();
    if (m_waiting.size() >= m_options.max_waiting)
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "too many requests are waiting; try again shortly", ""};
    const RequestId id = m_nextId++;
    auto sequence = std::make_unique<Sequence>(id, std::move(request), std::move(sink));
    sequence->long_context = config.needsLongRope(longest);
    sequence->mtp.policy.learnFrom(m_mtpPolicy);
    m_waiting.push(std::move(sequence));
    m_stats.waiting = m_waiting.size();
    m_wake.notify_one();
    return id;
}

void Scheduler::cancel(RequestId id) {
    std::lock_guard lock(m_mutex);
    m_cancelled.push_back(id);
    m_wake.notify_one();
}

void Scheduler::runBetweenSteps(const std::function<void()>& work) {
    std::packaged_task<void()> task(work);
    auto done = task.get_future();
    {
        std::lock_guard lock(m_mutex);
        if (m_stopping)
            throw core::Exception(unloading());
        m_work.push_back(&task);
        m_wake.notify_one();
    }
    done.get();
}

SchedulerStats Scheduler::stats() const {
    std::lock_guard lock(m_mutex);
    return m_stats;
}

void Scheduler::loop() {
    std::unique_lock lock(m_mutex);
    while (waitForWork(lock)) {
        runPendingWork(lock);
        dropCancelled();
        m_active.admit();
        StepPlan plan = m_planner.plan();
        updateStats();
        if (!plan.parts.empty()) {
            lock.unlock();
            runStep(plan);
            lock.lock();
        }
        m_active.removeFinished();
        updateStats();
    }
    runPendingWork(lock);
    m_waiting.forEach([this](Sequence& s) { finish(s, FinishReason::Cancelled); });
    for (const auto& s : m_active.sequences())
        finish(*s, FinishReason::Cancelled);
}

/// False when the scheduler stops.
bool Scheduler::waitForWork(std::unique_lock<std::mutex>& lock) {
    m_wake.wait(lock, [this] {
        return m_stopping || m_active.size() > 0 || m_waiting.size() > 0 || !m_work.empty();
    });
    return !m_stopping;
}

void Scheduler::runPendingWork(std::unique_lock<std::mutex>& lock) {
    while (!m_work.empty()) {
        auto* task = m_work.front();
        m_work.pop_front();
        lock.unlock();
        (*task)();
        lock.lock();
    }
}

void Scheduler::dropCancelled() {
    for (const RequestId id : m_cancelled) {
        if (const auto waiting = m_waiting.remove(id)) {
            m_pool.release(*waiting);
            finish(*waiting, FinishReason::Cancelled);
            continue;
        }
        for (const auto& s : m_active.sequences())
            if (s->id == id)
                finish(*s, FinishReason::Cancelled);
    }
    m_cancelled.clear();
    m_active.removeFinished();
}

void Scheduler::updateStats() {
    m_stats.running = m_active.size();
    m_stats.waiting = m_waiting.size();
    m_stats.cached_prompt_tokens = m_pool.reusedTokens();
    m_stats.preemptions = m_active.preemptions();
    m_stats.cache_pages_free = m_pool.available();
    m_stats.cache_pages_reusable = m_pool.unheld();
}

}  // namespace hearth::engine

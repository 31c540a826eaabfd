#include "engine/runtime/scheduler.h"

#include <algorithm>
#include <future>

namespace hearth::engine {

/// A request with its place in the cache. tokens holds the prompt and then the answer; the
/// first `cached` of them have been run.
struct Scheduler::Sequence {
    RequestId id = 0;
    GenerationRequest request;
    std::shared_ptr<GenerationSink> sink;
    Sampler sampler;
    std::vector<int32_t> tokens;
    std::vector<int32_t> pages;
    int64_t cached = 0;
    int64_t generated = 0;
    bool done = false;

    Sequence(RequestId id, GenerationRequest r, std::shared_ptr<GenerationSink> s)
        : id(id),
          request(std::move(r)),
          sink(std::move(s)),
          sampler(request.sampling, request.prompt),
          tokens(request.prompt) {}
    int64_t promptSize() const { return int64_t(request.prompt.size()); }
    bool inPrefill() const { return cached < promptSize(); }
};

struct Scheduler::Step {
    std::vector<StepSequence> parts;
    std::vector<Sequence*> sequences;  // beside parts
};

namespace {

int64_t cachePages(const ModelConfig& config, const SchedulerOptions& options) {
    const int64_t pageBytes = config.num_hidden_layers * config.cacheWidth() *
                              KvCache::kPageTokens * dtypeSize(options.cache_dtype);
    return std::max<int64_t>(1, options.cache_bytes / pageBytes);
}

core::Error invalid(const std::string& message, const char* parameter) {
    return {core::ErrorCode::InvalidArgument, message, parameter};
}

}  // namespace

Scheduler::Scheduler(Backend& backend, Model& model, const SchedulerOptions& options)
    : m_backend(backend),
      m_model(model),
      m_options(options),
      m_contextLength(model.config().max_position_embeddings),
      m_cache(backend, model.config(), cachePages(model.config(), options), options.cache_dtype) {
    m_stats.cache_pages = m_stats.cache_pages_free = m_cache.pages();
    m_stats.cache_bytes_per_token = m_cache.bytesPerToken();
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

core::Status Scheduler::checkRequest(GenerationRequest& request) const {
    const int64_t vocab = m_model.config().vocab_size;
    CORE_TRY(checkSamplingParams(request.sampling, vocab));
    if (request.prompt.empty())
        return invalid("the prompt is empty", "prompt");
    for (int32_t id : request.prompt)
        if (id < 0 || id >= vocab)
            return invalid("the prompt holds token " + std::to_string(id) +
                               ", but the vocabulary has " + std::to_string(vocab),
                           "prompt");
    const int64_t length = int64_t(request.prompt.size());
    if (length >= m_contextLength)
        return invalid("the prompt has " + std::to_string(length) +
                           " tokens, but the model's context holds " +
                           std::to_string(m_contextLength) +
                           " for prompt and answer together; shorten the prompt",
                       "messages");
    const int64_t room = m_contextLength - length;
    if (request.max_tokens < 0)
        return invalid("max_tokens must not be negative", "max_tokens");
    request.max_tokens = request.max_tokens == 0 ? room : std::min(request.max_tokens, room);
    if (KvCache::pagesFor(length + request.max_tokens) > m_cache.pages())
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "the request needs " + std::to_string(length + request.max_tokens) +
                               " tokens of KV cache, but the node has " +
                               std::to_string(m_cache.pages() * KvCache::kPageTokens) +
                               "; lower max_tokens or give the node more cache",
                           "max_tokens"};
    return {};
}

core::Result<Scheduler::RequestId> Scheduler::submit(GenerationRequest request,
                                                     std::shared_ptr<GenerationSink> sink) {
    CORE_TRY(checkRequest(request));
    std::lock_guard lock(m_mutex);
    if (m_stopping)
        return core::Error{core::ErrorCode::Unavailable, "the model is being unloaded", ""};
    if (int64_t(m_waiting.size()) >= m_options.max_waiting)
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "too many requests are waiting; try again shortly", ""};
    const RequestId id = m_nextId++;
    m_waiting.push_back(std::make_unique<Sequence>(id, std::move(request), std::move(sink)));
    m_stats.waiting = int64_t(m_waiting.size());
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
            throw core::Exception(
                {core::ErrorCode::Unavailable, "the model is being unloaded", ""});
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
        admit();
        lock.unlock();
        Step step = planStep();
        if (!step.parts.empty())
            runStep(step);
        lock.lock();
        removeFinished();
    }
    runPendingWork(lock);
    for (auto& sequence : m_waiting)
        finish(*sequence, FinishReason::Cancelled);
    for (auto& sequence : m_running)
        finish(*sequence, FinishReason::Cancelled);
}

/// False when the scheduler stops.
bool Scheduler::waitForWork(std::unique_lock<std::mutex>& lock) {
    m_wake.wait(lock, [this] {
        return m_stopping || !m_running.empty() || !m_waiting.empty() || !m_work.empty();
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
    for (RequestId id : m_cancelled) {
        const auto matches = [id](const auto& s) { return s->id == id; };
        if (auto it = std::find_if(m_waiting.begin(), m_waiting.end(), matches);
            it != m_waiting.end()) {
            finish(**it, FinishReason::Cancelled);
            m_waiting.erase(it);
        } else if (auto at = std::find_if(m_running.begin(), m_running.end(), matches);
                   at != m_running.end()) {
            finish(**at, FinishReason::Cancelled);
        }
    }
    m_cancelled.clear();
    removeFinished();
}

/// Moves waiting requests into the batch, in order, while there is cache for them.
void Scheduler::admit() {
    while (!m_waiting.empty() && int64_t(m_running.size()) < m_options.max_sequences) {
        Sequence& next = *m_waiting.front();
        auto pages = m_cache.take(KvCache::pagesFor(next.promptSize() + next.request.max_tokens));
        if (!pages)
            break;
        next.pages = std::move(pages).value();
        m_running.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    m_stats.waiting = int64_t(m_waiting.size());
    m_stats.running = int64_t(m_running.size());
    m_stats.cache_pages_free = m_cache.freePages();
}

/// All decodes, and as many prompt tokens as a step may hold.
Scheduler::Step Scheduler::planStep() {
    Step step;
    int64_t prefillRoom = m_options.prefill_chunk;
    for (const auto& sequence : m_running) {
        Sequence& s = *sequence;
        const bool prefill = s.inPrefill();
        const int64_t count = prefill ? std::min(prefillRoom, s.promptSize() - s.cached) : 1;
        if (count == 0)
            continue;
        if (prefill)
            prefillRoom -= count;
        const bool last = s.cached + count >= s.promptSize();
        const int64_t rows = prefill && s.request.prompt_logprobs ? count : int64_t(last);
        step.parts.push_back(
            {.tokens = std::span(s.tokens).subspan(size_t(s.cached), size_t(count)),
             .start = s.cached,
             .pages = s.pages,
             .prefill = prefill,
             .logits_rows = rows,
             .long_context = m_model.config().needsLongRope(s.promptSize() + s.request.max_tokens),
             .adapter = s.request.adapter.get()});
        step.sequences.push_back(&s);
    }
    return step;
}

void Scheduler::runStep(Step& step) {
    try {
        const Tensor logits = m_model.step(step.parts, m_cache);
        consumeLogits(step,
                      logits.defined() ? downloadFloats(m_backend, logits) : std::vector<float>{});
    } catch (const core::Exception& e) {
        for (Sequence* s : step.sequences)
            if (!s->done)
                finish(*s, FinishReason::Failed, e.error());
    }
}

void Scheduler::consumeLogits(Step& step, const std::vector<float>& logits) {
    const size_t vocab = size_t(m_model.config().vocab_size);
    size_t row = 0;
    int64_t prompt = 0;
    int64_t generated = 0;
    for (size_t i = 0; i < step.parts.size(); ++i) {
        Sequence& s = *step.sequences[i];
        const StepSequence& part = step.parts[i];
        const auto rows = std::span(logits).subspan(row * vocab, size_t(part.logits_rows) * vocab);
        row += size_t(part.logits_rows);
        if (part.prefill && s.request.prompt_logprobs)
            reportPrompt(s, rows);
        s.cached += int64_t(part.tokens.size());
        (part.prefill ? prompt : generated) += int64_t(part.tokens.size());
        if (!s.inPrefill())
            takeToken(s, rows.last(vocab));
    }
    std::lock_guard lock(m_mutex);
    ++m_stats.steps;
    m_stats.prompt_tokens += prompt;
    m_stats.generated_tokens += generated;
}

/// rows: logits of the prompt tokens just run; each tells the probability of the next one.
void Scheduler::reportPrompt(Sequence& s, std::span<const float> rows) {
    const size_t vocab = size_t(m_model.config().vocab_size);
    const int32_t top = std::max(0, s.request.sampling.top_logprobs);
    for (size_t i = 0; (i + 1) * vocab <= rows.size(); ++i) {
        const size_t next = size_t(s.cached) + i + 1;
        if (next < s.request.prompt.size())
            s.sink->promptToken(
                describeToken(rows.subspan(i * vocab, vocab), s.request.prompt[next], top));
    }
}

void Scheduler::takeToken(Sequence& s, std::span<const float> logits) {
    const SampledToken token = s.sampler.sample(logits, int64_t(s.tokens.size()));
    s.tokens.push_back(token.id);
    ++s.generated;
    const auto& stops = s.request.stop_tokens;
    if (std::find(stops.begin(), stops.end(), token.id) != stops.end() || !s.sink->token(token))
        finish(s, FinishReason::Stop);
    else if (s.generated >= s.request.max_tokens)
        finish(s, FinishReason::Length);
}

void Scheduler::finish(Sequence& s, FinishReason reason, std::optional<core::Error> error) {
    if (s.done)
        return;
    s.done = true;
    s.sink->finished({reason, s.promptSize(), s.generated, std::move(error)});
}

void Scheduler::removeFinished() {
    for (const auto& s : m_running)
        if (s->done)
            m_cache.giveBack(s->pages);
    std::erase_if(m_running, [](const auto& s) { return s->done; });
    m_stats.running = int64_t(m_running.size());
    m_stats.cache_pages_free = m_cache.freePages();
}

}  // namespace hearth::engine

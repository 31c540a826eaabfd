#include "finetune/eval/greedy_generator.h"

#include <condition_variable>
#include <mutex>

#include "engine/runtime/scheduler.h"

namespace hearth::finetune {

namespace {

using Answers = std::vector<std::vector<int32_t>>;

/// Counts running generations and keeps the first failure.
class Progress {
public:
    void started() {
        const std::lock_guard lock(m_mutex);
        ++m_running;
    }
    void ended(const std::optional<core::Error>& error) {
        const std::lock_guard lock(m_mutex);
        --m_running;
        if (error && !m_error)
            m_error = error;
        m_changed.notify_all();
    }
    /// Waits until fewer than `limit` run.
    void waitBelow(int64_t limit) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_running < limit; });
    }
    std::optional<core::Error> error() const {
        const std::lock_guard lock(m_mutex);
        return m_error;
    }

private:
    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_changed;
    int64_t m_running = 0;
    std::optional<core::Error> m_error;
};

class AnswerSink : public engine::GenerationSink {
public:
    AnswerSink(std::vector<int32_t>& answer, const std::vector<int32_t>& stopTokens,
               std::shared_ptr<Progress> progress)
        : m_answer(answer), m_stopTokens(stopTokens), m_progress(std::move(progress)) {}

    bool token(const engine::SampledToken& token) override {
        const auto stop = std::find(m_stopTokens.begin(), m_stopTokens.end(), token.id);
        if (stop == m_stopTokens.end())
            m_answer.push_back(token.id);
        return stop == m_stopTokens.end();
    }
    void finished(const engine::GenerationResult& result) override {
        m_progress->ended(result.error);
    }

private:
    std::vector<int32_t>& m_answer;
    const std::vector<int32_t>& m_stopTokens;
    std::shared_ptr<Progress> m_progress;
};

engine::GenerationRequest greedyRequest(const std::vector<int32_t>& prompt,
                                        const GreedyOptions& options,
                                        std::shared_ptr<const engine::Adapter> adapter) {
    engine::GenerationRequest request;
    request.prompt = prompt;
    request.max_tokens = options.max_new_tokens;
    request.sampling.temperature = 0.0f;
    request.stop_tokens = options.stop_tokens;
    request.adapter = std::move(adapter);
    return request;
}

}  // namespace

std::vector<int32_t> stopTokens(const engine::Model& model, const engine::Tokenizer& tokenizer) {
    std::vector<int32_t> tokens = model.config().eos_token_ids;
    if (const auto eos = tokenizer.eosId())
        tokens.push_back(*eos);
    return tokens;
}

core::Result<Answers> generateGreedy(engine::Backend& backend, engine::Model& model,
                                     std::shared_ptr<const engine::Adapter> adapter,
                                     const std::vector<std::vector<int32_t>>& prompts,
                                     const GreedyOptions& options,
                                     const std::atomic<bool>& cancel) {
    Answers answers(prompts.size());
    const auto progress = std::make_shared<Progress>();
    // Joins its thread, so what the sinks refer to stays alive long enough on every way out.
    engine::Scheduler scheduler(backend, model, {.max_sequences = options.concurrent});
    for (size_t i = 0; i < prompts.size() && !progress->error(); ++i) {
        progress->waitBelow(options.concurrent);
        if (cancel.load(std::memory_order_relaxed))
            return core::Error{core::ErrorCode::Cancelled, "stopped during the evaluation", {}};
        progress->started();
        const auto sink = std::make_shared<AnswerSink>(answers[i], options.stop_tokens, progress);
        CORE_TRY(scheduler.submit(greedyRequest(prompts[i], options, adapter), sink));
    }
    progress->waitBelow(1);
    if (const auto error = progress->error())
        return *error;
    return answers;
}

}  // namespace hearth::finetune

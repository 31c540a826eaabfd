#include "finetune/eval/generation_batch.h"

#include <condition_variable>
#include <mutex>

#include "engine/runtime/scheduler.h"

namespace hearth::finetune {

namespace {

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

class ReaderSink : public engine::GenerationSink {
public:
    ReaderSink(TokenReader reader, std::shared_ptr<Progress> progress)
        : m_reader(std::move(reader)), m_progress(std::move(progress)) {}

    void promptToken(const engine::SampledToken& token) override { m_reader.prompt(token); }
    bool token(const engine::SampledToken& token) override {
        m_reader.answer(token);
        return true;
    }
    void finished(const engine::GenerationResult& result) override {
        m_progress->ended(result.error);
    }

private:
    TokenReader m_reader;
    std::shared_ptr<Progress> m_progress;
};

}  // namespace

core::Status runGenerations(engine::Backend& backend, engine::Model& model, size_t count,
                            const std::function<engine::GenerationRequest(size_t)>& request,
                            const std::function<TokenReader(size_t)>& reader,
                            const BatchOptions& options, const std::atomic<bool>& cancel) {
    const auto progress = std::make_shared<Progress>();
    // Joins its thread, so what the readers refer to stays alive long enough on every way out.
    engine::Scheduler scheduler(backend, model, {.max_sequences = options.concurrent});
    for (size_t i = 0; i < count && !progress->error(); ++i) {
        progress->waitBelow(options.concurrent);
        if (cancel.load(std::memory_order_relaxed))
            return core::Error{core::ErrorCode::Cancelled, "stopped during the evaluation", {}};
        progress->started();
        CORE_TRY(scheduler.submit(request(i), std::make_shared<ReaderSink>(reader(i), progress)));
    }
    progress->waitBelow(1);
    if (const auto error = progress->error())
        return *error;
    return {};
}

}  // namespace hearth::finetune

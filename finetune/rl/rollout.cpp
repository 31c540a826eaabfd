#include "finetune/rl/rollout.h"

#include <algorithm>
#include <map>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/layer_context.h"
#include "engine/runtime/kv_cache.h"
#include "engine/runtime/sampler.h"

namespace hearth::finetune {

namespace {

struct Running {
    const RolloutRequest* request = nullptr;
    Rollout* rollout = nullptr;
    std::vector<int32_t> pages;
    engine::Sampler sampler;
    std::vector<int32_t> next;  // what the next step runs
    int64_t cached = 0;
    bool done = false;
};

/// Writes down which experts the rows of a step chose, for the sequences they belong to.
class RoutingRecorder : public engine::StepObserver {
public:
    explicit RoutingRecorder(engine::Model& model) : m_model(model) { model.setObserver(this); }
    ~RoutingRecorder() override { m_model.setObserver(nullptr); }

    void begin(const std::vector<Running*>& step) { m_step = &step; }

    void routed(int64_t layer, const engine::Tensor& experts, const engine::Tensor&) override {
        const auto place = m_layers.try_emplace(layer, m_layers.size()).first->second;
        const int32_t* row = engine::cpuData<int32_t>(experts);
        const int64_t k = experts.dim(1);
        for (const Running* running : *m_step) {
            auto& routing = running->rollout->routing;
            routing.resize(std::max(routing.size(), place + 1));
            const int64_t count = int64_t(running->next.size()) * k;
            routing[place].insert(routing[place].end(), row, row + count);
            row += count;
        }
    }

private:
    engine::Model& m_model;
    std::map<int64_t, size_t> m_layers;  // in the order in which a step meets them
    const std::vector<Running*>* m_step = nullptr;
};

class Sampling {
public:
    Sampling(engine::Backend& backend, engine::Model& model, const engine::Adapter* adapter,
             const RolloutOptions& options)
        : m_backend(backend),
          m_model(model),
          m_adapter(adapter),
          m_options(options),
          m_recorder(model) {}

    core::Status prepare(const std::vector<RolloutRequest>& requests,
                         std::vector<Rollout>& rollouts) {
        int64_t pages = 0;
        for (const RolloutRequest& request : requests)
            pages += pagesOf(request);
        m_cache = std::make_unique<engine::KvCache>(m_backend, m_model.config(), pages,
                                                    engine::DType::F32);
        for (size_t i = 0; i < requests.size(); ++i) {
            const int64_t longest = int64_t(requests[i].prompt.size()) + m_options.max_tokens;
            if (longest > m_model.config().max_position_embeddings)
                return core::Error{core::ErrorCode::InvalidArgument,
                                   "prompt and answer may take " + std::to_string(longest) +
                                       " tokens together, more than the model's context of " +
                                       std::to_string(m_model.config().max_position_embeddings),
                                   "max_completion_tokens"};
            CORE_ASSIGN(std::vector<int32_t> taken, m_cache->take(pagesOf(requests[i])));
            m_running.push_back(
                {.request = &requests[i],
                 .rollout = &rollouts[i],
                 .pages = std::move(taken),
                 .sampler = engine::Sampler(paramsOf(requests[i]), requests[i].prompt),
                 .next = requests[i].prompt});
        }
        return {};
    }

    /// Until all have ended.
    core::Status run(const std::atomic<bool>& cancel) {
        std::vector<Running*> step;
        for (Running& running : m_running)
            step.push_back(&running);
        while (!step.empty()) {
            if (m_options.before_step)
                m_options.before_step();
            if (cancel.load(std::memory_order_relaxed))
                return core::Error{
                    core::ErrorCode::Cancelled, "stopped while answers were made", {}};
            runStep(step);
            std::erase_if(step, [](const Running* running) { return running->done; });
        }
        return {};
    }

private:
    int64_t pagesOf(const RolloutRequest& request) const {
        return engine::KvCache::pagesFor(int64_t(request.prompt.size()) + m_options.max_tokens);
    }
    static engine::SamplingParams paramsOf(const RolloutRequest& request) {
        engine::SamplingParams params;
        params.seed = request.seed;
        params.top_logprobs = 0;
        return params;
    }

    void runStep(const std::vector<Running*>& step) {
        m_recorder.begin(step);
        std::vector<engine::StepSequence> sequences;
        for (const Running* running : step) {
            const int64_t longest = int64_t(running->request->prompt.size()) + m_options.max_tokens;
            sequences.push_back({.tokens = running->next,
                                 .start = running->cached,
                                 .pages = running->pages,
                                 .prefill = running->cached == 0,
                                 .logits_rows = 1,
                                 .long_context = m_model.config().needsLongRope(longest),
                                 .adapter = m_adapter});
        }
        const std::vector<float> logits =
            engine::downloadFloats(m_backend, m_model.step(sequences, *m_cache));
        const size_t vocab = logits.size() / step.size();
        for (size_t i = 0; i < step.size(); ++i)
            take(*step[i], std::span(logits).subspan(i * vocab, vocab));
    }

    void take(Running& running, std::span<const float> logits) {
        running.cached += int64_t(running.next.size());
        const engine::SampledToken token = running.sampler.sample(logits, running.cached);
        running.rollout->tokens.push_back(token.id);
        running.rollout->logps.push_back(token.logprob);
        running.next = {token.id};
        const bool ended =
            std::ranges::find(m_options.stop_tokens, token.id) != m_options.stop_tokens.end();
        running.rollout->truncated =
            !ended && int64_t(running.rollout->tokens.size()) == m_options.max_tokens;
        running.done = ended || running.rollout->truncated;
    }

    engine::Backend& m_backend;
    engine::Model& m_model;
    const engine::Adapter* m_adapter;
    const RolloutOptions& m_options;
    RoutingRecorder m_recorder;
    std::unique_ptr<engine::KvCache> m_cache;
    std::vector<Running> m_running;
};

}  // namespace

core::Result<std::vector<Rollout>> rollOut(engine::Backend& backend, engine::Model& model,
                                           const engine::Adapter* adapter,
                                           const std::vector<RolloutRequest>& requests,
                                           const RolloutOptions& options,
                                           const std::atomic<bool>& cancel) {
    std::vector<Rollout> rollouts(requests.size());
    Sampling sampling(backend, model, adapter, options);
    CORE_TRY(sampling.prepare(requests, rollouts));
    CORE_TRY(sampling.run(cancel));
    return rollouts;
}

}  // namespace hearth::finetune

// A sink that keeps everything, for tests of the runtime.
#pragma once
#include <atomic>
#include <functional>
#include <future>
#include <utility>
#include <vector>

#include "engine/runtime/generation.h"

namespace hearth::engine::testing_runtime {

class Collector : public GenerationSink {
public:
    bool token(const SampledToken& token) override {
        ids.push_back(token.id);
        tokens.push_back(token);
        if (onToken)
            onToken();
        return int64_t(ids.size()) < stopAfter;
    }
    void stopToken(const SampledToken& token) override { stopIds.push_back(token.id); }
    void promptToken(const SampledToken& token) override {
        promptIds.push_back(token.id);
        promptTokens.push_back(token);
    }
    void finished(const GenerationResult& result) override { m_done.set_value(result); }
    GenerationResult wait() { return m_done.get_future().get(); }

    std::vector<int32_t> ids;
    std::vector<int32_t> promptIds;
    std::vector<int32_t> stopIds;
    std::vector<SampledToken> tokens;
    std::vector<SampledToken> promptTokens;
    int64_t stopAfter = 1'000'000;
    std::function<void()> onToken;

private:
    std::promise<GenerationResult> m_done;
};

inline GenerationRequest greedy(std::vector<int32_t> prompt, int64_t maxTokens) {
    GenerationRequest r;
    r.prompt = std::move(prompt);
    r.max_tokens = maxTokens;
    r.sampling.temperature = 0.0f;
    return r;
}

}  // namespace hearth::engine::testing_runtime

#include "finetune/eval/greedy_generator.h"

#include "finetune/eval/generation_batch.h"

namespace hearth::finetune {

std::vector<int32_t> stopTokens(const engine::Model& model, const engine::Tokenizer& tokenizer) {
    std::vector<int32_t> tokens = model.config().eos_token_ids;
    if (const auto eos = tokenizer.eosId())
        tokens.push_back(*eos);
    return tokens;
}

core::Result<std::vector<std::vector<int32_t>>> generateGreedy(
    engine::Backend& backend, engine::Model& model, std::shared_ptr<const engine::Adapter> adapter,
    const std::vector<std::vector<int32_t>>& prompts, const GreedyOptions& options,
    const std::atomic<bool>& cancel) {
    std::vector<std::vector<int32_t>> answers(prompts.size());
    const auto request = [&](size_t i) {
        engine::GenerationRequest request;
        request.prompt = prompts[i];
        request.max_tokens = options.max_new_tokens;
        request.sampling.temperature = 0.0f;
        request.stop_tokens = options.stop_tokens;
        request.adapter = adapter;
        return request;
    };
    const auto reader = [&](size_t i) {
        return TokenReader{.answer = [&answer = answers[i]](const engine::SampledToken& token) {
            answer.push_back(token.id);
        }};
    };
    CORE_TRY(runGenerations(backend, model, prompts.size(), request, reader,
                            {.concurrent = options.concurrent}, cancel));
    return answers;
}

}  // namespace hearth::finetune

#include "finetune/eval/likelihood.h"

#include <algorithm>

#include "finetune/eval/generation_batch.h"

namespace hearth::finetune {

Continuation continuationOf(const engine::Tokenizer& tokenizer, std::string before,
                            std::string_view text) {
    const size_t end = before.find_last_not_of(" \t\r\n") + 1;  // 0 of blanks alone
    const std::string spaces = end > 0 ? before.substr(end) : "";
    before.resize(before.size() - spaces.size());
    Continuation result{.ids = tokenizer.encode(before + spaces + std::string(text))};
    size_t begin = tokenizer.encode(before).size();
    // Only what stands in front of a text belongs here, so not encode's way of adding both.
    const auto framed = tokenizer.encode("", true);
    if (const auto bos = tokenizer.bosId(); bos && !framed.empty() && framed.front() == *bos) {
        result.ids.insert(result.ids.begin(), *bos);
        ++begin;
    }
    result.begin = std::clamp<size_t>(begin, 1, std::max<size_t>(result.ids.size(), 2) - 1);
    return result;
}

Continuation answerTo(const engine::Tokenizer& tokenizer, std::vector<int32_t> conversation,
                      std::string_view text) {
    const engine::TextRange whole{0, text.size()};
    const auto answer = tokenizer.encodeMarked(text, std::span(&whole, 1), true);
    const size_t begin = conversation.size();
    conversation.insert(conversation.end(), answer.begin(), answer.end());
    return {std::move(conversation), begin};
}

core::Result<std::vector<double>> continuationLogps(engine::Backend& backend, engine::Model& model,
                                                    std::shared_ptr<const engine::Adapter> adapter,
                                                    const std::vector<Continuation>& continuations,
                                                    const std::atomic<bool>& cancel) {
    std::vector<double> sums(continuations.size(), 0.0);
    std::vector<size_t> places(continuations.size(), 0);  // of the next token; the first has none
    const auto request = [&](size_t i) {
        engine::GenerationRequest request;
        request.prompt = continuations[i].ids;
        request.max_tokens = 1;
        request.sampling.temperature = 0.0f;
        request.adapter = adapter;
        request.prompt_logprobs = true;
        return request;
    };
    const auto reader = [&](size_t i) {
        return TokenReader{.prompt = [&, i](const engine::SampledToken& token) {
            if (++places[i] >= continuations[i].begin)
                sums[i] += double(token.logprob);
        }};
    };
    CORE_TRY(runGenerations(backend, model, continuations.size(), request, reader, {}, cancel));
    return sums;
}

}  // namespace hearth::finetune

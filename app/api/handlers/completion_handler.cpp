#include "app/api/handlers/completion_handler.h"

#include "app/api/handlers/answers.h"
#include "app/api/handlers/completion_request.h"
#include "app/api/handlers/openai_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// Builds text_completion objects, which have the same name whole and in a stream.
class CompletionFormatter : public AnswerFormatter {
public:
    CompletionFormatter(const engine::Tokenizer& tokenizer, const CompletionRequest& request,
                        std::vector<std::vector<int32_t>> prompts)
        : m_tokenizer(tokenizer),
          m_echo(request.echo),
          m_logprobs(request.common.sampling.top_logprobs >= 0),
          m_onlyEcho(request.maxTokens == 0),
          m_answersPerPrompt(request.common.n),
          m_prompts(std::move(prompts)),
          m_offsets(m_prompts.size() * size_t(request.common.n), 0) {}

    const char* idPrefix() const override { return "cmpl-"; }
    const char* objectName() const override { return "text_completion"; }
    const char* chunkName() const override { return "text_completion"; }

    json choice(int64_t index, const engine::TextPiece& answer,
                const Generation& generation) const override {
        std::string text = m_onlyEcho ? std::string() : answer.text;
        auto tokens =
            m_onlyEcho ? std::vector<engine::SampledToken>() : withStopToken(answer.tokens, answer);
        size_t withoutLogprob = 0;
        if (m_echo) {
            const auto& prompt = promptOf(index);
            text = m_tokenizer.decode(prompt, false) + text;
            auto all = generation.promptTokens();
            all.insert(all.begin(), engine::SampledToken{.id = prompt.front()});
            all.insert(all.end(), tokens.begin(), tokens.end());
            tokens = std::move(all);
            withoutLogprob = 1;  // nothing comes before the first token
        }
        json logprobs =
            m_logprobs ? completionLogprobs(m_tokenizer, tokens, 0, withoutLogprob) : json(nullptr);
        return choiceObject(index, text, std::move(logprobs),
                            finishReasonName(answer.result->reason));
    }
    json opening(int64_t index) const override {
        return m_echo ? choiceObject(index, m_tokenizer.decode(promptOf(index), false), nullptr,
                                     nullptr)
                      : json(nullptr);
    }
    json delta(int64_t index, const engine::TextPiece& piece) override {
        size_t& offset = m_offsets[size_t(index)];
        json logprobs =
            m_logprobs ? completionLogprobs(m_tokenizer, piece.tokens, offset, 0) : json(nullptr);
        offset += characterCount(piece.text);
        return choiceObject(index, piece.text, std::move(logprobs), nullptr);
    }
    json closing(int64_t index, const engine::TextPiece& last) const override {
        const auto tokens = withStopToken({}, last);
        json logprobs = m_logprobs && !tokens.empty()
                            ? completionLogprobs(m_tokenizer, tokens, m_offsets[size_t(index)], 0)
                            : json(nullptr);
        return choiceObject(index, "", std::move(logprobs), finishReasonName(last.result->reason));
    }

private:
    const std::vector<int32_t>& promptOf(int64_t index) const {
        return m_prompts[size_t(index / m_answersPerPrompt)];
    }
    /// OpenAI's log probabilities have the token that ended the answer, its text does not:
    /// programs that score a text by `echo` take off one generated token, whichever it is.
    static std::vector<engine::SampledToken> withStopToken(std::vector<engine::SampledToken> tokens,
                                                           const engine::TextPiece& answer) {
        if (answer.stopToken)
            tokens.push_back(*answer.stopToken);
        return tokens;
    }
    static json choiceObject(int64_t index, const std::string& text, json logprobs, json finish) {
        return {{"index", index},
                {"text", text},
                {"logprobs", std::move(logprobs)},
                {"finish_reason", std::move(finish)}};
    }

    const engine::Tokenizer& m_tokenizer;
    const bool m_echo;
    const bool m_logprobs;
    const bool m_onlyEcho;
    const int64_t m_answersPerPrompt;
    const std::vector<std::vector<int32_t>> m_prompts;
    std::vector<size_t> m_offsets;  // characters of text streamed, by choice
};

std::vector<std::vector<int32_t>> encodePrompts(const ServingTarget& target,
                                                const CompletionRequest& request) {
    std::vector<std::vector<int32_t>> prompts;
    for (const CompletionPrompt& prompt : request.prompts) {
        if (const auto* text = std::get_if<std::string>(&prompt))
            prompts.push_back(target.model->tokenizer().encode(*text, true));
        else
            prompts.push_back(std::get<std::vector<int32_t>>(prompt));
    }
    return prompts;
}

core::Result<Response> completions(const ServingContext& context, const Request& http) {
    CORE_ASSIGN(const CompletionRequest request, parseCompletionRequest(http.text()));
    CORE_ASSIGN(const ServingTarget target,
                context.models.find(request.common.model, http.principal));
    const auto prompts = encodePrompts(target, request);
    std::vector<std::unique_ptr<Generation>> generations;
    for (const auto& prompt : prompts) {
        for (int64_t i = 0; i < request.common.n; ++i) {
            auto generation = makeGenerationRequest(request.common, i, http.principal, prompt,
                                                    std::max<int64_t>(1, request.maxTokens),
                                                    target.model->config().eos_token_ids);
            generation.prompt_logprobs = request.echo && request.common.sampling.top_logprobs >= 0;
            CORE_ASSIGN(auto started,
                        Generation::start(target, std::move(generation), request.common.stop));
            generations.push_back(std::move(started));
        }
    }
    auto formatter =
        std::make_unique<CompletionFormatter>(target.model->tokenizer(), request, prompts);
    return answer(context, http, target, request.common, std::move(generations),
                  std::move(formatter));
}

}  // namespace

Handler completionsHandler(const ServingContext& context) {
    return [&context](const Request& http) { return completions(context, http); };
}

}  // namespace hearth::app

#include "app/api/handlers/chat_handler.h"

#include "app/api/handlers/answers.h"
#include "app/api/handlers/chat_request.h"
#include "app/api/handlers/openai_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// Builds chat.completion and chat.completion.chunk objects.
class ChatFormatter : public AnswerFormatter {
public:
    ChatFormatter(const engine::Tokenizer& tokenizer, bool logprobs)
        : m_tokenizer(tokenizer), m_logprobs(logprobs) {}

    const char* idPrefix() const override { return "chatcmpl-"; }
    const char* objectName() const override { return "chat.completion"; }
    const char* chunkName() const override { return "chat.completion.chunk"; }

    json choice(int64_t index, const engine::TextPiece& answer, const Generation&) const override {
        return {
            {"index", index},
            {"message", {{"role", "assistant"}, {"content", answer.text}, {"refusal", nullptr}}},
            {"logprobs", logprobs(answer.tokens)},
            {"finish_reason", finishReasonName(answer.result->reason)}};
    }
    json opening(int64_t index) const override {
        return chunkChoice(index, {{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}});
    }
    json delta(int64_t index, const engine::TextPiece& piece) override {
        json choice = chunkChoice(index, {{"content", piece.text}});
        choice["logprobs"] = logprobs(piece.tokens);
        return choice;
    }
    json closing(int64_t index, const engine::TextPiece& last) const override {
        json choice = chunkChoice(index, json::object());
        choice["finish_reason"] = finishReasonName(last.result->reason);
        return choice;
    }

private:
    json logprobs(const std::vector<engine::SampledToken>& tokens) const {
        return m_logprobs ? chatLogprobs(m_tokenizer, tokens) : json(nullptr);
    }
    static json chunkChoice(int64_t index, json delta) {
        return {{"index", index},
                {"delta", std::move(delta)},
                {"logprobs", nullptr},
                {"finish_reason", nullptr}};
    }

    const engine::Tokenizer& m_tokenizer;
    const bool m_logprobs;
};

core::Result<std::vector<int32_t>> encodePrompt(const ServingTarget& target,
                                                const ChatRequest& request) {
    auto ids = target.model->chat().encodeChat(request.messages);
    // What a template refuses is the messages' fault.
    if (!ids && ids.error().code == core::ErrorCode::InvalidArgument)
        return invalidField("messages", ids.error().message);
    return ids;
}

core::Result<Response> chatCompletions(const ServingContext& context, const Request& http) {
    CORE_ASSIGN(const ChatRequest request, parseChatRequest(http.text()));
    CORE_ASSIGN(const ServingTarget target,
                context.models.find(request.common.model, http.principal));
    CORE_ASSIGN(const std::vector<int32_t> prompt, encodePrompt(target, request));
    std::vector<std::unique_ptr<Generation>> generations;
    for (int64_t i = 0; i < request.common.n; ++i) {
        CORE_ASSIGN(auto generation,
                    Generation::start(target,
                                      makeGenerationRequest(request.common, i, http.principal,
                                                            prompt, request.maxTokens,
                                                            target.model->config().eos_token_ids),
                                      request.common.stop));
        generations.push_back(std::move(generation));
    }
    auto formatter = std::make_unique<ChatFormatter>(target.model->tokenizer(),
                                                     request.common.sampling.top_logprobs >= 0);
    return answer(context, http, target, request.common, std::move(generations),
                  std::move(formatter));
}

}  // namespace

Handler chatCompletionsHandler(const ServingContext& context) {
    return [&context](const Request& http) { return chatCompletions(context, http); };
}

}  // namespace hearth::app

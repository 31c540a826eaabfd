#include "finetune/data/prompt_dataset.h"

#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

namespace {

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

core::Result<TokenizedExample> encodedPrompt(const engine::ChatFormat& format,
                                             const PromptExample& prompt) {
    nlohmann::json extra = nlohmann::json::object();
    if (!prompt.tools.is_null())
        extra["tools"] = prompt.tools;
    TokenizedExample example;
    CORE_ASSIGN(example.ids, format.encodeChat(prompt.messages, extra));
    example.labels.assign(example.ids.size(), kIgnoredLabel);
    return example;
}

core::Result<PromptExample> parsePrompt(std::string_view line, const ChatDatasetLimits& limits) {
    PromptExample prompt;
    CORE_ASSIGN(prompt.item, parseExampleLine(line, limits));
    if (!prompt.item.contains("messages"))
        return invalid("has no \"messages\"");
    ChatExample chat;
    CORE_TRY(appendMessages(prompt.item["messages"], "messages", limits, chat));
    if (chat.messages.empty() || chat.messages.back().value("role", "") == "assistant")
        return invalid("must end before the assistant's answer, with a message of another role");
    if (prompt.item.contains("tools"))
        prompt.tools = prompt.item["tools"];
    if (!prompt.tools.is_null() && !prompt.tools.is_array())
        return invalid("tools must be a list");
    prompt.messages = std::move(chat.messages);
    return prompt;
}

}  // namespace

core::Result<std::vector<PromptExample>> readPromptDataset(std::string_view text,
                                                           const std::string& label,
                                                           const ChatDatasetLimits& limits) {
    std::vector<PromptExample> prompts;
    LineProblems problems;
    forEachLine(text, [&](int64_t number, std::string_view line) {
        if (isBlank(line))
            return true;
        auto prompt = parsePrompt(line, limits);
        if (prompt) {
            prompts.push_back(std::move(*prompt));
            prompts.back().line = number;
        } else {
            problems.add(number, prompt.error().message);
        }
        return !problems.full();
    });
    CORE_TRY(problems.status(label));
    if (prompts.empty())
        return core::Error{core::ErrorCode::InvalidArgument, "there is no prompt", label};
    return prompts;
}

bool isPromptDataset(std::string_view text) {
    bool prompts = false;
    forEachLine(text, [&](int64_t, std::string_view line) {
        if (isBlank(line))
            return true;
        const auto document = parseExampleLine(line, {});
        if (!document || !document->contains("messages"))
            return false;
        const nlohmann::json& messages = (*document)["messages"];
        const bool list = messages.is_array() && !messages.empty() && messages.back().is_object();
        prompts =
            list && messages.back().contains("role") && messages.back()["role"] != "assistant";
        return false;
    });
    return prompts;
}

core::Result<TokenizedDataset> tokenizePrompts(const engine::ChatFormat& format,
                                               const std::vector<PromptExample>& prompts,
                                               const TokenizeOptions& options) {
    TokenizedDataset dataset;
    LineProblems problems;
    for (const PromptExample& prompt : prompts) {
        CORE_ASSIGN(TokenizedExample example, encodedPrompt(format, prompt));
        if (int64_t(example.ids.size()) > options.max_seq_len)
            problems.add(prompt.line, "has " + std::to_string(example.ids.size()) +
                                          " tokens, more than max_seq_len " +
                                          std::to_string(options.max_seq_len));
        dataset.examples.push_back(std::move(example));
        if (problems.full())
            break;
    }
    CORE_TRY(problems.status(""));
    return dataset;
}

}  // namespace hearth::finetune

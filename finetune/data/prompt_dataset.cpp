#include "finetune/data/prompt_dataset.h"

#include "finetune/data/example_reader.h"
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

}  // namespace

core::Result<PromptExample> parsePromptRow(const nlohmann::json& row) {
    if (!row.contains("messages"))
        return invalid("has no \"messages\"");
    PromptExample prompt;
    prompt.item = row;
    ChatExample chat;
    CORE_TRY(appendMessages(prompt.item["messages"], "messages", chat));
    if (chat.messages.empty() || chat.messages.back().value("role", "") == "assistant")
        return invalid("must end before the assistant's answer, with a message of another role");
    if (prompt.item.contains("tools"))
        prompt.tools = prompt.item["tools"];
    if (!prompt.tools.is_null() && !prompt.tools.is_array())
        return invalid("tools must be a list");
    prompt.messages = std::move(chat.messages);
    return prompt;
}

core::Result<std::vector<PromptExample>> readPromptDataset(std::string_view text,
                                                           const std::string& label) {
    return readExamples<PromptExample>(text, DataKind::Prompt, label, parsePromptRow);
}

bool isPromptDataset(std::string_view text) {
    const auto form = recogniseForm(text);
    return form && form->form->kind == DataKind::Prompt;
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

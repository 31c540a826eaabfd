// Prompts that answers are sampled and graded for.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/data/chat_dataset.h"
#include "finetune/data/tokenized_example.h"

namespace hearth::finetune {

/// One {"messages": [...], ...} a row: the conversation up to the answer, whose last message is
/// not the assistant's, and any other fields, which graders may refer to.
struct PromptExample {
    int64_t line = 0;
    nlohmann::json messages;
    nlohmann::json tools;  // null when there are none
    nlohmann::json item;   // the whole row
};

/// All examples or none. Errors: InvalidArgument listing the bad lines, or saying that there is no
/// example.
core::Result<std::vector<PromptExample>> readPromptDataset(std::string_view text,
                                                           const std::string& label);

/// A mapped row. Errors: InvalidArgument without the line's number.
core::Result<PromptExample> parsePromptRow(const nlohmann::json& row);

/// Whether most of the first rows end before an answer.
bool isPromptDataset(std::string_view text);

/// Each prompt, ready for the answer, without labels. Errors: InvalidArgument numbering the lines:
/// longer than max_seq_len.
core::Result<TokenizedDataset> tokenizePrompts(const engine::ChatFormat& format,
                                               const std::vector<PromptExample>& prompts,
                                               const TokenizeOptions& options);

}  // namespace hearth::finetune

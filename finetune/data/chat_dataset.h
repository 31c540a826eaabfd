// Chat JSONL as fine-tuning APIs take it: one {"messages": [...], "tools": [...]} a line.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {

struct ChatExample {
    int64_t line = 0;
    /// As the chat template takes them, without weights.
    nlohmann::json messages = nlohmann::json::array();
    nlohmann::json tools;       // null when there are none
    std::vector<bool> learned;  // per assistant message: weight 1 (the default) or 0
};

struct ChatDatasetLimits {
    size_t max_line_bytes = 4 << 20;
    size_t max_messages = 2048;
};

/// One line. Role "developer" becomes "system"; a content of text parts becomes one string.
/// Errors: InvalidArgument without the line's number.
core::Result<ChatExample> parseChatLine(std::string_view line,
                                        const ChatDatasetLimits& limits = {});

/// One line of any data set of JSON objects. Errors: InvalidArgument without the line's number.
core::Result<nlohmann::json> parseExampleLine(std::string_view line,
                                              const ChatDatasetLimits& limits);
/// Checks the messages of a list and adds them to the example. field: the list's name in errors.
core::Status appendMessages(const nlohmann::json& messages, const std::string& field,
                            const ChatDatasetLimits& limits, ChatExample& example);

struct ChatDatasetCheck {
    int64_t examples = 0;
    LineProblems problems;
};

/// What the files API needs to accept or refuse an upload; no model is involved.
ChatDatasetCheck checkChatDataset(std::string_view text, const ChatDatasetLimits& limits = {});

/// All examples or none. Blank lines are skipped. Errors: InvalidArgument listing the first
/// bad lines, or saying that there is no example.
core::Result<std::vector<ChatExample>> readChatDataset(std::string_view text,
                                                       const std::string& label,
                                                       const ChatDatasetLimits& limits = {});

}  // namespace hearth::finetune

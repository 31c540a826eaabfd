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
    nlohmann::json messages;    // as the chat template takes them, without weights
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

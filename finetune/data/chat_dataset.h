// Conversations to learn from: {"messages": [...], "tools": [...]} or, without the chat template,
// {"prompt": "...", "completion": "..."} a row; other forms are mapped to these (forms/form.h).
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

/// Text without a chat template; only the answer is learned.
struct PlainText {
    std::string prompt;
    std::string answer;
};

struct ChatExample {
    int64_t line = 0;
    /// As the chat template takes them, without weights.
    nlohmann::json messages = nlohmann::json::array();
    nlohmann::json tools;           // null when there are none
    std::vector<bool> learned;      // per assistant message: weight 1 (the default) or 0
    std::optional<PlainText> text;  // instead of all the above
};

inline constexpr size_t kMaxMessages = 2048;

/// A mapped row. Role "developer" becomes "system"; a content of text parts becomes one string.
/// Errors: InvalidArgument without the line's number.
core::Result<ChatExample> parseChatRow(const nlohmann::json& row);

/// Checks the messages of a list and adds them to the example. field: the list's name in errors.
core::Status appendMessages(const nlohmann::json& messages, const std::string& field,
                            ChatExample& example);

/// All examples or none, of whatever form of chats. Errors: InvalidArgument listing the bad lines,
/// or saying that there is no example.
core::Result<std::vector<ChatExample>> readChatDataset(std::string_view text,
                                                       const std::string& label);

}  // namespace hearth::finetune

// Preference JSONL: one prompt with a better and a worse answer a line.
//   {"input": {"messages": [...]}, "preferred_output": [...], "non_preferred_output": [...]}
//   {"prompt": [...], "chosen": [...], "rejected": [...]}  lists of messages
//   {"chosen": [...], "rejected": [...]}                   the prompt is what both begin with
//   {"prompt": "...", "chosen": "...", "rejected": "..."}  plain text, without a chat template
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "finetune/data/tokenized_example.h"

namespace hearth::finetune {

struct PreferenceExample {
    int64_t line = 0;
    // Conversations; only the answers are learned. Unused for plain text.
    ChatExample chosen;
    ChatExample rejected;
    /// Set for plain text.
    struct Text {
        std::string prompt;
        std::string chosen;
        std::string rejected;
    };
    std::optional<Text> text;
};

/// Errors: InvalidArgument without the line's number.
core::Result<PreferenceExample> parsePreferenceLine(std::string_view line,
                                                    const ChatDatasetLimits& limits = {});

/// All examples or none. Blank lines are skipped. Errors: InvalidArgument listing the first bad
/// lines, or saying that there is no example.
core::Result<std::vector<PreferenceExample>> readPreferenceDataset(
    std::string_view text, const std::string& label, const ChatDatasetLimits& limits = {});

/// Whether the first line that is not blank is an object with the answers of a preference.
bool isPreferenceDataset(std::string_view text);

/// Pair i becomes the examples 2 * i (chosen) and 2 * i + 1 (rejected); the labels are the answer's
/// tokens. Plain text is framed by bos and eos when the tokenizer has them. Errors: as
/// tokenizeChat.
core::Result<TokenizedDataset> tokenizePreferences(const engine::ChatFormat& format,
                                                   const std::vector<PreferenceExample>& examples,
                                                   const TokenizeOptions& options);

}  // namespace hearth::finetune

// Preferences: one prompt with a better and a worse answer a row.
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
    // Only the answers are learned.
    ChatExample chosen;
    ChatExample rejected;
};

/// A mapped row. Errors: InvalidArgument without the line's number.
core::Result<PreferenceExample> parsePreferenceRow(const nlohmann::json& row);

/// All examples or none. Errors: InvalidArgument listing the bad lines, or saying that there is no
/// example.
core::Result<std::vector<PreferenceExample>> readPreferenceDataset(std::string_view text,
                                                                   const std::string& label);

/// Whether most of the first rows have the answers of a preference.
bool isPreferenceDataset(std::string_view text);

/// Pair i becomes the examples 2 * i (chosen) and 2 * i + 1 (rejected); the labels are the answer's
/// tokens. Plain text is framed by bos and eos when the tokenizer has them. Errors: as
/// tokenizeChat.
core::Result<TokenizedDataset> tokenizePreferences(const engine::ChatFormat& format,
                                                   const std::vector<PreferenceExample>& examples,
                                                   const TokenizeOptions& options);

}  // namespace hearth::finetune

#pragma once

namespace hearth::finetune {

/// What a data set is for; a training method takes one of them.
enum class DataKind {
    Chat,        // conversations, or prompts with their completions as plain text
    Text,        // documents
    Preference,  // a prompt with a better and a worse answer; of method dpo
    Prompt,      // a conversation up to its answer; of method grpo
};
const char* dataKindName(DataKind kind);

}  // namespace hearth::finetune

// OpenAI's and TRL's conversations: {"messages": [{"role", "content"}, ...], "tools": [...]}.
// One that ends before an answer is a prompt, for methods that sample the answer themselves; its
// other fields are for graders.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

/// Whether the last message is somebody's but the assistant's.
bool endsBeforeAnswer(const json& row) {
    const auto messages = listOf(row, "messages");
    if (!messages || !messages->is_array() || messages->empty())
        return false;
    const json& last = messages->back();
    return last.is_object() && last.contains("role") && last["role"] != "assistant";
}

core::Result<json> mapMessages(const json& row) {
    if (!row.contains("messages"))
        return badRow("has no \"messages\"");
    json mapped = row;
    for (const char* field : {"messages", "tools"}) {
        CORE_ASSIGN(json list, listOf(row, field));
        if (list.is_null())
            mapped.erase(field);
        else
            mapped[field] = std::move(list);
    }
    return mapped;
}

}  // namespace

extern const Form kChatForm;
const Form kChatForm{
    .name = "messages",
    .kind = DataKind::Chat,
    .fields = "messages",
    .fits = [](const json& row) { return row.contains("messages"); },
    .map = mapMessages,
};

extern const Form kPromptForm;
const Form kPromptForm{
    .name = "prompt_messages",
    .kind = DataKind::Prompt,
    .fields = "messages that end before the answer",
    .fits = [](const json& row) { return row.contains("messages") && endsBeforeAnswer(row); },
    .map = mapMessages,
};

}  // namespace hearth::finetune

// TRL's {"prompt", "completion"}: two lists of messages become a conversation of which only the
// completion is learned; two texts stay plain text without the chat template.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Result<json> conversation(const json& row) {
    json messages = json::array();
    for (json turn : row["prompt"]) {
        if (turn.is_object() && turn.value("role", json()) == "assistant")
            turn["weight"] = 0;
        messages.push_back(std::move(turn));
    }
    for (const json& turn : row["completion"])
        messages.push_back(turn);
    json mapped = {{"messages", std::move(messages)}};
    CORE_ASSIGN(json tools, listOf(row, "tools"));
    if (!tools.is_null())
        mapped["tools"] = std::move(tools);
    return mapped;
}

core::Result<json> mapCompletion(const json& row) {
    // TRL's unpaired preferences look alike, and half of their completions are bad ones.
    if (row.contains("label") && row["label"].is_boolean())
        return badRow(
            "has a \"label\": unpaired preferences are not supported; give \"prompt\", "
            "\"chosen\" and \"rejected\"");
    if (isList(row, "prompt") && isList(row, "completion"))
        return conversation(row);
    if (!isText(row, "prompt") || !isText(row, "completion"))
        return badRow("prompt and completion must be two texts or two lists of messages");
    if (row["completion"].get_ref<const std::string&>().empty())
        return badRow("completion is empty");
    return json{{"prompt", row["prompt"]}, {"completion", row["completion"]}};
}

}  // namespace

extern const Form kTrlCompletionForm;
const Form kTrlCompletionForm{
    .name = "trl_completion",
    .kind = DataKind::Chat,
    .fields = "prompt, completion",
    .fits = [](const json& row) { return row.contains("prompt") && row.contains("completion"); },
    .map = mapCompletion,
};

}  // namespace hearth::finetune

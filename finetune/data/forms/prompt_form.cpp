// TRL's {"prompt"}, for methods that sample the answers: a list of messages, or a text, which
// becomes the user's message. The other fields are for graders.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Result<json> mapPrompt(const json& row) {
    json mapped = row;
    mapped.erase("prompt");
    if (isList(row, "prompt"))
        mapped["messages"] = row["prompt"];
    else if (isText(row, "prompt") && row["prompt"] != "")
        mapped["messages"] = json::array({message("user", row["prompt"])});
    else
        return badRow("prompt must be a text or a list of messages");
    return mapped;
}

}  // namespace

extern const Form kTrlPromptForm;
const Form kTrlPromptForm{
    .name = "trl_prompt",
    .kind = DataKind::Prompt,
    .fields = "prompt",
    .fits =
        [](const json& row) {
            return row.contains("prompt") && !row.contains("completion") &&
                   !row.contains("chosen") && !row.contains("rejected");
        },
    .map = mapPrompt,
};

}  // namespace hearth::finetune

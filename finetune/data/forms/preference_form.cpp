// OpenAI's {"input", "preferred_output", "non_preferred_output"} and TRL's {"prompt", "chosen",
// "rejected"}, the prompt being optional for lists of messages. preference_dataset.h reads both.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Result<json> sameRow(const json& row) {
    return row;
}

}  // namespace

extern const Form kOpenAiPreferenceForm;
const Form kOpenAiPreferenceForm{
    .name = "openai_preference",
    .kind = DataKind::Preference,
    .fields = "input, preferred_output, non_preferred_output",
    .fits =
        [](const json& row) {
            return row.contains("preferred_output") || row.contains("non_preferred_output");
        },
    .map = sameRow,
};

extern const Form kTrlPreferenceForm;
const Form kTrlPreferenceForm{
    .name = "trl_preference",
    .kind = DataKind::Preference,
    .fields = "prompt, chosen, rejected",
    .fits = [](const json& row) { return row.contains("chosen") || row.contains("rejected"); },
    .map = sameRow,
};

}  // namespace hearth::finetune

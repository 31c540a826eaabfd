#include "finetune/data/checked_row.h"

#include "finetune/data/preference_dataset.h"
#include "finetune/data/prompt_dataset.h"

namespace hearth::finetune {

core::Status checkMappedRow(DataKind kind, const nlohmann::json& row) {
    const auto statusOf = [](const auto& example) {
        return example ? core::Status() : core::Status(example.error());
    };
    switch (kind) {
        case DataKind::Chat:
            return statusOf(parseChatRow(row));
        case DataKind::Preference:
            return statusOf(parsePreferenceRow(row));
        case DataKind::Prompt:
            return statusOf(parsePromptRow(row));
        case DataKind::Text:
            break;
    }
    return {};
}

}  // namespace hearth::finetune

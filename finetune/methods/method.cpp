#include "finetune/methods/method.h"

#include "finetune/methods/tuning.h"

namespace hearth::finetune {

namespace {

/// A method that tunes a base model.
template <core::Result<Training> (*kTraining)(const JobContext&)>
core::Result<FinishedEvent> tune(const JobContext& context) {
    CORE_ASSIGN(const Training training, kTraining(context));
    return tuneModel(context, training);
}

constexpr Method kMethods[] = {
    {"distill", nullptr, nullptr, teach},        {"dpo", tune<dpoTraining>, dpoTraining},
    {"grpo", tune<grpoTraining>, grpoTraining},  {"mtp", runMtp, mtpTraining},
    {"pretrain", runPretrain, pretrainTraining}, {"sft", tune<sftTraining>, sftTraining},
    {"tokenizer", runTokenizer, nullptr},
};

}  // namespace

std::span<const Method> methods() {
    return kMethods;
}

core::Result<Method> findMethod(const std::string& name) {
    std::string known;
    for (const Method& method : kMethods) {
        if (name == method.name)
            return method;
        known += (known.empty() ? "" : ", ") + std::string(method.name);
    }
    return core::Error{core::ErrorCode::InvalidArgument,
                       "method '" + name + "' is not known; there are: " + known,
                       {}};
}

}  // namespace hearth::finetune

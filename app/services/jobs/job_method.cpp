#include "app/services/jobs/job_method.h"

#include <algorithm>

#include "finetune/data/forms/recognise.h"

namespace hearth::app {
namespace {

using finetune::DataKind;

const std::vector<JobMethodTraits>& allMethods() {
    static const std::vector<JobMethodTraits> methods = {
        {JobMethod::Supervised,
         "supervised",
         "sft",
         DataKind::Chat,
         "chats or other examples with their answers",
         {}},
        {JobMethod::Dpo,
         "dpo",
         "dpo",
         DataKind::Preference,
         "preferences: a prompt with a better and a worse answer",
         {"beta"}},
        {JobMethod::Reinforcement,
         "reinforcement",
         "grpo",
         DataKind::Prompt,
         "prompts: \"messages\" up to the answer, and what the grader refers to",
         {"eval_interval", "eval_samples", "compute_multiplier", "reasoning_effort"}},
        {JobMethod::Distillation,
         "distillation",
         "distill",
         DataKind::Prompt,
         "prompts: \"messages\" up to the answer, and what the grader refers to",
         {}},
        {JobMethod::Pretraining,
         "pretraining",
         "pretrain",
         DataKind::Text,
         "documents: a text, Markdown, or rows with a \"text\"",
         {}},
    };
    return methods;
}

}  // namespace

const JobMethodTraits& traitsOf(JobMethod method) {
    return *std::ranges::find(allMethods(), method, &JobMethodTraits::method);
}

core::Result<JobMethod> findJobMethod(const std::string& name) {
    std::string known;
    for (const JobMethodTraits& traits : allMethods()) {
        if (name == traits.name)
            return traits.method;
        known += (known.empty() ? "" : ", ") + std::string(traits.name);
    }
    return core::Error{core::ErrorCode::InvalidArgument,
                       "method '" + name + "' is not known; there are: " + known, "method.type"};
}

std::vector<const char*> hyperparameterNames(JobMethod method) {
    std::vector<const char*> names = {"n_epochs", "batch_size", "learning_rate_multiplier"};
    const auto& more = traitsOf(method).numbers;
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

core::Status checkDataset(JobMethod method, std::string_view content, const char* field) {
    const JobMethodTraits& traits = traitsOf(method);
    const auto form = finetune::recogniseForm(content);
    if (form && form->form->kind == traits.format)
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       std::string("method ") + traits.name + " needs a file of " + traits.file,
                       field};
}

}  // namespace hearth::app

// Reinforcement learning from groups of answers that graders judge: GRPO and its relatives.
#include "finetune/methods/method.h"
#include "finetune/rl/policy_objective.h"

namespace hearth::finetune {

namespace {

core::Error invalid(const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, {}};
}

}  // namespace

core::Result<Training> grpoTraining(const JobContext& context) {
    const Hyperparameters& settings = context.spec.hyperparameters;
    if (settings.mtp_lambda > 0.0)
        return invalid("hyperparameters.mtp_lambda must be 0 for method grpo");
    if (context.spec.full && settings.policy.beta > 0.0)
        return invalid(
            "hyperparameters.policy.beta holds the policy to the base, which a job with \"full\" "
            "does not keep; leave beta 0, or train an adapter");
    return Training{.part = context.spec.full ? TrainedPart::Full : TrainedPart::Lora,
                    .kind = {.format = DataKind::Prompt, .create = policyObjective}};
}

}  // namespace hearth::finetune

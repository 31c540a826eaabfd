// Direct preference optimisation: the better answer of a pair becomes likelier than the worse one,
// compared with the model before training.
#include "finetune/methods/method.h"
#include "finetune/methods/preference_objective.h"

namespace hearth::finetune {

core::Result<Training> dpoTraining(const JobContext& context) {
    if (context.spec.hyperparameters.mtp_lambda > 0.0)
        return core::Error{core::ErrorCode::InvalidArgument,
                           "hyperparameters.mtp_lambda must be 0 for method dpo: the "
                           "multi-token-prediction layers have no reference",
                           {}};
    return Training{.part = context.spec.full ? TrainedPart::Full : TrainedPart::Lora,
                    .kind = {.format = DataKind::Preference, .create = preferenceObjective}};
}

}  // namespace hearth::finetune

// Supervised fine-tuning: a LoRA adapter, or the whole model when the job says `full`.
#include "finetune/methods/method.h"

namespace hearth::finetune {

core::Result<Training> sftTraining(const JobContext& context) {
    return Training{.part = context.spec.full ? TrainedPart::Full : TrainedPart::Lora};
}

}  // namespace hearth::finetune

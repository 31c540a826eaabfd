// Supervised fine-tuning: a LoRA adapter, or the whole model when the job says `full`.
#include "finetune/methods/method.h"
#include "finetune/methods/tuning.h"

namespace hearth::finetune {

core::Result<FinishedEvent> runSft(const JobContext& context) {
    return tuneModel(context, context.spec.full ? TrainedPart::Full : TrainedPart::Lora);
}

}  // namespace hearth::finetune

// From a base model to an adapter or a model that is served: what the fine-tuning methods share.
#pragma once
#include "finetune/methods/training_session.h"

namespace hearth::finetune {

/// Asks the questions before and after, trains, and leaves a PEFT adapter (TrainedPart::Lora) or a
/// model directory. The result is judged as it will be served: by the serving engine, from the
/// bytes that are written. Errors: InvalidArgument without a model_directory.
core::Result<FinishedEvent> tuneModel(const JobContext& context, const Training& training);

}  // namespace hearth::finetune

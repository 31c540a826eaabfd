// Trains the weights themselves, from scratch or on from a base model, and writes a model
// directory: all of them, or the multi-token-prediction layers behind a finished trunk. With
// `adapter` it goes on from a base model with a LoRA adapter and writes that.
#include "finetune/jobs/job_files.h"
#include "finetune/methods/method.h"
#include "finetune/methods/model_files.h"
#include "finetune/methods/tuning.h"

namespace hearth::finetune {

namespace {

core::Result<FinishedEvent> trainModel(const JobContext& context, const Training& training) {
    CORE_ASSIGN(const auto session, TrainingSession::prepare(context, training));
    CORE_ASSIGN(const TrainingSummary summary, session->train());
    CORE_ASSIGN(PendingDirectory output, PendingDirectory::create(context.spec.output_directory));
    const ModelDirectoryParts parts{session->configJson(), session->tokenizerDirectory(),
                                    session->config().eos_token_ids,
                                    session->config().bos_token_id};
    CORE_TRY(writeModelDirectory(output.path(), parts, serializeModel(session->model()),
                                 session->outputKey()));
    CORE_TRY(output.publish());
    return session->finish(summary);
}

}  // namespace

core::Result<Training> pretrainTraining(const JobContext& context) {
    return Training{.part = context.spec.adapter ? TrainedPart::Lora : TrainedPart::Full};
}

core::Result<Training> mtpTraining(const JobContext&) {
    return Training{.part = TrainedPart::MtpOnly};
}

core::Result<FinishedEvent> runPretrain(const JobContext& context) {
    CORE_ASSIGN(const Training training, pretrainTraining(context));
    const bool fromScratch = context.spec.model_directory.empty();
    return fromScratch ? trainModel(context, training) : tuneModel(context, training);
}

core::Result<FinishedEvent> runMtp(const JobContext& context) {
    CORE_ASSIGN(const Training training, mtpTraining(context));
    return trainModel(context, training);
}

}  // namespace hearth::finetune

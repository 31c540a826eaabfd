// Training methods by name. A new one is a file in this folder and a line in method.cpp.
#pragma once
#include <span>
#include <string>

#include "core/result.h"
#include "finetune/jobs/job_context.h"
#include "finetune/methods/teach.h"
#include "finetune/methods/training_session.h"

namespace hearth::finetune {

struct Method {
    const char* name;
    /// Runs the whole job but for its last event, which it returns.
    /// Errors: Cancelled when the context's flag was set; a checkpoint may be left.
    core::Result<FinishedEvent> (*run)(const JobContext& context);
    /// What it trains; null: no weights, or what prepare says. Errors: InvalidArgument for settings
    /// that do not fit.
    core::Result<Training> (*training)(const JobContext& context);
    /// Makes the job that is trained of the one that was asked for; null: they are the same.
    core::Result<JobSpec> (*prepare)(const JobContext& context) = nullptr;
};

std::span<const Method> methods();
/// Errors: InvalidArgument listing the known ones.
core::Result<Method> findMethod(const std::string& name);

core::Result<FinishedEvent> runMtp(const JobContext& context);
core::Result<FinishedEvent> runPretrain(const JobContext& context);
core::Result<FinishedEvent> runTokenizer(const JobContext& context);

core::Result<Training> dpoTraining(const JobContext& context);
core::Result<Training> grpoTraining(const JobContext& context);
core::Result<Training> mtpTraining(const JobContext& context);
core::Result<Training> pretrainTraining(const JobContext& context);
core::Result<Training> sftTraining(const JobContext& context);

}  // namespace hearth::finetune

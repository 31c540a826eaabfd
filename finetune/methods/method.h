// Training methods by name. A new one is a file in this folder and a line in method.cpp.
#pragma once
#include <span>
#include <string>

#include "core/result.h"
#include "finetune/jobs/job_context.h"

namespace hearth::finetune {

struct Method {
    const char* name;
    /// Runs the whole job but for its last event, which it returns.
    /// Errors: Cancelled when the context's flag was set; a checkpoint may be left.
    core::Result<FinishedEvent> (*run)(const JobContext& context);
};

std::span<const Method> methods();
/// Errors: InvalidArgument listing the known ones.
core::Result<Method> findMethod(const std::string& name);

core::Result<FinishedEvent> runDpo(const JobContext& context);
core::Result<FinishedEvent> runGrpo(const JobContext& context);
core::Result<FinishedEvent> runMtp(const JobContext& context);
core::Result<FinishedEvent> runPretrain(const JobContext& context);
core::Result<FinishedEvent> runSft(const JobContext& context);
core::Result<FinishedEvent> runTokenizer(const JobContext& context);

}  // namespace hearth::finetune

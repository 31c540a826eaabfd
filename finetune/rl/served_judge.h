// A judge that the serving engine runs in this process.
#pragma once
#include <atomic>
#include <filesystem>

#include "finetune/jobs/job_context.h"
#include "finetune/rl/judge.h"

namespace hearth::finetune {

/// cancel outlives the judge. Errors: of loading; Unsupported without a chat template.
core::Result<std::shared_ptr<Judge>> loadJudge(const std::filesystem::path& directory, int threads,
                                               const std::atomic<bool>& cancel);

/// The one of this name among the job's judges. Errors: InvalidArgument; those of loadJudge.
core::Result<std::shared_ptr<Judge>> findJudge(const JobContext& context, const std::string& name);

}  // namespace hearth::finetune

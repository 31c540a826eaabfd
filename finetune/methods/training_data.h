// From the specification's data sets to examples.
#pragma once
#include <string>

#include "engine/formats/chat_format.h"
#include "finetune/data/tokenized_example.h"
#include "finetune/jobs/job_context.h"

namespace hearth::finetune {

TokenizeOptions tokenizeOptions(const Hyperparameters& settings);

/// Errors: of reading and of tokenising; the context names the file.
core::Result<TokenizedDataset> loadDataset(const JobContext& context, const DatasetRef& dataset,
                                           const engine::ChatFormat& format);

/// All inputs one after the other.
core::Result<TokenizedDataset> loadInputs(const JobContext& context,
                                          const engine::ChatFormat& format);

/// SHA-256 over what decides the outcome: settings (not: threads, paths, reporting), the model's
/// description, the examples and, where they decide when to stop, the held-out texts. Errors: of
/// reading those.
core::Result<std::string> jobFingerprint(const JobContext& context, const std::string& configJson,
                                         const TokenizedDataset& dataset);

}  // namespace hearth::finetune

// The making of a private model, as the daemon hands it to a worker: weights in, a model's folder
// out whose weights are sealed. The worker answers with the lines of an import.
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/worker/import_model.h"
#include "core/result.h"
#include "finetune/jobs/job_keys.h"
#include "storage/model_repository.h"

namespace hearth::app {

struct AdapterToMerge {
    std::string config;             // adapter_config.json's text
    std::filesystem::path weights;  // sealed, with SealJob::kAdapterKey
};

/// Keys come beside it: kModelKey always.
struct SealJob {
    static constexpr const char* kModelKey = "model";      // seals the new model
    static constexpr const char* kWeightsKey = "weights";  // of what is sealed in `weights`, if so
    static constexpr const char* kAdapterKey = "adapter";

    std::filesystem::path weights;    // a model's directory: a checkpoint or a packed model
    std::filesystem::path directory;  // gets the model
    /// Empty: that of `weights` where it is packed, else "exact"; of a merged model "bf16" in the
    /// place of "exact".
    std::string precision = {};
    std::optional<AdapterToMerge> adapter = {};
};

using HexKeys = std::vector<std::pair<std::string, std::string>>;
/// The line that starts a worker. It holds the keys: send it over the socket only.
std::string writeSealStartLine(const SealJob& job, const HexKeys& keys);
core::Result<SealJob> parseSealJob(const nlohmann::json& object);

/// Writes the model's texts and its packed weights, sealed. Gives the files of the new directory,
/// hashes of what they hold decrypted. Nothing of the weights reaches the disk in plain.
/// Errors: those of engine::openModelSource, mergeAdapter and packWeights; DataCorrupt for a sealed
/// file; InvalidArgument: an unknown precision; Cancelled.
core::Result<std::vector<storage::ModelContent>> sealModel(const SealJob& job,
                                                           const finetune::JobKeys& keys,
                                                           const ImportReport& report);

}  // namespace hearth::app

// Packs a checkpoint in a precision that is given or picked by a budget, and reports on it.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "engine/models/pack_report.h"
#include "engine/models/packed_model.h"

namespace hearth::engine {

struct PackRequest {
    std::filesystem::path source;     // a Hugging Face directory or a GGUF file
    std::filesystem::path directory;  // gets kPackedFileName, kPackReportName and the text files
    /// One of PackRecipe::names(). With a budget it is picked instead: bf16, int8, mixed or int4.
    std::string precision = "mixed";
    std::optional<uint64_t> size_budget;          // bytes: the finest precision that fits
    std::optional<double> kl_budget;              // nats, mean: the coarsest one within it
    bool measure = true;                          // the divergence, when space and vocabulary allow
    std::string text = {};                        // to measure on; empty: measuringText()
    std::vector<PackedSourceFile> verified = {};  // of verifySource; empty: it is called
};

/// To measure, the checkpoint is packed once more as it is ("exact"), mapped and deleted, so that
/// memory stays bounded; without the space for it the report says so.
/// Errors: those of openPackSource and packWeights; InvalidArgument naming what comes nearest when
/// no precision keeps the budget, or for two budgets. What was finished of the weights stays for
/// the next call.
core::Result<PackReport> packModel(Backend& backend, const PackRequest& request,
                                   const PackSink& progress = {});

}  // namespace hearth::engine

// A model as a user brings it: a Hugging Face directory, a GGUF file, a directory that a GGUF file
// was imported into (model.gguf beside the texts of ggufTextFiles), or a packed file alone.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

inline constexpr const char* kGgufInDirectory = "model.gguf";

struct ModelSource {
    ModelConfig config;
    std::unique_ptr<WeightSource> stored;   // the files; weights refers to it; null: it is its own
    std::unique_ptr<WeightSource> weights;  // under canonical names, checked against the config
};

/// Errors: NotFound; those of readModelConfig, openWeightDirectory and canonicalWeights, or of
/// openGgufModel.
core::Result<ModelSource> openModelSource(const std::filesystem::path& path);

/// The small files that belong to the model, by name: config.json, the tokenizer, the chat
/// template. Of a GGUF file what they would be. Errors: NotFound; PayloadTooLarge above 64 MB;
/// those of ggufTextFiles.
core::Result<std::map<std::string, std::string>> modelTextFiles(const std::filesystem::path& path);

/// How a tensor's bytes are encoded, for people: "BF16", "FP8", "MXFP4", "Q4_1".
std::string storedTypeName(const StoredTensor& tensor);

/// A file that ends in .gguf.
bool isGgufFile(const std::filesystem::path& path);

}  // namespace hearth::engine

// A model as a GGUF file holds it, ready to be run.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "engine/formats/gguf.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

struct GgufModel {
    ModelConfig config;                     // with every token that ends an answer
    std::unique_ptr<GgufFile> file;         // what weights refers to
    std::unique_ptr<WeightSource> weights;  // canonical names, Hugging Face's order of rows
};

/// Errors: those of openGguf, ggufConfigJson, parseModelConfig and ggufWeights, naming the file.
core::Result<GgufModel> openGgufModel(const std::filesystem::path& file);
core::Result<GgufModel> readGgufModel(std::unique_ptr<GgufFile> file);

/// What a Hugging Face directory of the same model would have beside its weights, by name:
/// config.json, generation_config.json, tokenizer.json, tokenizer_config.json (with the chat
/// template). Errors: those of ggufConfigJson, readGgufVocabulary and tokenizerJson.
core::Result<std::map<std::string, std::string>> ggufTextFiles(const GgufFile& file);

}  // namespace hearth::engine

#include "engine/models/gguf_model.h"

#include "engine/models/gguf_config.h"
#include "engine/models/gguf_tokenizer.h"
#include "engine/models/gguf_weights.h"

namespace hearth::engine {
namespace {

core::Error of(core::Error error, const GgufFile& file) {
    if (error.context != file.label())
        error.context = file.label();
    return error;
}

core::Result<ModelConfig> configOf(const GgufFile& file) {
    CORE_ASSIGN(const std::string text, ggufConfigJson(file));
    auto config = parseModelConfig(text);
    if (!config)
        return of(config.error(), file);
    return config;
}

}  // namespace

core::Result<GgufModel> readGgufModel(std::unique_ptr<GgufFile> file) {
    GgufModel model;
    CORE_ASSIGN(model.config, configOf(*file));
    CORE_ASSIGN(model.weights, ggufWeights(model.config, *file));
    model.file = std::move(file);
    return model;
}

core::Result<GgufModel> openGgufModel(const std::filesystem::path& file) {
    CORE_ASSIGN(auto opened, openGguf(file));
    return readGgufModel(std::move(opened));
}

core::Result<std::map<std::string, std::string>> ggufTextFiles(const GgufFile& file) {
    std::map<std::string, std::string> out;
    CORE_ASSIGN(out["config.json"], ggufConfigJson(file));
    CORE_ASSIGN(out["generation_config.json"], ggufGenerationConfigJson(file));
    CORE_ASSIGN(const GgufVocabulary vocabulary, readGgufVocabulary(file));
    const auto tokenizer = tokenizerJson(vocabulary);
    if (!tokenizer)
        return of(tokenizer.error(), file);
    out["tokenizer.json"] = *tokenizer;
    const auto tokenizerConfig = tokenizerConfigJson(vocabulary);
    if (!tokenizerConfig)
        return of(tokenizerConfig.error(), file);
    out["tokenizer_config.json"] = *tokenizerConfig;
    return out;
}

}  // namespace hearth::engine

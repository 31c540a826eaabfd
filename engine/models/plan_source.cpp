#include "engine/models/plan_source.h"

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "engine/models/model_source.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

bool hasWeights(const fs::path& path) {
    std::error_code ignored;
    return !fs::is_directory(path, ignored) || fs::exists(path / kGgufInDirectory, ignored) ||
           fs::exists(path / "model.safetensors", ignored) ||
           fs::exists(path / "model.safetensors.index.json", ignored);
}

/// The type that config.json gives; quantised checkpoints are loaded as F32.
core::Result<DType> typeByConfig(const fs::path& directory) {
    CORE_ASSIGN(const std::string text, core::readTextFile(directory / "config.json"));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return DType::BF16;
    if (const auto* quantised = core::findField(json, "quantization_config");
        quantised && !quantised->is_null())
        return DType::F32;
    for (const char* key : {"dtype", "torch_dtype"}) {
        const auto* type = core::findField(json, key);
        if (type && *type == "float32")
            return DType::F32;
        if (type && *type == "float16")
            return DType::F16;
    }
    return DType::BF16;
}

}  // namespace

PlanSource planSource(const ModelConfig& config, DType stored) {
    return {config, storedShapes(config, stored), false};
}

core::Result<PlanSource> openPlanSource(const fs::path& path) {
    if (hasWeights(path)) {
        CORE_ASSIGN(ModelSource model, openModelSource(path));
        StoredShapes shapes = storedShapes(*model.weights);
        return PlanSource{std::move(model.config), std::move(shapes), true};
    }
    CORE_ASSIGN(const ModelConfig config, readModelConfig(path));
    CORE_ASSIGN(const DType stored, typeByConfig(path));
    return planSource(config, stored);
}

}  // namespace hearth::engine

#include "engine/models/plan_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "engine/models/model_source.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"

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

/// "model.layers.1.mlp.experts.*.up_proj" for the tensor of an expert; without ".weight".
std::string keyOf(std::string tensor) {
    constexpr std::string_view kWeight = ".weight", kExperts = ".experts.";
    if (tensor.ends_with(kWeight))
        tensor.resize(tensor.size() - kWeight.size());
    if (const size_t at = tensor.find(kExperts); at != std::string::npos) {
        const size_t begin = at + kExperts.size();
        const size_t end = std::min(tensor.find('.', begin), tensor.size());
        return tensor.substr(0, begin) + '*' + tensor.substr(end);
    }
    return tensor;
}

/// Types as they were stored, as far as they still show: what was quantised counts as 16 bits,
/// which is what a recipe makes of its tables.
core::Result<PlanSource> openPacked(const fs::path& directory) {
    CORE_ASSIGN(const auto file, PackedFile::open(directory / kPackedFileName));
    const PackedHeader& header = file->header();
    std::map<std::string, DType> types;
    for (const PackedTensor& tensor : header.tensors)
        if (tensor.dtype == DType::F32 || tensor.dtype == DType::F16)
            types.emplace(keyOf(tensor.key), tensor.dtype);
    PlanSource source{.config = {}, .shapes = {}, .from_weights = true, .packed_as = header.recipe};
    CORE_ASSIGN(source.config, packedConfig(*file));
    for (const auto& [name, shape] : header.weights) {
        const auto type = types.find(keyOf(name));
        source.shapes[name] = {shape, type == types.end() ? DType::BF16 : type->second};
    }
    return source;
}

}  // namespace

PlanSource planSource(const ModelConfig& config, DType stored) {
    return {config, storedShapes(config, stored), false, {}};
}

core::Result<PlanSource> openPlanSource(const fs::path& path) {
    if (fs::is_regular_file(path / kPackedFileName))
        return openPacked(path);
    if (hasWeights(path)) {
        CORE_ASSIGN(ModelSource model, openModelSource(path));
        StoredShapes shapes = storedShapes(*model.weights);
        return PlanSource{std::move(model.config), std::move(shapes), true, {}};
    }
    CORE_ASSIGN(const ModelConfig config, readModelConfig(path));
    CORE_ASSIGN(const DType stored, typeByConfig(path));
    return planSource(config, stored);
}

}  // namespace hearth::engine

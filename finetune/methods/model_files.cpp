#include "finetune/methods/model_files.h"

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/file.h"
#include "engine/models/adapter_files.h"
#include "finetune/jobs/job_files.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTokenizerFiles[] = {"tokenizer.json", "tokenizer_config.json",
                                           "special_tokens_map.json", "chat_template.jinja"};

std::vector<std::byte> toBf16Bytes(const std::vector<float>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(uint16_t));
    for (size_t i = 0; i < values.size(); ++i) {
        const uint16_t bits = engine::toBf16(values[i]);
        std::memcpy(bytes.data() + i * sizeof bits, &bits, sizeof bits);
    }
    return bytes;
}

std::vector<std::byte> toF32Bytes(const std::vector<float>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

template <typename ChooseDType>
std::vector<std::byte> serialize(const std::vector<NamedTensor>& tensors, ChooseDType&& dtypeOf) {
    std::vector<std::vector<std::byte>> storage;
    std::vector<engine::TensorToWrite> entries;
    storage.reserve(tensors.size());
    for (const NamedTensor& tensor : tensors) {
        const engine::DType dtype = dtypeOf(tensor.name);
        storage.push_back(dtype == engine::DType::BF16 ? toBf16Bytes(tensor.values)
                                                       : toF32Bytes(tensor.values));
        entries.push_back({tensor.name, dtype, tensor.shape, storage.back()});
    }
    return engine::serializeSafetensors(entries);
}

core::Result<std::string> configText(const std::string& configJson) {
    auto config = nlohmann::ordered_json::parse(configJson, nullptr, false);
    if (!config.is_object())
        return core::Error{core::ErrorCode::DataCorrupt, "config.json is no JSON object", {}};
    config["torch_dtype"] = "bfloat16";
    return config.dump(2) + "\n";
}

std::string generationConfig(const ModelDirectoryParts& parts) {
    nlohmann::ordered_json config;
    if (parts.bos_token_id >= 0)
        config["bos_token_id"] = parts.bos_token_id;
    if (parts.eos_token_ids.size() == 1)
        config["eos_token_id"] = parts.eos_token_ids.front();
    else if (!parts.eos_token_ids.empty())
        config["eos_token_id"] = parts.eos_token_ids;
    return config.dump(2) + "\n";
}

core::Status copyTokenizer(const fs::path& from, const fs::path& to) {
    for (const char* name : kTokenizerFiles) {
        std::error_code ignored;
        if (!fs::exists(from / name, ignored))
            continue;
        CORE_ASSIGN(const std::vector<std::byte> bytes, core::readFile(from / name));
        CORE_TRY(core::writeFileAtomic(to / name, bytes, 0644));
    }
    return {};
}

}  // namespace

engine::DType publishedType(const std::string& name) {
    return name.ends_with("e_score_correction_bias") ? engine::DType::F32 : engine::DType::BF16;
}

std::vector<std::byte> serializeModel(const TrainableModel& model) {
    return serialize(model.exportTensors(), publishedType);
}

std::vector<std::byte> serializeAdapter(const TrainableModel& model) {
    return serialize(model.exportAdapter(), [](const std::string&) { return engine::DType::F32; });
}

core::Status writeModelDirectory(const fs::path& directory, const ModelDirectoryParts& parts,
                                 std::span<const std::byte> weights, const core::SecureBytes* key) {
    CORE_ASSIGN(const std::string config, configText(parts.configJson));
    CORE_TRY(core::writeFileAtomic(directory / "config.json", config, 0644));
    CORE_TRY(
        core::writeFileAtomic(directory / "generation_config.json", generationConfig(parts), 0644));
    CORE_TRY(copyTokenizer(parts.tokenizer_directory, directory));
    return writeJobFile(directory / "model.safetensors", weights, key);
}

core::Status writeAdapterDirectory(const fs::path& directory, const std::string& adapterConfig,
                                   std::span<const std::byte> weights,
                                   const core::SecureBytes* key) {
    CORE_TRY(core::writeFileAtomic(directory / engine::kAdapterConfig, adapterConfig, 0644));
    return writeJobFile(directory / engine::kAdapterWeights, weights, key);
}

}  // namespace hearth::finetune

// What a job leaves behind: a whole model directory, or a PEFT adapter.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// In what a tensor is published: BF16, and F32 for the routers' correction biases, whose small
/// steps BF16 would swallow.
engine::DType publishedType(const std::string& name);
/// The model's tensors as a safetensors file, in these types.
std::vector<std::byte> serializeModel(const TrainableModel& model);
/// The adapter's tensors as a safetensors file, in F32.
std::vector<std::byte> serializeAdapter(const TrainableModel& model);

/// Where the parts of a model directory come from.
struct ModelDirectoryParts {
    std::string configJson;                     // written with torch_dtype bfloat16
    std::filesystem::path tokenizer_directory;  // its tokenizer files are copied
    std::vector<int32_t> eos_token_ids;         // for generation_config.json
    int32_t bos_token_id = -1;
};

/// Writes config.json, generation_config.json, tokenizer files and model.safetensors into an
/// existing directory. key: seals model.safetensors; null: plain.
core::Status writeModelDirectory(const std::filesystem::path& directory,
                                 const ModelDirectoryParts& parts,
                                 std::span<const std::byte> weights, const core::SecureBytes* key);

/// Writes adapter_config.json and adapter_model.safetensors (sealed when there is a key).
core::Status writeAdapterDirectory(const std::filesystem::path& directory,
                                   const std::string& adapterConfig,
                                   std::span<const std::byte> weights,
                                   const core::SecureBytes* key);

}  // namespace hearth::finetune

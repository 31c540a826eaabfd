// Read access to the tensors of a checkpoint, wherever they lie.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/tensor.h"

namespace hearth::engine {

/// A tensor as stored. bytes point into the mapping and live as long as the source.
struct StoredTensor {
    std::string name;
    DType dtype = DType::F32;
    std::vector<int64_t> shape;
    std::span<const std::byte> bytes;

    /// Elements converted to F32 (exact for BF16 and F16).
    std::vector<float> toFloats() const;
    /// Elements of an I32 or I64 tensor. REQUIRES: an integer dtype.
    std::vector<int64_t> toInts() const;
};

class WeightSource {
public:
    virtual ~WeightSource() = default;
    /// Names in the order of the files.
    virtual std::vector<std::string> names() const = 0;
    /// Null when there is no such tensor.
    virtual const StoredTensor* find(const std::string& name) const = 0;
};

/// One safetensors file, memory-mapped. Checked before anything is read: the header is at most
/// 16 MB, starts with '{', has no duplicate keys; every dtype is known; offsets lie in the file,
/// match shape times size, and leave no hole and no overlap.
/// Errors: NotFound, DataCorrupt (with file and tensor).
core::Result<std::unique_ptr<WeightSource>> openSafetensors(const std::filesystem::path& file);

/// A Hugging Face directory: model.safetensors, or model.safetensors.index.json with its shards.
core::Result<std::unique_ptr<WeightSource>> openWeightDirectory(const std::filesystem::path& dir);

/// Tensor to be written. bytes must stay alive until the write returns.
struct TensorToWrite {
    std::string name;
    DType dtype = DType::F32;
    std::vector<int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes to a temporary file beside `file`, fsyncs and renames.
core::Status writeSafetensors(const std::filesystem::path& file,
                              const std::vector<TensorToWrite>& tensors);
/// The same as bytes in memory, for what is stored encrypted.
std::vector<std::byte> serializeSafetensors(const std::vector<TensorToWrite>& tensors);
/// Parses safetensors held in memory (a decrypted adapter); takes the bytes.
core::Result<std::unique_ptr<WeightSource>> parseSafetensors(std::vector<std::byte> bytes,
                                                             const std::string& label);

/// Round to nearest even, as checkpoints are written.
uint16_t toBf16(float value);
float fromBf16(uint16_t bits);
float fromF16(uint16_t bits);

}  // namespace hearth::engine

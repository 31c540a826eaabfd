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

/// How the elements of a stored tensor are encoded. Plain: one after the other in its dtype.
/// The others decode to F32 row by row; a row is the last dimension.
enum class Codec : uint8_t {
    Plain,
    Fp8Block,  // F8E4M3 codes and an F32 factor a block of [128, 128] (DeepSeek-V3)
    Mxfp4,     // blocks of 32 along the row: 16 bytes of nibbles, apart from them a scale 2^(s-127)
    // GGUF's blocks of 32 and 256 along the row, scales inside
    GgufQ8_0,
    GgufQ4_0,
    GgufQ4_1,
    GgufQ4_K,
    GgufQ5_K,
    GgufQ6_K,
    GgufMxfp4,
};

/// Makes the rows of a tensor that no file holds as such: parts of others, or a sum.
class ComputedRows {
public:
    virtual ~ComputedRows() = default;
    /// As StoredTensor::readRows. Threading: may be called from several threads at once.
    virtual void readRows(int64_t begin, int64_t end, float* out) const = 0;
};

/// A tensor as stored, or a part of one under a name of its own. bytes point into the mapping
/// and live as long as the source.
struct StoredTensor {
    std::string name;
    DType dtype = DType::F32;  // F32 with a codec other than Plain: what it decodes to
    std::vector<int64_t> shape;
    std::span<const std::byte> bytes;
    Codec codec = Codec::Plain;
    std::span<const std::byte> scales = {};  // Fp8Block: F32; Mxfp4: one byte a block
    int64_t scale_columns = 0;               // Fp8Block: scales of one row of blocks
    /// Row r of this tensor (of a vector: element r) is row row_order[r] of bytes; null: the same.
    std::shared_ptr<const std::vector<int32_t>> row_order = nullptr;
    /// The bytes hold a rank-2 Plain tensor the other way round, [shape[1], rows]; rows is
    /// shape[0], or more where row_order picks some of them.
    bool transposed = false;
    /// Where the rows come from when bytes are empty; F32, rank 2, without row_order.
    std::shared_ptr<const ComputedRows> computed = nullptr;

    /// Product of all dimensions but the last, and the last.
    int64_t rows() const;
    int64_t columns() const;
    /// True when bytes are the elements in order.
    bool isPlain() const { return codec == Codec::Plain && !row_order && !transposed && !computed; }
    /// Rows [begin, end) as F32 (exact for every dtype and codec, as F32 arithmetic on the
    /// stored scales defines them). REQUIRES: a float dtype.
    void readRows(int64_t begin, int64_t end, float* out) const;
    /// All elements as F32.
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
/// The safetensors files that openWeightDirectory reads, in its order.
core::Result<std::vector<std::filesystem::path>> weightFiles(const std::filesystem::path& dir);

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
uint16_t toF16(float value);
float fromBf16(uint16_t bits);
float fromF16(uint16_t bits);

}  // namespace hearth::engine

// GGUF, llama.cpp's file of one model: typed metadata, then tensors, most of them in blocks that
// share scales. Little-endian, versions 2 and 3.
// magic "GGUF" | u32 version | u64 tensors | u64 keys | keys | tensor entries | padding | data
// A key is a string and a value; a tensor entry is a name, a rank, the dimensions (the contiguous
// one first), a type and an offset into the data. Strings are a u64 length and UTF-8.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {

/// Types of metadata, by their numbers in the file.
enum class GgufType : uint32_t {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    String,
    Array,
    U64,
    I64,
    F64
};

/// One value. Integers, and bools as 0 or 1, are int64_t; a U64 beyond it is a double.
struct GgufValue {
    GgufType type = GgufType::U32;
    GgufType element = GgufType::U32;  // of an array; arrays of arrays are skipped when read
    std::variant<std::monostate, int64_t, double, std::string, std::vector<int64_t>,
                 std::vector<double>, std::vector<std::string>>
        value;

    static GgufValue u32(int64_t v) { return {GgufType::U32, {}, v}; }
    static GgufValue f32(double v) { return {GgufType::F32, {}, v}; }
    static GgufValue flag(bool v) { return {GgufType::Bool, {}, int64_t(v)}; }
    static GgufValue text(std::string v) { return {GgufType::String, {}, std::move(v)}; }
    static GgufValue texts(std::vector<std::string> v);
    static GgufValue i32s(const std::vector<int32_t>& v);
    static GgufValue f32s(const std::vector<float>& v);

    /// Null when the value is of another kind.
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

using GgufMetadata = std::map<std::string, GgufValue, std::less<>>;

/// A file, or bytes in memory. Tensors keep their GGUF names; shapes are row-major, so the file's
/// dimensions in reverse.
class GgufFile : public WeightSource {
public:
    virtual const GgufMetadata& metadata() const = 0;
    /// The file's name in messages.
    virtual const std::string& label() const = 0;
};

/// Memory-mapped. Checked before anything is read: magic, version, counts against what is left of
/// the file, nesting of arrays, duplicate keys and names, dimensions, alignment, and that no two
/// tensors overlap and all lie in the file.
/// Errors: NotFound; DataCorrupt naming key or tensor; Unsupported: a big-endian file, version 1,
/// or a tensor of a type that Hearth lacks.
core::Result<std::unique_ptr<GgufFile>> openGguf(const std::filesystem::path& file);
/// The same of bytes in memory, which it takes.
core::Result<std::unique_ptr<GgufFile>> parseGguf(std::vector<std::byte> bytes,
                                                  const std::string& label);

/// Takes the next bytes of a tensor.
using ByteSink = std::function<core::Status(std::span<const std::byte>)>;

/// A tensor to be written; its bytes are asked for when their turn comes.
struct GgufTensorToWrite {
    std::string name;            // at most 63 bytes, llama.cpp's limit
    std::vector<int64_t> shape;  // row-major, rank 1 to 4
    DType dtype = DType::F32;    // with Codec::Plain
    Codec codec = Codec::Plain;
    /// Hands on all bytes, in order and in pieces of any size.
    std::function<core::Status(const ByteSink&)> produce;

    int64_t byteCount() const;
};

/// Version 3, to a temporary file beside `file` that is synced and renamed. Calls written with the
/// number of bytes of each piece, when given; false stops with Cancelled.
core::Status writeGguf(const std::filesystem::path& file, const GgufMetadata& metadata,
                       const std::vector<GgufTensorToWrite>& tensors,
                       const std::function<bool(int64_t)>& written = {});

}  // namespace hearth::engine

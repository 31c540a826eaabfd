#include "engine/formats/packed_file_layout.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;
using nlohmann::json;

constexpr size_t kSealedBytes = 104;  // the prologue's fields, before its own hash
constexpr int64_t kMaxDimension = int64_t{1} << 40;
constexpr size_t kMaxText = 16 << 20;
constexpr size_t kMaxName = 1024;
constexpr std::array kTypes = {DType::F32, DType::BF16, DType::F16, DType::Q8, DType::Q4};

Error corrupt(const std::string& what) {
    return {ErrorCode::DataCorrupt, what, ""};
}

const char* kindName(PackedKind kind) {
    switch (kind) {
        case PackedKind::Matrix:
            return "matrix";
        case PackedKind::Vector:
            return "vector";
        case PackedKind::Table:
            break;
    }
    return "table";
}

core::Result<PackedKind> parseKind(const std::string& name) {
    for (const PackedKind kind : {PackedKind::Matrix, PackedKind::Vector, PackedKind::Table})
        if (name == kindName(kind))
            return kind;
    return corrupt("an unknown kind of tensor, " + core::printable(name));
}

bool typeFits(PackedKind kind, DType dtype) {
    const bool quantised = dtype == DType::Q8 || dtype == DType::Q4;
    return kind == PackedKind::Matrix || (kind == PackedKind::Table && !quantised) ||
           dtype == DType::F32;
}

core::Result<DType> parseType(PackedKind kind, const std::string& name) {
    for (const DType dtype : kTypes)
        if (name == dtypeName(dtype) && typeFits(kind, dtype))
            return dtype;
    return corrupt("a " + std::string(kindName(kind)) + " of type " + core::printable(name));
}

/// Dimensions whose product, in bytes, stays far from overflow.
core::Result<std::vector<int64_t>> parseShape(const json& object) {
    const json* list = core::findField(object, "shape");
    if (!list || !list->is_array() || list->empty() || list->size() > Tensor::kMaxRank)
        return corrupt("a tensor without a shape of 1 to 3 dimensions");
    std::vector<int64_t> shape;
    int64_t product = 1;
    for (const json& extent : *list) {
        if (!extent.is_number_integer() || extent < 1 || extent > kMaxDimension / product)
            return corrupt("a tensor with an impossible shape");
        shape.push_back(extent.get<int64_t>());
        product *= shape.back();
    }
    return shape;
}

core::Result<uint64_t> readCount(const json& object, const std::string& field) {
    CORE_ASSIGN(const int64_t value, core::readInt(object, field, 0, int64_t{1} << 56));
    return uint64_t(value);
}

template <typename T>
void put(std::byte*& target, const T& value) {
    std::memcpy(target, &value, sizeof(value));
    target += sizeof(value);
}
template <typename T>
void take(const std::byte*& source, T& value) {
    std::memcpy(&value, source, sizeof(value));
    source += sizeof(value);
}

core::Result<std::vector<PackedSourceFile>> parseFiles(const json& object) {
    const json* list = core::findField(object, "files");
    if (!list || !list->is_array())
        return corrupt("no list of source files");
    std::vector<PackedSourceFile> files;
    for (const json& entry : *list) {
        PackedSourceFile file;
        CORE_ASSIGN(file.name, core::readString(entry, "name", kMaxName));
        CORE_ASSIGN(file.bytes, readCount(entry, "bytes"));
        CORE_ASSIGN(file.sha256, core::readString(entry, "sha256", 64));
        files.push_back(std::move(file));
    }
    return files;
}

core::Result<std::map<std::string, std::vector<int64_t>>> parseWeights(const json& object) {
    const json* weights = core::findField(object, "weights");
    if (!weights || !weights->is_object())
        return corrupt("no list of weights");
    std::map<std::string, std::vector<int64_t>> out;
    for (const auto& [name, shape] : weights->items()) {
        CORE_ASSIGN(out[name], parseShape(json{{"shape", shape}}));
    }
    return out;
}

core::Result<std::vector<PackedTensor>> parseTensors(const json& object, uint64_t dataBytes) {
    const json* list = core::findField(object, "tensors");
    if (!list || !list->is_array())
        return corrupt("no list of tensors");
    std::vector<PackedTensor> tensors;
    std::set<std::pair<PackedKind, std::string>> seen;
    uint64_t end = 0;
    for (const json& entry : *list) {
        CORE_ASSIGN(PackedTensor tensor, parsePackedTensor(entry));
        if (tensor.offset < end || tensor.bytes > dataBytes ||
            tensor.offset > dataBytes - tensor.bytes)
            return corrupt("tensor " + tensor.key + " lies outside of the data or over another");
        if (!seen.emplace(tensor.kind, tensor.key).second)
            return corrupt("tensor " + tensor.key + " occurs twice");
        end = tensor.offset + tensor.bytes;
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}

core::Result<PackedHeader> parseObject(const json& object, uint64_t dataBytes) {
    PackedHeader header;
    CORE_ASSIGN(header.config, core::readString(object, "config", kMaxText));
    CORE_ASSIGN(header.generation_config,
                core::readString(object, "generation_config", kMaxText, ""));
    CORE_ASSIGN(header.recipe, core::readString(object, "recipe", kMaxName));
    CORE_ASSIGN(header.files, parseFiles(object));
    CORE_ASSIGN(header.weights, parseWeights(object));
    CORE_ASSIGN(header.tensors, parseTensors(object, dataBytes));
    return header;
}

}  // namespace

uint64_t packedTensorBytes(const PackedTensor& tensor) {
    const auto& shape = tensor.shape;
    if (tensor.kind == PackedKind::Matrix) {
        CORE_ASSERT(shape.size() >= 2);
        return uint64_t(packedBytes(tensor.dtype, shape.size() == 3 ? shape[0] : 1,
                                    shape[shape.size() - 2], shape.back()));
    }
    int64_t elements = 1;
    for (const int64_t extent : shape)
        elements *= extent;
    return uint64_t(elements * dtypeSize(tensor.dtype));
}

PrologueBytes writePrologue(const PackedPrologue& prologue) {
    PrologueBytes bytes{};
    std::memcpy(bytes.data(), kPackedMagic.data(), kPackedMagic.size());
    std::byte* at = bytes.data() + kPackedMagic.size();
    put(at, prologue.version);
    put(at, prologue.chunk_bytes);
    put(at, kPackedDataOffset);
    put(at, prologue.data_bytes);
    put(at, prologue.header_bytes);
    put(at, prologue.header_hash);
    put(at, prologue.table_hash);
    CORE_ASSERT(at == bytes.data() + kSealedBytes);
    put(at, core::sha256(std::span(bytes).first(kSealedBytes)));
    return bytes;
}

core::Result<PackedPrologue> readPrologue(std::span<const std::byte> file) {
    if (file.size() < kPackedDataOffset)
        return corrupt("this is no packed model: it is too short");
    if (core::asText(file.first(kPackedMagic.size())) != kPackedMagic)
        return corrupt("this is no packed model, or one whose import was never finished");
    PackedPrologue prologue;
    const std::byte* at = file.data() + kPackedMagic.size();
    take(at, prologue.version);
    if (prologue.version != kPackedVersion)
        return Error{ErrorCode::Unsupported,
                     "this packed model has version " + std::to_string(prologue.version) +
                         ", but this Hearth reads version " + std::to_string(kPackedVersion) +
                         "; import the model again",
                     ""};
    uint64_t dataOffset = 0;
    take(at, prologue.chunk_bytes);
    take(at, dataOffset);
    take(at, prologue.data_bytes);
    take(at, prologue.header_bytes);
    take(at, prologue.header_hash);
    take(at, prologue.table_hash);
    // Written afresh from what was read, every byte must be the same: fields, hash and zeros.
    const PrologueBytes again = writePrologue(prologue);
    if (std::memcmp(again.data(), file.data(), again.size()) != 0 || prologue.chunk_bytes == 0)
        return corrupt("the first page of the packed model is damaged");
    return prologue;
}

json packedTensorJson(const PackedTensor& tensor) {
    return {{"kind", kindName(tensor.kind)},
            {"key", tensor.key},
            {"role", tensor.role},
            {"dtype", dtypeName(tensor.dtype)},
            {"shape", tensor.shape},
            {"offset", tensor.offset},
            {"bytes", tensor.bytes},
            {"relative_rms_error", tensor.error.relative_rms},
            {"largest_error", tensor.error.largest}};
}

core::Result<PackedTensor> parsePackedTensor(const json& object) {
    PackedTensor tensor;
    CORE_ASSIGN(const std::string kind, core::readString(object, "kind", kMaxName));
    CORE_ASSIGN(const std::string dtype, core::readString(object, "dtype", kMaxName));
    CORE_ASSIGN(tensor.kind, parseKind(kind));
    CORE_ASSIGN(tensor.dtype, parseType(tensor.kind, dtype));
    CORE_ASSIGN(tensor.key, core::readString(object, "key", kMaxName));
    CORE_ASSIGN(tensor.role, core::readString(object, "role", kMaxName, ""));
    CORE_ASSIGN(tensor.shape, parseShape(object));
    CORE_ASSIGN(tensor.offset, readCount(object, "offset"));
    CORE_ASSIGN(tensor.bytes, readCount(object, "bytes"));
    CORE_ASSIGN(tensor.error.relative_rms,
                core::readNumber(object, "relative_rms_error", 0, 1e300, 0.0));
    CORE_ASSIGN(tensor.error.largest, core::readNumber(object, "largest_error", 0, 1e300, 0.0));
    if (tensor.kind == PackedKind::Matrix && tensor.shape.size() < 2)
        return corrupt("matrix " + tensor.key + " has one dimension");
    if (tensor.bytes != packedTensorBytes(tensor) || tensor.offset % kPackedAlignment != 0)
        return corrupt("tensor " + tensor.key + " has the wrong size or place");
    return tensor;
}

std::string writePackedHeader(const PackedHeader& header) {
    json files = json::array(), list = json::array();
    for (const PackedSourceFile& file : header.files)
        files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    for (const PackedTensor& tensor : header.tensors)
        list.push_back(packedTensorJson(tensor));
    json object = {{"config", header.config},
                   {"recipe", header.recipe},
                   {"files", std::move(files)},
                   {"weights", header.weights},
                   {"tensors", std::move(list)}};
    if (!header.generation_config.empty())
        object["generation_config"] = header.generation_config;
    return core::dumpJson(object);
}

core::Result<PackedHeader> parsePackedHeader(std::string_view text, uint64_t dataBytes) {
    const auto parsed = core::parseJson(text, "the header");
    auto header = !parsed                ? core::Result<PackedHeader>(parsed.error())
                  : !parsed->is_object() ? core::Result<PackedHeader>(corrupt("it is no object"))
                                         : parseObject(*parsed, dataBytes);
    if (!header)
        return corrupt("the header is damaged: " + header.error().text());
    return header;
}

}  // namespace hearth::engine

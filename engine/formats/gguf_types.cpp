#include <algorithm>
#include <iterator>

#include "engine/formats/gguf_header.h"

namespace hearth::engine {
namespace {

constexpr GgufTensorType kTypes[] = {
    {0, "F32", DType::F32, Codec::Plain, 1, 4},
    {1, "F16", DType::F16, Codec::Plain, 1, 2},
    {2, "Q4_0", DType::F32, Codec::GgufQ4_0, 32, 18},
    {3, "Q4_1", DType::F32, Codec::GgufQ4_1, 32, 20},
    {8, "Q8_0", DType::F32, Codec::GgufQ8_0, 32, 34},
    {12, "Q4_K", DType::F32, Codec::GgufQ4_K, 256, 144},
    {13, "Q5_K", DType::F32, Codec::GgufQ5_K, 256, 176},
    {14, "Q6_K", DType::F32, Codec::GgufQ6_K, 256, 210},
    {26, "I32", DType::I32, Codec::Plain, 1, 4},
    {27, "I64", DType::I64, Codec::Plain, 1, 8},
    {28, "F64", DType::F64, Codec::Plain, 1, 8},
    {30, "BF16", DType::BF16, Codec::Plain, 1, 2},
    {39, "MXFP4", DType::F32, Codec::GgufMxfp4, 32, 17},
};

}  // namespace

const GgufTensorType* findGgufTensorType(uint32_t id) {
    const auto* found = std::ranges::find(kTypes, id, &GgufTensorType::id);
    return found == std::end(kTypes) ? nullptr : found;
}

const GgufTensorType* findGgufTensorType(DType dtype, Codec codec) {
    const auto* found = std::ranges::find_if(kTypes, [&](const GgufTensorType& type) {
        return type.codec == codec && (codec != Codec::Plain || type.dtype == dtype);
    });
    return found == std::end(kTypes) ? nullptr : found;
}

GgufValue GgufValue::texts(std::vector<std::string> v) {
    return {GgufType::Array, GgufType::String, std::move(v)};
}

GgufValue GgufValue::i32s(const std::vector<int32_t>& v) {
    return {GgufType::Array, GgufType::I32, std::vector<int64_t>(v.begin(), v.end())};
}

GgufValue GgufValue::f32s(const std::vector<float>& v) {
    return {GgufType::Array, GgufType::F32, std::vector<double>(v.begin(), v.end())};
}

}  // namespace hearth::engine

#include "engine/models/weight_check.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/formats/codec_fp8.h"
#include "engine/formats/codec_mxfp4.h"
#include "engine/formats/little_endian.h"

namespace hearth::engine {
namespace {

bool isFp8(const StoredTensor& stored) {
    return stored.dtype == DType::F8E4M3 && stored.codec == Codec::Plain;
}

std::string wrongShape(const StoredTensor& stored, const std::vector<int64_t>& expected) {
    return stored.name + " has shape " + shapeText(stored.shape) + ", expected " +
           shapeText(expected);
}

std::string wrongType(const StoredTensor& stored, const std::string& expected) {
    return stored.name + " has dtype " + dtypeName(stored.dtype) + ", expected " + expected;
}

/// One scale a block: of [128, 128], or of the last dimension of MXFP4 nibbles.
std::vector<int64_t> scalesShape(const StoredPlace& place) {
    std::vector<int64_t> shape = place.shape;
    if (place.mxfp4) {
        shape.pop_back();
        return shape;
    }
    for (size_t i = shape.size() - 2; i < shape.size(); ++i)
        shape[i] = (shape[i] + kFp8Block - 1) / kFp8Block;
    return shape;
}

std::string badScale(const StoredTensor& scales, size_t index, const std::string& value) {
    return scales.name + " holds " + value + " at index " + std::to_string(index) +
           ", which is no scale";
}

std::string scaleValueProblem(const StoredTensor& scales) {
    if (scales.dtype == DType::U8) {
        const void* nan = std::memchr(scales.bytes.data(), kMxfp4NanScale, scales.bytes.size());
        if (nan)
            return badScale(scales, size_t(static_cast<const std::byte*>(nan) - &scales.bytes[0]),
                            "255 (NaN)");
        return "";
    }
    for (size_t i = 0; i < scales.bytes.size() / sizeof(float); ++i) {
        const auto value = loadAs<float>(&scales.bytes[i * sizeof(float)]);
        if (!std::isfinite(value))
            return badScale(scales, i, std::to_string(value));
    }
    return "";
}

std::string scalesProblem(const FoundTensor& found) {
    const std::vector<int64_t> shape = scalesShape(found.place);
    const DType dtype = found.place.mxfp4 ? DType::U8 : DType::F32;
    if (!found.scales)
        return "missing " + scalesName(found.place, *found.stored) + ", expected " +
               dtypeName(dtype) + " " + shapeText(shape) + ": the scales of " + found.stored->name;
    if (found.scales->shape != shape)
        return wrongShape(*found.scales, shape);
    if (found.scales->dtype != dtype)
        return wrongType(*found.scales, dtypeName(dtype));
    return scaleValueProblem(*found.scales);
}

/// A view or blocks that a part cannot be taken out of.
bool isIndivisible(const FoundTensor& found) {
    const StoredTensor& stored = *found.stored;
    const bool whole = stored.shape == found.place.shape && found.place.entry < 0 &&
                       found.place.row_begin == 0 && found.place.row_step == 1;
    return (found.place.transposed && stored.codec != Codec::Plain) ||
           (!whole && (stored.row_order || stored.transposed || !stored.scales.empty()));
}

}  // namespace

std::string scalesName(const StoredPlace& place, const StoredTensor& stored) {
    constexpr std::string_view kBlocks = "_blocks";
    if (place.mxfp4)
        return place.name.substr(0, place.name.size() - kBlocks.size()) + "_scales";
    return isFp8(stored) ? place.name + "_scale_inv" : "";
}

std::string problemWith(const FoundTensor& found) {
    const StoredTensor& stored = *found.stored;
    if (stored.shape != found.place.shape)
        return wrongShape(stored, found.place.shape);
    if (found.place.mxfp4)
        return stored.dtype == DType::U8 ? scalesProblem(found) : wrongType(stored, "U8");
    if (isFp8(stored) && stored.shape.size() >= 2 && !found.place.transposed)
        return scalesProblem(found);
    if (!isFloatType(stored.dtype))
        return wrongType(stored, "F32, BF16 or F16");
    return isIndivisible(found) ? stored.name + " is encoded in a way that cannot be split" : "";
}

bool isFloatType(DType dtype) {
    return dtype == DType::F32 || dtype == DType::BF16 || dtype == DType::F16;
}

std::string shapeText(const std::vector<int64_t>& shape) {
    std::string text;
    for (const int64_t dim : shape)
        text += (text.empty() ? "" : ", ") + std::to_string(dim);
    return "[" + text + "]";
}

}  // namespace hearth::engine

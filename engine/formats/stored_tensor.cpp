// Rows of a stored tensor as F32, whatever its dtype and codec.
#include <functional>
#include <numeric>

#include "engine/formats/codec_fp8.h"
#include "engine/formats/codec_mxfp4.h"
#include "engine/formats/gguf_blocks.h"
#include "engine/formats/little_endian.h"

namespace hearth::engine {
namespace {

int64_t product(std::span<const int64_t> dims) {
    return std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<>());
}

/// Calls use(read), read(bytes, i): element i of plain bytes as F32.
template <typename Use>
void withReader(DType dtype, Use use) {
    const auto number = [&]<typename T>(T) {
        use([](const std::byte* bytes, int64_t i) {
            return float(loadAs<T>(bytes + i * int64_t(sizeof(T))));
        });
    };
    switch (dtype) {
        case DType::F32:
            return number(float{});
        case DType::F64:
            return number(double{});
        case DType::I32:
            return number(int32_t{});
        case DType::I64:
            return number(int64_t{});
        case DType::U8:
            return number(uint8_t{});
        case DType::BF16:
            return use([](const std::byte* bytes, int64_t i) {
                return fromBf16(loadAs<uint16_t>(bytes + 2 * i));
            });
        case DType::F16:
            return use([](const std::byte* bytes, int64_t i) { return loadF16(bytes + 2 * i); });
        case DType::F8E4M3:
            return use(
                [](const std::byte* bytes, int64_t i) { return fromE4m3(uint8_t(bytes[i])); });
        case DType::Q8:
        case DType::Q4:
            break;
    }
    CORE_ASSERT(!"only memory holds this dtype");
}

/// Row of the bytes that is row r of the tensor.
int64_t sourceRow(const StoredTensor& t, int64_t r) {
    return t.row_order ? (*t.row_order)[size_t(r)] : r;
}

void readPlainRow(const StoredTensor& t, int64_t row, float* out) {
    const int64_t columns = t.columns();
    withReader(t.dtype, [&](auto read) {
        for (int64_t c = 0; c < columns; ++c)
            out[c] = read(t.bytes.data(), row * columns + c);
    });
}

void readFp8Row(const StoredTensor& t, int64_t row, float* out) {
    const size_t columns = size_t(t.columns());
    const auto codes = t.bytes.subspan(size_t(row) * columns, columns);
    const int64_t firstScale = row / kFp8Block * t.scale_columns;
    decodeFp8Row(codes, &t.scales[size_t(firstScale) * sizeof(float)], out);
}

void readMxfp4Row(const StoredTensor& t, int64_t row, float* out) {
    const int64_t blocks = t.columns() / kMxfp4Block;
    for (int64_t b = 0; b < blocks; ++b) {
        const auto block = size_t(row * blocks + b);
        decodeMxfp4Block(&t.bytes[block * kMxfp4Block / 2], uint8_t(t.scales[block]),
                         out + b * kMxfp4Block);
    }
}

void readGgufRow(const StoredTensor& t, int64_t row, float* out) {
    const GgufBlock& codec = *ggufBlock(t.codec);
    const int64_t blocks = t.columns() / codec.elements;
    for (int64_t b = 0; b < blocks; ++b)
        codec.decode(&t.bytes[size_t((row * blocks + b) * codec.bytes)], out + b * codec.elements);
}

void readRow(const StoredTensor& t, int64_t row, float* out) {
    switch (t.codec) {
        case Codec::Plain:
            return readPlainRow(t, row, out);
        case Codec::Fp8Block:
            return readFp8Row(t, row, out);
        case Codec::Mxfp4:
            return readMxfp4Row(t, row, out);
        default:
            return readGgufRow(t, row, out);
    }
}

/// Column by column, which is how the bytes lie.
void readTransposed(const StoredTensor& t, int64_t begin, int64_t end, float* out) {
    CORE_ASSERT(t.codec == Codec::Plain && t.shape.size() == 2);
    const int64_t columns = t.columns();
    const int64_t storedRows = int64_t(t.bytes.size()) / dtypeSize(t.dtype) / columns;
    withReader(t.dtype, [&](auto read) {
        for (int64_t c = 0; c < columns; ++c) {
            for (int64_t r = begin; r < end; ++r)
                out[(r - begin) * columns + c] =
                    read(t.bytes.data(), c * storedRows + sourceRow(t, r));
        }
    });
}

void readOrderedVector(const StoredTensor& t, float* out) {
    CORE_ASSERT(t.codec == Codec::Plain);
    withReader(t.dtype, [&](auto read) {
        for (int64_t i = 0; i < t.columns(); ++i)
            out[i] = read(t.bytes.data(), sourceRow(t, i));
    });
}

template <typename T>
std::vector<int64_t> integers(std::span<const std::byte> bytes) {
    std::vector<int64_t> out(bytes.size() / sizeof(T));
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = loadAs<T>(&bytes[i * sizeof(T)]);
    return out;
}

}  // namespace

int64_t StoredTensor::rows() const {
    return shape.empty() ? 1 : product(std::span(shape).first(shape.size() - 1));
}

int64_t StoredTensor::columns() const {
    return shape.empty() ? 1 : shape.back();
}

void StoredTensor::readRows(int64_t begin, int64_t end, float* out) const {
    CORE_ASSERT(0 <= begin && begin <= end && end <= rows());
    if (computed)
        return computed->readRows(begin, end, out);
    if (transposed)
        return readTransposed(*this, begin, end, out);
    if (row_order && shape.size() == 1)
        return begin < end ? readOrderedVector(*this, out) : void();
    for (int64_t r = begin; r < end; ++r)
        readRow(*this, sourceRow(*this, r), out + (r - begin) * columns());
}

std::vector<float> StoredTensor::toFloats() const {
    std::vector<float> out(size_t(rows() * columns()));
    readRows(0, rows(), out.data());
    return out;
}

std::vector<int64_t> StoredTensor::toInts() const {
    CORE_ASSERT(dtype == DType::I32 || dtype == DType::I64);
    return dtype == DType::I32 ? integers<int32_t>(bytes) : integers<int64_t>(bytes);
}

}  // namespace hearth::engine

#include "engine/models/gguf_export_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/formats/gguf_blocks.h"

namespace hearth::engine {
namespace {

// Large enough for the disk, small enough to stay in the cache of one core.
constexpr int64_t kChunkValues = 1 << 18;
constexpr float kMaxF16 = 65504.0f;

size_t encodedSize(size_t values, DType dtype, Codec codec) {
    if (const GgufBlock* block = ggufBlock(codec))
        return values / size_t(block->elements) * size_t(block->bytes);
    return values * size_t(dtypeSize(dtype));
}

void encode(std::span<const float> values, DType dtype, Codec codec, std::byte* out) {
    if (codec == Codec::GgufQ8_0)
        return encodeQ8_0(values, out);
    if (codec == Codec::GgufQ4_0)
        return encodeQ4_0(values, out);
    CORE_ASSERT(codec == Codec::Plain);
    if (dtype == DType::F16)
        return encodeF16(values, out);
    if (dtype == DType::F32)
        return void(std::memcpy(out, values.data(), values.size_bytes()));
    CORE_ASSERT(dtype == DType::BF16);
    for (size_t i = 0; i < values.size(); ++i) {
        const uint16_t bits = toBf16(values[i]);
        std::memcpy(out + 2 * i, &bits, 2);
    }
}

class RowsProducer {
public:
    RowsProducer(GgufRows rows, DType dtype, Codec codec)
        : m_rows(std::move(rows)), m_dtype(dtype), m_codec(codec) {}

    core::Status operator()(const ByteSink& sink) const {
        for (const StoredTensor* part : m_rows.parts)
            CORE_TRY(m_rows.head_rows > 0 ? heads(*part, sink) : rows(*part, sink));
        return {};
    }

private:
    core::Status rows(const StoredTensor& part, const ByteSink& sink) const {
        if (part.shape.size() == 1 && !m_rows.order.empty())
            return orderedVector(part, sink);
        const int64_t columns = part.columns();
        const int64_t chunk = std::max<int64_t>(1, kChunkValues / columns);
        std::vector<float> values;
        for (int64_t begin = 0; begin < part.rows(); begin += chunk) {
            const int64_t end = std::min(begin + chunk, part.rows());
            values.resize(size_t((end - begin) * columns));
            if (m_rows.order.empty())
                part.readRows(begin, end, values.data());
            for (int64_t row = begin; row < end && !m_rows.order.empty(); ++row) {
                const int64_t from = m_rows.order[size_t(row)];
                part.readRows(from, from + 1, values.data() + (row - begin) * columns);
            }
            const int64_t scaled = std::clamp<int64_t>(m_rows.scaled_rows - begin, 0, end - begin);
            for (int64_t i = 0; i < scaled * columns; ++i)
                values[size_t(i)] *= m_rows.scale;
            CORE_TRY(put(values, part, sink));
        }
        return {};
    }

    core::Status orderedVector(const StoredTensor& part, const ByteSink& sink) const {
        const std::vector<float> values = part.toFloats();
        std::vector<float> ordered;
        for (const int32_t from : m_rows.order)
            ordered.push_back(values[size_t(from)]);
        return put(ordered, part, sink);
    }

    core::Status heads(const StoredTensor& part, const ByteSink& sink) const {
        const int64_t columns = part.columns();
        std::vector<float> values(size_t(m_rows.count * columns));
        std::vector<float> turned(m_rows.transposed ? values.size() : 0);
        for (int64_t head = 0; head < part.rows() / m_rows.head_rows; ++head) {
            const int64_t begin = head * m_rows.head_rows + m_rows.first;
            part.readRows(begin, begin + m_rows.count, values.data());
            for (size_t i = 0; i < turned.size(); ++i) {
                const size_t column = i / size_t(m_rows.count);
                turned[i] = values[i % size_t(m_rows.count) * size_t(columns) + column];
            }
            CORE_TRY(put(m_rows.transposed ? turned : values, part, sink));
        }
        return {};
    }

    core::Status put(std::span<const float> values, const StoredTensor& part,
                     const ByteSink& sink) const {
        const bool half = m_dtype == DType::F16 && m_codec == Codec::Plain;
        if (half && std::ranges::any_of(values, [](float v) { return std::abs(v) > kMaxF16; }))
            return core::Error{core::ErrorCode::InvalidArgument,
                               "The tensor has values that F16 cannot hold; export as bf16, f32 "
                               "or q8_0",
                               part.name};
        std::vector<std::byte> bytes(encodedSize(values.size(), m_dtype, m_codec));
        encode(values, m_dtype, m_codec, bytes.data());
        return sink(bytes);
    }

    GgufRows m_rows;
    DType m_dtype;
    Codec m_codec;
};

}  // namespace

std::function<core::Status(const ByteSink&)> ggufRowsProducer(GgufRows rows, DType dtype,
                                                              Codec codec) {
    return RowsProducer(std::move(rows), dtype, codec);
}

}  // namespace hearth::engine

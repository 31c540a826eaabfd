#include "engine/models/panel_packer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/result.h"
#include "engine/float_bits.h"
#include "engine/models/on_all_cores.h"
#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"

namespace hearth::engine {
namespace {

constexpr int64_t kBufferFloats = 4 << 20;  // 16 MB

/// Sums of one panel; joined in the order of the panels, so that they do not depend on threads.
struct Difference {
    double squares = 0;  // of the values
    double errors = 0;   // of value - stored value
    double largest = 0;

    void add(float value, float stored) {
        const double error = double(value) - double(stored);
        squares += double(value) * double(value);
        errors += error * error;
        largest = std::max(largest, std::fabs(error));
    }
    void add(const Difference& other) {
        squares += other.squares;
        errors += other.errors;
        largest = std::max(largest, other.largest);
    }
    PackedError result() const {
        return {.relative_rms = squares > 0 ? std::sqrt(errors / squares) : 0, .largest = largest};
    }
};

class MatrixPacker {
public:
    MatrixPacker(const WeightSource& weights, const FusedWeight& weight, DType dtype)
        : m_weights(weights),
          m_weight(weight),
          m_dtype(dtype),
          m_panelsPerGroup((weight.outputs + kPanelOutputs - 1) / kPanelOutputs) {}

    PackedError run(const ByteSink& sink) {
        const int64_t panels = std::max<int64_t>(1, m_weight.groups) * m_panelsPerGroup;
        const int64_t bytes = panelBytes(m_dtype, m_weight.depth);
        const int64_t batch =
            std::clamp<int64_t>(kBufferFloats / (kPanelOutputs * m_weight.depth), 1, panels);
        std::vector<std::byte> packed(size_t(batch * bytes));
        std::vector<Difference> differences(static_cast<size_t>(batch));
        Difference total;
        for (int64_t first = 0; first < panels; first += batch) {
            const int64_t count = std::min(batch, panels - first);
            onAllCores(count, [&](int64_t i) {
                differences[size_t(i)] = packOne(first + i, packed.data() + i * bytes);
            });
            for (int64_t i = 0; i < count; ++i)
                total.add(differences[size_t(i)]);
            sink(std::span(packed).first(size_t(count * bytes)));
        }
        return total.result();
    }

private:
    Difference packOne(int64_t panel, std::byte* target) const {
        const int64_t group = panel / m_panelsPerGroup;
        const int64_t first = panel % m_panelsPerGroup * kPanelOutputs;
        const int64_t count = std::min(kPanelOutputs, m_weight.outputs - first);
        const int64_t depth = m_weight.depth;
        std::vector<float> rows(size_t(count * depth));
        readRows(group, first, count, rows.data());
        if (m_dtype == DType::Q8 || m_dtype == DType::Q4)
            requireFinite(group, rows);
        packPanel(m_dtype, {rows.data(), depth, count, depth}, target);
        Difference difference;
        std::vector<float> stored(rows.size());
        unpackPanel(m_dtype, target, count, depth, stored.data(), depth);
        for (size_t i = 0; i < rows.size(); ++i)
            difference.add(rows[i], stored[i]);
        return difference;
    }

    std::span<const WeightPiece> piecesOf(int64_t group) const {
        const size_t perGroup =
            m_weight.pieces.size() / size_t(std::max<int64_t>(1, m_weight.groups));
        return std::span(m_weight.pieces).subspan(size_t(group) * perGroup, perGroup);
    }

    const StoredTensor& stored(const WeightPiece& piece) const {
        const StoredTensor* tensor = m_weights.find(piece.tensor);
        CORE_ASSERT(tensor);
        return *tensor;
    }

    /// Outputs [first, first + count) of a group.
    void readRows(int64_t group, int64_t first, int64_t count, float* out) const {
        if (m_weight.transposed)
            return readTransposed(piecesOf(group).front(), first, count, out);
        int64_t row = 0;  // of the group, where the piece begins
        for (const WeightPiece& piece : piecesOf(group)) {
            const int64_t rows = piece.end - piece.begin;
            const int64_t begin = std::max(first, row), end = std::min(first + count, row + rows);
            if (begin < end)
                stored(piece).readRows(piece.begin + begin - row, piece.begin + end - row,
                                       out + (begin - first) * m_weight.depth);
            row += rows;
        }
        CORE_ASSERT(row == m_weight.outputs);
    }

    void readTransposed(const WeightPiece& piece, int64_t first, int64_t count, float* out) const {
        const StoredTensor& tensor = stored(piece);
        CORE_ASSERT(piece.end - piece.begin == m_weight.depth);
        std::vector<float> row(size_t(tensor.columns()));
        for (int64_t k = 0; k < m_weight.depth; ++k) {
            tensor.readRows(piece.begin + k, piece.begin + k + 1, row.data());
            for (int64_t n = 0; n < count; ++n)
                out[n * m_weight.depth + k] = row[size_t(first + n)];
        }
    }

    void requireFinite(int64_t group, const std::vector<float>& rows) const {
        if (std::ranges::all_of(rows, [](float v) { return std::isfinite(v); }))
            return;
        throw core::Exception({core::ErrorCode::DataCorrupt,
                               "The weights have values that are not finite numbers, which cannot "
                               "be quantised; the checkpoint is damaged or its training diverged",
                               piecesOf(group).front().tensor});
    }

    const WeightSource& m_weights;
    const FusedWeight& m_weight;
    DType m_dtype;
    int64_t m_panelsPerGroup;
};

/// Values as they are stored in a table, and back.
void storeRow(DType dtype, std::span<float> row, std::byte* target, Difference& difference) {
    if (dtype == DType::F32) {
        std::memcpy(target, row.data(), row.size_bytes());
        return;
    }
    auto* bits = reinterpret_cast<uint16_t*>(target);
    for (size_t i = 0; i < row.size(); ++i) {
        bits[i] = dtype == DType::BF16 ? floatToBf16(row[i]) : floatToF16(row[i]);
        difference.add(row[i], dtype == DType::BF16 ? bf16ToFloat(bits[i]) : f16ToFloat(bits[i]));
    }
}

}  // namespace

PackedError packMatrix(const WeightSource& weights, const FusedWeight& weight, DType dtype,
                       const ByteSink& sink) {
    return MatrixPacker(weights, weight, dtype).run(sink);
}

PackedError packTable(const StoredTensor& tensor, DType dtype, const ByteSink& sink) {
    const int64_t rows = tensor.rows(), columns = tensor.columns();
    const int64_t bytes = columns * dtypeSize(dtype);
    const int64_t batch = std::clamp<int64_t>(kBufferFloats / columns, 1, rows);
    std::vector<std::byte> packed(size_t(batch * bytes));
    std::vector<Difference> differences(static_cast<size_t>(batch));
    Difference total;
    for (int64_t first = 0; first < rows; first += batch) {
        const int64_t count = std::min(batch, rows - first);
        onAllCores(count, [&](int64_t i) {
            std::vector<float> row(static_cast<size_t>(columns));
            tensor.readRows(first + i, first + i + 1, row.data());
            differences[size_t(i)] = {};
            storeRow(dtype, row, packed.data() + i * bytes, differences[size_t(i)]);
        });
        for (int64_t i = 0; i < count; ++i)
            total.add(differences[size_t(i)]);
        sink(std::span(packed).first(size_t(count * bytes)));
    }
    return total.result();
}

}  // namespace hearth::engine

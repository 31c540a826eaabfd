#include "engine/models/weight_store.h"

#include <cstring>

#include "engine/ops/ops.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

class SourceStore final : public WeightStore {
public:
    SourceStore(Backend& backend, const WeightSource& weights)
        : m_backend(backend), m_weights(weights) {}

    bool has(const std::string& tensor) const override { return m_weights.find(tensor) != nullptr; }
    std::vector<int64_t> shapeOf(const std::string& tensor) const override {
        return stored(tensor).shape;
    }

    Tensor matrix(const FusedWeight& weight) override {
        const DType dtype = commonType(weight);
        const Tensor whole = m_backend.allocate(dtype, weight.shape());
        const int64_t groups = std::max<int64_t>(1, weight.groups);
        const size_t perGroup = weight.pieces.size() / size_t(groups);
        for (int64_t g = 0; g < groups; ++g) {
            const Tensor group = weight.groups > 0 ? whole.at(g) : whole;
            int64_t row = 0;
            for (size_t i = 0; i < perGroup; ++i) {
                const WeightPiece& piece = weight.pieces[size_t(g) * perGroup + i];
                const int64_t rows = weight.transposed ? weight.outputs : piece.end - piece.begin;
                upload(piece, weight.transposed, group.rows(row, row + rows));
                row += rows;
            }
            CORE_ASSERT(row == weight.outputs);
        }
        return counted(ops::pack(m_backend, whole));
    }

    Tensor vector(const std::vector<std::string>& tensors, int64_t groups) override {
        std::vector<float> values;
        for (const std::string& tensor : tensors) {
            const std::vector<float> part = stored(tensor).toFloats();
            values.insert(values.end(), part.begin(), part.end());
        }
        const auto count = int64_t(values.size());
        const Tensor flat = uploadFloats(m_backend, values, {count});
        return counted(groups > 0 ? flat.reshaped({groups, count / groups}) : flat);
    }

    Tensor table(const std::string& tensor) override {
        const StoredTensor& part = stored(tensor);
        if (!part.isPlain()) {
            const std::vector<float> values = part.toFloats();
            return counted(uploadFloats(m_backend, values, {part.shape[0], part.shape[1]}));
        }
        const Tensor target = m_backend.allocate(part.dtype, part.shape);
        m_backend.upload(target, part.bytes);
        return counted(target);
    }

    int64_t bytes() const override { return m_bytes; }

private:
    const StoredTensor& stored(const std::string& name) const {
        const StoredTensor* tensor = m_weights.find(name);
        CORE_ASSERT(tensor);
        return *tensor;
    }

    /// The pieces' dtype when it is the same for all and needs no decoding, else F32.
    DType commonType(const FusedWeight& weight) const {
        const DType first = stored(weight.pieces.front().tensor).dtype;
        for (const WeightPiece& piece : weight.pieces) {
            const StoredTensor& part = stored(piece.tensor);
            if (part.dtype != first || !part.isPlain())
                return DType::F32;
        }
        return first;
    }

    void upload(const WeightPiece& piece, bool transposed, const Tensor& target) {
        const StoredTensor& part = stored(piece.tensor);
        const int64_t rows = piece.end - piece.begin, columns = part.shape.back();
        if (part.isPlain() && part.dtype == target.dtype()) {
            const int64_t width = dtypeSize(part.dtype);
            const auto bytes = part.bytes.subspan(size_t(piece.begin * columns * width),
                                                  size_t(rows * columns * width));
            uploadBytes(bytes, rows, columns, width, transposed, target);
            return;
        }
        std::vector<float> values(size_t(rows * columns));
        part.readRows(piece.begin, piece.end, values.data());
        uploadBytes(std::as_bytes(std::span(values)), rows, columns, sizeof(float), transposed,
                    target);
    }

    void uploadBytes(std::span<const std::byte> bytes, int64_t rows, int64_t columns, int64_t width,
                     bool transposed, const Tensor& target) {
        if (!transposed)
            return m_backend.upload(target, bytes);
        std::vector<std::byte> turned(bytes.size());
        for (int64_t r = 0; r < rows; ++r)
            for (int64_t c = 0; c < columns; ++c)
                std::memcpy(&turned[size_t((c * rows + r) * width)],
                            &bytes[size_t((r * columns + c) * width)], size_t(width));
        m_backend.upload(target, turned);
    }

    Tensor counted(Tensor tensor) {
        m_bytes += heldBytes(tensor);
        return tensor;
    }

    Backend& m_backend;
    const WeightSource& m_weights;
    int64_t m_bytes = 0;
};

}  // namespace

std::vector<int64_t> FusedWeight::shape() const {
    return groups > 0 ? std::vector<int64_t>{groups, outputs, depth}
                      : std::vector<int64_t>{outputs, depth};
}

std::unique_ptr<WeightStore> sourceStore(Backend& backend, const WeightSource& weights) {
    return std::make_unique<SourceStore>(backend, weights);
}

}  // namespace hearth::engine

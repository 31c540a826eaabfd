#include "engine/models/counting_store.h"

#include <algorithm>

#include "engine/models/counting_backend.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

int64_t elementsOf(const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t extent : shape)
        count *= extent;
    return count;
}

}  // namespace

StoredShapes storedShapes(const WeightSource& weights) {
    StoredShapes shapes;
    for (const std::string& name : weights.names()) {
        const StoredTensor& tensor = *weights.find(name);
        const bool half = tensor.dtype == DType::BF16 || tensor.dtype == DType::F16;
        shapes[name] = {tensor.shape, half && tensor.isPlain() ? tensor.dtype : DType::F32};
    }
    return shapes;
}

StoredShapes storedShapes(const ModelConfig& config, DType dtype) {
    StoredShapes shapes;
    for (TensorSpec& spec : tensorSpecs(config))
        if (!spec.optional)
            shapes[spec.name] = {std::move(spec.shape), dtype};
    return shapes;
}

DType CountingStore::commonType(const FusedWeight& weight) const {
    const DType first = m_shapes.at(weight.pieces.front().tensor).dtype;
    const bool same = std::ranges::all_of(weight.pieces, [&](const WeightPiece& piece) {
        return m_shapes.at(piece.tensor).dtype == first;
    });
    return same ? first : DType::F32;
}

Tensor CountingStore::matrix(const FusedWeight& weight) {
    const DType stored = commonType(weight);
    const DType dtype = m_recipe.matrixType(weight.role, stored);
    const Tensor tensor = shapeOnly(dtype, weight.shape(), Layout::Packed);
    const int64_t bytes = heldBytes(tensor);
    m_bytes += bytes;
    m_bytesOfType[dtype] += bytes;
    m_largestMatrix = std::max(m_largestMatrix, tensor.size() * dtypeSize(stored));
    return tensor;
}

Tensor CountingStore::vector(const std::vector<std::string>& tensors, int64_t groups) {
    int64_t count = 0;
    for (const std::string& tensor : tensors)
        count += elementsOf(m_shapes.at(tensor).shape);
    const std::vector<int64_t> shape =
        groups > 0 ? std::vector<int64_t>{groups, count / groups} : std::vector<int64_t>{count};
    const Tensor out = shapeOnly(DType::F32, shape, Layout::RowMajor);
    m_bytes += heldBytes(out);
    return out;
}

Tensor CountingStore::table(const std::string& tensor) {
    const StoredShape& stored = m_shapes.at(tensor);
    const Tensor out = shapeOnly(m_recipe.tableType(stored.dtype), stored.shape, Layout::RowMajor);
    m_bytes += heldBytes(out);
    return out;
}

DType CountingStore::mostUsedType() const {
    const auto most =
        std::ranges::max_element(m_bytesOfType, {}, [](const auto& entry) { return entry.second; });
    return most == m_bytesOfType.end() ? DType::F32 : most->first;
}

}  // namespace hearth::engine

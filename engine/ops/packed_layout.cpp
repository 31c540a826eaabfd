#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

constexpr int64_t kScaleBytes = 2 * kPanelOutputs;  // of a block of steps

int64_t panelsOf(int64_t outputs) {
    return (outputs + kPanelOutputs - 1) / kPanelOutputs;
}

}  // namespace

int64_t panelBytes(DType dtype, int64_t depth) {
    const int64_t blocks = (depth + kQuantBlock - 1) / kQuantBlock;
    switch (dtype) {
        case DType::Q8:
            return blocks * (kScaleBytes + kQuantBlock * kPanelOutputs);
        case DType::Q4:
            return blocks * (kScaleBytes + kQuantBlock * kPanelOutputs / 2);
        default:
            return depth * kPanelOutputs * dtypeSize(dtype);
    }
}

int64_t packedBytes(DType dtype, int64_t groups, int64_t outputs, int64_t depth) {
    return groups * panelsOf(outputs) * panelBytes(dtype, depth);
}

int64_t heldBytes(const Tensor& tensor) {
    if (tensor.layout() == Layout::RowMajor)
        return tensor.size() * dtypeSize(tensor.dtype());
    const int rank = tensor.rank();
    return packedBytes(tensor.dtype(), rank == 3 ? tensor.dim(0) : 1, tensor.dim(rank - 2),
                       tensor.dim(rank - 1));
}

}  // namespace hearth::engine

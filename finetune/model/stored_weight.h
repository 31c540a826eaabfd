// A frozen weight that stays where it is stored (packed in 4 or 8 bits, FP8, GGUF blocks, ...) and
// becomes F32 for one product at a time.
#pragma once
#include <vector>

#include "engine/formats/weight_source.h"
#include "finetune/model/grouped_product.h"

namespace hearth::finetune {

/// Memory of a product: the weight of an ordinary layer, or one expert's on every thread.
/// Bits: those of the same values held as F32.
class StoredWeight {
public:
    StoredWeight() = default;
    /// pieces: tensors [rows, in] that stand one below the other, all of group 0 first; they
    /// outlive the weight.
    StoredWeight(std::vector<const engine::StoredTensor*> pieces, int64_t groups);

    bool defined() const { return !m_pieces.empty(); }
    /// Rows [begin, end) of a group as F32. Threading: from any.
    void readRows(int64_t group, int64_t begin, int64_t end, float* out) const;

    /// out = x W^T, or += when accumulate.
    void forward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                 bool accumulate, const RowGroups& groups) const;
    /// dx = dout W, or += when accumulate.
    void backward(const StepContext& step, const engine::Tensor& dout, const engine::Tensor& dx,
                  bool accumulate, const RowGroups& groups) const;

private:
    engine::Tensor whole(const StepContext& step) const;
    template <typename Use>
    void forEachExpert(const StepContext& step, const RowGroups& groups, Use&& use) const;

    std::vector<const engine::StoredTensor*> m_pieces;
    size_t m_each = 0;      // pieces of a group
    int64_t m_outputs = 0;  // rows of a group
    int64_t m_in = 0;
};

}  // namespace hearth::finetune

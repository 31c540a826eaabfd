#include "finetune/ops/bias_backward.h"

#include "engine/cpu/cpu_backend.h"
#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

FINETUNE_KERNEL void addRow(const float* row, float* sums, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        sums[i] += row[i];
}

}  // namespace

void biasBackward(engine::ThreadPool& pool, const BiasBackwardParams& p) {
    if (!p.dbias.defined())
        return;
    const RowView<> dout(p.dout);
    float* dbias = engine::cpuData<float>(p.dbias);
    const int32_t* offsets = p.offsets.defined() ? engine::cpuData<int32_t>(p.offsets) : nullptr;
    const int64_t groups = offsets ? p.offsets.dim(0) - 1 : 1;
    CORE_ASSERT(p.dbias.size() == groups * dout.columns);
    // One thread a group: the rows of a group are added in order.
    pool.parallelFor(groups, 1, [&](int64_t begin, int64_t end) {
        for (int64_t g = begin; g < end; ++g) {
            const int64_t last = offsets ? offsets[g + 1] : dout.rows;
            for (int64_t t = offsets ? offsets[g] : 0; t < last; ++t)
                addRow(dout.row(t), dbias + g * dout.columns, dout.columns);
        }
    });
}

}  // namespace hearth::finetune

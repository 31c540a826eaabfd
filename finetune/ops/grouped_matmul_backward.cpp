#include "finetune/ops/grouped_matmul_backward.h"

#include <vector>

#include "finetune/ops/matmul_backward.h"
#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 32;

void expertBackward(engine::ThreadPool& pool, const GroupedMatmulBackwardParams& p, int64_t expert,
                    int64_t begin, int64_t end) {
    MatmulBackwardParams one{.dout = p.dout.rows(begin, end),
                             .accumulate_dx = p.accumulate_dx,
                             .scale = p.scale,
                             .operands = p.operands};
    if (p.dx.defined()) {
        one.weight = p.weight.at(expert);
        one.dx = p.dx.rows(begin, end);
    }
    if (p.dweight.defined()) {
        one.x = p.x.rows(begin, end);
        one.dweight = p.dweight.at(expert);
    }
    matmulBackward(pool, one);
}

}  // namespace

void groupedMatmulBackward(engine::ThreadPool& pool, const GroupedMatmulBackwardParams& p) {
    const RowView<int32_t> offsets(p.offsets);
    const int64_t experts = offsets.columns - 1;
    CORE_ASSERT(!p.weight.defined() || p.weight.dim(0) == experts);
    CORE_ASSERT(!p.dweight.defined() || p.dweight.dim(0) == experts);
    // An expert's products are small: one expert to a thread beats sharing each product.
    pool.parallelFor(experts, 1, [&](int64_t first, int64_t last) {
        for (int64_t e = first; e < last; ++e)
            if (offsets.data[e] < offsets.data[e + 1])
                expertBackward(pool, p, e, offsets.data[e], offsets.data[e + 1]);
    });
}

void gatherTokensBackward(engine::ThreadPool& pool, const GatherTokensBackwardParams& p) {
    const RowView<> drows(p.drows), dx(p.dx);
    const RowView<int32_t> pairs(p.row_pair);
    CORE_ASSERT(drows.rows == pairs.columns && drows.rows == dx.rows * p.choices);
    std::vector<int32_t> rowOfPair(static_cast<size_t>(pairs.columns));
    for (int64_t r = 0; r < pairs.columns; ++r)
        rowOfPair[size_t(pairs.data[r])] = int32_t(r);
    pool.parallelFor(dx.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            for (int64_t j = 0; j < p.choices; ++j) {
                const float* source = drows.row(rowOfPair[size_t(t * p.choices + j)]);
                float* sum = dx.row(t);
                for (int64_t i = 0; i < dx.columns; ++i)
                    sum[i] += source[i];
            }
    });
}

}  // namespace hearth::finetune

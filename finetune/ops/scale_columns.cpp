#include "finetune/ops/scale_columns.h"

#include <algorithm>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kColumnGrain = 64;

/// Calls use(group, first row, last row) for the rows of each group; without offsets all are one.
template <typename Use>
void forEachGroup(const engine::Tensor& offsets, int64_t rows, Use&& use) {
    if (!offsets.defined())
        return use(int64_t{0}, int64_t{0}, rows);
    const RowView<int32_t> bounds(offsets);
    for (int64_t e = 0; e + 1 < bounds.columns; ++e)
        use(e, int64_t{bounds.data[e]}, int64_t{bounds.data[e + 1]});
}

}  // namespace

void scaleColumns(engine::ThreadPool& pool, const ScaleColumnsParams& p) {
    const RowView<> x(p.x), factors(p.factors), out(p.out);
    CORE_ASSERT(x.columns == factors.columns && out.columns == x.columns && out.rows == x.rows);
    pool.parallelFor(x.columns, kColumnGrain, [&](int64_t begin, int64_t end) {
        forEachGroup(p.offsets, x.rows, [&](int64_t group, int64_t first, int64_t last) {
            const float* factor = factors.row(group);
            for (int64_t t = first; t < last; ++t) {
                const float* source = x.row(t);
                float* target = out.row(t);
                for (int64_t i = begin; i < end; ++i)
                    target[i] = (p.accumulate ? target[i] : 0.0f) + factor[i] * source[i];
            }
        });
    });
}

void scaleColumnsBackward(engine::ThreadPool& pool, const ScaleColumnsBackwardParams& p) {
    const RowView<> x(p.x), dout(p.dout), dfactors(p.dfactors);
    CORE_ASSERT(x.columns == dfactors.columns && dout.columns == x.columns && dout.rows == x.rows);
    pool.parallelFor(x.columns, kColumnGrain, [&](int64_t begin, int64_t end) {
        forEachGroup(p.offsets, x.rows, [&](int64_t group, int64_t first, int64_t last) {
            float* sum = dfactors.row(group);
            std::fill(sum + begin, sum + end, 0.0f);
            for (int64_t t = first; t < last; ++t) {
                const float* a = x.row(t);
                const float* b = dout.row(t);
                for (int64_t i = begin; i < end; ++i)
                    sum[i] += a[i] * b[i];
            }
        });
    });
}

}  // namespace hearth::finetune

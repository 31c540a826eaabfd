#include "finetune/ops/gather_rows_backward.h"

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 64;

}  // namespace

void gatherRowsBackward(engine::ThreadPool& pool, const GatherRowsBackwardParams& p) {
    const RowView<int32_t> ids(p.ids);
    const RowView<> dout(p.dout), dx(p.dx);
    CORE_ASSERT(ids.columns == dout.rows && dout.columns == dx.columns);
    pool.parallelFor(dout.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            float* sum = dx.row(ids.data[i]);
            const float* row = dout.row(i);
            for (int64_t c = 0; c < dx.columns; ++c)
                sum[c] += row[c];
        }
    });
}

}  // namespace hearth::finetune

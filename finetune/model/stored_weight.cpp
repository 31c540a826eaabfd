#include "finetune/model/stored_weight.h"

#include <algorithm>

#include "core/assert.h"
#include "engine/cpu/gemm.h"
#include "engine/ops/packed_layout.h"
#include "finetune/ops/row_view.h"

namespace hearth::finetune {

using engine::Tensor;

namespace {

/// One expert's rows of x, side by side in memory.
std::vector<float> gatheredRows(const RowView<>& x, const RowView<int32_t>& source, int64_t begin,
                                int64_t end) {
    std::vector<float> rows(size_t((end - begin) * x.columns));
    for (int64_t t = begin; t < end; ++t)
        std::copy_n(x.row(source.defined() ? source.data[t] : t), x.columns,
                    rows.begin() + (t - begin) * x.columns);
    return rows;
}

}  // namespace

StoredWeight::StoredWeight(std::vector<const engine::StoredTensor*> pieces, int64_t groups)
    : m_pieces(std::move(pieces)), m_each(m_pieces.size() / size_t(groups)) {
    m_in = m_pieces.front()->columns();
    for (size_t i = 0; i < m_each; ++i)
        m_outputs += m_pieces[i]->rows();
}

void StoredWeight::readRows(int64_t group, int64_t begin, int64_t end, float* out) const {
    int64_t first = 0;  // row of the group at which a piece begins
    for (size_t i = 0; i < m_each && begin < end; ++i) {
        const engine::StoredTensor& piece = *m_pieces[size_t(group) * m_each + i];
        const int64_t last = first + piece.rows();
        if (begin < last) {
            const int64_t until = std::min(end, last);
            piece.readRows(begin - first, until - first, out);
            out += (until - begin) * m_in;
            begin = until;
        }
        first = last;
    }
    CORE_ASSERT(begin == end);
}

/// The weight of an ordinary layer, row-major.
Tensor StoredWeight::whole(const StepContext& step) const {
    const Tensor weight = step.floats(m_outputs, m_in);
    float* values = engine::cpuData<float>(weight);
    // A packed panel is decoded as a whole, so no thread asks for a part of one.
    const int64_t panels = (m_outputs + engine::kPanelOutputs - 1) / engine::kPanelOutputs;
    step.pool.parallelFor(panels, [&](int64_t first, int64_t last) {
        const int64_t begin = first * engine::kPanelOutputs;
        const int64_t end = std::min(m_outputs, last * engine::kPanelOutputs);
        readRows(0, begin, end, values + begin * m_in);
    });
    return weight;
}

/// Calls use(first row, last row, weight) for every expert that has rows, on all threads.
template <typename Use>
void StoredWeight::forEachExpert(const StepContext& step, const RowGroups& groups,
                                 Use&& use) const {
    const RowView<int32_t> offsets(groups.offsets);
    step.pool.parallelFor(offsets.columns - 1, [&](int64_t first, int64_t last) {
        std::vector<float> weight;
        for (int64_t e = first; e < last; ++e) {
            if (offsets.data[e] == offsets.data[e + 1])
                continue;
            weight.resize(size_t(m_outputs * m_in));
            readRows(e, 0, m_outputs, weight.data());
            use(int64_t{offsets.data[e]}, int64_t{offsets.data[e + 1]}, weight.data());
        }
    });
}

void StoredWeight::forward(const StepContext& step, const Tensor& x, const Tensor& out,
                           bool accumulate, const RowGroups& groups) const {
    if (!groups.offsets.defined())
        return multiply(step, {x, whole(step), out, accumulate}, groups);
    const RowView<> source(x), target(out);
    const RowView<int32_t> rowSource(groups.row_source);
    forEachExpert(step, groups, [&](int64_t begin, int64_t end, const float* weight) {
        const std::vector<float> rows = gatheredRows(source, rowSource, begin, end);
        engine::gemm(step.pool, {.M = end - begin,
                                 .N = m_outputs,
                                 .K = m_in,
                                 .a = rows.data(),
                                 .lda = m_in,
                                 .b = weight,
                                 .ldb = m_in,
                                 .transB = true,
                                 .c = target.row(begin),
                                 .ldc = target.stride,
                                 .accumulate = accumulate,
                                 .operands = step.operands});
    });
}

void StoredWeight::backward(const StepContext& step, const Tensor& dout, const Tensor& dx,
                            bool accumulate, const RowGroups& groups) const {
    if (!groups.offsets.defined())
        return multiplyBackward(step,
                                {.x = {},
                                 .weight = whole(step),
                                 .dout = dout,
                                 .dx = dx,
                                 .dweight = {},
                                 .accumulate_dx = accumulate},
                                groups);
    const RowView<> source(dout), target(dx);
    forEachExpert(step, groups, [&](int64_t begin, int64_t end, const float* weight) {
        engine::gemm(step.pool, {.M = end - begin,
                                 .N = m_in,
                                 .K = m_outputs,
                                 .a = source.row(begin),
                                 .lda = source.stride,
                                 .b = weight,
                                 .ldb = m_in,
                                 .c = target.row(begin),
                                 .ldc = target.stride,
                                 .accumulate = accumulate,
                                 .operands = step.operands});
    });
}

}  // namespace hearth::finetune

#include "finetune/model/dora.h"

#include <algorithm>
#include <cmath>

#include "engine/cpu/gemm.h"
#include "engine/ops/packed_layout.h"
#include "finetune/ops/row_view.h"
#include "finetune/ops/scale_columns.h"

namespace hearth::finetune {

using engine::Tensor;

namespace {

/// Group g of a weight that may have groups.
Tensor groupOf(const Tensor& weight, int64_t group) {
    return weight.rank() == 3 ? weight.at(group) : weight;
}

float* groupOf(const Tensor& vectors, int64_t group, int64_t width) {
    return engine::cpuData<float>(vectors) + group * width;
}

/// A A^T of one part.
std::vector<double> gram(const RowView<>& a, int64_t firstRow, int64_t rank) {
    std::vector<double> out(size_t(rank * rank));
    for (int64_t i = 0; i < rank; ++i)
        for (int64_t j = 0; j <= i; ++j) {
            double sum = 0.0;
            for (int64_t c = 0; c < a.columns; ++c)
                sum += double(a.row(firstRow + i)[c]) * double(a.row(firstRow + j)[c]);
            out[size_t(i * rank + j)] = out[size_t(j * rank + i)] = sum;
        }
    return out;
}

/// |w + s b A|^2 of one row. wa: w A^T.
double squaredNorm(const float* w, int64_t in, const float* wa, const float* b,
                   const std::vector<double>& aa, int64_t rank, double scale) {
    double base = 0.0, mixed = 0.0, added = 0.0;
    for (int64_t c = 0; c < in; ++c)
        base += double(w[c]) * double(w[c]);
    for (int64_t i = 0; i < rank; ++i) {
        mixed += double(wa[i]) * double(b[i]);
        for (int64_t j = 0; j < rank; ++j)
            added += double(b[i]) * aa[size_t(i * rank + j)] * double(b[j]);
    }
    return base + 2.0 * scale * mixed + scale * scale * added;
}

/// Norms of a part's rows in one group; panels of rows on all threads.
void partNorms(const StepContext& step, const AdapterShape& layer, const BaseRows& base,
               size_t partIndex, int64_t group, float* norms) {
    const AdapterPart& part = layer.parts[partIndex];
    const RowView<> a(groupOf(layer.a.value, group)), b(groupOf(part.b.value, group));
    const int64_t firstRow = int64_t(partIndex) * layer.rank;
    const std::vector<double> aa = gram(a, firstRow, layer.rank);
    const int64_t rows = part.end - part.begin;
    const int64_t panels = (rows + engine::kPanelOutputs - 1) / engine::kPanelOutputs;
    step.pool.parallelFor(panels, [&](int64_t first, int64_t last) {
        std::vector<float> w(size_t(engine::kPanelOutputs * layer.in));
        std::vector<float> wa(size_t(engine::kPanelOutputs * layer.rank));
        for (int64_t panel = first; panel < last; ++panel) {
            const int64_t begin = panel * engine::kPanelOutputs;
            const int64_t count = std::min(engine::kPanelOutputs, rows - begin);
            base(group, part.begin + begin, part.begin + begin + count, w.data());
            engine::gemm(step.pool, {.M = count,
                                     .N = layer.rank,
                                     .K = layer.in,
                                     .a = w.data(),
                                     .lda = layer.in,
                                     .b = a.row(firstRow),
                                     .ldb = a.stride,
                                     .transB = true,
                                     .c = wa.data(),
                                     .ldc = layer.rank});
            for (int64_t i = 0; i < count; ++i)
                norms[part.begin + begin + i] = float(std::sqrt(std::max(
                    0.0, squaredNorm(w.data() + i * layer.in, layer.in, wa.data() + i * layer.rank,
                                     b.row(begin + i), aa, layer.rank, double(layer.scale)))));
        }
    });
}

int64_t groupCount(const AdapterShape& layer) {
    return layer.a.value.rank() == 3 ? layer.a.value.dim(0) : 1;
}

bool hasRows(const RowGroups& groups, int64_t group) {
    if (!groups.offsets.defined())
        return true;
    const RowView<int32_t> offsets(groups.offsets);
    return offsets.data[group] < offsets.data[group + 1];
}

Tensor perOutput(const StepContext& step, const AdapterShape& layer) {
    const Tensor out = step.floats(groupCount(layer), layer.outputs);
    return layer.a.value.rank() == 3 ? out : out.reshaped({layer.outputs});
}

}  // namespace

AdapterFactors doraFactors(const StepContext& step, const AdapterShape& layer, const BaseRows& base,
                           const RowGroups& groups) {
    AdapterFactors factors{perOutput(step, layer), perOutput(step, layer)};
    for (int64_t g = 0; g < groupCount(layer); ++g) {
        if (!hasRows(groups, g))
            continue;
        float* norms = groupOf(factors.norms, g, layer.outputs);
        float* scales = groupOf(factors.scales, g, layer.outputs);
        std::fill(scales, scales + layer.outputs, 1.0f);
        for (size_t p = 0; p < layer.parts.size(); ++p) {
            const AdapterPart& part = layer.parts[p];
            const int64_t rows = part.end - part.begin;
            partNorms(step, layer, base, p, g, norms);
            const float* magnitude = groupOf(part.magnitude.value, g, rows);
            for (int64_t i = 0; i < rows; ++i)
                scales[part.begin + i] = magnitude[i] / norms[part.begin + i];
        }
    }
    return factors;
}

void doraMagnitudeGradients(const StepContext& step, const AdapterShape& layer,
                            const AdapterFactors& factors, const Tensor& unscaled,
                            const Tensor& dout, const RowGroups& groups) {
    const Tensor dfactors = perOutput(step, layer);
    scaleColumnsBackward(
        step.pool, {.x = unscaled, .dout = dout, .offsets = groups.offsets, .dfactors = dfactors});
    for (int64_t g = 0; g < groupCount(layer); ++g) {
        if (!hasRows(groups, g))
            continue;
        const float* norms = groupOf(factors.norms, g, layer.outputs);
        const float* sums = groupOf(dfactors, g, layer.outputs);
        for (const AdapterPart& part : layer.parts) {
            const int64_t rows = part.end - part.begin;
            float* gradient = groupOf(part.magnitude.gradient, g, rows);
            for (int64_t i = 0; i < rows; ++i)
                gradient[i] += sums[part.begin + i] / norms[part.begin + i];
        }
    }
}

}  // namespace hearth::finetune

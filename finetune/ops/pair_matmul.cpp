#include "finetune/ops/pair_matmul.h"

#include <vector>

#include "engine/cpu/pair_product.h"
#include "finetune/ops/row_view.h"

namespace hearth::finetune {

using engine::Tensor;
namespace cpu = engine::cpu;

namespace {

const cpu::Kernels& kernels() {
    static const cpu::Kernels& best = cpu::kernelsFor(engine::CpuIsa::Best);
    return best;
}

struct WeightShape {
    explicit WeightShape(const Tensor& weight)
        : groups(weight.rank() == 3 ? weight.dim(0) : 1),
          out(weight.dim(weight.rank() - 2)),
          in(weight.dim(weight.rank() - 1)) {}
    int64_t groups, out, in;
};

/// W of x W^T, or, transposed, of x W.
cpu::PairMatrix matrixOf(const WeightShape& shape, const float* data, bool transposed) {
    return transposed ? cpu::PairMatrix{.data = data,
                                        .outputs = shape.in,
                                        .depth = shape.out,
                                        .outputStride = 1,
                                        .depthStride = shape.in}
                      : cpu::PairMatrix{.data = data,
                                        .outputs = shape.out,
                                        .depth = shape.in,
                                        .outputStride = shape.in};
}

Tensor packed(engine::Backend& backend, engine::ThreadPool& pool, const Tensor& weight,
              bool transposed) {
    const WeightShape shape(weight);
    const float* data = engine::cpuData<float>(weight);
    const cpu::PairMatrix first = matrixOf(shape, data, transposed);
    const int64_t bytes = cpu::pairMatrixBytes(first.outputs, first.depth);
    const Tensor panels = engine::allocate(backend, engine::DType::BF16,
                                           {shape.groups, bytes / int64_t(sizeof(uint16_t))});
    auto* target = static_cast<std::byte*>(engine::cpuData(panels));
    for (int64_t g = 0; g < shape.groups; ++g)
        cpu::packPairs(pool, kernels(),
                       matrixOf(shape, data + g * shape.out * shape.in, transposed),
                       target + g * bytes);
    return panels;
}

/// A weight and where that of each group begins.
class Weights {
public:
    explicit Weights(const PairMatmulParams& p)
        : m_shape(p.weight),
          m_matrix(matrixOf(m_shape, engine::cpuData<float>(p.weight), p.transposed)),
          m_panels(p.panels.defined() ? static_cast<std::byte*>(engine::cpuData(p.panels))
                                      : nullptr) {}

    const cpu::PairMatrix& matrix() const { return m_matrix; }
    bool packed() const { return m_panels != nullptr; }
    const void* group(int64_t g) const {
        if (m_panels)
            return m_panels + g * cpu::pairMatrixBytes(m_matrix.outputs, m_matrix.depth);
        return m_matrix.data + g * m_shape.out * m_shape.in;
    }

private:
    WeightShape m_shape;
    cpu::PairMatrix m_matrix;
    const std::byte* m_panels;
};

std::vector<cpu::ProductJob> jobsOf(const PairMatmulParams& p, const Weights& weights) {
    const RowView<> x(p.x), out(p.out);
    if (!p.offsets.defined())
        return {{.a = x.data, .rows = out.rows, .b = weights.group(0), .c = out.data}};
    const RowView<int32_t> offsets(p.offsets), source(p.row_source);
    std::vector<cpu::ProductJob> jobs;
    for (int64_t e = 0; e + 1 < offsets.columns; ++e) {
        const int64_t begin = offsets.data[e], rows = offsets.data[e + 1] - begin;
        if (rows > 0)
            jobs.push_back({.a = source.defined() ? x.data : x.row(begin),
                            .aSource = source.defined() ? source.data + begin : nullptr,
                            .rows = rows,
                            .b = weights.group(e),
                            .c = out.row(begin)});
    }
    return jobs;
}

}  // namespace

PairPanels packPairPanels(engine::Backend& backend, engine::ThreadPool& pool,
                          const Tensor& weight) {
    return {packed(backend, pool, weight, false), packed(backend, pool, weight, true)};
}

void pairMatmul(engine::ThreadPool& pool, const PairMatmulParams& p) {
    const RowView<> x(p.x), out(p.out);
    const Weights weights(p);
    const cpu::PairMatrix& matrix = weights.matrix();
    CORE_ASSERT(x.columns == matrix.depth && out.columns == matrix.outputs);
    CORE_ASSERT(p.row_source.defined() || x.rows == out.rows);
    const std::vector<cpu::ProductJob> jobs = jobsOf(p, weights);
    cpu::multiplyPairs(pool, kernels(),
                       {.outputs = matrix.outputs,
                        .depth = matrix.depth,
                        .aRowStride = x.stride,
                        .bPacked = weights.packed(),
                        .bOutputStride = matrix.outputStride,
                        .bDepthStride = matrix.depthStride,
                        .cStride = out.stride,
                        .accumulate = p.accumulate,
                        .scale = p.scale,
                        .jobs = jobs});
}

}  // namespace hearth::finetune

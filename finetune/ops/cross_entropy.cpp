#include "finetune/ops/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"
#include "finetune/ops/weight_product.h"

namespace hearth::finetune {
namespace {

using engine::Tensor;

constexpr int64_t kChunkRows = 512;  // 8 MB of logits at 4096 tokens: stays in a common L3 cache
constexpr int64_t kRowGrain = 8;

struct RowLoss {
    double loss = 0.0;
    bool correct = false;
};

FINETUNE_KERNEL float largestOf(const float* row, int64_t n) {
    float lanes[kLanes];
    std::fill(lanes, lanes + kLanes, row[0]);
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (int64_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] = std::max(lanes[lane], row[i + lane]);
    for (; i < n; ++i)
        lanes[0] = std::max(lanes[0], row[i]);
    return *std::max_element(lanes, lanes + kLanes);
}

/// row = exp(row - largest); returns the sum.
FINETUNE_KERNEL float exponentials(float* row, float largest, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        row[i] = vectorExp(row[i] - largest);
    return laneSum(n, [row](int64_t i) { return row[i]; });
}

FINETUNE_KERNEL void scaleInPlace(float* row, float scale, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        row[i] *= scale;
}

/// With a scale the logits become the gradient of scale * loss.
RowLoss rowLoss(float* logits, int32_t label, int64_t n, std::optional<float> scale) {
    const float labelLogit = logits[label];
    const float largest = largestOf(logits, n);
    RowLoss result;
    result.correct =
        labelLogit == largest && std::find(logits, logits + label, largest) == logits + label;
    const float sum = exponentials(logits, largest, n);
    result.loss = std::log(double(sum)) + double(largest) - double(labelLogit);
    if (scale) {
        scaleInPlace(logits, *scale / sum, n);
        logits[label] -= *scale;
    }
    return result;
}

/// Of rows [begin, begin + rows of logits); leaves their gradient in logits when it is wanted.
void addLosses(engine::ThreadPool& pool, const CrossEntropyParams& p, const Tensor& logits,
               int64_t begin, CrossEntropyResult& total) {
    const RowView<> rows(logits);
    const RowView<int32_t> targets(p.labels);
    const bool wantGradient = p.dhidden.defined() || p.dhead.defined();
    const auto scaleOf = [&](size_t row) -> std::optional<float> {
        if (!wantGradient)
            return std::nullopt;
        return p.gradient_scale * (p.row_scales.empty() ? 1.0f : p.row_scales[row]);
    };
    std::vector<RowLoss> losses(static_cast<size_t>(rows.rows));
    pool.parallelFor(rows.rows, kRowGrain, [&](int64_t first, int64_t last) {
        for (int64_t t = first; t < last; ++t)
            losses[size_t(t)] = rowLoss(rows.row(t), targets.data[begin + t], rows.columns,
                                        scaleOf(size_t(begin + t)));
    });
    for (const RowLoss& row : losses) {
        total.loss += row.loss;
        total.losses.push_back(row.loss);
        total.correct += row.correct ? 1 : 0;
    }
}

/// dlogits: of rows [begin, end).
void headBackward(engine::ThreadPool& pool, const CrossEntropyParams& p, const Tensor& hidden,
                  const Tensor& dlogits, int64_t begin, int64_t end) {
    weightProductBackward(pool, {.x = hidden,
                                 .weight = p.head_rows.defined() ? p.head_rows : p.head,
                                 .dout = dlogits,
                                 .dx = p.dhidden.defined() ? p.dhidden.rows(begin, end) : Tensor(),
                                 .dweight = p.dhead,
                                 .panels = p.head_panels.backward,
                                 .operands = p.operands});
}

}  // namespace

CrossEntropyResult crossEntropy(engine::Backend& backend, engine::ThreadPool& pool,
                                const CrossEntropyParams& p) {
    CrossEntropyResult total;
    const int64_t rows = p.hidden.dim(0);
    CORE_ASSERT(p.labels.dim(0) == rows && p.head.dim(1) == p.hidden.dim(1));
    CORE_ASSERT(p.row_scales.empty() || int64_t(p.row_scales.size()) == rows);
    total.losses.reserve(size_t(rows));
    const bool wantGradient = p.dhidden.defined() || p.dhead.defined();
    const Tensor buffer =
        engine::allocate(backend, engine::DType::F32, {std::min(rows, kChunkRows), p.head.dim(0)});
    for (int64_t begin = 0; begin < rows; begin += kChunkRows) {
        const int64_t end = std::min(rows, begin + kChunkRows);
        const Tensor logits = buffer.rows(0, end - begin);
        const Tensor hidden = p.hidden.rows(begin, end);
        weightProduct(backend, pool,
                      {.x = hidden,
                       .weight = p.head,
                       .out = logits,
                       .panels = p.head_panels.forward,
                       .operands = p.operands});
        addLosses(pool, p, logits, begin, total);
        if (!wantGradient)
            continue;
        headBackward(pool, p, hidden, logits, begin, end);
    }
    return total;
}

}  // namespace hearth::finetune

#include <algorithm>
#include <cstring>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/ops/op_params.h"
#include "engine/step_memory.h"

namespace hearth::engine::cpu {
namespace {

/// Rows below which sharing a loop costs more than the work: about 16k elements a share.
int64_t rowGrain(int64_t width) {
    return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width));
}

void rotateRow(const RopeParams& p, float* row, const float* cos, const float* sin) {
    const int64_t half = p.cos.dim(1);
    const int64_t step = p.interleaved ? 2 : 1, distance = p.interleaved ? 1 : half;
    for (int64_t h = 0; h < p.heads; ++h) {
        float* first = row + h * p.head_stride + p.head_offset;
        for (int64_t j = 0; j < half; ++j) {
            float& a = first[j * step];
            float& b = first[j * step + distance];
            const float s = p.inverse ? -sin[j] : sin[j];
            const float turnedA = a * cos[j] - b * s;
            b = a * s + b * cos[j];
            a = turnedA;
        }
    }
}

}  // namespace

void embedding(CpuContext& context, const EmbeddingParams& p) {
    const Rows<float> out(p.out);
    const Rows<const int32_t> ids(p.ids);
    context.pool.parallelFor(p.out.dim(0), rowGrain(p.out.dim(1)), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            loadRow(context.kernels, p.table, ids.data[t], out[t], p.out.dim(1));
            if (p.scale != 1.0f)
                context.kernels.scale(p.scale, p.out.dim(1), out[t]);
        }
    });
}

void rmsNorm(CpuContext& context, const RmsNormParams& p) {
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const auto* weight = static_cast<const float*>(dataOf(p.weight));
    const int64_t width = p.weight.dim(0);
    context.pool.parallelFor(p.x.dim(0), rowGrain(p.x.dim(1)), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            for (int64_t i = 0; i < p.x.dim(1); i += width)
                context.kernels.rmsNorm(x[t] + i, weight, p.eps, width, out[t] + i);
        }
    });
}

void layerNorm(CpuContext& context, const LayerNormParams& p) {
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const auto* weight = static_cast<const float*>(dataOf(p.weight));
    const auto* bias = static_cast<const float*>(dataOf(p.bias));
    const int64_t width = p.x.dim(1);
    context.pool.parallelFor(p.x.dim(0), rowGrain(width), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            context.kernels.layerNorm(x[t], weight, bias, p.eps, width, out[t]);
    });
}

/// Calls use(row, expert) for every row; without offsets all belong to the first.
template <typename Use>
static void forEachExpertRow(CpuContext& context, const Tensor& x, const Tensor& perExpert,
                             const Tensor& expertOffsets, Use&& use) {
    const bool grouped = expertOffsets.defined();
    const auto* offsets = grouped ? static_cast<const int32_t*>(dataOf(expertOffsets)) : nullptr;
    const int64_t experts = grouped ? perExpert.dim(0) : 1;
    context.pool.parallelFor(x.dim(0), rowGrain(x.dim(1)), [&](int64_t begin, int64_t end) {
        const int32_t* next =
            grouped ? std::upper_bound(offsets, offsets + experts, begin) : nullptr;
        int64_t expert = grouped ? next - offsets - 1 : 0;
        for (int64_t t = begin; t < end; ++t) {
            while (grouped && t >= offsets[expert + 1])
                ++expert;
            use(t, expert);
        }
    });
}

void addBias(CpuContext& context, const AddBiasParams& p) {
    const Rows<float> x(p.x);
    const Rows<const float> bias(p.bias);
    const int64_t width = p.x.dim(1);
    forEachExpertRow(context, p.x, p.bias, p.offsets, [&](int64_t row, int64_t expert) {
        context.kernels.add(x[row], bias[expert], width, x[row]);
    });
}

void scaleColumns(CpuContext& context, const ScaleColumnsParams& p) {
    const Rows<float> x(p.x);
    const Rows<const float> factors(p.factors);
    const auto ints = [](const Tensor& tensor) {
        return tensor.defined() ? static_cast<const int32_t*>(dataOf(tensor)) : nullptr;
    };
    const int32_t* owners = ints(p.owners);
    const int32_t* tokens = ints(p.tokens);
    const int64_t width = p.x.dim(1);
    forEachExpertRow(context, p.x, p.factors, p.offsets, [&](int64_t row, int64_t expert) {
        if (owners && owners[tokens ? tokens[row] : row] != p.owner)
            return;
        float* values = x[row];
        const float* factor = factors[expert];
        for (int64_t i = 0; i < width; ++i)
            values[i] *= factor[i];
    });
}

void scale(CpuContext& context, const ScaleParams& p) {
    const Rows<float> x(p.x);
    const int64_t width = p.x.dim(1);
    context.pool.parallelFor(p.x.dim(0), rowGrain(width), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            context.kernels.scale(p.factor, width, x[t]);
    });
}

void rope(CpuContext& context, const RopeParams& p) {
    const Rows<float> x(p.x);
    const Rows<const int32_t> positions(p.positions);
    const Rows<const float> cos(p.cos), sin(p.sin);
    const int64_t rotated = p.heads * p.cos.dim(1) * 2;
    context.pool.parallelFor(p.x.dim(0), rowGrain(rotated), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            rotateRow(p, x[t], cos[positions.data[t]], sin[positions.data[t]]);
    });
}

void cacheWrite(CpuContext& context, const CacheWriteParams& p) {
    if (p.cache.dtype() == DType::U8)
        return writeLatentPart(context, p);
    const Rows<const float> rows(p.rows);
    const Rows<const int32_t> slots(p.slots);
    for (int64_t t = 0; t < p.rows.dim(0); ++t)
        storeRow(context.kernels, p.cache, slots.data[t], rows[t], p.rows.dim(1));
}

void cacheGather(CpuContext& context, const CacheGatherParams& p) {
    if (p.cache.dtype() == DType::U8)
        return gatherLatentPart(context, p);
    const Rows<const int32_t> pages(p.page_table);
    const Rows<float> out(p.out);
    context.pool.parallelFor(p.length, rowGrain(p.out.dim(1)), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            const int64_t page = pages.data[t / p.page_tokens];
            loadRow(context.kernels, p.cache, page * p.page_tokens + t % p.page_tokens, out[t],
                    p.out.dim(1));
        }
    });
}

void swiglu(CpuContext& context, const SwigluParams& p) {
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const int64_t width = p.out.dim(1);
    context.pool.parallelFor(p.x.dim(0), rowGrain(width * 8), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            if (p.limit > 0.0f)
                context.kernels.clampedSwiglu(x[t], x[t] + width, p.limit, width, out[t]);
            else
                context.kernels.swiglu(x[t], x[t] + width, width, out[t]);
        }
    });
}

void add(CpuContext& context, const AddParams& p) {
    const Rows<const float> a(p.a), b(p.b);
    const Rows<float> out(p.out);
    const int64_t width = p.a.dim(1);
    context.pool.parallelFor(p.a.dim(0), rowGrain(width), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            context.kernels.add(a[t], b[t], width, out[t]);
    });
}

void gatherRows(CpuContext& context, const GatherRowsParams& p) {
    const Rows<const float> x(p.x);
    const Rows<const int32_t> ids(p.ids);
    const Rows<float> out(p.out);
    const int64_t width = p.x.dim(1);
    context.pool.parallelFor(p.out.dim(0), rowGrain(width), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            std::memcpy(out[i], x[ids.data[i]], size_t(width) * sizeof(float));
    });
}

void copy(CpuContext& context, const CopyParams& p) {
    const int64_t width = p.x.dim(1);
    context.pool.parallelFor(p.x.dim(0), rowGrain(width), [&](int64_t begin, int64_t end) {
        StepVector<float> row;
        for (int64_t t = begin; t < end; ++t) {
            if (p.out.dtype() == DType::F32) {
                loadRow(context.kernels, p.x, t, Rows<float>(p.out)[t], width);
            } else {
                row.resize(size_t(width));
                loadRow(context.kernels, p.x, t, row.data(), width);
                storeRow(context.kernels, p.out, t, row.data(), width);
            }
        }
    });
}

void keepRows(const KeepRowsParams& p) {
    const Rows<float> x(p.x);
    const auto* owners = static_cast<const int32_t*>(dataOf(p.owners));
    const auto* tokens =
        p.tokens.defined() ? static_cast<const int32_t*>(dataOf(p.tokens)) : nullptr;
    for (int64_t i = 0; i < p.x.dim(0); ++i) {
        if (owners[tokens ? tokens[i] : i] != p.owner)
            std::fill(x[i], x[i] + p.x.dim(1), 0.0f);
    }
}

void fillZero(const Tensor& target) {
    auto* data = static_cast<std::byte*>(dataOf(target));
    const int64_t element = dtypeSize(target.dtype());
    if (target.contiguous()) {
        std::memset(data, 0, size_t(target.size() * element));
        return;
    }
    const int64_t rowBytes = target.size() / target.dim(0) * element;
    for (int64_t i = 0; i < target.dim(0); ++i)
        std::memset(data + i * target.rowStride() * element, 0, size_t(rowBytes));
}

}  // namespace hearth::engine::cpu

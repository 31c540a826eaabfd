// Ops that work element by element.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"

namespace hearth::engine::cuda {

void embedding(DeviceMemory& memory, const EmbeddingParams& p) {
    const FloatRows table(p.table);
    const Rows<float> out(p.out);
    const auto* ids = static_cast<const int32_t*>(dataOf(p.ids));
    const float factor = p.scale;
    forEachElement(memory, "embedding", p.out.dim(0), p.out.dim(1),
                   [=] __device__(int64_t row, int64_t i) {
                       const float value = table.load(ids[row], i);
                       out[row][i] = factor == 1.0f ? value : value * factor;
                   });
}

void addBias(DeviceMemory& memory, const AddBiasParams& p) {
    const Rows<float> x(p.x), bias(p.bias);
    const auto* offsets = dataOrNull<const int32_t>(p.offsets);
    const int64_t groups = offsets ? p.bias.dim(0) : 1;
    forEachElement(memory, "addBias", p.x.dim(0), p.x.dim(1),
                   [=] __device__(int64_t row, int64_t i) {
                       const int64_t group = offsets ? groupOf(offsets, groups, row) : 0;
                       x[row][i] += bias[group][i];
                   });
}

void scaleColumns(DeviceMemory& memory, const ScaleColumnsParams& p) {
    const Rows<float> x(p.x), factors(p.factors);
    const auto* offsets = dataOrNull<const int32_t>(p.offsets);
    const auto* owners = dataOrNull<const int32_t>(p.owners);
    const auto* tokens = dataOrNull<const int32_t>(p.tokens);
    const int64_t groups = offsets ? p.factors.dim(0) : 1;
    const int32_t owner = p.owner;
    forEachElement(memory, "scaleColumns", p.x.dim(0), p.x.dim(1),
                   [=] __device__(int64_t row, int64_t i) {
                       if (owners && owners[tokens ? tokens[row] : row] != owner)
                           return;
                       const int64_t group = offsets ? groupOf(offsets, groups, row) : 0;
                       x[row][i] *= factors[group][i];
                   });
}

void scale(DeviceMemory& memory, const ScaleParams& p) {
    const Rows<float> x(p.x);
    const float factor = p.factor;
    forEachElement(memory, "scale", p.x.dim(0), p.x.dim(1),
                   [=] __device__(int64_t row, int64_t i) { x[row][i] *= factor; });
}

void keepRows(DeviceMemory& memory, const KeepRowsParams& p) {
    const Rows<float> x(p.x);
    const auto* owners = static_cast<const int32_t*>(dataOf(p.owners));
    const auto* tokens = dataOrNull<const int32_t>(p.tokens);
    const int32_t owner = p.owner;
    forEachElement(memory, "keepRows", p.x.dim(0), p.x.dim(1),
                   [=] __device__(int64_t row, int64_t i) {
                       if (owners[tokens ? tokens[row] : row] != owner)
                           x[row][i] = 0.0f;
                   });
}

void rope(DeviceMemory& memory, const RopeParams& p) {
    const Rows<float> x(p.x), cosines(p.cos), sines(p.sin);
    const auto* positions = static_cast<const int32_t*>(dataOf(p.positions));
    const int64_t half = p.cos.dim(1), headStride = p.head_stride, headOffset = p.head_offset;
    const int64_t step = p.interleaved ? 2 : 1, distance = p.interleaved ? 1 : half;
    const bool inverse = p.inverse;
    forEachElement(memory, "rope", p.x.dim(0), p.heads * half,
                   [=] __device__(int64_t row, int64_t pair) {
                       const int64_t j = pair % half;
                       float* first = x[row] + pair / half * headStride + headOffset + j * step;
                       const float a = first[0], b = first[distance];
                       const float c = cosines[positions[row]][j];
                       const float turn = sines[positions[row]][j], s = inverse ? -turn : turn;
                       first[0] = a * c - b * s;
                       first[distance] = a * s + b * c;
                   });
}

void swiglu(DeviceMemory& memory, const SwigluParams& p) {
    const Rows<float> x(p.x), out(p.out);
    const int64_t width = p.out.dim(1);
    const float limit = p.limit;
    forEachElement(memory, "swiglu", p.out.dim(0), width, [=] __device__(int64_t row, int64_t i) {
        const float gate = x[row][i], up = x[row][width + i];
        if (limit > 0.0f) {
            // The operand that may be NaN comes second, so that it is handed on.
            const float g = smaller(limit, gate), u = larger(-limit, smaller(limit, up));
            out[row][i] = (u + 1.0f) * (g * logistic(g * 1.702f));
        } else {
            out[row][i] = gate * logistic(gate) * up;
        }
    });
}

void add(DeviceMemory& memory, const AddParams& p) {
    const Rows<float> a(p.a), b(p.b), out(p.out);
    forEachElement(memory, "add", p.a.dim(0), p.a.dim(1),
                   [=] __device__(int64_t row, int64_t i) { out[row][i] = a[row][i] + b[row][i]; });
}

void gatherRows(DeviceMemory& memory, const GatherRowsParams& p) {
    const Rows<float> x(p.x), out(p.out);
    const auto* ids = static_cast<const int32_t*>(dataOf(p.ids));
    forEachElement(memory, "gatherRows", p.out.dim(0), p.out.dim(1),
                   [=] __device__(int64_t row, int64_t i) { out[row][i] = x[ids[row]][i]; });
}

void copy(DeviceMemory& memory, const CopyParams& p) {
    const FloatRows x(p.x), out(p.out);
    forEachElement(memory, "copy", p.x.dim(0), p.x.dim(1),
                   [=] __device__(int64_t row, int64_t i) { out.store(row, i, x.load(row, i)); });
}

}  // namespace hearth::engine::cuda

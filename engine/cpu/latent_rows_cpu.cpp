// Rows of the int8 cache of MLA (engine/ops/latent_page.h), in and out.
#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/latent_kernels.h"
#include "engine/ops/latent_page.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;

/// A part of the cache, given as a view of its columns.
class CachePart {
public:
    CachePart(const LatentKernels& kernels, const Tensor& view)
        : m_kernels(kernels),
          m_pageBytes(view.rowStride() * kTokens),
          m_values(view.dim(1) - kLatentScaleBytes) {
        const int64_t column = view.offset() % view.rowStride();
        m_data = static_cast<std::byte*>(dataOf(view)) + column * (kTokens - 1);
    }

    void write(int64_t slot, const float* row) const {
        auto* codes = reinterpret_cast<int8_t*>(page(slot)) + slot % kTokens * 4;
        scales(slot)[slot % kTokens] = m_kernels.quantise(row, m_values, codes, kTokens * 4).scale;
    }
    void read(int64_t slot, float* row) const {
        const auto* codes = reinterpret_cast<const int8_t*>(page(slot)) + slot % kTokens * 4;
        const float scale = scales(slot)[slot % kTokens];
        for (int64_t quad = 0; quad < m_values / 4; ++quad) {
            for (int64_t i = 0; i < 4; ++i)
                row[quad * 4 + i] = scale * float(codes[quad * kTokens * 4 + i]);
        }
    }

private:
    std::byte* page(int64_t slot) const { return m_data + slot / kTokens * m_pageBytes; }
    float* scales(int64_t slot) const {
        return reinterpret_cast<float*>(page(slot) + m_values * kTokens);
    }

    const LatentKernels& m_kernels;
    std::byte* m_data;
    int64_t m_pageBytes;
    int64_t m_values;
};

}  // namespace

void writeLatentPart(CpuContext& context, const CacheWriteParams& p) {
    const CachePart part(*context.kernels.latent, p.cache);
    const Rows<const float> rows(p.rows);
    const Rows<const int32_t> slots(p.slots);
    for (int64_t t = 0; t < p.rows.dim(0); ++t)
        part.write(slots.data[t], rows[t]);
}

void gatherLatentPart(CpuContext& context, const CacheGatherParams& p) {
    const CachePart part(*context.kernels.latent, p.cache);
    const Rows<const int32_t> pages(p.page_table);
    const Rows<float> out(p.out);
    context.pool.parallelFor(p.length, 32, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            part.read(pages.data[t / kTokens] * kTokens + t % kTokens, out[t]);
    });
}

}  // namespace hearth::engine::cpu

#include "engine/cpu/latent_decode.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/cpu/latent_kernels.h"
#include "engine/cpu/scratch.h"

namespace hearth::engine::cpu {
namespace {

// Partial results of the tokens that are decoded together.
constexpr int64_t kPartialFloats = int64_t{4} << 20;

}  // namespace

LatentDecode::LatentDecode(CpuContext& context, const MlaDecodeParams& params)
    : m_context(context),
      m_params(params),
      m_qLatent(params.q_latent),
      m_qRope(params.q_rope),
      m_sequences(params.sequences),
      m_heads(params.heads),
      m_out(params.out) {}

void LatentDecode::run() {
    const int64_t tokens = m_params.q_latent.dim(0);
    countKeys();
    const int32_t longest = *std::max_element(m_keys, m_keys + tokens);
    m_chunks = (longest + kLatentChunk - 1) / kLatentChunk;
    const int64_t perToken = std::max<int64_t>(m_chunks, 1) * m_heads * m_params.kv_lora_rank;
    const int64_t together = std::clamp<int64_t>(kPartialFloats / perToken, 1, tokens);
    reserve(together);
    for (m_first = 0; m_first < tokens; m_first += together)
        runTokens(std::min(together, tokens - m_first));
}

/// Selected keys are a list that ends with -1, or is full.
void LatentDecode::countKeys() {
    const int64_t tokens = m_params.q_latent.dim(0);
    m_keys = reinterpret_cast<int32_t*>(threadScratch(ScratchUse::Quantised, tokens));
    const Rows<const int32_t> lengths(m_params.lengths);
    std::copy_n(lengths.data, tokens, m_keys);
    if (!m_params.selected.defined())
        return;
    const Rows<const int32_t> selected(m_params.selected);
    for (int64_t t = 0; t < tokens; ++t) {
        const int32_t* list = selected[t];
        m_keys[t] = int32_t(std::find(list, list + m_params.selected.dim(1), -1) - list);
    }
}

void LatentDecode::reserve(int64_t tokens) {
    const int64_t rank = m_params.kv_lora_rank;
    const int64_t partials = tokens * m_heads * m_chunks;
    float* block = threadScratch(ScratchUse::Rows, partials * (rank + 2) + tokens * queryFloats());
    m_partial = std::exchange(block, block + partials * rank);
    m_maximum = std::exchange(block, block + partials);
    m_sum = std::exchange(block, block + partials);
    reserveQueries(block, tokens);
}

void LatentDecode::runTokens(int64_t tokens) {
    const int64_t most = headsOfTask(tokens * m_chunks);
    const int64_t groups = (m_heads + most - 1) / most;
    const auto forHeads = [&](int64_t item, auto use) {
        const int64_t row = item / groups, first = item % groups * most;
        for (int64_t head = first; head < std::min(first + most, m_heads); ++head)
            use(row, head);
    };
    const auto prepare = [&](int64_t row, int64_t head) { prepareQuery(row, head); };
    const auto joinChunks = [&](int64_t row, int64_t head) { join(row, head); };
    if (m_chunks == 1) {  // no task waits for another
        eachItem(tokens * groups, [&](int64_t item) {
            forHeads(item, prepare);
            runTask(item / groups, 0, item % groups * most, most);
            forHeads(item, joinChunks);
        });
        return;
    }
    eachItem(tokens * groups, [&](int64_t item) { forHeads(item, prepare); });
    eachItem(tokens * m_chunks * groups, [&](int64_t item) {
        const int64_t chunk = item / groups % m_chunks;
        runTask(item / groups / m_chunks, chunk, item % groups * most, most);
    });
    eachItem(tokens * groups, [&](int64_t item) { forHeads(item, joinChunks); });
}

template <typename Use>
void LatentDecode::eachItem(int64_t count, Use&& use) {
    m_context.pool.parallelFor(count, [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; ++item)
            use(item);
    });
}

int64_t LatentDecode::keysOf(int64_t row, int64_t chunk) const {
    return std::min(kLatentChunk, m_keys[tokenOf(row)] - chunk * kLatentChunk);
}

void LatentDecode::runTask(int64_t row, int64_t chunk, int64_t head, int64_t most) {
    const int64_t keys = keysOf(row, chunk), heads = std::min(most, m_heads - head);
    if (keys <= 0)
        return;
    const int64_t partial = partialIndex(row, chunk, head);
    std::fill_n(m_maximum + partial, heads, -std::numeric_limits<float>::infinity());
    std::fill_n(m_sum + partial, heads, 0.0f);
    attend({.row = row,
            .chunk = chunk,
            .head = head,
            .heads = heads,
            .keys = keys,
            .partial = partial});
}

void LatentDecode::softmax(float* scores, const Task& task, int64_t columns) const {
    for (int64_t h = 0; h < task.heads; ++h) {
        float correction = 0.0f;
        m_context.kernels.softmaxBlock({.scores = scores + h * kLatentChunk,
                                        .rows = 1,
                                        .stride = kLatentChunk,
                                        .columns = columns,
                                        .visible = &task.keys,
                                        .scale = m_params.scale,
                                        .maximum = m_maximum + task.partial + h,
                                        .sum = m_sum + task.partial + h,
                                        .correction = &correction});
    }
}

/// The chunks of a query, each scaled from its own maximum to the largest.
void LatentDecode::join(int64_t row, int64_t head) const {
    const Kernels& kernels = m_context.kernels;
    const int64_t rank = m_params.kv_lora_rank;
    float* out = m_out[tokenOf(row)] + head * rank;
    float largest = -std::numeric_limits<float>::infinity();
    for (int64_t c = 0; c < m_chunks && keysOf(row, c) > 0; ++c)
        largest = std::max(largest, m_maximum[partialIndex(row, c, head)]);
    std::fill_n(out, rank, 0.0f);
    float sum = 0.0f;
    for (int64_t c = 0; c < m_chunks && keysOf(row, c) > 0; ++c) {
        const int64_t partial = partialIndex(row, c, head);
        float factor = 0.0f;
        kernels.expShifted(m_maximum + partial, largest, 1, &factor);
        sum += factor * m_sum[partial];
        kernels.addScaled(m_partial + partial * rank, factor, rank, out);
    }
    kernels.scale(1.0f / sum, rank, out);
}

}  // namespace hearth::engine::cpu

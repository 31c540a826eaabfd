#include "engine/models/step_simulator.h"

#include <algorithm>
#include <vector>

namespace hearth::engine {

StepSimulator::StepSimulator(const ModelConfig& config, DecoderWeights weights, DType cacheDtype,
                             int64_t prefillChunk)
    : m_model(m_backend, config, std::move(weights)),
      m_tableBytes(m_backend.liveBytes()),
      // Its pages are never read, so one stands for all.
      m_cache(m_backend, m_model.config(), 1, cacheDtype, m_model.mtpLayers() > 0),
      m_prefillChunk(prefillChunk) {}

int64_t StepSimulator::run(int64_t prefills, int64_t decodes, int64_t context) {
    const std::vector<int32_t> ids(size_t(chunkAt(context)));
    const std::vector<int32_t> pages(size_t(KvCache::pagesFor(context)));
    std::vector<StepSequence> sequences;
    for (int64_t i = 0; i < prefills + decodes; ++i) {
        const bool prefill = i < prefills;
        const auto tokens = std::span(ids).first(prefill ? ids.size() : 1);
        sequences.push_back({.tokens = tokens,
                             .start = context - int64_t(tokens.size()),
                             .pages = pages,
                             .prefill = prefill,
                             .long_context = m_model.config().needsLongRope(context)});
    }
    m_backend.setVisibleKeys(context);
    m_backend.resetPeak();
    m_backend.resetCost();
    const int64_t before = m_backend.liveBytes();
    const Tensor logits = m_model.step(sequences, m_cache);
    const int64_t withCopy = 2 * logits.size() * dtypeSize(logits.dtype());
    return std::max(m_backend.peakBytes() - before, withCopy);
}

int64_t StepSimulator::activationBytes(int64_t users, int64_t context) {
    return std::max(run(1, users - 1, context), run(0, users, context));
}

StepCost StepSimulator::decodeCost(int64_t users, int64_t context) {
    run(0, users, context);
    return m_backend.cost();
}

StepCost StepSimulator::prefillCost(int64_t context, int64_t& tokens) {
    tokens = chunkAt(context);
    run(1, 0, context);
    return m_backend.cost();
}

}  // namespace hearth::engine

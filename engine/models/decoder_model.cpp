#include "engine/models/decoder_model.h"

#include <numeric>

#include "engine/layers/expanded_keys.h"
#include "engine/models/weight_guard.h"
#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

// Bounds the rope table: 64 MB for a rope dimension of 64.
constexpr int64_t kMaxPositions = 1 << 18;

ModelConfig served(ModelConfig config) {
    config.max_position_embeddings = std::min(config.max_position_embeddings, kMaxPositions);
    return config;
}

RopeTensors uploadRope(Backend& backend, const ModelConfig& config) {
    const int64_t positions = config.max_position_embeddings;
    const int64_t pairs = config.ropeDim() / 2;
    const RopeTable table = ropeTable(config, positions);
    return {uploadFloats(backend, table.cos, {table.rows, pairs}),
            uploadFloats(backend, table.sin, {table.rows, pairs})};
}

}  // namespace

DecoderModel::DecoderModel(Backend& backend, ModelConfig config, DecoderWeights weights)
    : m_backend(backend),
      m_config(served(std::move(config))),
      m_weights(std::move(weights)),
      m_rope(uploadRope(backend, m_config)) {}

core::Status DecoderModel::health() const {
    return m_weights.guard ? m_weights.guard->status() : core::Status();
}

Tensor DecoderModel::step(std::span<const StepSequence> sequences, KvCache& cache) {
    CORE_ASSERT(!sequences.empty());
    health().orThrow();
    const StepBatch batch(m_backend, m_config, sequences);
    for (const Adapter* adapter : batch.adapters)
        CORE_ASSERT(adapter->belongsTo(this));
    const LayerContext context{m_backend, batch, m_rope, m_observer};
    const Tensor hidden = runLayers(context, cache);
    for (const StepSequence& sequence : sequences) {
        if (sequence.prefill && sequence.kept)
            sequence.kept->tokens = sequence.start + int64_t(sequence.tokens.size());
    }
    giveStates(context, hidden, sequences);
    const int64_t wanted = batch.logits_rows.dim(0);
    if (wanted == 0)
        return context.allocate(0, m_config.vocab_size);
    const Tensor last = context.allocate(wanted, m_config.hidden_size);
    ops::gatherRows(m_backend, {.x = hidden, .ids = batch.logits_rows, .out = last});
    const Tensor x = normalised(context, last, m_weights.final_norm, float(m_config.rms_norm_eps));
    if (m_observer)
        m_observer->finalNorm(x);
    if (m_config.logits_multiplier != 1.0)
        ops::scale(m_backend, {.x = x, .factor = float(m_config.logits_multiplier)});
    return linear(context, m_weights.head, x, batch.logits_owners);
}

Tensor DecoderModel::runLayers(const LayerContext& context, KvCache& cache) {
    const Tensor hidden = context.allocate(context.batch.tokens, m_config.hidden_size);
    ops::embedding(m_backend, {.table = m_weights.embedding,
                               .ids = context.batch.ids,
                               .out = hidden,
                               .scale = float(m_config.embedding_multiplier)});
    for (size_t i = 0; i < m_weights.layers.size(); ++i) {
        if (m_observer)
            m_observer->hidden(int64_t(i), hidden);
        LayerContext layer = context;
        layer.layer = int64_t(i);
        m_weights.layers[i].forward(layer, hidden, cache.layer(int64_t(i)));
    }
    if (m_observer)
        m_observer->hidden(int64_t(m_weights.layers.size()), hidden);
    return hidden;
}

/// Each sequence gets a tensor of its own, so that keeping one does not keep the whole step's.
void DecoderModel::giveStates(const LayerContext& context, const Tensor& hidden,
                              std::span<const StepSequence> sequences) const {
    for (size_t i = 0; i < sequences.size(); ++i) {
        if (!sequences[i].hidden)
            continue;
        const int64_t first = context.batch.first_rows[i];
        const auto rows = hidden.rows(first, first + int64_t(sequences[i].tokens.size()));
        *sequences[i].hidden =
            normalised(context, rows, m_weights.final_norm, float(m_config.rms_norm_eps));
    }
}

Draft DecoderModel::draft(std::span<const DraftSequence> sequences, KvCache& cache) {
    CORE_ASSERT(mtpLayers() > 0 && !sequences.empty() && cache.draftLayer().defined());
    std::vector<StepSequence> next;
    for (const DraftSequence& sequence : sequences)
        next.push_back(sequence.next);
    const StepBatch batch(m_backend, m_config, next);
    const LayerContext context{m_backend, batch, m_rope, m_observer};
    const MtpModule& module = m_weights.mtp.front();
    const Tensor joined = context.allocate(batch.tokens, 2 * m_config.hidden_size);
    module.embed(context, m_weights.embedding, joined);
    for (size_t i = 0; i < sequences.size(); ++i)
        module.addStates(context, sequences[i].hidden, batch.first_rows[i], joined);
    const Tensor hidden = module.forward(context, joined, cache.draftLayer());
    return module.draft(context, hidden, m_weights.head);
}

Tensor DecoderModel::mtpLogits(std::span<const int32_t> tokens, std::span<const int32_t> next) {
    CORE_ASSERT(mtpLayers() > 0 && !tokens.empty() && tokens.size() == next.size());
    KvCache cache(m_backend, m_config, KvCache::pagesFor(int64_t(tokens.size())), DType::F32, true);
    std::vector<int32_t> pages(size_t(cache.pages()));
    std::iota(pages.begin(), pages.end(), 0);
    Tensor hidden;
    const StepSequence sequence{
        .tokens = tokens, .pages = pages, .logits_rows = 0, .hidden = &hidden};
    step(std::span(&sequence, 1), cache);
    const DraftSequence drafted{
        .next = {.tokens = next, .pages = pages, .logits_rows = int64_t(next.size())},
        .hidden = std::span(&hidden, 1)};
    return draft(std::span(&drafted, 1), cache).logits;
}

}  // namespace hearth::engine

#include "engine/models/decoder_model.h"

#include <algorithm>
#include <iterator>
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

/// Sequences that run the same layers, and their rows.
struct DecoderModel::Stage {
    Stage(const DecoderModel& model, std::span<const StepSequence> all)
        : sequences(all),
          batch(model.m_backend, model.m_config, all),
          context{model.m_backend, batch, model.m_rope, model.m_observer} {
        for (const Adapter* adapter : batch.adapters)
            CORE_ASSERT(adapter->belongsTo(&model));
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    std::span<const StepSequence> sequences;
    StepBatch batch;
    LayerContext context;
    Tensor hidden;  // [T, H], the residual stream
};

Tensor DecoderModel::step(std::span<const StepSequence> sequences, KvCache& cache) {
    CORE_ASSERT(!sequences.empty());
    health().orThrow();
    Stage stage(*this, sequences);
    stage.hidden = enter(stage.batch, nullptr);
    runLayers(stage, 0, int64_t(m_weights.layers.size()), cache);
    return leave(stage);
}

Tensor DecoderModel::stepWith(std::span<const StepSequence> sequences, KvCache& cache,
                              PromptPass& pass) {
    CORE_ASSERT(!sequences.empty());
    health().orThrow();
    const auto layers = int64_t(m_weights.layers.size());
    Stage all(*this, sequences);
    all.hidden = enter(all.batch, &pass);
    // Those that do not wait for the prompts; their rows are the last ones of all.
    StepVector<StepSequence> others;
    std::ranges::copy_if(sequences, std::back_inserter(others),
                         [](const StepSequence& s) { return !s.prefill; });
    std::optional<Stage> rest;
    const auto runRest = [&](int64_t begin, int64_t end) {
        if (others.empty() || begin == end)
            return;
        if (!rest)
            rest.emplace(*this, others).hidden =
                all.hidden.rows(all.batch.prefill_tokens, all.batch.tokens);
        runLayers(*rest, begin, end, cache);
    };
    runRest(0, pass.layer);
    for (; pass.layer < layers && pass.goes_on(pass.layer); ++pass.layer)
        runLayers(all, pass.layer, pass.layer + 1, cache);
    if (pass.layer == layers) {
        pass.hidden = {};
        return leave(all);
    }
    pass.hidden = all.hidden.rows(0, all.batch.prefill_tokens);
    runRest(pass.layer, layers);
    return rest ? leave(*rest) : all.context.allocate(0, m_config.vocab_size);
}

/// What goes into the first layer, or for prompt tokens into the pass's next one.
Tensor DecoderModel::enter(const StepBatch& batch, const PromptPass* pass) const {
    const Tensor hidden = allocate(m_backend, DType::F32, {batch.tokens, m_config.hidden_size});
    const int64_t known = pass && pass->layer > 0 ? batch.prefill_tokens : 0;
    if (known > 0) {
        CORE_ASSERT(pass->hidden.defined() && pass->hidden.dim(0) == known);
        ops::copy(m_backend, {.x = pass->hidden, .out = hidden.rows(0, known)});
    }
    if (known < batch.tokens)
        ops::embedding(m_backend, {.table = m_weights.embedding,
                                   .ids = batch.ids.rows(known, batch.tokens),
                                   .out = hidden.rows(known, batch.tokens),
                                   .scale = float(m_config.embedding_multiplier)});
    return hidden;
}

void DecoderModel::runLayers(const Stage& stage, int64_t begin, int64_t end, KvCache& cache) const {
    for (int64_t i = begin; i < end; ++i) {
        if (m_observer)
            m_observer->hidden(i, stage.hidden);
        LayerContext layer = stage.context;
        layer.layer = i;
        m_weights.layers[size_t(i)].forward(layer, stage.hidden, cache.layer(i));
    }
}

/// After all layers: states to those who want them, and logits.
Tensor DecoderModel::leave(const Stage& stage) const {
    const LayerContext& context = stage.context;
    if (m_observer)
        m_observer->hidden(int64_t(m_weights.layers.size()), stage.hidden);
    for (const StepSequence& sequence : stage.sequences) {
        if (sequence.prefill && sequence.kept)
            sequence.kept->tokens = sequence.start + int64_t(sequence.tokens.size());
    }
    giveStates(context, stage.hidden, stage.sequences);
    const int64_t wanted = stage.batch.logits_rows.dim(0);
    if (wanted == 0)
        return context.allocate(0, m_config.vocab_size);
    const Tensor last = context.allocate(wanted, m_config.hidden_size);
    ops::gatherRows(m_backend, {.x = stage.hidden, .ids = stage.batch.logits_rows, .out = last});
    const Tensor x = normalised(context, last, m_weights.final_norm, float(m_config.rms_norm_eps));
    if (m_observer)
        m_observer->finalNorm(x);
    if (m_config.logits_multiplier != 1.0)
        ops::scale(m_backend, {.x = x, .factor = float(m_config.logits_multiplier)});
    return linear(context, m_weights.head, x, stage.batch.logits_owners);
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

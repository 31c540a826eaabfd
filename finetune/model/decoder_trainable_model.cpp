#include "finetune/model/decoder_trainable_model.h"

#include <algorithm>

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/ops.h"
#include "finetune/ops/embedding_backward.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

namespace {

LabelledRows labelledRows(const PackedBatch& batch) {
    LabelledRows labelled;
    for (size_t t = 0; t < batch.labels.size(); ++t)
        if (batch.labels[t] != kIgnoredLabel) {
            labelled.rows.push_back(int32_t(t));
            labelled.labels.push_back(batch.labels[t]);
        }
    return labelled;
}

std::vector<double> negated(std::vector<double> values) {
    for (double& value : values)
        value = -value;
    return values;
}

}  // namespace

DecoderTrainableModel::DecoderTrainableModel(engine::Backend& backend,
                                             const engine::ModelConfig& config,
                                             const TrainableOptions& options,
                                             std::unique_ptr<ModelParameters> parameters,
                                             std::unique_ptr<engine::WeightSource> source)
    : m_source(std::move(source)),
      m_backend(backend),
      m_pool(engine::cpuThreadPool(backend)),
      m_config(config),
      m_options(options),
      m_parameters(std::move(parameters)) {
    const engine::RopeTable table = engine::ropeTable(config, config.max_position_embeddings);
    const int64_t half = config.ropeDim() / 2;
    m_cos = engine::uploadFloats(backend, table.cos, {table.rows, half});
    m_sin = engine::uploadFloats(backend, table.sin, {table.rows, half});
    m_embedding =
        m_parameters->weight("model.embed_tokens.weight", {config.vocab_size, config.hidden_size});
    const Weight head =
        config.tie_word_embeddings
            ? m_embedding
            : m_parameters->weight("lm_head.weight", {config.vocab_size, config.hidden_size});
    m_head =
        OutputHead(*m_parameters, m_parameters->weight("model.norm.weight", {config.hidden_size}),
                   head, float(config.rms_norm_eps), !m_parameters->keepsBaseStored());
    m_head.setMultiplier(float(config.logits_multiplier));
    m_layers.reserve(size_t(config.num_hidden_layers));  // m_moeLayers points into it
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        m_layers.emplace_back(*m_parameters, config, layer);
        if (m_layers.back().isMoe())
            m_moeLayers.emplace_back(layer, &m_layers.back().moe());
    }
    if (wantsMtp(options)) {
        m_mtp.emplace(*m_parameters, config, m_embedding, head);
        if (m_mtp->block().isMoe())
            m_moeLayers.emplace_back(config.num_hidden_layers, &m_mtp->block().moe());
    }
    for (const auto& [layer, moe] : m_moeLayers)
        m_use.push_back(
            {.layer = layer, .loads = std::vector<int64_t>(size_t(config.n_routed_experts), 0)});
}

StepContext DecoderTrainableModel::stepFor(const std::vector<int32_t>& positions,
                                           std::vector<engine::AttentionSegment> segments) const {
    return {.backend = m_backend,
            .pool = m_pool,
            .config = m_config,
            .cos = m_cos,
            .sin = m_sin,
            .positions = engine::uploadInts(m_backend, positions),
            .segments = std::move(segments),
            .operands = m_operands};
}

StepContext DecoderTrainableModel::stepFor(const PackedBatch& batch) const {
    std::vector<engine::AttentionSegment> segments;
    std::vector<int32_t> positions = batch.positions;
    for (const PackedSegment& segment : batch.segments) {
        segments.push_back({segment.begin, segment.len, segment.begin, segment.len});
        if (m_config.needsLongRope(segment.len))  // the table's second half (RopeTable)
            for (int64_t t = segment.begin; t < segment.begin + segment.len; ++t)
                positions[size_t(t)] += int32_t(m_config.max_position_embeddings);
    }
    StepContext step = stepFor(positions, std::move(segments));
    step.routing = batch.routing.empty() ? nullptr : &batch.routing;
    return step;
}

void DecoderTrainableModel::check(const PackedBatch& batch) const {
    CORE_ASSERT(batch.tokens() > 0 && batch.positions.size() == batch.ids.size() &&
                batch.labels.size() == batch.ids.size());
    int64_t covered = 0;
    for (const PackedSegment& segment : batch.segments) {
        CORE_ASSERT(segment.begin == covered && segment.len > 0);
        covered += segment.len;
    }
    CORE_ASSERT(covered == batch.tokens());
    for (const auto& experts : batch.routing)
        CORE_ASSERT(int64_t(experts.size()) == batch.tokens() * m_config.num_experts_per_tok);
    for (size_t t = 0; t < batch.ids.size(); ++t) {
        const int32_t label = batch.labels[t];
        CORE_ASSERT(batch.ids[t] >= 0 && batch.ids[t] < m_config.vocab_size);
        CORE_ASSERT(label == kIgnoredLabel || (label >= 0 && label < m_config.vocab_size));
        CORE_ASSERT(batch.positions[t] < m_config.max_position_embeddings);
    }
}

DecoderTrainableModel::Trunk DecoderTrainableModel::embedded(const StepContext& step,
                                                             const PackedBatch& batch) const {
    Trunk trunk;
    trunk.ids = engine::uploadInts(m_backend, batch.ids);
    trunk.output = step.floats(batch.tokens(), m_config.hidden_size);
    ops::embedding(m_backend, {.table = m_embedding.value, .ids = trunk.ids, .out = trunk.output});
    scaleEmbedding(trunk.output);
    return trunk;
}

DecoderTrainableModel::Trunk DecoderTrainableModel::forwardTrunk(const StepContext& step,
                                                                 const PackedBatch& batch,
                                                                 bool keep) const {
    Trunk trunk = embedded(step, batch);
    for (const DecoderLayer& layer : m_layers) {
        DecoderActivations kept;
        const Tensor input = trunk.output;
        trunk.output = layer.forward(step, input, kept);
        if (keep && m_options.gradient_checkpointing)
            kept = {.input = input};
        if (keep)
            trunk.layers.push_back(std::move(kept));
    }
    return trunk;
}

void DecoderTrainableModel::backwardTrunk(const StepContext& step, Trunk& trunk, const Tensor& d) {
    size_t moeLayers = m_moeLayers.size() - (usesMtp() && m_mtp->block().isMoe() ? 1 : 0);
    for (size_t i = m_layers.size(); i-- > 0;) {
        DecoderActivations kept = std::move(trunk.layers[i]);
        trunk.layers.pop_back();
        if (m_options.gradient_checkpointing)
            m_layers[i].forward(step, kept.input, kept);
        if (m_layers[i].isMoe())
            m_layers[i].moe().addUse(step, kept.moe, m_use[--moeLayers]);
        m_layers[i].backward(step, kept, d, i > 0 || m_embedding.gradient.defined());
    }
    if (m_embedding.gradient.defined()) {
        scaleEmbedding(d);
        embeddingBackward(m_pool, {.ids = trunk.ids, .dout = d, .dtable = m_embedding.gradient});
    }
}

/// Of rows of the embedding, or of their gradients.
void DecoderTrainableModel::scaleEmbedding(const Tensor& x) const {
    if (m_config.embedding_multiplier != 1.0)
        ops::scale(m_backend, {.x = x, .factor = float(m_config.embedding_multiplier)});
}

Tensor DecoderTrainableModel::normedHidden(const StepContext& step, const Tensor& output) const {
    const Tensor hidden = step.floats(output.dim(0), output.dim(1));
    ops::rmsNorm(m_backend,
                 {.x = output, .weight = m_head.norm().value, .out = hidden, .eps = m_head.eps()});
    return hidden;
}

void DecoderTrainableModel::mtpLoss(const StepContext& step, const PackedBatch& batch,
                                    const Tensor& output, const Tensor& d, float gradientScale,
                                    LossSums& sums) {
    const MtpBatch mtpBatch = makeMtpBatch(batch);
    if (mtpBatch.rows.empty())
        return;
    const StepContext mtpStep = stepFor(mtpBatch.positions, mtpBatch.segments);
    const auto kept = m_mtp->forward(mtpStep, mtpBatch, normedHidden(step, output));
    Tensor dmtp;
    if (gradientScale != 0.0f) {
        dmtp = step.floats(kept.output.dim(0), kept.output.dim(1));
        m_backend.fillZero(dmtp);
    }
    const auto result =
        m_mtp->head().loss(mtpStep, kept.output, mtpBatch.labelled, dmtp, gradientScale);
    sums.mtp_loss += result.loss;
    sums.mtp_labels += int64_t(mtpBatch.labelled.rows.size());
    if (!dmtp.defined())
        return;
    if (m_mtp->block().isMoe())
        m_mtp->block().moe().addUse(mtpStep, kept.block.moe, m_use.back());
    Tensor dhidden;
    if (d.defined()) {
        dhidden = step.floats(output.dim(0), output.dim(1));
        m_backend.fillZero(dhidden);
    }
    m_mtp->backward(mtpStep, kept, dmtp, dhidden);
    if (d.defined())
        rmsNormBackward(m_pool, {.x = output,
                                 .weight = m_head.norm().value,
                                 .dout = dhidden,
                                 .dx = d,
                                 .dweight = m_head.norm().gradient,
                                 .accumulate_dx = true,
                                 .eps = m_head.eps()});
}

/// Of each label's sequence balance loss.
void DecoderTrainableModel::weighBalance(StepContext& step, const PackedBatch& batch,
                                         double scale) const {
    if (m_options.balance_alpha > 0.0)
        for (const PackedSegment& segment : batch.segments)
            step.balance_weights.push_back(
                float(m_options.balance_alpha * scale * double(batch.labelsIn(segment))));
}

LossSums DecoderTrainableModel::accumulate(const PackedBatch& batch, int64_t labelCount) {
    check(batch);
    StepContext step = stepFor(batch);
    const int64_t labels = labelCount > 0 ? labelCount : batch.labelCount();
    const float scale = labels > 0 ? float(1.0 / double(labels)) : 0.0f;
    weighBalance(step, batch, double(scale));
    LossSums sums;
    if (m_options.part == TrainedPart::MtpOnly) {
        const Trunk trunk = forwardTrunk(step, batch, false);
        mtpLoss(step, batch, trunk.output, Tensor(), scale, sums);
        return sums;
    }
    Trunk trunk = forwardTrunk(step, batch, true);
    const Tensor d = step.floats(batch.tokens(), m_config.hidden_size);
    m_backend.fillZero(d);
    const LabelledRows labelled = labelledRows(batch);
    const auto result = m_head.loss(step, trunk.output, labelled, d, scale);
    sums.loss = result.loss;
    sums.correct = result.correct;
    sums.labels = int64_t(labelled.rows.size());
    if (usesMtp())
        mtpLoss(step, batch, trunk.output, d, float(scale * m_options.mtp_lambda), sums);
    backwardTrunk(step, trunk, d);
    sums.balance_loss = step.balance_loss * double(labels);
    return sums;
}

LossSums DecoderTrainableModel::evaluate(const PackedBatch& batch) {
    check(batch);
    const StepContext step = stepFor(batch);
    const Trunk trunk = forwardTrunk(step, batch, false);
    const LabelledRows labelled = labelledRows(batch);
    const auto result = m_head.loss(step, trunk.output, labelled, Tensor(), 0.0f);
    LossSums sums{
        .loss = result.loss, .labels = int64_t(labelled.rows.size()), .correct = result.correct};
    if (usesMtp())
        mtpLoss(step, batch, trunk.output, Tensor(), 0.0f, sums);
    return sums;
}

std::vector<double> DecoderTrainableModel::logProbabilities(const PackedBatch& batch,
                                                            Policy policy) {
    check(batch);
    CORE_ASSERT(policy == Policy::Trained || m_options.part == TrainedPart::Lora);
    StepContext step = stepFor(batch);
    step.use_adapter = policy == Policy::Trained;
    const Trunk trunk = forwardTrunk(step, batch, false);
    const auto result = m_head.loss(step, trunk.output, labelledRows(batch), Tensor(), 0.0f);
    return negated(result.losses);
}

LossSums DecoderTrainableModel::accumulateLoss(const PackedBatch& batch,
                                               const TokenDerivative& derivative, double share) {
    check(batch);
    CORE_ASSERT(!usesMtp());
    StepContext step = stepFor(batch);
    const auto labels = double(std::max<int64_t>(1, batch.labelCount()));
    weighBalance(step, batch, double(float(share / labels)));  // as accumulate has it
    Trunk trunk = forwardTrunk(step, batch, true);
    const LabelledRows labelled = labelledRows(batch);
    const auto result = m_head.loss(step, trunk.output, labelled, Tensor(), 0.0f);
    // The losses are the negative log-probabilities, so their factors change the sign.
    std::vector<float> scales = derivative(negated(result.losses));
    CORE_ASSERT(scales.size() == labelled.rows.size());
    for (float& scale : scales)
        scale = -scale;
    const Tensor d = step.floats(batch.tokens(), m_config.hidden_size);
    m_backend.fillZero(d);
    m_head.weightedGradient(step, trunk.output, labelled, scales, d);
    backwardTrunk(step, trunk, d);
    return {.loss = result.loss,
            .labels = int64_t(labelled.rows.size()),
            .correct = result.correct,
            .balance_loss = share > 0.0 ? step.balance_loss * labels / share : 0.0};
}

}  // namespace hearth::finetune

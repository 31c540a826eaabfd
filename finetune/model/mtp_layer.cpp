#include "finetune/model/mtp_layer.h"

#include "engine/ops/ops.h"
#include "finetune/ops/embedding_backward.h"
#include "finetune/ops/gather_rows_backward.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

namespace {

std::string mtpPath(const engine::ModelConfig& config) {
    return "model.layers." + std::to_string(config.num_hidden_layers) + ".";
}

/// The layer's own table when the checkpoint has one, else the trunk's.
Weight ownOrShared(const ModelParameters& parameters, const engine::ModelConfig& config,
                   const std::string& name, const Weight& shared) {
    return parameters.contains(name)
               ? parameters.weight(name, {config.vocab_size, config.hidden_size})
               : shared;
}

}  // namespace

MtpBatch makeMtpBatch(const PackedBatch& batch) {
    MtpBatch mtp;
    for (const PackedSegment& segment : batch.segments) {
        const int64_t begin = int64_t(mtp.rows.size());
        for (int64_t t = segment.begin; t + 1 < segment.begin + segment.len; ++t) {
            const int32_t label = batch.labels[size_t(t + 1)];
            if (label != kIgnoredLabel) {
                mtp.labelled.rows.push_back(int32_t(mtp.rows.size()));
                mtp.labelled.labels.push_back(label);
            }
            mtp.rows.push_back(int32_t(t));
            mtp.next_ids.push_back(batch.ids[size_t(t + 1)]);
            mtp.positions.push_back(batch.positions[size_t(t)]);
        }
        const int64_t len = int64_t(mtp.rows.size()) - begin;
        if (len > 0)
            mtp.segments.push_back({begin, len, begin, len});
    }
    return mtp;
}

MtpLayer::MtpLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                   const Weight& embedding, const Weight& head)
    : m_embedding(
          ownOrShared(parameters, config, mtpPath(config) + "embed_tokens.weight", embedding)),
      m_embeddingNorm(parameters.weight(mtpPath(config) + "enorm.weight", {config.hidden_size})),
      m_hiddenNorm(parameters.weight(mtpPath(config) + "hnorm.weight", {config.hidden_size})),
      m_join(parameters.weight(mtpPath(config) + "eh_proj.weight",
                               {config.hidden_size, 2 * config.hidden_size})),
      m_block(parameters, config, config.num_hidden_layers),
      m_head(parameters,
             parameters.weight(mtpPath(config) + "shared_head.norm.weight", {config.hidden_size}),
             ownOrShared(parameters, config, mtpPath(config) + "shared_head.head.weight", head),
             float(config.rms_norm_eps)),
      m_eps(float(config.rms_norm_eps)) {}

MtpLayer::Activations MtpLayer::forward(const StepContext& step, const MtpBatch& batch,
                                        const Tensor& hidden) const {
    const int64_t rows = int64_t(batch.rows.size()), width = hidden.dim(1);
    Activations kept;
    kept.rows = engine::uploadInts(step.backend, batch.rows);
    kept.next_ids = engine::uploadInts(step.backend, batch.next_ids);
    kept.hidden = step.floats(rows, width);
    kept.embedding = step.floats(rows, width);
    kept.joined = step.floats(rows, 2 * width);
    ops::gatherRows(step.backend, {.x = hidden, .ids = kept.rows, .out = kept.hidden});
    ops::embedding(step.backend,
                   {.table = m_embedding.value, .ids = kept.next_ids, .out = kept.embedding});
    ops::rmsNorm(step.backend, {.x = kept.embedding,
                                .weight = m_embeddingNorm.value,
                                .out = kept.joined.columns(0, width),
                                .eps = m_eps});
    ops::rmsNorm(step.backend, {.x = kept.hidden,
                                .weight = m_hiddenNorm.value,
                                .out = kept.joined.columns(width, 2 * width),
                                .eps = m_eps});
    const Tensor input = step.floats(rows, width);
    multiply(step, {.x = kept.joined, .weight = m_join.value, .out = input}, {});
    kept.output = m_block.forward(step, input, kept.block);
    return kept;
}

void MtpLayer::backward(const StepContext& step, const Activations& kept, const Tensor& d,
                        const Tensor& dhidden) const {
    const int64_t rows = d.dim(0), width = d.dim(1);
    m_block.backward(step, kept.block, d);
    const Tensor djoined = step.floats(rows, 2 * width);
    multiplyBackward(step,
                     {.x = kept.joined,
                      .weight = m_join.value,
                      .dout = d,
                      .dx = djoined,
                      .dweight = m_join.gradient},
                     {});
    // Both norms' gradients are wanted even where nothing below is trained.
    rmsNormBackward(step.pool, {.x = kept.embedding,
                                .weight = m_embeddingNorm.value,
                                .dout = djoined.columns(0, width),
                                .dx = kept.embedding,
                                .dweight = m_embeddingNorm.gradient,
                                .eps = m_eps});
    rmsNormBackward(step.pool, {.x = kept.hidden,
                                .weight = m_hiddenNorm.value,
                                .dout = djoined.columns(width, 2 * width),
                                .dx = kept.hidden,
                                .dweight = m_hiddenNorm.gradient,
                                .eps = m_eps});
    if (m_embedding.gradient.defined())
        embeddingBackward(
            step.pool,
            {.ids = kept.next_ids, .dout = kept.embedding, .dtable = m_embedding.gradient});
    if (dhidden.defined())
        gatherRowsBackward(step.pool, {.ids = kept.rows, .dout = kept.hidden, .dx = dhidden});
}

}  // namespace hearth::finetune

// Multi-token prediction: one more block that predicts the token after next from the trunk's
// normed hidden state and the embedding of the next token. Source: arXiv 2412.19437, section 2.2;
// hidden is the trunk's state after the final norm, as the released weights want it.
#pragma once
#include "finetune/model/decoder_layer.h"
#include "finetune/model/output_head.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

/// The positions of a batch that have a next token in their segment.
struct MtpBatch {
    std::vector<int32_t> rows;      // position of the batch
    std::vector<int32_t> next_ids;  // the token after it
    std::vector<int32_t> positions;
    std::vector<engine::AttentionSegment> segments;
    LabelledRows labelled;  // rows of this batch, with the label of the next position
};
MtpBatch makeMtpBatch(const PackedBatch& batch);

class MtpLayer {
public:
    struct Activations {
        engine::Tensor hidden;     // [N, H], gathered
        engine::Tensor embedding;  // [N, H]
        engine::Tensor joined;     // [N, 2H], [enorm(embedding) | hnorm(hidden)]
        engine::Tensor next_ids;   // [N] I32
        engine::Tensor rows;       // [N] I32
        DecoderActivations block;
        engine::Tensor output;  // [N, H], before the head's norm
    };

    /// embedding and head: the trunk's, used unless the checkpoint has its own.
    MtpLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
             const Weight& embedding, const Weight& head);

    const DecoderLayer& block() const { return m_block; }
    const OutputHead& head() const { return m_head; }

    /// step: of the MTP batch. hidden: [T, H], the trunk's, after the final norm.
    Activations forward(const StepContext& step, const MtpBatch& batch,
                        const engine::Tensor& hidden) const;
    /// d: gradient of the output, overwritten. dhidden [T, H] is added to; undefined: the trunk
    /// is not trained.
    void backward(const StepContext& step, const Activations& kept, const engine::Tensor& d,
                  const engine::Tensor& dhidden) const;

private:
    Weight m_embedding;
    Weight m_embeddingNorm;
    Weight m_hiddenNorm;
    Weight m_join;  // eh_proj
    DecoderLayer m_block;
    OutputHead m_head;
    float m_eps;
};

}  // namespace hearth::finetune

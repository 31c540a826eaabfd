// The part of DecoderTrainableModel that only looks: logits, and where the routers send tokens.
#include <algorithm>

#include "engine/cpu/cpu_backend.h"
#include "finetune/model/decoder_trainable_model.h"

namespace hearth::finetune {

using engine::Tensor;

namespace {

std::vector<int32_t> intsOf(const Tensor& tensor) {
    const int32_t* values = engine::cpuData<int32_t>(tensor);
    return {values, values + tensor.dim(0) * tensor.dim(1)};
}

}  // namespace

Routing DecoderTrainableModel::routing(const PackedBatch& batch, Policy policy) const {
    check(batch);
    CORE_ASSERT(policy == Policy::Trained || m_options.part == TrainedPart::Lora);
    StepContext step = stepFor(batch);
    step.use_adapter = policy == Policy::Trained;
    Routing routing;
    Trunk trunk = embedded(step, batch);
    for (const DecoderLayer& layer : m_layers) {
        DecoderActivations kept;
        const Tensor input = trunk.output;
        trunk.output = layer.forward(step, input, kept);
        if (layer.isMoe())
            routing.push_back(intsOf(kept.moe.experts));
    }
    if (!usesMtp() || !m_mtp->block().isMoe())
        return routing;
    const MtpBatch mtpBatch = makeMtpBatch(batch);
    routing.emplace_back();
    if (mtpBatch.rows.empty())
        return routing;
    const StepContext mtpStep = stepFor(mtpBatch.positions, mtpBatch.segments);
    const auto kept = m_mtp->forward(mtpStep, mtpBatch, normedHidden(step, trunk.output));
    routing.back() = intsOf(kept.block.moe.experts);
    return routing;
}

std::vector<float> DecoderTrainableModel::logits(const PackedBatch& batch) {
    check(batch);
    const StepContext step = stepFor(batch);
    const Trunk trunk = forwardTrunk(step, batch, false);
    return engine::downloadFloats(m_backend, m_head.logits(step, trunk.output));
}

std::vector<float> DecoderTrainableModel::mtpLogits(const PackedBatch& batch) {
    CORE_ASSERT(usesMtp());
    check(batch);
    const StepContext step = stepFor(batch);
    const Trunk trunk = forwardTrunk(step, batch, false);
    const MtpBatch mtpBatch = makeMtpBatch(batch);
    const StepContext mtpStep = stepFor(mtpBatch.positions, mtpBatch.segments);
    const auto kept = m_mtp->forward(mtpStep, mtpBatch, normedHidden(step, trunk.output));
    const std::vector<float> rows =
        engine::downloadFloats(m_backend, m_mtp->head().logits(mtpStep, kept.output));
    std::vector<float> all(size_t(batch.tokens() * m_config.vocab_size));
    for (size_t i = 0; i < mtpBatch.rows.size(); ++i)
        std::copy_n(rows.begin() + int64_t(i) * m_config.vocab_size, m_config.vocab_size,
                    all.begin() + mtpBatch.rows[i] * m_config.vocab_size);
    return all;
}

}  // namespace hearth::finetune

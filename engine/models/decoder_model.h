// The model that every decoder-only architecture builds: embedding, layers, norm, head.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/layers/decoder_layer.h"
#include "engine/models/model.h"
#include "engine/models/mtp.h"

namespace hearth::engine {

class WeightGuard;

/// Weights of a model, as an architecture's builder fills them in.
struct DecoderWeights {
    Tensor embedding;  // [vocab, H] row-major
    std::vector<DecoderLayer> layers;
    Tensor final_norm;
    Linear head;
    std::vector<MtpModule> mtp;
    std::vector<LinearTarget> targets;  // by Linear::id
    int64_t bytes = 0;
    std::shared_ptr<const WeightGuard> guard;  // may be null
};

class DecoderModel : public Model {
public:
    /// Serves at most kMaxPositions positions, whatever the config allows.
    DecoderModel(Backend& backend, ModelConfig config, DecoderWeights weights);

    const ModelConfig& config() const override { return m_config; }
    int64_t weightBytes() const override { return m_weights.bytes; }
    core::Status health() const override;
    using Model::step;
    /// Throws the error of health(), if any.
    Tensor step(std::span<const StepSequence> sequences, KvCache& cache) override;
    Tensor stepWith(std::span<const StepSequence> sequences, KvCache& cache,
                    PromptPass& pass) override;
    void setObserver(StepObserver* observer) override { m_observer = observer; }
    std::span<const LinearTarget> adapterTargets() const override { return m_weights.targets; }
    int64_t mtpLayers() const override { return int64_t(m_weights.mtp.size()); }
    Draft draft(std::span<const DraftSequence> sequences, KvCache& cache) override;
    Tensor mtpLogits(std::span<const int32_t> tokens, std::span<const int32_t> next) override;

private:
    struct Stage;
    Tensor enter(const StepBatch& batch, const PromptPass* pass) const;
    void runLayers(const Stage& stage, int64_t begin, int64_t end, KvCache& cache) const;
    Tensor leave(const Stage& stage) const;
    void giveStates(const LayerContext& context, const Tensor& hidden,
                    std::span<const StepSequence> sequences) const;

    Backend& m_backend;
    ModelConfig m_config;
    DecoderWeights m_weights;
    RopeTensors m_rope;
    StepObserver* m_observer = nullptr;
};

}  // namespace hearth::engine

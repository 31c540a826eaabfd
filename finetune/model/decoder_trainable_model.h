// Any decoder that is served, as a model that can be trained.
#pragma once
#include <optional>

#include "finetune/model/decoder_layer.h"
#include "finetune/model/mtp_layer.h"
#include "finetune/model/output_head.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

inline bool wantsMtp(const TrainableOptions& options) {
    return options.mtp_lambda > 0.0 || options.part == TrainedPart::MtpOnly;
}

class DecoderTrainableModel : public TrainableModel {
public:
    DecoderTrainableModel(engine::Backend& backend, const engine::ModelConfig& config,
                          const TrainableOptions& options,
                          std::unique_ptr<ModelParameters> parameters,
                          std::unique_ptr<engine::WeightSource> source);

    const engine::ModelConfig& config() const override { return m_config; }
    const TrainableOptions& options() const override { return m_options; }

    LossSums accumulate(const PackedBatch& batch, int64_t labelCount) override;
    LossSums evaluate(const PackedBatch& batch) override;
    std::vector<double> logProbabilities(const PackedBatch& batch, Policy policy) override;
    LossSums accumulateLoss(const PackedBatch& batch, const TokenDerivative& derivative,
                            double share) override;
    Routing routing(const PackedBatch& batch, Policy policy) const override;
    std::vector<float> logits(const PackedBatch& batch) override;
    std::vector<float> mtpLogits(const PackedBatch& batch) override;

    void zeroGradients() override;
    ParameterSet& trained() override { return m_parameters->trained(); }
    engine::ThreadPool& threadPool() override { return m_pool; }
    void setOperands(engine::DType operands) override { m_operands = operands; }
    int64_t parameterCount() const override;

    const std::vector<ExpertUse>& expertUse() const override { return m_use; }
    void balanceExperts(double gamma) override;

    void forEachState(
        const std::function<void(const std::string&, std::span<float>)>& visit) override;
    std::vector<NamedTensor> exportTensors() const override;
    std::vector<NamedTensor> exportAdapter() const override;
    std::string adapterConfig(const std::string& baseModelName) const override;
    core::Status loadAdapter(const engine::WeightSource& weights) override {
        return m_parameters->loadAdapter(weights);
    }

private:
    /// Activations of the trunk.
    struct Trunk {
        engine::Tensor ids;
        std::vector<DecoderActivations> layers;  // empty when they are not kept; with gradient
                                                 // checkpointing the inputs alone
        engine::Tensor output;                   // [T, H], before the final norm
    };

    StepContext stepFor(const std::vector<int32_t>& positions,
                        std::vector<engine::AttentionSegment> segments) const;
    StepContext stepFor(const PackedBatch& batch) const;
    void check(const PackedBatch& batch) const;
    void weighBalance(StepContext& step, const PackedBatch& batch, double scale) const;
    Trunk embedded(const StepContext& step, const PackedBatch& batch) const;
    Trunk forwardTrunk(const StepContext& step, const PackedBatch& batch, bool keep) const;
    /// Also counts what the routers did. The layers of trunk are used up.
    void backwardTrunk(const StepContext& step, Trunk& trunk, const engine::Tensor& d);
    void scaleEmbedding(const engine::Tensor& x) const;
    engine::Tensor normedHidden(const StepContext& step, const engine::Tensor& output) const;
    /// Adds the losses of the MTP layer; with gradients when d is defined or only it is trained.
    void mtpLoss(const StepContext& step, const PackedBatch& batch, const engine::Tensor& output,
                 const engine::Tensor& d, float gradientScale, LossSums& sums);
    bool usesMtp() const { return m_mtp.has_value(); }

    std::unique_ptr<engine::WeightSource> m_source;  // of weights that stay stored; else null
    engine::Backend& m_backend;
    engine::ThreadPool& m_pool;
    engine::ModelConfig m_config;
    TrainableOptions m_options;
    std::unique_ptr<ModelParameters> m_parameters;
    engine::DType m_operands = m_options.operands;
    engine::Tensor m_cos;
    engine::Tensor m_sin;
    Weight m_embedding;
    std::vector<DecoderLayer> m_layers;
    OutputHead m_head;
    std::optional<MtpLayer> m_mtp;
    std::vector<std::pair<int64_t, const MoeLayer*>> m_moeLayers;  // with their layer numbers
    std::vector<ExpertUse> m_use;                                  // of m_moeLayers
};

}  // namespace hearth::finetune

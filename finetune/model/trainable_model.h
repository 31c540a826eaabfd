// A model whose parameters can be trained: the description and the forward ops of serving, with the
// activations kept, and a backward pass.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/cpu/thread_pool.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "engine/ops/backend.h"
#include "finetune/model/expert_use.h"
#include "finetune/model/packed_batch.h"
#include "finetune/model/parameter_set.h"

namespace hearth::finetune {

enum class TrainedPart {
    Full,     // every parameter
    Lora,     // low-rank adapters; the base stays as it is
    MtpOnly,  // the multi-token-prediction layers; the trunk stays as it is
};

struct LoraOptions {
    int64_t r = 16;
    double alpha = 32.0;
    bool rslora = false;  // the product is scaled by alpha / sqrt(r), not alpha / r
    bool dora = false;    // rows keep a trained length of their own (finetune/model/dora.h)
    /// PEFT module names (q_a_proj, gate_proj, ...); empty: all of them.
    std::vector<std::string> targets;

    double scale() const;
};

/// Where the matrices that an adapter adds to are kept. They do not change.
enum class BaseStorage {
    Memory,  // F32, and a second time laid out for products: fast, 8 bytes a parameter
    Source,  // where they are stored, in the types that they have; F32 for one product at a time
};

struct TrainableOptions {
    TrainedPart part = TrainedPart::Full;
    BaseStorage base = BaseStorage::Memory;  // Source: of TrainedPart::Lora only
    LoraOptions lora;
    /// Of a block only the input is kept; the rest is computed again in the backward pass, to the
    /// same bits.
    bool gradient_checkpointing = false;
    /// Of the large products: F32, or BF16, to which they are rounded. Sums, weights, gradients and
    /// all else are F32.
    engine::DType operands = engine::DType::F32;
    uint64_t seed = 0;
    double initializer_range = 0.02;
    /// Weight of the sequence balance loss of every mixture (finetune/ops/sequence_balance.h).
    double balance_alpha = 0.0;
    /// Weight of the multi-token-prediction loss; 0: those layers are not computed at all.
    double mtp_lambda = 0.0;
};

/// Sums over the labels of one or several batches.
struct LossSums {
    double loss = 0.0;  // nats
    int64_t labels = 0;
    int64_t correct = 0;  // labels that were the likeliest token
    double mtp_loss = 0.0;
    int64_t mtp_labels = 0;
    double balance_loss = 0.0;  // weighted, times the labels; of what has gradients

    double meanLoss() const { return labels > 0 ? loss / double(labels) : 0.0; }
    double meanBalanceLoss() const { return labels > 0 ? balance_loss / double(labels) : 0.0; }
    double accuracy() const { return labels > 0 ? double(correct) / double(labels) : 0.0; }
    LossSums& operator+=(const LossSums& other);
};

/// Whose log-probabilities.
enum class Policy {
    Trained,  // the model as it is being trained
    Base,     // without its adapter. REQUIRES: TrainedPart::Lora
};

/// Experts of each token by layer, the MTP layer behind the others: [layer][T * experts of a
/// token].
using Routing = std::vector<std::vector<int32_t>>;

using TokenDerivative = std::function<std::vector<float>(std::span<const double>)>;

/// Tensor under its checkpoint name.
struct NamedTensor {
    std::string name;
    std::vector<int64_t> shape;
    std::vector<float> values;
};

/// Threading: one call at a time; a call uses the backend's threads. Results depend on the
/// batches and the seed, not on the number of threads. The backend outlives the model.
class TrainableModel {
public:
    virtual ~TrainableModel() = default;

    virtual const engine::ModelConfig& config() const = 0;
    virtual const TrainableOptions& options() const = 0;

    /// Forward and backward. Adds to the gradients those of
    ///   sum of the label losses / labelCount (+ mtp_lambda * sum of the MTP losses / labelCount)
    ///   (+ balance_alpha * mean over the labels of their sequence's balance losses).
    /// labelCount: labels of the whole accumulation window; 0: of this batch alone.
    /// REQUIRES: a non-empty batch, ids in the vocabulary, positions < max_position_embeddings.
    virtual LossSums accumulate(const PackedBatch& batch, int64_t labelCount = 0) = 0;
    /// Losses without gradients.
    virtual LossSums evaluate(const PackedBatch& batch) = 0;
    /// Log-probabilities of the labels, in the order of their positions: under the model, or under
    /// its base without the adapter.
    virtual std::vector<double> logProbabilities(const PackedBatch& batch,
                                                 Policy policy = Policy::Trained) = 0;
    /// Forward and backward of any loss of the labels' log-probabilities: `derivative` is given
    /// them and returns d loss / d log-probability for each; the parameters' gradients of that
    /// loss (+ share * balance_alpha * mean over the batch's labels of their sequence's balance
    /// losses) are added. share: of the batch in its accumulation window. The sums are those of the
    /// labels' negative log-probabilities.
    /// REQUIRES: as accumulate; mtp_lambda == 0 and not TrainedPart::MtpOnly.
    virtual LossSums accumulateLoss(const PackedBatch& batch, const TokenDerivative& derivative,
                                    double share = 1.0) = 0;
    /// Where the routers send a batch's tokens, for each layer of expertUse(): as the model is, or
    /// as its base is without the adapter. Forward only; counts nothing.
    virtual Routing routing(const PackedBatch& batch, Policy policy = Policy::Trained) const = 0;
    /// [T, vocab] of the trunk, row-major.
    virtual std::vector<float> logits(const PackedBatch& batch) = 0;
    /// [T, vocab] of the MTP layer: row i predicts the token after next. Rows whose next token
    /// lies outside the segment are zero. REQUIRES: mtp_lambda > 0 or TrainedPart::MtpOnly.
    virtual std::vector<float> mtpLogits(const PackedBatch& batch) = 0;

    /// A step begins: also what the routers did is counted anew.
    virtual void zeroGradients() = 0;
    /// What the optimiser updates.
    virtual ParameterSet& trained() = 0;
    /// Of the products from now on: for a comparison in F32. At first the options' own.
    virtual void setOperands(engine::DType operands) = 0;
    /// The threads of this model's backend, for the optimiser.
    virtual engine::ThreadPool& threadPool() = 0;
    /// Parameters of the model, adapters included.
    virtual int64_t parameterCount() const = 0;

    /// What the routers did since the last zeroGradients, for each layer with experts.
    virtual const std::vector<ExpertUse>& expertUse() const = 0;
    /// b_e += gamma * sign(mean load - load_e). Once a step, over the whole accumulation window.
    /// Source: DeepSeek-V3, section 2.1.2.
    virtual void balanceExperts(double gamma) = 0;

    /// Everything training changes, for checkpoints: trained parameters and, when every weight
    /// is trained, the router's correction biases. Names are stable; spans are writable.
    virtual void forEachState(
        const std::function<void(const std::string&, std::span<float>)>& visit) = 0;

    /// The whole model in checkpoint names and order. Without adapters.
    virtual std::vector<NamedTensor> exportTensors() const = 0;
    /// PEFT names (base_model.model....lora_A.weight). Empty when there is no adapter.
    virtual std::vector<NamedTensor> exportAdapter() const = 0;
    /// adapter_config.json.
    virtual std::string adapterConfig(const std::string& baseModelName) const = 0;
    /// Takes over the values of a PEFT adapter of the same rank and modules.
    /// Errors: InvalidArgument naming the tensor.
    virtual core::Status loadAdapter(const engine::WeightSource& weights) = 0;
};

/// Whether models of this architecture can be trained, before anything is read. Errors:
/// Unsupported.
core::Status checkTunable(const engine::ModelConfig& config);

/// Random weights: normal(0, initializer_range), norms 1, each value a function of the seed,
/// the tensor's name and the index. backend: a CPU backend.
/// Errors: InvalidArgument, Unsupported.
core::Result<std::unique_ptr<TrainableModel>> createTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config, const TrainableOptions& options);

/// Weights of a checkpoint in any layout (engine/models/canonical_weights.h), converted to F32. MTP
/// layers may be missing when they are not needed. With BaseStorage::Source the weights outlive
/// the model. Errors: those of canonicalWeights.
core::Result<std::unique_ptr<TrainableModel>> loadTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config,
    const engine::WeightSource& weights, const TrainableOptions& options);

/// Either of the two with undefined values, for a dry backend (finetune/model/memory_plan.h).
/// weights: null: from scratch. Errors: those of loadTrainableModel.
core::Result<std::unique_ptr<TrainableModel>> shapeTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config,
    const engine::WeightSource* weights, const TrainableOptions& options);

}  // namespace hearth::finetune

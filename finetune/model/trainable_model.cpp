#include "finetune/model/trainable_model.h"

#include <cmath>

#include "engine/models/canonical_weights.h"
#include "finetune/model/decoder_trainable_model.h"

namespace hearth::finetune {

using core::Error;
using core::ErrorCode;

namespace {

core::Status checkSupported(const engine::ModelConfig& config, const TrainableOptions& options) {
    CORE_TRY(checkTunable(config));
    const bool mtp = wantsMtp(options);
    if (mtp && config.num_nextn_predict_layers != 1)
        return Error{ErrorCode::Unsupported,
                     "The multi-token-prediction loss needs a model with one such layer, not " +
                         std::to_string(config.num_nextn_predict_layers),
                     "num_nextn_predict_layers"};
    if (options.base == BaseStorage::Source && options.part != TrainedPart::Lora)
        return Error{ErrorCode::InvalidArgument,
                     "A base that stays as it is stored can carry an adapter; its own weights "
                     "cannot be trained",
                     "base_storage"};
    if (mtp && options.part == TrainedPart::Lora)
        return Error{ErrorCode::Unsupported,
                     "An adapter is trained without the multi-token-prediction loss", "mtp_lambda"};
    return {};
}

std::string mtpPrefix(const engine::ModelConfig& config) {
    return "model.layers." + std::to_string(config.num_hidden_layers) + ".";
}

core::Result<std::unique_ptr<engine::WeightSource>> canonicalWeightsOf(
    const engine::ModelConfig& config, const engine::WeightSource& weights) {
    engine::ModelConfig stored = config;
    if (!weights.find(mtpPrefix(config) + "eh_proj.weight"))
        stored.num_nextn_predict_layers = 0;
    return engine::canonicalWeights(stored, weights);
}

/// Of a dry backend values are undefined, and would take memory.
enum class Values { Set, Undefined };

core::Result<std::unique_ptr<TrainableModel>> build(engine::Backend& backend,
                                                    const engine::ModelConfig& config,
                                                    const TrainableOptions& options,
                                                    std::unique_ptr<engine::WeightSource> weights,
                                                    Values values = Values::Set) {
    CORE_TRY(checkSupported(config, options));
    if (options.base == BaseStorage::Source && !weights)
        return Error{ErrorCode::InvalidArgument,
                     "Random weights are stored nowhere; keep them in memory", "base_storage"};
    const std::string mtp = mtpPrefix(config);
    OptionalWeights optional;
    if (weights)
        optional = {.mtp = weights->find(mtp + "eh_proj.weight") != nullptr,
                    .mtp_embedding = weights->find(mtp + "embed_tokens.weight") != nullptr,
                    .mtp_head = weights->find(mtp + "shared_head.head.weight") != nullptr};
    if (wantsMtp(options) && !optional.mtp)
        return Error{ErrorCode::InvalidArgument,
                     "The weights lack the multi-token-prediction layer that is to be trained",
                     mtp + "eh_proj.weight"};
    CORE_ASSIGN(auto parameters, ModelParameters::create(backend, config, options, optional));
    if (weights)
        CORE_TRY(parameters->attach(*weights));
    if (values == Values::Set) {
        if (weights)
            parameters->load(*weights);
        else
            parameters->initialise();
        parameters->initialiseAdapter();
    }
    if (options.base != BaseStorage::Source)
        weights.reset();
    return std::unique_ptr<TrainableModel>(std::make_unique<DecoderTrainableModel>(
        backend, config, options, std::move(parameters), std::move(weights)));
}

}  // namespace

double LoraOptions::scale() const {
    return alpha / (rslora ? std::sqrt(double(r)) : double(r));
}

LossSums& LossSums::operator+=(const LossSums& other) {
    loss += other.loss;
    labels += other.labels;
    correct += other.correct;
    mtp_loss += other.mtp_loss;
    mtp_labels += other.mtp_labels;
    balance_loss += other.balance_loss;
    return *this;
}

core::Status checkTunable(const engine::ModelConfig& config) {
    if (!config.sparse())
        return {};
    return Error{ErrorCode::Unsupported,
                 "A " + config.architecture +
                     " chooses its keys by an indexer, which is not trained; this model can be "
                     "served but not tuned",
                 config.architecture};
}

core::Result<std::unique_ptr<TrainableModel>> createTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config, const TrainableOptions& options) {
    return build(backend, config, options, nullptr);
}

core::Result<std::unique_ptr<TrainableModel>> loadTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config,
    const engine::WeightSource& weights, const TrainableOptions& options) {
    CORE_ASSIGN(auto canonical, canonicalWeightsOf(config, weights));
    return build(backend, config, options, std::move(canonical));
}

core::Result<std::unique_ptr<TrainableModel>> shapeTrainableModel(
    engine::Backend& backend, const engine::ModelConfig& config,
    const engine::WeightSource* weights, const TrainableOptions& options) {
    std::unique_ptr<engine::WeightSource> canonical;
    if (weights) {
        CORE_ASSIGN(canonical, canonicalWeightsOf(config, *weights));
    }
    return build(backend, config, options, std::move(canonical), Values::Undefined);
}

}  // namespace hearth::finetune

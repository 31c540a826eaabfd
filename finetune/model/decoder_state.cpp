// What a trained decoder hands out: its state for checkpoints, its weights, its adapter.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "finetune/model/decoder_trainable_model.h"

namespace hearth::finetune {

namespace {

std::string biasName(int64_t layer) {
    return "model.layers." + std::to_string(layer) + ".mlp.gate.e_score_correction_bias";
}

NamedTensor namedTensor(const std::string& name, const std::vector<int64_t>& shape,
                        std::span<const float> values) {
    return {name, shape, {values.begin(), values.end()}};
}

}  // namespace

int64_t DecoderTrainableModel::parameterCount() const {
    return m_parameters->trained().size() + m_parameters->frozen().size() +
           m_parameters->storedSize();
}

void DecoderTrainableModel::zeroGradients() {
    std::ranges::fill(trained().gradients(), 0.0f);
    for (ExpertUse& use : m_use) {
        std::ranges::fill(use.loads, 0);
        use.entropy = 0.0;
        use.tokens = 0;
    }
}

void DecoderTrainableModel::balanceExperts(double gamma) {
    for (size_t i = 0; i < m_moeLayers.size(); ++i)
        m_moeLayers[i].second->balance(m_use[i].loads, gamma);
}

void DecoderTrainableModel::forEachState(
    const std::function<void(const std::string&, std::span<float>)>& visit) {
    for (const Parameter& parameter : trained().entries())
        visit(parameter.name, trained().values(parameter));
    if (m_options.part != TrainedPart::Lora)
        for (const auto& [layer, moe] : m_moeLayers)
            if (m_parameters->contains(biasName(layer)))
                visit(biasName(layer), m_parameters->values(biasName(layer)));
}

std::vector<NamedTensor> DecoderTrainableModel::exportTensors() const {
    std::vector<NamedTensor> tensors;
    for (const engine::TensorSpec& spec : m_parameters->modelSpecs())
        tensors.push_back({spec.name, spec.shape, m_parameters->copyOf(spec)});
    return tensors;
}

std::vector<NamedTensor> DecoderTrainableModel::exportAdapter() const {
    std::vector<NamedTensor> tensors;
    if (m_options.part == TrainedPart::Lora)
        for (const Parameter& parameter : m_parameters->trained().entries())
            tensors.push_back(namedTensor(parameter.name, parameter.shape,
                                          m_parameters->trained().values(parameter)));
    return tensors;
}

std::string DecoderTrainableModel::adapterConfig(const std::string& baseModelName) const {
    const nlohmann::ordered_json config = {
        {"peft_type", "LORA"},
        {"task_type", "CAUSAL_LM"},
        {"base_model_name_or_path", baseModelName},
        {"r", m_options.lora.r},
        {"lora_alpha", m_options.lora.alpha},
        {"lora_dropout", 0.0},
        {"target_modules", m_parameters->adaptedModules()},
        {"bias", "none"},
        {"fan_in_fan_out", false},
        {"inference_mode", true},
        {"use_dora", m_options.lora.dora},
        {"use_rslora", m_options.lora.rslora},
    };
    return config.dump(2);
}

}  // namespace hearth::finetune

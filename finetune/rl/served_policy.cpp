#include "finetune/rl/served_policy.h"

#include <algorithm>

#include "engine/cpu/cpu_backend.h"
#include "finetune/methods/model_files.h"

namespace hearth::finetune {

ServedPolicy::ServedPolicy(std::filesystem::path directory, TrainableModel& trained, int threads)
    : m_directory(std::move(directory)),
      m_trained(trained),
      m_backend(engine::createCpuBackend({.threads = threads})) {}

core::Status ServedPolicy::update() {
    return m_trained.options().part == TrainedPart::Lora ? loadAdapter() : loadWhole();
}

core::Status ServedPolicy::loadWhole() {
    m_model.reset();
    // In F32: BF16 would make another policy of them than the one that is trained.
    const std::vector<NamedTensor> tensors = m_trained.exportTensors();
    std::vector<engine::TensorToWrite> parts;
    for (const NamedTensor& tensor : tensors)
        parts.push_back({tensor.name, engine::DType::F32, tensor.shape,
                         std::as_bytes(std::span(tensor.values))});
    CORE_ASSIGN(m_weights, engine::parseSafetensors(engine::serializeSafetensors(parts),
                                                    "the trained weights"));
    CORE_ASSIGN(m_model,
                engine::loadModel(*m_backend, m_trained.config(), *m_weights, {.load_mtp = false}));
    return {};
}

core::Status ServedPolicy::loadAdapter() {
    if (!m_model) {
        CORE_ASSIGN(m_model, engine::loadModel(*m_backend, m_directory, {.load_mtp = false}));
    }
    m_adapter.reset();
    if (adapterAddsNothing())
        return {};
    CORE_ASSIGN(const auto weights,
                engine::parseSafetensors(serializeAdapter(m_trained), "trained adapter"));
    CORE_ASSIGN(m_adapter, engine::loadAdapter(*m_backend, *m_model,
                                               m_trained.adapterConfig("base"), *weights));
    return {};
}

bool ServedPolicy::adapterAddsNothing() const {
    for (const Parameter& parameter : m_trained.trained().entries())
        if (parameter.name.ends_with(".lora_B.weight") &&
            std::ranges::any_of(m_trained.trained().values(parameter),
                                [](float value) { return value != 0.0f; }))
            return false;
    return true;
}

}  // namespace hearth::finetune

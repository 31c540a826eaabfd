// The batch of the training goldens, and distances between parameters.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "finetune/model/trainable_model.h"
#include "tests/reference/golden.h"

namespace hearth::reference {

/// train.safetensors: its right-padded rows as segments of their real length. Padding follows
/// the tokens and attention is causal, so leaving it out changes nothing.
finetune::PackedBatch trainingBatch(const Golden& training);
/// The batch of dpo.safetensors: chosen, then rejected; labels are the tokens of the completions.
finetune::PackedBatch preferenceBatch(const Golden& preference);
/// Of row-major values [rows, width, vocab] those of the real tokens, in the batch's order.
std::vector<float> realTokenLogits(const Golden& training, const std::vector<float>& logits);

/// The model under `directory` with its lora_pref adapter (rank 4, alpha 8), for the goldens of
/// preferences and policies.
std::unique_ptr<finetune::TrainableModel> preferenceModel(engine::Backend& backend,
                                                          const std::filesystem::path& directory);

/// Those of a golden file's tensors whose names begin with a prefix, without it.
class PrefixedTensors : public engine::WeightSource {
public:
    PrefixedTensors(const std::filesystem::path& file, const std::string& prefix)
        : m_source(engine::openSafetensors(file).valueOrThrow()) {
        for (const std::string& name : m_source->names())
            if (name.starts_with(prefix)) {
                const std::string own = name.substr(prefix.size());
                m_tensors[own] = *m_source->find(name);
                m_tensors[own].name = own;
            }
    }
    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const auto& [name, tensor] : m_tensors)
            names.push_back(name);
        return names;
    }
    const engine::StoredTensor* find(const std::string& name) const override {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

private:
    std::unique_ptr<engine::WeightSource> m_source;
    std::map<std::string, engine::StoredTensor> m_tensors;
};

/// Distribution of |actual - expected|.
struct Differences {
    double largest = 0.0;
    double quantile9999 = 0.0;
    double relative = 0.0;  // L2 norm of the difference over that of the expected values
};
Differences compare(std::span<const float> actual, std::span<const float> expected);

/// Both programs use float32 with sums in different orders: gradients measured here differ by
/// 3.8e-5 of their norm at most; a wrong term in a formula shows above 1e-2.
inline constexpr double kGradientTolerance = 1e-4;
/// Holds each parameter's gradient against the golden of its name.
void expectGradients(const finetune::ParameterSet& trained, const engine::WeightSource& golden);

}  // namespace hearth::reference

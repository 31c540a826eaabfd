// The parameters of a trainable model by name, and the weights that its layers see in them.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "finetune/model/parameter_set.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// A weight and its gradient; no gradient when it is frozen.
struct Weight {
    engine::Tensor value;
    engine::Tensor gradient;
};

/// What a checkpoint says about the parts that it may leave out.
struct OptionalWeights {
    bool mtp = true;             // the MTP layers are there at all
    bool mtp_embedding = false;  // they have an embedding of their own
    bool mtp_head = false;       // and a head of their own
};

class ModelParameters {
public:
    /// Zero-filled. Errors: InvalidArgument for a rank or target that does not work.
    static core::Result<std::unique_ptr<ModelParameters>> create(engine::Backend& backend,
                                                                 const engine::ModelConfig& config,
                                                                 const TrainableOptions& options,
                                                                 const OptionalWeights& optional);

    void initialise();
    void initialiseAdapter();
    /// Finds every tensor of the model, and keeps those that stay stored. The weights outlive this
    /// object then. Errors: InvalidArgument naming the missing or wrongly shaped tensor.
    core::Status attach(const engine::WeightSource& weights);
    /// Values of the tensors that are in memory. REQUIRES: attached to these weights.
    void load(const engine::WeightSource& weights);
    core::Status loadAdapter(const engine::WeightSource& weights);

    engine::Backend& backend() const { return m_backend; }
    bool contains(const std::string& name) const { return find(name).second != nullptr; }
    /// View of `shape` that begins with the named parameter; it may go on over its neighbours
    /// (gate and up; one projection of all experts).
    Weight weight(const std::string& name, std::initializer_list<int64_t> shape) const;
    /// Undefined where the model has none of this name.
    Weight optionalWeight(const std::string& name, std::initializer_list<int64_t> shape) const {
        return contains(name) ? weight(name, shape) : Weight();
    }

    /// The weight of a module that stays where it is stored; null: it is in memory.
    const engine::StoredTensor* stored(const std::string& name) const;
    bool keepsBaseStored() const { return m_options.base == BaseStorage::Source; }
    /// Elements of the weights that stay where they are stored.
    int64_t storedSize() const;

    ParameterSet& trained() { return m_trained; }
    const ParameterSet& trained() const { return m_trained; }
    const ParameterSet& frozen() const { return m_frozen; }
    /// Values of a parameter in memory. REQUIRES: contains(name).
    std::span<float> values(const std::string& name) const;
    /// Copies of any tensor of the model.
    std::vector<float> copyOf(const engine::TensorSpec& spec) const;
    const std::vector<engine::TensorSpec>& modelSpecs() const { return m_specs; }

    /// Names of the modules that carry an adapter, without repetition.
    std::vector<std::string> adaptedModules() const;
    engine::DType operands() const { return m_options.operands; }
    int64_t loraRank() const { return m_options.lora.r; }
    float loraScale() const { return float(m_options.lora.scale()); }

private:
    ModelParameters(engine::Backend& backend, const engine::ModelConfig& config,
                    const TrainableOptions& options)
        : m_backend(backend), m_config(config), m_options(options) {}

    void addModelParameters(const OptionalWeights& optional);
    core::Status addAdapterParameters();
    void addAdapters(const std::vector<std::string>& parts,
                     const std::vector<std::string>& prefixes);
    void initialiseMagnitude(const Parameter& magnitude);
    /// Where modules of this name are: "model.layers.0.mlp.", ...experts.0.", in order.
    std::vector<std::string> adapterPrefixes(const std::string& module) const;
    bool isTrained(const std::string& name) const;
    bool staysStored(const std::string& name) const;
    const std::vector<int64_t>& shapeOf(const std::string& name) const;
    std::pair<const ParameterSet*, const Parameter*> find(const std::string& name) const;

    engine::Backend& m_backend;
    engine::ModelConfig m_config;
    TrainableOptions m_options;
    std::vector<engine::TensorSpec> m_specs;  // of the model, in checkpoint order
    std::unordered_map<std::string, const engine::StoredTensor*> m_stored;
    ParameterSet m_trained;
    ParameterSet m_frozen;
};

enum class AdapterTensor : uint8_t { A, B, Magnitude };

/// Name of an adapter's tensor of a module as PEFT writes it.
std::string adapterName(const std::string& modulePath, AdapterTensor tensor);
/// Linear modules of the architecture; those that run as one product stand together.
const std::vector<std::vector<std::string>>& fusedModules();
/// The same in one list: what may be targeted.
std::vector<std::string> adapterTargets();

}  // namespace hearth::finetune

// Asks a store for a model's weights and notes, for each linear layer, how an adapter finds it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/layers/linear.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// REQUIRES (all): the store has the tensors asked for, except biases, which are optional.
class WeightLoader {
public:
    explicit WeightLoader(WeightStore& store) : m_store(store) {}

    bool has(const std::string& tensor) const { return m_store.has(tensor); }
    /// A norm, a bias, sinks: F32.
    Tensor vector(const std::string& tensor) { return m_store.vector({tensor}, 0); }
    /// The same when the checkpoint has it, else undefined.
    Tensor optionalVector(const std::string& tensor) {
        return has(tensor) ? vector(tensor) : Tensor();
    }
    /// Row-major [rows, columns]: an embedding table.
    Tensor table(const std::string& tensor) { return m_store.table(tensor); }
    /// Packed matrix that no adapter touches.
    Tensor matrix(WeightRole role, const std::string& module);

    /// One linear layer from the weights, and biases if any, of `modules`, stacked in order.
    Linear linear(WeightRole role, const std::vector<std::string>& modules);
    /// [experts, out, in] from prefix + E + leaf, the leaves stacked, with biases likewise.
    Linear experts(const std::string& prefix, int64_t count,
                   const std::vector<std::string>& leaves);
    /// kv_b_proj's rows of each head, for absorbed decode: k [heads, lora, nope] transposed,
    /// v [heads, v, lora]. REQUIRES: kv_b came from linear(role, {module}).
    struct Absorbed {
        Tensor k;
        Tensor v;
    };
    Absorbed absorbed(const Linear& kv_b, const LinearTarget::HeadSplit& split);

    /// Layers asked for from now on belong to MTP modules, which PEFT does not see.
    void setOptionalForAdapters(bool optional) { m_optional = optional; }
    std::vector<LinearTarget>& targets() { return m_targets; }

private:
    /// Appends all rows of the module's weight as a piece; returns their count.
    int64_t addPiece(FusedWeight& weight, const std::string& module) const;
    Linear registered(const FusedWeight& weight, Tensor bias, LinearTarget target);

    WeightStore& m_store;
    std::vector<LinearTarget> m_targets;
    bool m_optional = false;
};

}  // namespace hearth::engine

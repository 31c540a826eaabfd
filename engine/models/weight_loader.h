// Moves a checkpoint's tensors to the backend in the form that layers use.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/layers/linear.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// REQUIRES (all): checkWeights passed for the tensors asked for. Weights keep their stored
/// dtype; layers fused from different dtypes become F32.
class WeightLoader {
public:
    WeightLoader(Backend& backend, const WeightSource& source)
        : m_backend(backend), m_source(source) {}

    bool has(const std::string& name) const { return m_source.find(name) != nullptr; }
    /// F32 vector: a norm or a bias.
    Tensor vector(const std::string& name);
    /// Row-major [rows, columns]: an embedding table.
    Tensor table(const std::string& name);
    /// Packed matrix that no adapter touches.
    Tensor matrix(const std::string& name);

    /// One linear layer from the weights of `modules`, stacked in that order.
    Linear linear(const std::vector<std::string>& modules, bool optionalForAdapters = false);
    /// [experts, out, in] from prefix + E + leaf + ".weight", the leaves stacked.
    Linear experts(const std::string& prefix, int64_t count, const std::vector<std::string>& leaves,
                   bool optionalForAdapters = false);
    /// kv_b_proj's rows of each head, for absorbed decode: k [heads, lora, nope] transposed,
    /// v [heads, v, lora]. REQUIRES: kv_b came from linear({module}).
    struct Absorbed {
        Tensor k;
        Tensor v;
    };
    Absorbed absorbed(const Linear& kv_b, const LinearTarget::HeadSplit& split);

    int64_t bytes() const { return m_bytes; }
    std::vector<LinearTarget>& targets() { return m_targets; }

private:
    const StoredTensor& stored(const std::string& name) const;
    DType commonType(const std::vector<const StoredTensor*>& parts) const;
    void uploadAs(DType dtype, const StoredTensor& part, const Tensor& target);
    Tensor packed(const Tensor& rowMajor);
    Tensor counted(Tensor tensor);
    Linear registered(Tensor weight, LinearTarget target);

    Backend& m_backend;
    const WeightSource& m_source;
    std::vector<LinearTarget> m_targets;
    int64_t m_bytes = 0;
};

}  // namespace hearth::engine

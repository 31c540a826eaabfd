// The low-rank pairs of a PEFT file under Hearth's names, whichever version of transformers and
// PEFT wrote them. docs/checkpoint_layouts.md has the layouts.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/layers/adapter.h"
#include "engine/models/adapter_config.h"

namespace hearth::engine {

/// A and B of one linear layer, or of every expert with the expert first; empty when the
/// adapter leaves the layer alone.
struct LoraPair {
    int64_t r = 0;
    float scale = 1.0f;
    std::vector<float> a;  // [r, in] or [E, r, in]
    std::vector<float> b;  // [out, r] or [E, out, r]
    /// DoRA: [out] or [E, out]; not a number for experts without. Else empty.
    std::vector<float> magnitude;

    bool present() const { return !a.empty(); }
};

/// Reads and checks: shapes, float dtypes, finite values. Errors: InvalidArgument with the
/// tensor's name and what was expected.
class AdapterTensors {
public:
    /// interleaved: the model's own gate and up rows alternate (gpt-oss). The arguments outlive
    /// this object.
    AdapterTensors(const AdapterConfig& config, const WeightSource& weights, bool interleaved)
        : m_config(config), m_weights(weights), m_interleaved(interleaved) {}

    /// The pair of one part of an ordinary linear layer.
    core::Result<LoraPair> part(const LinearTarget& target, const LinearTarget::Part& part);
    /// One pair for all parts of a layer that the adapter's program keeps joined.
    core::Result<LoraPair> joined(const LinearTarget& target);
    /// The pairs of one part of every expert, stored one by one. Experts without keep zeros.
    core::Result<LoraPair> expertPart(const LinearTarget& target, const LinearTarget::Part& part);
    /// One pair for all experts, stored in one tensor.
    core::Result<LoraPair> fusedExperts(const LinearTarget& target);

    /// Every tensor was read, and some B is not zero.
    core::Status checkAllUsed() const;

private:
    /// Where fused experts may be stored.
    struct FusedPlace {
        std::string module;     // in the file
        std::string parameter;  // for PEFT's patterns and targets
    };

    bool has(const std::string& module) const;
    std::vector<FusedPlace> fusedPlaces(const LinearTarget& target) const;
    core::Result<LoraPair> readPair(const std::string& module, int64_t in, int64_t out);
    core::Result<LoraPair> readFused(const FusedPlace& place, const LinearTarget& target);
    core::Result<std::vector<float>> readMatrix(const std::string& name,
                                                const std::vector<int64_t>& shape);

    const AdapterConfig& m_config;
    const WeightSource& m_weights;
    const bool m_interleaved;
    std::unordered_set<std::string> m_used;
    bool m_effective = false;
};

}  // namespace hearth::engine

#include "engine/models/adapter_tensors.h"

#include <algorithm>
#include <cmath>

#include "engine/models/weight_check.h"

namespace hearth::engine {
namespace {

constexpr const char* kPrefix = "base_model.model.";
constexpr const char* kSuffixA = ".lora_A.weight";
constexpr const char* kSuffixB = ".lora_B.weight";
constexpr const char* kSuffixMagnitude = ".lora_magnitude_vector";

core::Error invalid(const std::string& what) {
    return {core::ErrorCode::InvalidArgument, "The adapter cannot be used: " + what,
            "LoRA adapter"};
}

/// `name` with its first `from` replaced; empty when it has none.
std::string replaced(const std::string& name, const std::string& from, const std::string& to) {
    const size_t at = name.find(from);
    return at == std::string::npos ? "" : std::string(name).replace(at, from.size(), to);
}

/// A module's path as other programs spell it, the likeliest first.
std::vector<std::string> spellings(const std::string& module) {
    std::vector<std::string> out{module};
    out.push_back(replaced(module, ".mlp.shared_experts.down_proj", ".shared_mlp.output_linear"));
    const std::string mixtral = replaced(module, ".mlp.experts.", ".block_sparse_moe.experts.");
    for (const auto& [leaf, theirs] :
         {std::pair(".gate_proj", ".w1"), {".up_proj", ".w3"}, {".down_proj", ".w2"}}) {
        if (mixtral.ends_with(leaf))
            out.push_back(replaced(mixtral, leaf, theirs));
    }
    std::erase(out, "");
    return out;
}

/// [out, r * E] with the expert fastest to [E, out, r]; interleaved rows to [even | odd].
std::vector<float> byExpert(const std::vector<float>& b, int64_t experts, int64_t out, int64_t r,
                            bool interleaved) {
    std::vector<float> result(b.size());
    for (int64_t row = 0; row < out; ++row) {
        const int64_t place = interleaved ? row / 2 + (row % 2) * (out / 2) : row;
        for (int64_t j = 0; j < r; ++j) {
            for (int64_t e = 0; e < experts; ++e)
                result[size_t((e * out + place) * r + j)] = b[size_t((row * r + j) * experts + e)];
        }
    }
    return result;
}

int64_t outputs(const LinearTarget& target) {
    return target.parts.back().end - target.parts.front().begin;
}

}  // namespace

core::Result<LoraPair> AdapterTensors::part(const LinearTarget& target,
                                            const LinearTarget::Part& part) {
    for (const std::string& module : spellings(part.module)) {
        if (has(module))
            return readPair(module, target.in, part.end - part.begin);
    }
    if (!target.optional && !m_config.partial && m_config.targets(part.module))
        return invalid("target module " + part.module + " has no tensors in it");
    return LoraPair{};
}

core::Result<LoraPair> AdapterTensors::joined(const LinearTarget& target) {
    const std::string module = replaced(
        target.parts.front().module, ".mlp.shared_experts.gate_proj", ".shared_mlp.input_linear");
    return module.empty() || !has(module) ? LoraPair{}
                                          : readPair(module, target.in, outputs(target));
}

core::Result<LoraPair> AdapterTensors::expertPart(const LinearTarget& target,
                                                  const LinearTarget::Part& part) {
    const int64_t out = part.end - part.begin;
    LoraPair all;
    for (int64_t e = 0; e < target.experts; ++e) {
        for (const std::string& module : spellings(part.module + std::to_string(e) + part.leaf)) {
            if (!has(module))
                continue;
            CORE_ASSIGN(const LoraPair pair, readPair(module, target.in, out));
            if (!all.present()) {
                all.r = pair.r;
                all.scale = pair.scale;
                all.a.resize(size_t(target.experts * pair.r * target.in));
                all.b.resize(size_t(target.experts * out * pair.r));
                if (m_config.use_dora)
                    all.magnitude.assign(size_t(target.experts * out), std::nanf(""));
            } else if (all.r != pair.r || all.scale != pair.scale) {
                return invalid("the experts of " + part.module + " differ in rank or alpha");
            }
            std::copy(pair.a.begin(), pair.a.end(), all.a.begin() + e * pair.r * target.in);
            std::copy(pair.b.begin(), pair.b.end(), all.b.begin() + e * out * pair.r);
            std::copy(pair.magnitude.begin(), pair.magnitude.end(),
                      all.magnitude.begin() + e * out);
            break;
        }
    }
    return all;
}

core::Result<LoraPair> AdapterTensors::fusedExperts(const LinearTarget& target) {
    std::string wanted;
    for (const FusedPlace& place : fusedPlaces(target)) {
        if (has(place.module))
            return readFused(place, target);
        if (wanted.empty() && m_config.targetsParameter(place.parameter))
            wanted = place.parameter;
    }
    if (!wanted.empty() && !target.optional && !m_config.partial)
        return invalid("target parameter " + wanted + " has no tensors in it");
    return LoraPair{};
}

/// PEFT wraps a module once for each of its parameters, gate_up_proj inside; a module with one
/// adapted parameter has no inner wrapper.
std::vector<AdapterTensors::FusedPlace> AdapterTensors::fusedPlaces(
    const LinearTarget& target) const {
    const std::string& prefix = target.parts.front().module;  // "model.layers.1.mlp.experts."
    const bool gateUp = target.parts.size() > 1;
    const std::string container = prefix.substr(0, prefix.size() - 1);
    std::vector<FusedPlace> out;
    for (const std::string& module :
         {container, replaced(container, ".mlp.experts", ".block_sparse_moe.experts")}) {
        if (module.empty())
            continue;
        const bool first = m_config.targetsParameter(module + ".gate_up_proj");
        const bool second = m_config.targetsParameter(module + ".down_proj");
        const bool alone = first != second;
        if (alone && first != gateUp)
            continue;
        out.push_back({gateUp && !alone ? module + ".base_layer" : module,
                       module + (gateUp ? ".gate_up_proj" : ".down_proj")});
    }
    const std::string granite =
        replaced(container, ".mlp.experts",
                 gateUp ? ".block_sparse_moe.input_linear" : ".block_sparse_moe.output_linear");
    if (!granite.empty())
        out.push_back({granite, granite + ".weight"});
    return out;
}

core::Result<LoraPair> AdapterTensors::readFused(const FusedPlace& place,
                                                 const LinearTarget& target) {
    if (m_config.use_dora)
        return core::Error{core::ErrorCode::Unsupported,
                           "The adapter cannot be used: DoRA on experts that are joined in one "
                           "tensor (target_parameters) is not known to PEFT either",
                           "LoRA adapter"};
    LoraPair pair{.r = m_config.rankOf(place.parameter),
                  .scale = float(m_config.scaleOf(place.parameter)),
                  .a = {},
                  .b = {},
                  .magnitude = {}};
    const int64_t columns = pair.r * target.experts, out = outputs(target);
    CORE_ASSIGN(pair.a, readMatrix(kPrefix + place.module + kSuffixA, {columns, target.in}));
    CORE_ASSIGN(const auto b, readMatrix(kPrefix + place.module + kSuffixB, {out, columns}));
    pair.b = byExpert(b, target.experts, out, pair.r, m_interleaved && target.parts.size() > 1);
    return pair;
}

bool AdapterTensors::has(const std::string& module) const {
    return m_weights.find(kPrefix + module + kSuffixA) ||
           m_weights.find(kPrefix + module + kSuffixB);
}

core::Result<LoraPair> AdapterTensors::readPair(const std::string& module, int64_t in,
                                                int64_t out) {
    LoraPair pair{.r = m_config.rankOf(module),
                  .scale = float(m_config.scaleOf(module)),
                  .a = {},
                  .b = {},
                  .magnitude = {}};
    CORE_ASSIGN(pair.a, readMatrix(kPrefix + module + kSuffixA, {pair.r, in}));
    CORE_ASSIGN(pair.b, readMatrix(kPrefix + module + kSuffixB, {out, pair.r}));
    if (m_config.use_dora) {
        CORE_ASSIGN(pair.magnitude, readMatrix(kPrefix + module + kSuffixMagnitude, {out}));
    }
    return pair;
}

core::Result<std::vector<float>> AdapterTensors::readMatrix(const std::string& name,
                                                            const std::vector<int64_t>& shape) {
    const StoredTensor* stored = m_weights.find(name);
    if (!stored)
        return invalid("missing " + name + ", expected " + shapeText(shape));
    if (stored->shape != shape)
        return invalid(name + " has shape " + shapeText(stored->shape) + ", expected " +
                       shapeText(shape));
    if (!isFloatType(stored->dtype))
        return invalid(name + " has dtype " + dtypeName(stored->dtype) +
                       ", expected F32, BF16 or F16");
    std::vector<float> values = stored->toFloats();
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
        return invalid(name + " holds a value that is not finite");
    m_used.insert(name);
    m_effective = m_effective || (name.ends_with(kSuffixB) &&
                                  std::any_of(values.begin(), values.end(),
                                              [](float value) { return value != 0.0f; }));
    return values;
}

core::Status AdapterTensors::checkAllUsed() const {
    if (m_used.empty())
        return invalid("none of its tensors belongs to this model");
    for (const std::string& name : m_weights.names()) {
        if (m_used.contains(name))
            continue;
        if (name.find(".mlp.gate.lora_") != std::string::npos)
            return invalid(name + " adapts a router, which is not supported; train without it");
        return invalid("this model has no place for tensor " + name);
    }
    if (!m_effective)
        return invalid("every lora_B is zero, so it would change nothing");
    return {};
}

}  // namespace hearth::engine

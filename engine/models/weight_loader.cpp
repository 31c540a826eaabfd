#include "engine/models/weight_loader.h"

#include "core/assert.h"

namespace hearth::engine {

int64_t WeightLoader::addPiece(FusedWeight& weight, const std::string& module) const {
    const std::vector<int64_t> shape = m_store.shapeOf(module + ".weight");
    CORE_ASSERT(weight.depth == 0 || weight.depth == shape[1]);
    weight.depth = shape[1];
    weight.pieces.push_back({module + ".weight", 0, shape[0]});
    return shape[0];
}

Tensor WeightLoader::matrix(WeightRole role, const std::string& module) {
    FusedWeight weight{.key = module, .role = role};
    weight.outputs = addPiece(weight, module);
    return m_store.matrix(weight);
}

Linear WeightLoader::registered(const FusedWeight& weight, Tensor bias, LinearTarget target) {
    target.in = weight.depth;
    target.experts = weight.groups;
    target.optional = m_optional;
    target.weight = m_store.matrix(weight);
    m_targets.push_back(std::move(target));
    return {.weight = m_targets.back().weight,
            .bias = std::move(bias),
            .id = int(m_targets.size()) - 1};
}

Linear WeightLoader::linear(WeightRole role, const std::vector<std::string>& modules) {
    FusedWeight weight{.key = modules.front(), .role = role};
    LinearTarget target;
    std::vector<std::string> biases;
    for (const std::string& module : modules) {
        const int64_t begin = weight.outputs;
        weight.outputs += addPiece(weight, module);
        target.parts.push_back({module, "", begin, weight.outputs});
        biases.push_back(module + ".bias");
    }
    const bool biased = has(biases.front());
    return registered(weight, biased ? m_store.vector(biases, 0) : Tensor(), std::move(target));
}

Linear WeightLoader::experts(const std::string& prefix, int64_t count,
                             const std::vector<std::string>& leaves) {
    FusedWeight weight{
        .key = prefix + "*" + leaves.front(), .role = WeightRole::Expert, .groups = count};
    LinearTarget target;
    std::vector<std::string> biases;
    for (int64_t e = 0; e < count; ++e) {
        int64_t rows = 0;
        for (const std::string& leaf : leaves) {
            const std::string module = prefix + std::to_string(e) + leaf;
            const int64_t begin = rows;
            rows += addPiece(weight, module);
            if (e == 0)
                target.parts.push_back({prefix, leaf, begin, rows});
            biases.push_back(module + ".bias");
        }
        CORE_ASSERT(e == 0 || rows == weight.outputs);
        weight.outputs = rows;
    }
    const bool biased = has(biases.front());
    return registered(weight, biased ? m_store.vector(biases, count) : Tensor(), std::move(target));
}

WeightLoader::Absorbed WeightLoader::absorbed(const Linear& kv_b,
                                              const LinearTarget::HeadSplit& split) {
    LinearTarget& target = m_targets[size_t(kv_b.id)];
    target.absorb = split;
    const std::string module = target.parts.front().module, tensor = module + ".weight";
    const int64_t perHead = split.nope + split.v;
    FusedWeight k{.key = module + ".k",
                  .role = WeightRole::LatentUp,
                  .groups = split.heads,
                  .outputs = target.in,
                  .depth = split.nope,
                  .transposed = true};
    FusedWeight v{.key = module + ".v",
                  .role = WeightRole::LatentUp,
                  .groups = split.heads,
                  .outputs = split.v,
                  .depth = target.in};
    for (int64_t h = 0; h < split.heads; ++h) {
        const int64_t begin = h * perHead, middle = begin + split.nope;
        k.pieces.push_back({tensor, begin, middle});
        v.pieces.push_back({tensor, middle, begin + perHead});
    }
    return {m_store.matrix(k), m_store.matrix(v)};
}

}  // namespace hearth::engine

#include "engine/layers/adapter.h"
#include "engine/models/adapter_config.h"
#include "engine/models/adapter_tensors.h"
#include "engine/models/model.h"
#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

class AdapterLoader {
public:
    AdapterLoader(Backend& backend, AdapterTensors tensors)
        : m_backend(backend), m_tensors(std::move(tensors)) {}

    core::Result<std::vector<LinearAddition>> load(std::span<const LinearTarget> targets) {
        std::vector<LinearAddition> out;
        for (const LinearTarget& target : targets) {
            LinearAddition addition;
            CORE_TRY(target.experts > 0 ? addExperts(target, addition)
                                        : addLinear(target, addition));
            out.push_back(std::move(addition));
        }
        CORE_TRY(m_tensors.checkAllUsed());
        return out;
    }

private:
    core::Status addLinear(const LinearTarget& target, LinearAddition& addition) {
        CORE_ASSIGN(const LoraPair joined, m_tensors.joined(target));
        add(target, target.parts.front().begin, target.parts.back().end, joined, addition);
        for (const LinearTarget::Part& part : target.parts) {
            CORE_ASSIGN(const LoraPair pair, m_tensors.part(target, part));
            add(target, part.begin, part.end, pair, addition);
            if (target.absorb && pair.present())
                addition.absorbed = absorb(pair, *target.absorb, target.in);
        }
        return {};
    }

    core::Status addExperts(const LinearTarget& target, LinearAddition& addition) {
        CORE_ASSIGN(const LoraPair fused, m_tensors.fusedExperts(target));
        add(target, target.parts.front().begin, target.parts.back().end, fused, addition);
        for (const LinearTarget::Part& part : target.parts) {
            CORE_ASSIGN(const LoraPair pair, m_tensors.expertPart(target, part));
            add(target, part.begin, part.end, pair, addition);
        }
        return {};
    }

    void add(const LinearTarget& target, int64_t begin, int64_t end, const LoraPair& pair,
             LinearAddition& addition) {
        if (!pair.present())
            return;
        const int64_t out = end - begin, experts = target.experts;
        const bool grouped = experts > 0;
        addition.deltas.push_back(
            {.a = grouped ? packed(pair.a, {experts, pair.r, target.in})
                          : packed(pair.a, {pair.r, target.in}),
             .b = grouped ? packed(pair.b, {experts, out, pair.r}) : packed(pair.b, {out, pair.r}),
             .begin = begin,
             .end = end,
             .scale = pair.scale});
    }

    /// Splits kv_b's B by head; see MlaAttention::decode.
    AbsorbedDelta absorb(const LoraPair& pair, const LinearTarget::HeadSplit& split, int64_t lora) {
        const int64_t r = pair.r, perHead = split.nope + split.v;
        const float scale = pair.scale;
        std::vector<float> bK(size_t(split.heads * r * split.nope));
        std::vector<float> bV(size_t(split.heads * split.v * r));
        for (int64_t h = 0; h < split.heads; ++h) {
            for (int64_t row = 0; row < perHead; ++row) {
                for (int64_t j = 0; j < r; ++j) {
                    const float value = pair.b[size_t((h * perHead + row) * r + j)];
                    if (row < split.nope)
                        bK[size_t((h * r + j) * split.nope + row)] = value;
                    else
                        bV[size_t((h * split.v + row - split.nope) * r + j)] = scale * value;
                }
            }
        }
        std::vector<float> expand(pair.a.size());
        for (int64_t j = 0; j < r; ++j) {
            for (int64_t column = 0; column < lora; ++column)
                expand[size_t(column * r + j)] = pair.a[size_t(j * lora + column)];
        }
        return {.b_k = packed(bK, {split.heads, r, split.nope}),
                .a_expand = packed(expand, {lora, r}),
                .a = packed(pair.a, {r, lora}),
                .b_v_scaled = packed(bV, {split.heads, split.v, r}),
                .scale = scale};
    }

    Tensor packed(const std::vector<float>& values, std::initializer_list<int64_t> shape) {
        return ops::pack(m_backend, uploadFloats(m_backend, values, shape));
    }

    Backend& m_backend;
    AdapterTensors m_tensors;
};

}  // namespace

core::Result<std::shared_ptr<const Adapter>> loadAdapter(Backend& backend, const Model& model,
                                                         const std::string& adapterConfigJson,
                                                         const WeightSource& weights) {
    CORE_ASSIGN(const AdapterConfig config, parseAdapterConfig(adapterConfigJson));
    const bool interleaved = model.config().architecture == "GptOssForCausalLM";
    AdapterLoader loader(backend, AdapterTensors(config, weights, interleaved));
    CORE_ASSIGN(auto additions, loader.load(model.adapterTargets()));
    return std::make_shared<const Adapter>(&model, std::move(additions));
}

}  // namespace hearth::engine

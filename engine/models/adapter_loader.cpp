#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "engine/layers/adapter.h"
#include "engine/models/adapter_config.h"
#include "engine/models/model.h"
#include "engine/models/weight_check.h"
#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr const char* kPrefix = "base_model.model.";
constexpr const char* kSuffixA = ".lora_A.weight";
constexpr const char* kSuffixB = ".lora_B.weight";

/// A and B of one module, checked; empty vectors when the adapter leaves the module alone.
struct LoraPair {
    std::vector<float> a;  // [r, in]
    std::vector<float> b;  // [out, r]

    bool present() const { return !a.empty(); }
};

Error invalid(const std::string& what) {
    return {ErrorCode::InvalidArgument, "The adapter cannot be used: " + what, "LoRA adapter"};
}

class AdapterLoader {
public:
    AdapterLoader(Backend& backend, const AdapterConfig& config, const WeightSource& weights)
        : m_backend(backend), m_config(config), m_weights(weights) {}

    core::Result<std::vector<LinearAddition>> load(std::span<const LinearTarget> targets) {
        std::vector<LinearAddition> out;
        for (const LinearTarget& target : targets) {
            LinearAddition addition;
            for (const LinearTarget::Part& part : target.parts)
                CORE_TRY(addPart(target, part, addition));
            out.push_back(std::move(addition));
        }
        CORE_TRY(checkAllUsed());
        return out;
    }

private:
    core::Status addPart(const LinearTarget& target, const LinearTarget::Part& part,
                         LinearAddition& addition) {
        if (target.experts > 0)
            return addExperts(target, part, addition);
        CORE_ASSIGN(const LoraPair pair, readPair(part.module, target.in, part.end - part.begin));
        if (!pair.present()) {
            if (!target.optional && !m_config.partial && m_config.targets(part.module))
                return invalid("target module " + part.module + " has no tensors in it");
            return {};
        }
        const int64_t out = part.end - part.begin;
        addition.deltas.push_back({.a = packed(pair.a, {m_config.r, target.in}),
                                   .b = packed(pair.b, {out, m_config.r}),
                                   .begin = part.begin,
                                   .end = part.end,
                                   .scale = float(m_config.scale())});
        if (target.absorb)
            addition.absorbed = absorb(pair, *target.absorb, target.in);
        return {};
    }

    /// Experts without a pair keep zeros: their B adds nothing.
    core::Status addExperts(const LinearTarget& target, const LinearTarget::Part& part,
                            LinearAddition& addition) {
        const int64_t out = part.end - part.begin, r = m_config.r;
        std::vector<float> a, b;
        for (int64_t e = 0; e < target.experts; ++e) {
            const std::string module = part.module + std::to_string(e) + part.leaf;
            CORE_ASSIGN(const LoraPair pair, readPair(module, target.in, out));
            if (!pair.present())
                continue;
            a.resize(size_t(target.experts * r * target.in));
            b.resize(size_t(target.experts * out * r));
            std::copy(pair.a.begin(), pair.a.end(), a.begin() + e * r * target.in);
            std::copy(pair.b.begin(), pair.b.end(), b.begin() + e * out * r);
        }
        if (!a.empty())
            addition.deltas.push_back({.a = packed(a, {target.experts, r, target.in}),
                                       .b = packed(b, {target.experts, out, r}),
                                       .begin = part.begin,
                                       .end = part.end,
                                       .scale = float(m_config.scale())});
        return {};
    }

    core::Result<LoraPair> readPair(const std::string& module, int64_t in, int64_t out) {
        const std::string nameA = kPrefix + module + kSuffixA;
        const std::string nameB = kPrefix + module + kSuffixB;
        if (!m_weights.find(nameA) && !m_weights.find(nameB))
            return LoraPair{};
        LoraPair pair;
        CORE_ASSIGN(pair.a, readMatrix(nameA, {m_config.r, in}));
        CORE_ASSIGN(pair.b, readMatrix(nameB, {out, m_config.r}));
        m_effective = m_effective || std::any_of(pair.b.begin(), pair.b.end(),
                                                 [](float value) { return value != 0.0f; });
        return pair;
    }

    core::Result<std::vector<float>> readMatrix(const std::string& name,
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
        return values;
    }

    core::Status checkAllUsed() const {
        if (m_used.empty())
            return invalid("none of its tensors belongs to this model");
        for (const std::string& name : m_weights.names()) {
            if (!m_used.contains(name))
                return invalid("this model has no place for tensor " + name);
        }
        if (!m_effective)
            return invalid("every lora_B is zero, so it would change nothing");
        return {};
    }

    /// Splits kv_b's B by head; see MlaAttention::decode.
    AbsorbedDelta absorb(const LoraPair& pair, const LinearTarget::HeadSplit& split, int64_t lora) {
        const int64_t r = m_config.r, perHead = split.nope + split.v;
        const float scale = float(m_config.scale());
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
    const AdapterConfig& m_config;
    const WeightSource& m_weights;
    std::unordered_set<std::string> m_used;
    bool m_effective = false;
};

}  // namespace

core::Result<std::shared_ptr<const Adapter>> loadAdapter(Backend& backend, const Model& model,
                                                         const std::string& adapterConfigJson,
                                                         const WeightSource& weights) {
    CORE_ASSIGN(const AdapterConfig config, parseAdapterConfig(adapterConfigJson));
    AdapterLoader loader(backend, config, weights);
    CORE_ASSIGN(auto additions, loader.load(model.adapterTargets()));
    return std::make_shared<const Adapter>(&model, std::move(additions));
}

}  // namespace hearth::engine

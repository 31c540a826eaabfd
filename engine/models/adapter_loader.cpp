#include <cmath>

#include "engine/layers/adapter.h"
#include "engine/models/adapter_config.h"
#include "engine/models/adapter_tensors.h"
#include "engine/models/model.h"
#include "engine/models/on_all_cores.h"
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
            m_factors.clear();
            CORE_TRY(target.experts > 0 ? addExperts(target, addition)
                                        : addLinear(target, addition));
            if (!m_factors.empty())
                addFactors(target, addition);
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
        if (!pair.magnitude.empty())
            addMagnitudes(target, begin, end, pair);
    }

    /// DoRA: magnitude / |row of W + scale B A| of the outputs [begin, end) of each group, W being
    /// what the model computes with.
    void addMagnitudes(const LinearTarget& target, int64_t begin, int64_t end,
                       const LoraPair& pair) {
        const int64_t out = end - begin, width = target.weight.dim(target.weight.rank() - 2);
        const int64_t groups = std::max<int64_t>(1, target.experts);
        m_factors.resize(size_t(groups * width), 1.0);
        std::vector<float> rows(size_t(out * target.in));
        for (int64_t g = 0; g < groups; ++g) {
            if (std::isnan(pair.magnitude[size_t(g * out)]))
                continue;
            m_backend.downloadRows(target.weight, g, begin, end, rows);
            onAllCores(out, [&](int64_t i) {
                const double norm = adaptedNorm(pair, rows.data() + i * target.in, target.in,
                                                g * pair.r * target.in, (g * out + i) * pair.r);
                m_factors[size_t(g * width + begin + i)] =
                    double(pair.magnitude[size_t(g * out + i)]) / norm;
            });
        }
    }

    /// |w + scale * b A|; a and b: where A and the row of B begin.
    static double adaptedNorm(const LoraPair& pair, const float* w, int64_t in, int64_t a,
                              int64_t b) {
        double sum = 0.0;
        for (int64_t column = 0; column < in; ++column) {
            double delta = 0.0;
            for (int64_t j = 0; j < pair.r; ++j)
                delta +=
                    double(pair.b[size_t(b + j)]) * double(pair.a[size_t(a + j * in + column)]);
            const double value = double(w[column]) + double(pair.scale) * delta;
            sum += value * value;
        }
        return std::sqrt(sum);
    }

    void addFactors(const LinearTarget& target, LinearAddition& addition) {
        const auto width = int64_t(m_factors.size()) / std::max<int64_t>(1, target.experts);
        const auto uploaded = [&](double less) {
            std::vector<float> values(m_factors.size());
            for (size_t i = 0; i < values.size(); ++i)
                values[i] = float(m_factors[i] - less);
            return target.experts > 0 ? uploadFloats(m_backend, values, {target.experts, width})
                                      : uploadFloats(m_backend, values, {width});
        };
        addition.factors = uploaded(0.0);
        addition.factors_less_one = uploaded(1.0);
        if (addition.absorbed)
            addAbsorbedFactors(*target.absorb, *addition.absorbed);
    }

    /// kv_b's factors by head: the keys' reach the queries, whose rope part has none.
    void addAbsorbedFactors(const LinearTarget::HeadSplit& split, AbsorbedDelta& absorbed) {
        std::vector<float> queries, values;
        for (int64_t h = 0; h < split.heads; ++h) {
            const auto head = m_factors.begin() + h * (split.nope + split.v);
            queries.insert(queries.end(), head, head + split.nope);
            queries.insert(queries.end(), size_t(split.rope), 1.0f);
            values.insert(values.end(), head + split.nope, head + split.nope + split.v);
        }
        absorbed.query_factors = uploadFloats(m_backend, queries, {int64_t(queries.size())});
        absorbed.value_factors = uploadFloats(m_backend, values, {int64_t(values.size())});
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
    std::vector<double> m_factors;  // DoRA's of the layer that is being loaded
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

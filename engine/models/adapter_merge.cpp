#include "engine/models/adapter_merge.h"

#include <cmath>
#include <unordered_map>

#include "engine/models/adapter_config.h"
#include "engine/models/adapter_tensors.h"

namespace hearth::engine {
namespace {

/// Rows [begin, begin + rows of the tensor) of an expert's B, or of the only one.
struct Addition {
    std::shared_ptr<const LoraPair> pair;
    int64_t expert = 0;
    int64_t begin = 0;
    int64_t outputs = 0;  // rows of one B
};

class MergedRows : public ComputedRows {
public:
    MergedRows(const StoredTensor& base, std::vector<Addition> additions)
        : m_base(base), m_additions(std::move(additions)) {}

    void readRows(int64_t begin, int64_t end, float* out) const override {
        m_base.readRows(begin, end, out);
        for (const Addition& addition : m_additions) {
            for (int64_t row = begin; row < end; ++row) {
                add(addition, row, out + (row - begin) * m_base.columns());
                stretch(addition, row, out + (row - begin) * m_base.columns());
            }
        }
    }

private:
    void add(const Addition& addition, int64_t row, float* out) const {
        const LoraPair& pair = *addition.pair;
        const int64_t columns = m_base.columns();
        const float* a = pair.a.data() + addition.expert * pair.r * columns;
        const float* b =
            pair.b.data() + (addition.expert * addition.outputs + addition.begin + row) * pair.r;
        std::vector<float> delta(static_cast<size_t>(columns));
        for (int64_t j = 0; j < pair.r; ++j) {
            for (int64_t i = 0; i < columns; ++i)
                delta[size_t(i)] += b[j] * a[j * columns + i];
        }
        for (int64_t i = 0; i < columns; ++i)
            out[i] += pair.scale * delta[size_t(i)];
    }

    /// DoRA: gives the row its trained length.
    void stretch(const Addition& addition, int64_t row, float* out) const {
        if (addition.pair->magnitude.empty())
            return;
        const float magnitude =
            addition.pair
                ->magnitude[size_t(addition.expert * addition.outputs + addition.begin + row)];
        if (std::isnan(magnitude))
            return;
        double sum = 0.0;
        for (int64_t i = 0; i < m_base.columns(); ++i)
            sum += double(out[i]) * double(out[i]);
        const double factor = double(magnitude) / std::sqrt(sum);
        for (int64_t i = 0; i < m_base.columns(); ++i)
            out[i] = float(double(out[i]) * factor);
    }

    const StoredTensor& m_base;
    std::vector<Addition> m_additions;
};

class MergedSource : public WeightSource {
public:
    explicit MergedSource(const WeightSource& base) : m_base(base) {}

    /// Several may add to one tensor.
    void add(const std::string& module, Addition addition) {
        m_additions[module + ".weight"].push_back(std::move(addition));
    }
    void finish() {
        for (auto& [name, additions] : m_additions) {
            const StoredTensor* base = m_base.find(name);
            CORE_ASSERT(base != nullptr);
            m_tensors.emplace(name, StoredTensor{.name = name,
                                                 .shape = base->shape,
                                                 .bytes = {},
                                                 .computed = std::make_shared<const MergedRows>(
                                                     *base, std::move(additions))});
        }
    }

    std::vector<std::string> names() const override { return m_base.names(); }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? m_base.find(name) : &found->second;
    }

private:
    const WeightSource& m_base;
    std::unordered_map<std::string, std::vector<Addition>> m_additions;
    std::unordered_map<std::string, StoredTensor> m_tensors;
};

LinearTarget::Part partOf(std::string module, std::string leaf, int64_t begin, int64_t rows) {
    return {
        .module = std::move(module), .leaf = std::move(leaf), .begin = begin, .end = begin + rows};
}

/// The layers that an adapter can add to, gate and up together as programs may have kept them.
std::vector<LinearTarget> targetsOf(const ModelConfig& config) {
    constexpr std::string_view kWeight = ".weight", kFirst = ".mlp.experts.0.";
    std::vector<LinearTarget> out;
    const std::string drafts = "model.layers." + std::to_string(config.num_hidden_layers) + ".";
    bool optional = false;
    for (const TensorSpec& spec : tensorSpecs(config)) {
        optional = optional || spec.name.starts_with(drafts);
        const bool matrix = spec.shape.size() == 2 && spec.name.ends_with(kWeight);
        const bool untouched = spec.name == "model.embed_tokens.weight" ||
                               spec.name.ends_with(".mlp.gate.weight") ||
                               spec.name.ends_with(".embed_tokens.weight");
        if (!matrix || untouched)
            continue;
        const std::string module = spec.name.substr(0, spec.name.size() - kWeight.size());
        LinearTarget target{.parts = {}, .in = spec.shape[1], .optional = optional};
        const size_t first = module.find(kFirst);
        const bool expert = module.find(".mlp.experts.") != std::string::npos;
        const bool joined =
            first != std::string::npos || module.find(".mlp.shared_experts.") != std::string::npos;
        if ((expert && first == std::string::npos) || (joined && module.ends_with(".up_proj")))
            continue;
        const int64_t rows = spec.shape[0];
        const bool gate = joined && module.ends_with(".gate_proj");
        if (expert) {
            target.experts = config.n_routed_experts;
            const std::string prefix = module.substr(0, first) + ".mlp.experts.";
            const std::string leaf = module.substr(module.rfind('.'));
            target.parts.push_back(partOf(prefix, leaf, 0, rows));
            if (gate)
                target.parts.push_back(partOf(prefix, ".up_proj", rows, rows));
        } else {
            target.parts.push_back(partOf(module, "", 0, rows));
            if (gate)
                target.parts.push_back(
                    partOf(module.substr(0, module.rfind('.')) + ".up_proj", "", rows, rows));
        }
        out.push_back(std::move(target));
    }
    return out;
}

class Merger {
public:
    Merger(AdapterTensors tensors, MergedSource& source)
        : m_tensors(std::move(tensors)), m_source(source) {}

    core::Status run(const std::vector<LinearTarget>& targets) {
        for (const LinearTarget& target : targets) {
            const bool experts = target.experts > 0;
            CORE_ASSIGN(LoraPair whole,
                        experts ? m_tensors.fusedExperts(target) : m_tensors.joined(target));
            const auto shared = std::make_shared<const LoraPair>(std::move(whole));
            for (const LinearTarget::Part& part : target.parts) {
                add(target, part, shared, part.begin, target.parts.back().end);
                CORE_ASSIGN(LoraPair pair, experts ? m_tensors.expertPart(target, part)
                                                   : m_tensors.part(target, part));
                add(target, part, std::make_shared<const LoraPair>(std::move(pair)), 0,
                    part.end - part.begin);
            }
        }
        CORE_TRY(m_tensors.checkAllUsed());
        m_source.finish();
        return {};
    }

private:
    void add(const LinearTarget& target, const LinearTarget::Part& part,
             const std::shared_ptr<const LoraPair>& pair, int64_t begin, int64_t outputs) {
        if (!pair->present())
            return;
        if (target.experts == 0)
            m_source.add(part.module, {pair, 0, begin, outputs});
        for (int64_t e = 0; e < target.experts; ++e)
            m_source.add(part.module + std::to_string(e) + part.leaf, {pair, e, begin, outputs});
    }

    AdapterTensors m_tensors;
    MergedSource& m_source;
};

bool touchesTiedOutput(const ModelConfig& config, const WeightSource& adapter) {
    return config.tie_word_embeddings &&
           adapter.find("base_model.model.lm_head.lora_A.weight") != nullptr;
}

}  // namespace

core::Result<std::unique_ptr<WeightSource>> mergeAdapter(const ModelConfig& config,
                                                         const WeightSource& weights,
                                                         const std::string& adapterConfigJson,
                                                         const WeightSource& adapterWeights) {
    CORE_ASSIGN(const AdapterConfig adapter, parseAdapterConfig(adapterConfigJson));
    if (touchesTiedOutput(config, adapterWeights))
        return core::Error{core::ErrorCode::Unsupported,
                           "The adapter changes lm_head, which is the model's embedding as well; "
                           "it can be served, but not merged",
                           "LoRA adapter"};
    auto source = std::make_unique<MergedSource>(weights);
    const bool interleaved = config.architecture == "GptOssForCausalLM";
    CORE_TRY(Merger(AdapterTensors(adapter, adapterWeights, interleaved), *source)
                 .run(targetsOf(config)));
    return std::unique_ptr<WeightSource>(std::move(source));
}

}  // namespace hearth::engine

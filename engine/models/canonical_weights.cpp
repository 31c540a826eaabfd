#include "engine/models/canonical_weights.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "engine/models/weight_view.h"

namespace hearth::engine {
namespace {

constexpr size_t kListedProblems = 5;

class CanonicalSource : public WeightSource {
public:
    void add(StoredTensor tensor) {
        m_names.push_back(tensor.name);
        m_tensors.emplace(m_names.back(), std::move(tensor));
    }
    std::vector<std::string> names() const override { return m_names; }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

private:
    std::vector<std::string> m_names;
    std::unordered_map<std::string, StoredTensor> m_tensors;
};

bool isIgnored(const ModelConfig& config, const std::string& name) {
    return name.ends_with(".rotary_emb.inv_freq") ||
           (config.tie_word_embeddings && name == "lm_head.weight");
}

/// The same for tensors that a checkpoint keeps in the same way: "mlp.experts.weight" for those of
/// experts, else the name without its layer.
std::string kindOf(const std::string& name) {
    constexpr std::string_view kExperts = ".mlp.experts.";
    if (const size_t experts = name.find(kExperts); experts != std::string::npos)
        return std::string(kExperts) + name.substr(name.rfind('.'));
    constexpr std::string_view kLayers = "model.layers.";
    return name.starts_with(kLayers) ? name.substr(name.find('.', kLayers.size())) : name;
}

class Canonicaliser {
public:
    Canonicaliser(const ModelConfig& config, const WeightSource& weights)
        : m_config(config), m_weights(weights), m_source(std::make_unique<CanonicalSource>()) {}

    core::Result<std::unique_ptr<WeightSource>> run(std::span<const TensorSpec> specs) {
        for (const TensorSpec& spec : specs)
            place(spec);
        reportMissing();
        for (const std::string& name : m_weights.names()) {
            if (!m_used.contains(name) && !isIgnored(m_config, name))
                report("unexpected " + name);
        }
        if (m_problems.empty())
            return std::unique_ptr<WeightSource>(std::move(m_source));
        return error();
    }

private:
    void place(const TensorSpec& spec) {
        std::vector<StoredPlace> places = storedPlaces(m_config, spec);
        for (size_t i = 0; i < places.size(); ++i) {
            if (const StoredTensor* stored = m_weights.find(places[i].name)) {
                m_layouts.emplace(kindOf(spec.name), i);
                return take(spec, std::move(places[i]), *stored);
            }
        }
        if (!spec.optional)
            m_missing.push_back({spec.name, std::move(places)});
    }

    void take(const TensorSpec& spec, StoredPlace place, const StoredTensor& stored) {
        const std::string scales = scalesName(place, stored);
        const FoundTensor found{std::move(place), &stored,
                                scales.empty() ? nullptr : m_weights.find(scales)};
        if (m_used.insert(stored.name).second) {
            if (!scales.empty())
                m_used.insert(scales);
            if (std::string problem = problemWith(found); !problem.empty())
                report(std::move(problem));
        }
        // Once anything is wrong there will be no result, so nothing must be fit to be viewed.
        if (m_problems.empty())
            m_source->add(m_views.view(spec, found));
    }

    /// Names the place that tensors of this kind have elsewhere in the checkpoint.
    void reportMissing() {
        for (const auto& [name, places] : m_missing) {
            const auto layout = m_layouts.find(kindOf(name));
            const size_t index = layout == m_layouts.end() ? 0 : layout->second;
            const StoredPlace& place = places[std::min(index, places.size() - 1)];
            report("missing " + place.name + ", expected " + shapeText(place.shape));
        }
    }

    void report(std::string problem) {
        if (m_reported.insert(problem).second)
            m_problems.push_back(std::move(problem));
    }

    core::Error error() const {
        std::string text = "The weights do not fit config.json (" +
                           std::to_string(m_problems.size()) +
                           (m_problems.size() == 1 ? " problem): " : " problems): ");
        for (size_t i = 0; i < std::min(m_problems.size(), kListedProblems); ++i)
            text += (i == 0 ? "" : "; ") + m_problems[i];
        if (m_problems.size() > kListedProblems)
            text += "; and " + std::to_string(m_problems.size() - kListedProblems) + " more";
        return {core::ErrorCode::InvalidArgument, text, m_config.architecture};
    }

    struct Missing {
        std::string name;
        std::vector<StoredPlace> places;
    };

    const ModelConfig& m_config;
    const WeightSource& m_weights;
    std::unique_ptr<CanonicalSource> m_source;
    WeightViews m_views;
    std::unordered_map<std::string, size_t> m_layouts;  // kind to index of its place
    std::unordered_set<std::string> m_used;             // names in the checkpoint
    std::vector<Missing> m_missing;
    std::unordered_set<std::string> m_reported;
    std::vector<std::string> m_problems;
};

}  // namespace

int64_t storedMtpLayers(const ModelConfig& config, const WeightSource& weights) {
    const std::vector<std::string> names = weights.names();
    for (int64_t i = 0; i < config.num_nextn_predict_layers; ++i) {
        const std::string prefix =
            "model.layers." + std::to_string(config.num_hidden_layers + i) + ".";
        if (std::ranges::any_of(names, [&](const auto& name) { return name.starts_with(prefix); }))
            return config.num_nextn_predict_layers;
    }
    return 0;
}

core::Result<std::unique_ptr<WeightSource>> canonicalWeights(const ModelConfig& config,
                                                             const WeightSource& weights) {
    return canonicalWeights(config, tensorSpecs(config), weights);
}

core::Result<std::unique_ptr<WeightSource>> canonicalWeights(const ModelConfig& config,
                                                             std::span<const TensorSpec> specs,
                                                             const WeightSource& weights) {
    return Canonicaliser(config, weights).run(specs);
}

}  // namespace hearth::engine

#include "engine/models/gguf_weights.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "engine/models/gguf_computed_rows.h"
#include "engine/models/gguf_keys.h"
#include "engine/models/gguf_names.h"
#include "engine/models/weight_check.h"

namespace hearth::engine {
namespace {

constexpr size_t kListedProblems = 5;

class GgufCanonicalSource : public WeightSource {
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

bool isComputed(const std::string& name) {
    return name.starts_with("rope_freqs") || name.starts_with("rope_factors") ||
           name.ends_with(".attn_rot_embd.weight") || name.ends_with(".rope_freqs.weight");
}

class Canonicaliser {
public:
    Canonicaliser(const ModelConfig& config, const GgufFile& file)
        : m_config(config), m_file(file), m_source(std::make_unique<GgufCanonicalSource>()) {}

    core::Result<std::unique_ptr<WeightSource>> run() {
        CORE_TRY(readLatentScale());
        for (const TensorSpec& spec : tensorSpecs(m_config))
            place(spec);
        for (const std::string& name : m_file.names()) {
            if (!m_used.contains(name) && !isComputed(name))
                report("unexpected " + name);
        }
        if (m_problems.empty())
            return std::unique_ptr<WeightSource>(std::move(m_source));
        return error();
    }

private:
    void place(const TensorSpec& spec) {
        const std::vector<GgufPlace> places = ggufPlaces(m_config, spec);
        for (const GgufPlace& place : places) {
            if (const StoredTensor* stored = m_file.find(place.name))
                return take(spec, place, *stored);
        }
        if (const auto split = ggufSplitKv(spec.name); split && m_file.find(split->k))
            return joinKv(spec, *split);
        if (!spec.optional)
            report("missing " + (places.empty() ? spec.name : places.front().name));
    }

    void take(const TensorSpec& spec, const GgufPlace& place, const StoredTensor& stored) {
        m_used.insert(stored.name);
        std::vector<int64_t> shape = spec.shape;
        if (place.stored_rows > 0)
            shape[0] = place.stored_rows;
        if (place.expert >= 0)
            shape.insert(shape.begin(), m_config.n_routed_experts);
        if (check(stored, shape))
            m_source->add(unscaled(spec, view(spec, place, stored)));
    }

    core::Status readLatentScale() {
        GgufKeys keys(m_file);
        m_latent_scale = keys.number(kGgufLatentScale, 1.0);
        if (!(m_latent_scale > 1e-6 && m_latent_scale < 1e6))
            keys.fail(kGgufLatentScale, "is no factor");
        return keys.status();
    }

    StoredTensor unscaled(const TensorSpec& spec, StoredTensor view) const {
        const int64_t rows = ggufScaledRows(m_config, spec);
        if (rows == 0 || m_latent_scale == 1.0)
            return view;
        StoredTensor out{.name = view.name, .shape = view.shape, .bytes = {}};
        out.computed = unscaledRows(std::move(view), rows, m_latent_scale);
        return out;
    }

    /// The whole is an entry for each expert, each a number of equal rows.
    StoredTensor view(const TensorSpec& spec, const GgufPlace& place, const StoredTensor& stored) {
        StoredTensor view = stored;
        view.name = spec.name;
        view.shape = spec.shape;
        if (place.expert >= 0) {
            const size_t size = view.bytes.size() / size_t(m_config.n_routed_experts);
            view.bytes = view.bytes.subspan(size_t(place.expert) * size, size);
        }
        if (place.stored_rows > 0) {
            const size_t size = view.bytes.size() / size_t(place.stored_rows);
            view.bytes =
                view.bytes.subspan(size_t(place.row_begin) * size, size_t(spec.shape[0]) * size);
        }
        view.row_order = rowOrder(spec);
        return view;
    }

    /// Layers share their orders: they differ by the number of rows alone.
    std::shared_ptr<const std::vector<int32_t>> rowOrder(const TensorSpec& spec) {
        std::vector<int32_t> order = ggufRowOrder(m_config, spec);
        if (order.empty())
            return nullptr;
        auto& shared = m_orders[order.size()];
        if (!shared)
            shared = std::make_shared<const std::vector<int32_t>>(std::move(order));
        return shared;
    }

    void joinKv(const TensorSpec& spec, const GgufSplitKv& split) {
        const StoredTensor* k = m_file.find(split.k);
        const StoredTensor* v = m_file.find(split.v);
        if (!v)
            return report("missing " + split.v);
        m_used.insert({split.k, split.v});
        const int64_t heads = m_config.num_attention_heads;
        const bool good = check(*k, {heads, m_config.kv_lora_rank, m_config.qk_nope_head_dim}) &&
                          check(*v, {heads, m_config.v_head_dim, m_config.kv_lora_rank});
        if (good)
            m_source->add({.name = spec.name,
                           .shape = spec.shape,
                           .bytes = {},
                           .computed = joinedKv(m_config, *k, *v)});
    }

    bool check(const StoredTensor& stored, const std::vector<int64_t>& shape) {
        // ggml drops leading dimensions of 1 from what it writes.
        std::vector<int64_t> kept = shape;
        while (kept.size() > stored.shape.size() && kept.front() == 1)
            kept.erase(kept.begin());
        if (stored.shape != kept)
            report(stored.name + " has shape " + shapeText(stored.shape) + ", expected " +
                   shapeText(shape));
        else if (!isFloatType(stored.dtype))
            report(stored.name + " has dtype " + dtypeName(stored.dtype) +
                   ", which weights cannot have");
        else
            return true;
        return false;
    }

    void report(std::string problem) {
        if (m_reported.insert(problem).second)
            m_problems.push_back(std::move(problem));
    }

    core::Error error() const {
        std::string text = "The tensors do not fit the GGUF file's metadata (" +
                           std::to_string(m_problems.size()) +
                           (m_problems.size() == 1 ? " problem): " : " problems): ");
        for (size_t i = 0; i < std::min(m_problems.size(), kListedProblems); ++i)
            text += (i == 0 ? "" : "; ") + m_problems[i];
        if (m_problems.size() > kListedProblems)
            text += "; and " + std::to_string(m_problems.size() - kListedProblems) + " more";
        return {core::ErrorCode::InvalidArgument, text, m_file.label()};
    }

    const ModelConfig& m_config;
    const GgufFile& m_file;
    std::unique_ptr<GgufCanonicalSource> m_source;
    std::map<size_t, std::shared_ptr<const std::vector<int32_t>>> m_orders;
    std::unordered_set<std::string> m_used;
    std::unordered_set<std::string> m_reported;
    std::vector<std::string> m_problems;
    double m_latent_scale = 1.0;
};

}  // namespace

core::Result<std::unique_ptr<WeightSource>> ggufWeights(const ModelConfig& config,
                                                        const GgufFile& file) {
    if (!findGgufFamily(config.architecture))
        return core::Error{core::ErrorCode::Unsupported,
                           config.architecture + " cannot be read from a GGUF file", file.label()};
    return Canonicaliser(config, file).run();
}

}  // namespace hearth::engine

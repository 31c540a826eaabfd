#include "engine/models/weight_check.h"

#include <unordered_set>

namespace hearth::engine {
namespace {

constexpr size_t kListedProblems = 5;

bool isIgnored(const ModelConfig& config, const std::string& name) {
    return name.ends_with(".rotary_emb.inv_freq") ||
           (config.tie_word_embeddings && name == "lm_head.weight");
}

/// Empty when the tensor is as expected.
std::string problemWith(const TensorSpec& spec, const StoredTensor* stored) {
    if (!stored)
        return spec.optional ? "" : "missing " + spec.name + ", expected " + shapeText(spec.shape);
    if (stored->shape != spec.shape)
        return spec.name + " has shape " + shapeText(stored->shape) + ", expected " +
               shapeText(spec.shape);
    if (!isFloatType(stored->dtype))
        return spec.name + " has dtype " + dtypeName(stored->dtype) + ", expected F32, BF16 or F16";
    return "";
}

}  // namespace

bool isFloatType(DType dtype) {
    return dtype == DType::F32 || dtype == DType::BF16 || dtype == DType::F16;
}

std::string shapeText(const std::vector<int64_t>& shape) {
    std::string text;
    for (const int64_t dim : shape)
        text += (text.empty() ? "" : ", ") + std::to_string(dim);
    return "[" + text + "]";
}

core::Status checkWeights(const ModelConfig& config, const WeightSource& weights) {
    std::vector<std::string> problems;
    std::unordered_set<std::string> known;
    for (const TensorSpec& spec : tensorSpecs(config)) {
        known.insert(spec.name);
        if (std::string problem = problemWith(spec, weights.find(spec.name)); !problem.empty())
            problems.push_back(std::move(problem));
    }
    for (const std::string& name : weights.names()) {
        if (!known.contains(name) && !isIgnored(config, name))
            problems.push_back("unexpected " + name);
    }
    if (problems.empty())
        return {};
    std::string text = "The weights do not fit config.json (" + std::to_string(problems.size()) +
                       (problems.size() == 1 ? " problem): " : " problems): ");
    for (size_t i = 0; i < std::min(problems.size(), kListedProblems); ++i)
        text += (i == 0 ? "" : "; ") + problems[i];
    if (problems.size() > kListedProblems)
        text += "; and " + std::to_string(problems.size() - kListedProblems) + " more";
    return core::Error{core::ErrorCode::InvalidArgument, text, config.architecture};
}

}  // namespace hearth::engine

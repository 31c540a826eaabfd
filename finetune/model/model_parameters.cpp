#include "finetune/model/model_parameters.h"

#include <algorithm>
#include <cmath>

#include "finetune/model/counter_random.h"

namespace hearth::finetune {

using core::Error;
using core::ErrorCode;
using engine::TensorSpec;

namespace {

constexpr const char* kBiasSuffix = "e_score_correction_bias";
constexpr const char* kAdapterPrefix = "base_model.model.";

bool endsWith(const std::string& text, const std::string& suffix) {
    return text.ends_with(suffix);
}

bool isExpert(const std::string& name) {
    return name.find(".mlp.experts.") != std::string::npos;
}

std::string layerPrefix(int64_t layer) {
    return "model.layers." + std::to_string(layer) + ".";
}

bool isMtp(const engine::ModelConfig& config, const std::string& name) {
    for (int64_t i = 0; i < config.num_nextn_predict_layers; ++i)
        if (name.starts_with(layerPrefix(config.num_hidden_layers + i)))
            return true;
    return false;
}

/// The down projections of all experts of a layer must be neighbours, as must their gate and up
/// projections; checkpoints list them expert by expert. So the former move to the end.
std::vector<TensorSpec> storageOrder(std::vector<TensorSpec> specs) {
    std::ranges::stable_partition(specs, [](const TensorSpec& spec) {
        return !(isExpert(spec.name) && endsWith(spec.name, ".down_proj.weight"));
    });
    return specs;
}

/// Linear modules of the trunk, the experts of a layer by projection: all gates, all ups, ...
std::vector<AdapterModule> adapterModules(const engine::ModelConfig& config,
                                          const std::vector<TensorSpec>& specs,
                                          const std::vector<std::string>& targets) {
    std::vector<AdapterModule> modules;
    for (const std::string& target : targets)
        for (const TensorSpec& spec : specs)
            if (endsWith(spec.name, "." + target + ".weight") && !isMtp(config, spec.name))
                modules.push_back({spec.name.substr(0, spec.name.size() - 7),  // ".weight"
                                   spec.shape[1], spec.shape[0]});
    return modules;
}

core::Status copyStored(const engine::WeightSource& weights, const std::string& name,
                        const Parameter& parameter, std::span<float> target) {
    const engine::StoredTensor* stored = weights.find(name);
    if (!stored)
        return Error{ErrorCode::InvalidArgument, "The weights lack a tensor", name};
    if (stored->shape != parameter.shape)
        return Error{ErrorCode::InvalidArgument, "A tensor has another shape than the model needs",
                     name};
    const std::vector<float> values = stored->toFloats();
    std::ranges::copy(values, target.begin());
    return {};
}

}  // namespace

std::string adapterName(const std::string& modulePath, char matrix) {
    return kAdapterPrefix + modulePath + ".lora_" + matrix + ".weight";
}

const std::vector<std::string>& adapterTargets() {
    static const std::vector<std::string> targets = {
        "q_proj", "q_a_proj",  "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj",
        "o_proj", "gate_proj", "up_proj",  "down_proj"};
    return targets;
}

core::Result<std::unique_ptr<ModelParameters>> ModelParameters::create(
    engine::Backend& backend, const engine::ModelConfig& config, const TrainableOptions& options,
    const OptionalWeights& optional) {
    auto parameters = std::unique_ptr<ModelParameters>(new ModelParameters(config, options));
    parameters->addModelParameters(optional);
    if (options.part == TrainedPart::Lora)
        CORE_TRY(parameters->addAdapterParameters());
    parameters->m_trained.allocate(backend, true);
    parameters->m_frozen.allocate(backend, false);
    return parameters;
}

bool ModelParameters::isTrained(const std::string& name) const {
    if (endsWith(name, kBiasSuffix))
        return false;  // moved by balanceExperts, never by a gradient
    switch (m_options.part) {
        case TrainedPart::Full:
            return true;
        case TrainedPart::Lora:
            return false;
        case TrainedPart::MtpOnly:
            return isMtp(m_config, name);
    }
    return false;
}

void ModelParameters::addModelParameters(const OptionalWeights& optional) {
    for (TensorSpec& spec : engine::tensorSpecs(m_config)) {
        if (isMtp(m_config, spec.name)) {
            if (!optional.mtp ||
                (endsWith(spec.name, ".embed_tokens.weight") && !optional.mtp_embedding) ||
                (endsWith(spec.name, ".shared_head.head.weight") && !optional.mtp_head))
                continue;
        }
        m_specs.push_back(std::move(spec));
    }
    for (const TensorSpec& spec : storageOrder(m_specs))
        (isTrained(spec.name) ? m_trained : m_frozen).add(spec.name, spec.shape);
}

core::Status ModelParameters::addAdapterParameters() {
    const int64_t rank = m_options.lora.r;
    if (rank < 1 || !(m_options.lora.alpha > 0.0))
        return Error{ErrorCode::InvalidArgument, "LoRA needs r >= 1 and alpha > 0", "lora"};
    auto& targets = m_options.lora.targets;
    const bool all = targets.empty();
    if (all)
        targets = adapterTargets();
    for (const std::string& target : targets) {
        const auto modules = adapterModules(m_config, m_specs, {target});
        if (modules.empty() && !all)
            return Error{ErrorCode::InvalidArgument,
                         "The model has no linear module of this name to adapt", target};
        // Neighbours are experts of one layer and one projection, so A of all of them and B of
        // all of them can each be one tensor.
        for (size_t begin = 0; begin < modules.size();) {
            const std::string& path = modules[begin].path;
            size_t end = begin + 1;
            const std::string layer = path.substr(0, path.find(".experts."));
            while (isExpert(path) && end < modules.size() && isExpert(modules[end].path) &&
                   modules[end].path.starts_with(layer + ".experts."))
                ++end;
            for (size_t i = begin; i < end; ++i)
                m_trained.add(adapterName(modules[i].path, 'A'), {rank, modules[i].in});
            for (size_t i = begin; i < end; ++i)
                m_trained.add(adapterName(modules[i].path, 'B'), {modules[i].out, rank});
            begin = end;
        }
    }
    return {};
}

std::pair<const ParameterSet*, const Parameter*> ModelParameters::find(
    const std::string& name) const {
    if (const Parameter* found = m_trained.find(name))
        return {&m_trained, found};
    return {&m_frozen, m_frozen.find(name)};
}

Weight ModelParameters::weight(const std::string& name,
                               std::initializer_list<int64_t> shape) const {
    const auto [set, parameter] = find(name);
    CORE_ASSERT(parameter != nullptr);
    return {set->value(parameter->offset, shape), set->gradient(parameter->offset, shape)};
}

std::span<float> ModelParameters::values(const std::string& name) const {
    const auto [set, parameter] = find(name);
    CORE_ASSERT(parameter != nullptr);
    return set->values(*parameter);
}

void ModelParameters::initialise() {
    for (const TensorSpec& spec : m_specs) {
        const std::span<float> target = values(spec.name);
        if (endsWith(spec.name, kBiasSuffix)) {
            std::ranges::fill(target, 0.0f);
        } else if (spec.shape.size() == 1) {
            std::ranges::fill(target, 1.0f);
        } else {
            const CounterRandom random(m_options.seed, spec.name);
            for (size_t i = 0; i < target.size(); ++i)
                target[i] = float(random.normal(i) * m_options.initializer_range);
        }
    }
}

/// B stays zero, so that training starts from the base model; A as PEFT: uniform within
/// 1 / sqrt(in).
void ModelParameters::initialiseAdapter() {
    for (const Parameter& parameter : m_trained.entries()) {
        if (!endsWith(parameter.name, ".lora_A.weight"))
            continue;
        const CounterRandom random(m_options.seed, parameter.name);
        const double bound = 1.0 / std::sqrt(double(parameter.shape[1]));
        const std::span<float> target = m_trained.values(parameter);
        for (size_t i = 0; i < target.size(); ++i)
            target[i] = float((2.0 * random.uniform(i) - 1.0) * bound);
    }
}

std::vector<std::string> ModelParameters::adaptedModules() const {
    std::vector<std::string> names;
    for (const std::string& target : adapterTargets())
        if (std::ranges::any_of(m_trained.entries(), [&](const Parameter& parameter) {
                return endsWith(parameter.name, "." + target + ".lora_A.weight");
            }))
            names.push_back(target);
    return names;
}

core::Status ModelParameters::load(const engine::WeightSource& weights) {
    for (const TensorSpec& spec : m_specs) {
        const auto [set, parameter] = find(spec.name);
        CORE_TRY(copyStored(weights, spec.name, *parameter, set->values(*parameter)));
    }
    return {};
}

core::Status ModelParameters::loadAdapter(const engine::WeightSource& weights) {
    if (m_options.part != TrainedPart::Lora)
        return Error{ErrorCode::InvalidArgument, "The model is not trained through an adapter", ""};
    for (const std::string& name : weights.names())
        if (!m_trained.find(name))
            return Error{ErrorCode::InvalidArgument,
                         "The adapter holds a tensor that this model and rank do not have", name};
    for (const Parameter& parameter : m_trained.entries())
        CORE_TRY(copyStored(weights, parameter.name, parameter, m_trained.values(parameter)));
    return {};
}

}  // namespace hearth::finetune

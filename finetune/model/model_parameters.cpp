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
constexpr const char* kMagnitudeSuffix = ".lora_magnitude_vector";

bool endsWith(const std::string& text, const std::string& suffix) {
    return text.ends_with(suffix);
}

bool isAmong(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
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

/// What one layer sees as one tensor must be neighbours: the gate and up projections of a network,
/// or of all experts of a layer; the experts' down projections; and their biases likewise, which
/// checkpoints list between them.
int storagePlace(const std::string& name) {
    if (name.find(".mlp.") != std::string::npos && endsWith(name, "_proj.bias"))
        return endsWith(name, ".down_proj.bias") ? 3 : 2;
    return isExpert(name) && endsWith(name, ".down_proj.weight") ? 1 : 0;
}

std::vector<TensorSpec> storageOrder(std::vector<TensorSpec> specs) {
    std::ranges::stable_sort(specs, {},
                             [](const TensorSpec& spec) { return storagePlace(spec.name); });
    return specs;
}

/// "model.layers.1.mlp.experts." for the weights of an expert; else the whole prefix.
std::string sharedPrefix(const std::string& prefix) {
    const size_t experts = prefix.find(".experts.");
    return experts == std::string::npos ? prefix : prefix.substr(0, experts + 9);
}

core::Result<const engine::StoredTensor*> storedTensor(const engine::WeightSource& weights,
                                                       const std::string& name,
                                                       const std::vector<int64_t>& shape) {
    const engine::StoredTensor* stored = weights.find(name);
    if (!stored)
        return Error{ErrorCode::InvalidArgument, "The weights lack a tensor", name};
    if (stored->shape != shape)
        return Error{ErrorCode::InvalidArgument, "A tensor has another shape than the model needs",
                     name};
    return stored;
}

core::Status copyStored(const engine::WeightSource& weights, const std::string& name,
                        const Parameter& parameter, std::span<float> target) {
    CORE_ASSIGN(const auto* stored, storedTensor(weights, name, parameter.shape));
    stored->readRows(0, stored->rows(), target.data());
    return {};
}

}  // namespace

std::string adapterName(const std::string& modulePath, AdapterTensor tensor) {
    switch (tensor) {
        case AdapterTensor::A:
            return kAdapterPrefix + modulePath + ".lora_A.weight";
        case AdapterTensor::B:
            return kAdapterPrefix + modulePath + ".lora_B.weight";
        case AdapterTensor::Magnitude:
            return kAdapterPrefix + modulePath + kMagnitudeSuffix;
    }
    return {};
}

const std::vector<std::vector<std::string>>& fusedModules() {
    static const std::vector<std::vector<std::string>> modules = {
        {"q_proj"},    {"k_proj"},   {"v_proj"},
        {"q_a_proj"},  {"q_b_proj"}, {"kv_a_proj_with_mqa"},
        {"kv_b_proj"}, {"o_proj"},   {"gate_proj", "up_proj"},
        {"down_proj"}};
    return modules;
}

std::vector<std::string> adapterTargets() {
    std::vector<std::string> targets;
    for (const auto& fused : fusedModules())
        targets.insert(targets.end(), fused.begin(), fused.end());
    return targets;
}

core::Result<std::unique_ptr<ModelParameters>> ModelParameters::create(
    engine::Backend& backend, const engine::ModelConfig& config, const TrainableOptions& options,
    const OptionalWeights& optional) {
    auto parameters =
        std::unique_ptr<ModelParameters>(new ModelParameters(backend, config, options));
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
            // Without a loss of their own their weights would only decay.
            return m_options.mtp_lambda > 0.0 || !isMtp(m_config, name);
        case TrainedPart::Lora:
            return false;
        case TrainedPart::MtpOnly:
            return isMtp(m_config, name);
    }
    return false;
}

/// The linear modules' weights, whatever the adapter targets.
bool ModelParameters::staysStored(const std::string& name) const {
    if (!keepsBaseStored())
        return false;
    return std::ranges::any_of(adapterTargets(), [&](const std::string& module) {
        return endsWith(name, "." + module + ".weight");
    });
}

const std::vector<int64_t>& ModelParameters::shapeOf(const std::string& name) const {
    const auto found = std::ranges::find(m_specs, name, &TensorSpec::name);
    CORE_ASSERT(found != m_specs.end());
    return found->shape;
}

const engine::StoredTensor* ModelParameters::stored(const std::string& name) const {
    const auto found = m_stored.find(name);
    return found == m_stored.end() ? nullptr : found->second;
}

int64_t ModelParameters::storedSize() const {
    int64_t size = 0;
    for (const auto& [name, tensor] : m_stored)
        size += tensor->rows() * tensor->columns();
    return size;
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
        if (!staysStored(spec.name))
            (isTrained(spec.name) ? m_trained : m_frozen).add(spec.name, spec.shape);
}

core::Status ModelParameters::addAdapterParameters() {
    const LoraOptions& lora = m_options.lora;
    if (lora.r < 1 || !(lora.alpha > 0.0))
        return Error{ErrorCode::InvalidArgument, "LoRA needs r >= 1 and alpha > 0", "lora"};
    for (const std::string& target : lora.targets)
        if (!isAmong(adapterTargets(), target) || adapterPrefixes(target).empty())
            return Error{ErrorCode::InvalidArgument,
                         "The model has no linear module of this name to adapt", target};
    for (const std::vector<std::string>& fused : fusedModules()) {
        std::vector<std::string> parts;
        for (const std::string& part : fused)
            if (lora.targets.empty() || isAmong(lora.targets, part))
                parts.push_back(part);
        if (!parts.empty())
            addAdapters(parts, adapterPrefixes(parts.front()));
    }
    return {};
}

/// What one layer sees as one tensor must be neighbours: A of all parts, expert by expert; B (and
/// the magnitudes) of all experts, part by part.
void ModelParameters::addAdapters(const std::vector<std::string>& parts,
                                  const std::vector<std::string>& prefixes) {
    const int64_t rank = m_options.lora.r;
    std::unordered_map<std::string, std::vector<int64_t>> shapes;
    for (const TensorSpec& spec : m_specs)
        shapes.emplace(spec.name, spec.shape);
    const auto rowsOf = [&](const std::string& path) { return shapes.at(path + ".weight")[0]; };
    const auto columnsOf = [&](const std::string& path) { return shapes.at(path + ".weight")[1]; };
    for (size_t begin = 0, end; begin < prefixes.size(); begin = end) {
        end = begin + 1;
        while (end < prefixes.size() &&
               sharedPrefix(prefixes[end]) == sharedPrefix(prefixes[begin]))
            ++end;
        for (size_t i = begin; i < end; ++i)
            for (const std::string& part : parts)
                m_trained.add(adapterName(prefixes[i] + part, AdapterTensor::A),
                              {rank, columnsOf(prefixes[i] + part)});
        for (const std::string& part : parts)
            for (size_t i = begin; i < end; ++i)
                m_trained.add(adapterName(prefixes[i] + part, AdapterTensor::B),
                              {rowsOf(prefixes[i] + part), rank});
        if (!m_options.lora.dora)
            continue;
        for (const std::string& part : parts)
            for (size_t i = begin; i < end; ++i)
                m_trained.add(adapterName(prefixes[i] + part, AdapterTensor::Magnitude),
                              {rowsOf(prefixes[i] + part)});
    }
}

std::vector<std::string> ModelParameters::adapterPrefixes(const std::string& module) const {
    std::vector<std::string> prefixes;
    const std::string suffix = module + ".weight";
    for (const TensorSpec& spec : m_specs)
        if (endsWith(spec.name, "." + suffix) && !isMtp(m_config, spec.name))
            prefixes.push_back(spec.name.substr(0, spec.name.size() - suffix.size()));
    return prefixes;
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
        if (endsWith(spec.name, kBiasSuffix) || endsWith(spec.name, ".bias") ||
            endsWith(spec.name, ".sinks")) {
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

/// B stays zero and magnitudes are the base's norms, so that training starts from the base model;
/// A as PEFT: uniform within 1 / sqrt(in).
void ModelParameters::initialiseAdapter() {
    for (const Parameter& parameter : m_trained.entries()) {
        if (endsWith(parameter.name, kMagnitudeSuffix))
            initialiseMagnitude(parameter);
        if (!endsWith(parameter.name, ".lora_A.weight"))
            continue;
        const CounterRandom random(m_options.seed, parameter.name);
        const double bound = 1.0 / std::sqrt(double(parameter.shape[1]));
        const std::span<float> target = m_trained.values(parameter);
        for (size_t i = 0; i < target.size(); ++i)
            target[i] = float((2.0 * random.uniform(i) - 1.0) * bound);
    }
}

/// The norm of each row of the base's weight, summed as doraFactors sums it: the quotient of the
/// two is then exactly 1.
void ModelParameters::initialiseMagnitude(const Parameter& magnitude) {
    const std::string_view name = magnitude.name;
    const size_t begin = std::string_view(kAdapterPrefix).size();
    const std::string module(
        name.substr(begin, name.size() - begin - std::string_view(kMagnitudeSuffix).size()));
    const std::vector<float> weight = copyOf({module + ".weight", shapeOf(module + ".weight")});
    const std::span<float> target = m_trained.values(magnitude);
    const size_t in = weight.size() / target.size();
    for (size_t row = 0; row < target.size(); ++row) {
        double sum = 0.0;
        for (const float value : std::span(weight).subspan(row * in, in))
            sum += double(value) * double(value);
        target[row] = float(std::sqrt(sum));
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

std::vector<float> ModelParameters::copyOf(const TensorSpec& spec) const {
    if (const engine::StoredTensor* tensor = stored(spec.name))
        return tensor->toFloats();
    const std::span<float> held = values(spec.name);
    return {held.begin(), held.end()};
}

core::Status ModelParameters::attach(const engine::WeightSource& weights) {
    for (const TensorSpec& spec : m_specs) {
        CORE_ASSIGN(const auto* tensor, storedTensor(weights, spec.name, spec.shape));
        if (staysStored(spec.name))
            m_stored[spec.name] = tensor;
    }
    return {};
}

void ModelParameters::load(const engine::WeightSource& weights) {
    for (const TensorSpec& spec : m_specs)
        if (!staysStored(spec.name)) {
            const engine::StoredTensor& tensor = *weights.find(spec.name);
            tensor.readRows(0, tensor.rows(), values(spec.name).data());
        }
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

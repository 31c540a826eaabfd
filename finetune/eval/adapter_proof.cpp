#include "finetune/eval/adapter_proof.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/number_text.h"
#include "finetune/eval/served_comparison.h"
#include "finetune/methods/model_files.h"

namespace hearth::finetune {

namespace {

constexpr double kErrors = 4.0;      // standard errors that make a share known
constexpr double kHalf = 0.5;        // how far from 1 a share may be
constexpr double kDependence = 4.0;  // tokens that count as one
// What B is multiplied by in turn until its share can be told.
constexpr double kScales[] = {1.0, 4.0, 16.0, 64.0};
// Of B where it is not to count: an adapter of zeros is refused.
constexpr double kNearlyZero = 0x1p-20;
constexpr std::string_view kBSuffix = ".lora_B.weight";

core::Error refuse(const std::string& message) {
    return {core::ErrorCode::Internal, "the adapter is not published: " + message, {}};
}

std::string number(double value) {
    return core::significantText(value, 3);
}

/// "mlp.experts.gate_proj" of "base_model.model.model.layers.3.mlp.experts.7.gate_proj...".
std::string moduleOf(const std::string& name) {
    constexpr std::string_view kLayers = "layers.", kExperts = ".experts.";
    std::string module = name.substr(0, name.size() - kBSuffix.size());
    if (const size_t at = module.find(kLayers); at != std::string::npos)
        module = module.substr(module.find('.', at + kLayers.size()) + 1);
    if (const size_t at = module.find(kExperts); at != std::string::npos)
        module = module.substr(0, at + kExperts.size()) +
                 module.substr(module.find('.', at + kExperts.size()) + 1);
    return module;
}

/// The trained B matrices, to be scaled by module and put back.
class ScaledModules {
public:
    explicit ScaledModules(TrainableModel& model) : m_parameters(model.trained()) {
        const auto values = m_parameters.values();
        m_original.assign(values.begin(), values.end());
        for (const Parameter& parameter : m_parameters.entries()) {
            if (!parameter.name.ends_with(kBSuffix))
                continue;
            const std::string module = moduleOf(parameter.name);
            if (std::ranges::find(m_modules, module) == m_modules.end())
                m_modules.push_back(module);
        }
    }
    ~ScaledModules() { restore(); }
    ScaledModules(const ScaledModules&) = delete;
    ScaledModules& operator=(const ScaledModules&) = delete;

    const std::vector<std::string>& modules() const { return m_modules; }

    void restore() { std::ranges::copy(m_original, m_parameters.values().begin()); }
    /// One module's B times `scale`, the others' nearly zero. No module is called "".
    void only(const std::string& module, double scale) {
        restore();
        for (const Parameter& parameter : m_parameters.entries())
            if (parameter.name.ends_with(kBSuffix))
                for (float& value : m_parameters.values(parameter))
                    value *= float(moduleOf(parameter.name) == module ? scale : kNearlyZero);
    }

private:
    ParameterSet& m_parameters;
    std::vector<float> m_original;
    std::vector<std::string> m_modules;
};

/// What the header calls share and standard error, of one kind of arithmetic.
struct Share {
    double share = 0.0;
    double error = 0.0;
    double effect = 0.0;  // root mean square of t

    bool known() const { return kErrors * error <= kHalf; }
    bool right() const { return std::abs(share - 1.0) <= kHalf; }
};

Share shareOf(const ServedComparison& none, const ServedComparison& with, bool answers) {
    double st = 0.0, tt = 0.0, ss = 0.0, count = 0.0;
    for (size_t i = 0; i < with.trained.size(); ++i) {
        if (bool(with.answers[i]) != answers)
            continue;
        const double t = with.trained[i] - none.trained[i], s = with.served[i] - none.served[i];
        st += s * t;
        tt += t * t;
        ss += s * s;
        count += 1.0;
    }
    if (tt == 0.0)
        return {.share = 0.0, .error = std::numeric_limits<double>::infinity()};
    const double residual = std::max(0.0, ss - st * st / tt);
    // Every token was asked twice, once of a drawn label.
    const double independent = std::max(1.0, count / 2.0 / kDependence);
    return {.share = st / tt,
            .error = std::sqrt(residual / tt / independent),
            .effect = std::sqrt(tt / count)};
}

class Prover {
public:
    Prover(engine::Backend& backend, engine::Model& served, TrainableModel& trained,
           const std::vector<std::vector<int32_t>>& texts)
        : m_backend(backend), m_served(served), m_trained(trained), m_texts(texts) {}

    core::Result<AdapterProof> prove() {
        CORE_ASSIGN(const ServedComparison base, compare(nullptr, Policy::Base));
        CORE_ASSIGN(const auto adapter, load());
        CORE_TRY(checkBaseBits(*adapter));
        CORE_ASSIGN(const ServedComparison whole, compare(adapter.get(), Policy::Trained));
        m_exact = base.disagreement <= base.bound();
        AdapterProof proof{.tokens = base.tokens(),
                           .base = base.disagreement,
                           .disagreement = whole.disagreement,
                           .bound = boundOf(whole)};
        CORE_TRY(checkBound(whole, "the adapter"));
        ScaledModules modules(m_trained);
        modules.only("", 0.0);
        CORE_ASSIGN(const ServedComparison none, compareTrained());
        for (const std::string& module : modules.modules()) {
            CORE_ASSIGN(ProvenModule proven, proveModule(modules, module, none));
            proof.modules.push_back(std::move(proven));
        }
        return proof;
    }

private:
    core::Result<std::shared_ptr<const engine::Adapter>> load() {
        CORE_ASSIGN(const auto weights,
                    engine::parseSafetensors(serializeAdapter(m_trained), "the trained adapter"));
        return engine::loadAdapter(m_backend, m_served, m_trained.adapterConfig("base"), *weights);
    }

    core::Result<ServedComparison> compareTrained() {
        CORE_ASSIGN(const auto adapter, load());
        return compare(adapter.get(), Policy::Trained);
    }

    core::Result<ServedComparison> compare(const engine::Adapter* adapter, Policy policy) {
        return compareServed(m_backend, m_served, adapter, m_trained, policy, m_texts);
    }

    double boundOf(const ServedComparison& comparison) const {
        return m_exact ? comparison.bound() : std::numeric_limits<double>::infinity();
    }
    core::Status checkBound(const ServedComparison& comparison, const std::string& what) const {
        if (comparison.disagreement <= boundOf(comparison))
            return {};
        return refuse("with " + what + ", log-probabilities of serving and training differ by " +
                      number(comparison.disagreement) + ", more than " +
                      number(boundOf(comparison)));
    }

    core::Result<ProvenModule> proveModule(ScaledModules& modules, const std::string& module,
                                           const ServedComparison& none) {
        ProvenModule proven{.module = module};
        for (const double scale : kScales) {
            modules.only(module, scale);
            CORE_ASSIGN(const ServedComparison with, compareTrained());
            if (scale == 1.0)
                CORE_TRY(checkBound(with, module + " alone"));
            const Share prompts = shareOf(none, with, false), answers = shareOf(none, with, true);
            proven.effect = std::max(prompts.effect, answers.effect);
            proven.prompts = prompts.share;
            proven.answers = answers.share;
            proven.error = std::max(prompts.error, answers.error);
            proven.scaled = scale;
            proven.told = prompts.known() && answers.known();
            for (const auto& [share, where] :
                 {std::pair{prompts, "prompts"}, std::pair{answers, "answers"}})
                if (share.known() && !share.right())
                    return refuse("serving applies " + module + " to " + where + " by " +
                                  number(share.share) + " of what training did (+- " +
                                  number(share.error) + ")");
            if (proven.told || proven.effect == 0.0)
                break;
        }
        return proven;
    }

    core::Status checkBaseBits(const engine::Adapter& adapter);

    engine::Backend& m_backend;
    engine::Model& m_served;
    TrainableModel& m_trained;
    const std::vector<std::vector<int32_t>>& m_texts;
    bool m_exact = true;  // the two agree on the base but for the order of sums
};

/// The base's logits alone, and beside the adapter in one step.
core::Status Prover::checkBaseBits(const engine::Adapter& adapter) {
    const std::vector<int32_t>& ids = m_texts.front();
    const int64_t pages = engine::KvCache::pagesFor(int64_t(ids.size()));
    engine::KvCache cache(m_backend, m_served.config(), 2 * pages, engine::DType::F32);
    std::vector<engine::StepSequence> sequences(2);
    std::vector<std::vector<int32_t>> taken(2);
    for (size_t i = 0; i < 2; ++i) {
        CORE_ASSIGN(taken[i], cache.take(pages));
        sequences[i].tokens = ids;
        sequences[i].pages = taken[i];
        sequences[i].long_context = m_served.config().needsLongRope(int64_t(ids.size()));
        sequences[i].adapter = i == 0 ? nullptr : &adapter;
    }
    const auto alone =
        engine::downloadFloats(m_backend, m_served.step(std::span(sequences).first(1), cache));
    const auto beside = engine::downloadFloats(m_backend, m_served.step(sequences, cache));
    if (std::memcmp(alone.data(), beside.data(), alone.size() * sizeof(float)) != 0)
        return refuse("the base model's logits change while the adapter is in use");
    return {};
}

}  // namespace

core::Result<AdapterProof> proveAdapter(engine::Backend& backend, engine::Model& served,
                                        TrainableModel& trained,
                                        const std::vector<std::vector<int32_t>>& texts) {
    const SingleOperands f32(trained);
    return Prover(backend, served, trained, texts).prove();
}

std::vector<std::string> proofText(const AdapterProof& proof) {
    std::string whole = "Proof: log-probabilities of " + std::to_string(proof.tokens) +
                        " tokens by serving and by training differ by at most " +
                        number(proof.disagreement);
    whole +=
        std::isfinite(proof.bound) ? " (allowed " + number(proof.bound) + "; " : " (packed base; ";
    whole += number(proof.base) + " without the adapter); the base keeps its bits beside it";
    std::string modules = "Proof by module, share that serving applies to prompts and answers:";
    for (const ProvenModule& module : proof.modules) {
        modules += (&module == &proof.modules.front() ? " " : "; ") + module.module;
        if (module.effect == 0.0)
            modules += " changes nothing";
        else if (!module.told)
            modules += " too small to tell";
        else
            modules += " " + number(100.0 * module.prompts) + " and " +
                       number(100.0 * module.answers) + " % +- " + number(100.0 * module.error);
    }
    return {std::move(whole), std::move(modules)};
}

}  // namespace hearth::finetune

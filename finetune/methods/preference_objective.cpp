#include "finetune/methods/preference_objective.h"

#include <algorithm>

#include "finetune/methods/training_data.h"

namespace hearth::finetune {

namespace {

struct PairTotals {
    double loss = 0.0;
    double margin = 0.0;
    double right = 0.0;
    double reward_chosen = 0.0;
    double reward_rejected = 0.0;
    PairLogProbabilities policy;

    void add(const PreferenceLoss& pair, const PairLogProbabilities& sums) {
        loss += pair.loss;
        margin += pair.margin();
        right += pair.margin() > 0.0 ? 1.0 : 0.0;
        reward_chosen += pair.reward_chosen;
        reward_rejected += pair.reward_rejected;
        policy.chosen += sums.chosen;
        policy.rejected += sums.rejected;
    }
    Metrics metrics() const {
        return {{"reward_accuracy", right},       {"reward_margin", margin},
                {"reward_chosen", reward_chosen}, {"reward_rejected", reward_rejected},
                {"logp_chosen", policy.chosen},   {"logp_rejected", policy.rejected}};
    }
};

Metrics divided(Metrics metrics, int64_t pairs) {
    for (auto& [name, value] : metrics)
        value /= double(pairs);
    return metrics;
}

/// Held-out pairs of an evaluation.
struct PreferenceSet {
    std::string name;
    bool at_intervals = false;
    TokenizedDataset data;
    std::unique_ptr<PreferencePairs> pairs;
};

core::Status checkFit(const PreferencePairs& pairs, const std::string& label, int64_t batchTokens) {
    const std::vector<int64_t> lengths = pairs.lengths();
    const auto longest = std::max_element(lengths.begin(), lengths.end());
    if (longest == lengths.end() || *longest <= batchTokens)
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       "a pair has " + std::to_string(*longest) +
                           " tokens in both answers together, more than "
                           "hyperparameters.batch_tokens " +
                           std::to_string(batchTokens),
                       label};
}

class PreferenceObjective : public Objective {
public:
    PreferenceObjective(const JobContext& context, TrainableModel& model,
                        const TokenizedDataset& dataset)
        : m_context(context), m_model(model), m_pairs(model, dataset) {}

    core::Status load(const engine::ChatFormat& format) {
        CORE_TRY(checkFit(m_pairs, "inputs", batchTokens()));
        for (const EvaluationSet& wanted : m_context.spec.evaluations) {
            if (wanted.kind != EvaluationKind::Loss || wanted.data.format != DataKind::Preference)
                continue;
            auto set = std::make_unique<PreferenceSet>(
                PreferenceSet{wanted.name, wanted.at_intervals, {}, nullptr});
            CORE_ASSIGN(set->data, loadDataset(m_context, wanted.data, format));
            if (wanted.max_examples > 0 &&
                int64_t(set->data.examples.size()) > 2 * wanted.max_examples)
                set->data.examples.resize(size_t(2 * wanted.max_examples));
            set->pairs = std::make_unique<PreferencePairs>(m_model, set->data);
            CORE_TRY(checkFit(*set->pairs, wanted.data.path, batchTokens()));
            m_sets.push_back(std::move(set));
        }
        return {};
    }

    std::vector<int64_t> lengths() const override { return m_pairs.lengths(); }
    int64_t units(const BatchPlan& plan) const override { return int64_t(plan.size()); }

    void prepare() override {
        if (m_model.options().part == TrainedPart::Lora)
            return;
        m_pairs.rememberAll(batchTokens());
        for (const auto& set : m_sets)
            set->pairs->rememberAll(batchTokens());
    }

    core::Result<ObjectiveSums> accumulate(const BatchPlan& plan, int64_t windowUnits) override {
        const PackedBatch batch = m_pairs.batch(plan);
        const auto reference = m_pairs.reference(plan);
        PairTotals totals;
        const LossSums sums = m_model.accumulateLoss(
            batch,
            [&](std::span<const double> logProbabilities) {
                return derivatives(batch, logProbabilities, reference, windowUnits, totals);
            },
            double(plan.size()) / double(windowUnits));
        Metrics metrics = totals.metrics();
        addBalanceLoss(m_model, sums, int64_t(plan.size()), metrics);
        return ObjectiveSums{.loss = totals.loss,
                             .units = int64_t(plan.size()),
                             .labels = sums.labels,
                             .correct = sums.correct,
                             .tokens = batch.tokens(),
                             .metrics = std::move(metrics)};
    }

    core::Status evaluate(EvaluationPhase phase, int64_t step, Metrics& metrics) override {
        for (const auto& set : m_sets)
            if (phase != EvaluationPhase::During || set->at_intervals)
                evaluate(*set, phase, step, metrics);
        return {};
    }

private:
    int64_t batchTokens() const { return m_context.spec.hyperparameters.batch_tokens; }
    double beta() const { return m_context.spec.hyperparameters.dpo.beta; }

    std::vector<float> derivatives(const PackedBatch& batch,
                                   std::span<const double> logProbabilities,
                                   const std::vector<PairLogProbabilities>& reference,
                                   int64_t windowUnits, PairTotals& totals) const {
        const auto policy = pairSums(batch, logProbabilities);
        std::vector<float> out;
        out.reserve(logProbabilities.size());
        for (size_t pair = 0; pair < policy.size(); ++pair) {
            const PreferenceLoss loss = preferenceLoss(policy[pair], reference[pair], beta());
            totals.add(loss, policy[pair]);
            for (const size_t answer : {2 * pair, 2 * pair + 1}) {
                const double d = answer % 2 == 0 ? loss.d_chosen : loss.d_rejected;
                out.insert(out.end(), size_t(batch.labelsIn(batch.segments[answer])),
                           float(d / double(windowUnits)));
            }
        }
        return out;
    }

    void evaluate(PreferenceSet& set, EvaluationPhase phase, int64_t step, Metrics& metrics) {
        PairTotals totals;
        for (const BatchPlan& plan : packInOrder(set.pairs->lengths(), batchTokens())) {
            const PackedBatch batch = set.pairs->batch(plan);
            const auto reference = set.pairs->reference(plan);
            const auto policy = pairSums(batch, m_model.logProbabilities(batch));
            for (size_t pair = 0; pair < policy.size(); ++pair)
                totals.add(preferenceLoss(policy[pair], reference[pair], beta()), policy[pair]);
        }
        const int64_t pairs = set.pairs->count();
        const Metrics means = divided(totals.metrics(), pairs);
        m_context.sink.emit(EvaluationEvent{.name = set.name,
                                            .phase = phase,
                                            .step = step,
                                            .unit = EvaluationUnit::Pairs,
                                            .n = pairs,
                                            .loss = totals.loss / double(pairs),
                                            .accuracy = means.front().second,
                                            .metrics = means});
        if (phase == EvaluationPhase::During) {
            metrics.emplace_back(set.name, totals.loss / double(pairs));
            return;
        }
        const std::string suffix = phase == EvaluationPhase::Before ? "_before" : "_after";
        metrics.emplace_back(set.name + "_loss" + suffix, totals.loss / double(pairs));
        for (const auto& [name, value] : means)
            metrics.emplace_back(set.name + "_" + name + suffix, value);
    }

    const JobContext& m_context;
    TrainableModel& m_model;
    PreferencePairs m_pairs;
    std::vector<std::unique_ptr<PreferenceSet>> m_sets;  // pairs refer to data
};

}  // namespace

PreferencePairs::PreferencePairs(TrainableModel& model, const TokenizedDataset& dataset)
    : m_model(model), m_dataset(dataset), m_reference(dataset.examples.size() / 2) {}

std::vector<int64_t> PreferencePairs::lengths() const {
    const std::vector<int64_t> answers = exampleLengths(m_dataset);
    std::vector<int64_t> lengths;
    for (size_t i = 0; i + 1 < answers.size(); i += 2)
        lengths.push_back(answers[i] + answers[i + 1]);
    return lengths;
}

PackedBatch PreferencePairs::batch(const BatchPlan& pairs) const {
    BatchPlan answers;
    for (const int32_t pair : pairs) {
        answers.push_back(2 * pair);
        answers.push_back(2 * pair + 1);
    }
    return assembleBatch(m_dataset, answers);
}

std::vector<PairLogProbabilities> PreferencePairs::reference(const BatchPlan& pairs) {
    BatchPlan unknown;
    for (const int32_t pair : pairs)
        if (!m_reference[size_t(pair)])
            unknown.push_back(pair);
    if (!unknown.empty()) {
        const PackedBatch asked = batch(unknown);
        const bool adapted = m_model.options().part == TrainedPart::Lora;
        const auto sums = pairSums(
            asked, m_model.logProbabilities(asked, adapted ? Policy::Base : Policy::Trained));
        for (size_t i = 0; i < unknown.size(); ++i)
            m_reference[size_t(unknown[i])] = sums[i];
    }
    std::vector<PairLogProbabilities> known;
    for (const int32_t pair : pairs)
        known.push_back(*m_reference[size_t(pair)]);
    return known;
}

void PreferencePairs::rememberAll(int64_t batchTokens) {
    for (const BatchPlan& plan : packInOrder(lengths(), batchTokens))
        reference(plan);
}

std::vector<PairLogProbabilities> pairSums(const PackedBatch& batch,
                                           std::span<const double> logProbabilities) {
    std::vector<PairLogProbabilities> pairs(batch.segments.size() / 2);
    size_t next = 0;
    for (size_t answer = 0; answer < batch.segments.size(); ++answer) {
        double& sum = answer % 2 == 0 ? pairs[answer / 2].chosen : pairs[answer / 2].rejected;
        for (int64_t i = batch.labelsIn(batch.segments[answer]); i > 0; --i)
            sum += logProbabilities[next++];
    }
    return pairs;
}

core::Result<std::unique_ptr<Objective>> preferenceObjective(const JobContext& context,
                                                             const engine::ChatFormat& format,
                                                             TrainableModel& model,
                                                             const TokenizedDataset& dataset) {
    auto objective = std::make_unique<PreferenceObjective>(context, model, dataset);
    CORE_TRY(objective->load(format));
    return std::unique_ptr<Objective>(std::move(objective));
}

}  // namespace hearth::finetune

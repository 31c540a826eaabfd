#include "finetune/rl/policy_objective.h"

#include <algorithm>
#include <map>

#include "finetune/jobs/job_files.h"
#include "finetune/rl/answer_batch.h"
#include "finetune/rl/answer_sampler.h"
#include "finetune/rl/policy_loss.h"

namespace hearth::finetune {

namespace {

constexpr int64_t kBatchesWithoutSpread = 10;  // until that is said

PolicyLossOptions lossOptions(const PolicySettings& settings) {
    return {.kind = settings.loss,
            .clip_low = settings.clip_low,
            .clip_high = settings.clip_high,
            .beta = settings.beta,
            .max_tokens = settings.max_completion_tokens};
}

class PolicyObjective : public Objective {
public:
    PolicyObjective(const JobContext& context, const engine::ChatFormat& format,
                    TrainableModel& model, const TokenizedDataset& dataset)
        : m_context(context),
          m_settings(context.spec.hyperparameters.policy),
          m_model(model),
          m_dataset(dataset),
          m_sampler(context, format, model, dataset) {}

    core::Status load() {
        CORE_TRY(m_sampler.load());
        return checkFit();
    }

    std::vector<int64_t> lengths() const override {
        std::vector<int64_t> lengths;
        for (const TokenizedExample& prompt : m_dataset.examples)
            lengths.push_back(m_settings.group_size *
                              (int64_t(prompt.ids.size()) + m_settings.max_completion_tokens));
        return lengths;
    }
    int64_t units(const BatchPlan& plan) const override { return int64_t(plan.size()); }
    int64_t updates() const override { return m_settings.num_iterations; }
    void seek(int64_t batch, int64_t update) override {
        m_batch = batch;
        m_update = update;
    }

    core::Result<ObjectiveSums> accumulate(const BatchPlan& plan, int64_t windowUnits) override {
        if (m_update == 0) {
            m_rounds.erase(
                m_rounds.begin(),
                m_rounds.lower_bound(m_batch - m_context.spec.hyperparameters.accumulation + 1));
            CORE_ASSIGN(auto groups, m_sampler.sample(plan, m_batch));
            watchSpread(groups);
            m_rounds[m_batch] = begin(std::move(groups));
        }
        return learn(m_rounds.at(m_batch), double(plan.size()) / double(windowUnits));
    }

    core::Status evaluate(EvaluationPhase phase, int64_t step, Metrics& metrics) override;

private:
    /// A batch's answers, for all steps that are taken on them.
    struct Round {
        std::vector<AnswerGroup> groups;
        PackedBatch batch;
        std::vector<double> reference;  // empty: beta is 0
        std::vector<double> old;        // of the policy that answered; empty before the first step
    };

    core::Status checkFit() const {
        const std::vector<int64_t> all = lengths();
        const int64_t longest = *std::ranges::max_element(all);
        const int64_t batchTokens = m_context.spec.hyperparameters.batch_tokens;
        if (longest <= batchTokens)
            return {};
        return core::Error{core::ErrorCode::InvalidArgument,
                           "a group of " + std::to_string(m_settings.group_size) +
                               " answers may take " + std::to_string(longest) +
                               " tokens with its prompts, more than "
                               "hyperparameters.batch_tokens " +
                               std::to_string(batchTokens) +
                               "; raise that, or lower policy.group_size or "
                               "policy.max_completion_tokens",
                           "hyperparameters.batch_tokens"};
    }

    /// Says after a while that nothing is learned, and again ever more rarely.
    void watchSpread(const std::vector<AnswerGroup>& groups) {
        const bool alike = std::ranges::all_of(groups, &AnswerGroup::allAlike);
        m_alike = alike ? m_alike + 1 : 0;
        if (m_alike != m_nextWarning)
            return;
        m_nextWarning *= 10;
        m_context.sink.emit(LogEvent{
            .level = "warn",
            .message = "In " + std::to_string(m_alike) +
                       " batches one after the other, all answers to a prompt got the same reward, "
                       "so nothing was learned. Tune the model by examples first, give partial "
                       "rewards (multi), or raise policy.group_size."});
    }

    Round begin(std::vector<AnswerGroup> groups) {
        Round round{.groups = std::move(groups), .batch = {}, .reference = {}, .old = {}};
        round.batch = answerBatch(round.groups, m_dataset, m_settings.replay_routing);
        if (m_settings.beta > 0.0)
            round.reference = m_model.logProbabilities(round.batch, Policy::Base);
        return round;
    }

    ObjectiveSums learn(Round& round, double share) {
        PolicyLoss loss;
        Disagreement disagreement;
        const auto derivativesOf = [&](std::span<const double> policy) {
            // At the first step the policy is the one that answered.
            if (round.old.empty())
                round.old.assign(policy.begin(), policy.end());
            loss = lossOf(round, policy, disagreement);
            std::vector<float> derivatives;
            for (const double derivative : loss.derivatives)
                derivatives.push_back(float(derivative * share));
            return derivatives;
        };
        const LossSums sums = m_model.accumulateLoss(round.batch, derivativesOf, share);
        const double prompts = double(round.groups.size());
        Metrics metrics = policyMetrics(round.groups, loss, disagreement);
        addBalanceLoss(m_model, sums, int64_t(round.groups.size()), metrics);
        return {.loss = loss.loss * prompts,
                .units = int64_t(round.groups.size()),
                .labels = sums.labels,
                .correct = sums.correct,
                .tokens = round.batch.tokens(),
                .metrics = std::move(metrics)};
    }

    PolicyLoss lossOf(const Round& round, std::span<const double> policy,
                      Disagreement& disagreement) const {
        const auto policies = byAnswer(round.batch, policy),
                   olds = byAnswer(round.batch, round.old),
                   references = byAnswer(round.batch, round.reference);
        std::vector<GradedAnswer> answers;
        for (const AnswerGroup& group : round.groups) {
            const auto advantages = groupAdvantages(group.rewards, m_settings.loss);
            for (size_t i = 0; i < group.rollouts.size(); ++i) {
                const Rollout& rollout = group.rollouts[i];
                const size_t place = answers.size();
                answers.push_back(
                    {.advantage = advantages[i],
                     .counts = m_settings.loss != PolicyLossKind::Dapo || !rollout.truncated,
                     .policy = policies[place],
                     .old = olds[place],
                     .reference = references[place],
                     .rollout = rollout.logps});
                for (size_t t = 0; t < rollout.logps.size(); ++t)
                    disagreement.add(olds[place][t], rollout.logps[t]);
            }
        }
        return policyLoss(answers, lossOptions(m_settings));
    }

    const JobContext& m_context;
    const PolicySettings& m_settings;
    TrainableModel& m_model;
    const TokenizedDataset& m_dataset;
    AnswerSampler m_sampler;
    int64_t m_batch = 0;
    int64_t m_update = 0;               // steps that were taken on this batch before
    std::map<int64_t, Round> m_rounds;  // of the batches of a step, by their places
    int64_t m_alike = 0;                // batches in a row without a spread of rewards
    int64_t m_nextWarning = kBatchesWithoutSpread;
};

core::Status PolicyObjective::evaluate(EvaluationPhase phase, int64_t step, Metrics& metrics) {
    for (const EvaluationSet& set : m_context.spec.evaluations) {
        if (set.data.format != DataKind::Prompt || set.kind != EvaluationKind::Loss ||
            (phase == EvaluationPhase::During && !set.at_intervals))
            continue;
        CORE_ASSIGN(const std::string text, readDataset(set.data, m_context.keys));
        CORE_ASSIGN(auto prompts, readPromptDataset(text, set.data.path));
        if (set.max_examples > 0 && int64_t(prompts.size()) > set.max_examples)
            prompts.resize(size_t(set.max_examples));
        CORE_ASSIGN(const double reward, m_sampler.greedyReward(prompts));
        m_context.sink.emit(EvaluationEvent{.name = set.name,
                                            .phase = phase,
                                            .step = step,
                                            .unit = EvaluationUnit::Prompts,
                                            .n = int64_t(prompts.size()),
                                            .accuracy = reward,
                                            .metrics = {{"reward", reward}}});
        if (phase == EvaluationPhase::During)
            metrics.emplace_back(set.name, -reward);
        else
            metrics.emplace_back(
                set.name + (phase == EvaluationPhase::Before ? "_reward_before" : "_reward_after"),
                reward);
    }
    return {};
}

}  // namespace

core::Result<std::unique_ptr<Objective>> policyObjective(const JobContext& context,
                                                         const engine::ChatFormat& format,
                                                         TrainableModel& model,
                                                         const TokenizedDataset& dataset) {
    auto objective = std::make_unique<PolicyObjective>(context, format, model, dataset);
    CORE_TRY(objective->load());
    return std::unique_ptr<Objective>(std::move(objective));
}

}  // namespace hearth::finetune

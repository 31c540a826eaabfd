#include "finetune/rl/policy_loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hearth::finetune {

namespace {

constexpr double kLeastDeviation = 1e-4;

double meanOf(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// What a token's loss counts in the whole.
class TokenShare {
public:
    TokenShare(std::span<const GradedAnswer> answers, const PolicyLossOptions& options)
        : m_options(options) {
        for (const GradedAnswer& answer : answers) {
            m_answers += answer.counts ? 1.0 : 0.0;
            m_tokens += answer.counts ? double(answer.policy.size()) : 0.0;
        }
    }
    double of(const GradedAnswer& answer) const {
        switch (m_options.kind) {
            case PolicyLossKind::DrGrpo:
                return 1.0 / (m_answers * double(m_options.max_tokens));
            case PolicyLossKind::Dapo:
                return 1.0 / m_tokens;
            case PolicyLossKind::Grpo:
            case PolicyLossKind::Gspo:
                break;
        }
        return 1.0 / (m_answers * double(answer.policy.size()));
    }

private:
    const PolicyLossOptions& m_options;
    double m_answers = 0.0;
    double m_tokens = 0.0;
};

/// -min(r A, clip(r) A) and its derivative by log r.
struct Surrogate {
    double loss = 0.0;
    double derivative = 0.0;
    bool clipped = false;
};

Surrogate surrogate(double logRatio, double advantage, const PolicyLossOptions& options) {
    const double ratio = std::exp(logRatio);
    const double held = std::clamp(ratio, 1.0 - options.clip_low, 1.0 + options.clip_high);
    if (held * advantage < ratio * advantage)
        return {.loss = -held * advantage, .derivative = 0.0, .clipped = true};
    return {.loss = -ratio * advantage, .derivative = -ratio * advantage, .clipped = false};
}

double importanceWeight(const GradedAnswer& answer, size_t token,
                        const PolicyLossOptions& options) {
    if (answer.rollout.empty())
        return 1.0;
    return std::min(std::exp(answer.old[token] - answer.rollout[token]), options.max_weight);
}

class AnswerLoss {
public:
    AnswerLoss(const GradedAnswer& answer, const PolicyLossOptions& options, double share)
        : m_answer(answer), m_options(options), m_share(share) {}

    void addTo(PolicyLoss& total) const {
        const size_t tokens = m_answer.policy.size();
        std::vector<double> derivatives(tokens, 0.0);
        double sequenceDerivative = 0.0;
        const double mean = meanLogRatio();
        for (size_t t = 0; t < tokens; ++t) {
            const bool whole = m_options.kind == PolicyLossKind::Gspo;
            const Surrogate s =
                surrogate(whole ? mean : logRatio(t), m_answer.advantage, m_options);
            const double weight = m_share * importanceWeight(m_answer, t, m_options);
            total.loss += weight * s.loss;
            total.clipped += s.clipped ? 1 : 0;
            (whole ? sequenceDerivative : derivatives[t]) += weight * s.derivative;
            addDivergence(t, weight, total, derivatives[t]);
        }
        for (double& derivative : derivatives)
            derivative += sequenceDerivative / double(tokens);
        total.tokens += int64_t(tokens);
        total.derivatives.insert(total.derivatives.end(), derivatives.begin(), derivatives.end());
    }

private:
    double logRatio(size_t t) const { return m_answer.policy[t] - m_answer.old[t]; }
    double meanLogRatio() const {
        double sum = 0.0;
        for (size_t t = 0; t < m_answer.policy.size(); ++t)
            sum += logRatio(t);
        return sum / double(std::max<size_t>(1, m_answer.policy.size()));
    }
    void addDivergence(size_t t, double weight, PolicyLoss& total, double& derivative) const {
        if (m_answer.reference.empty())
            return;
        const double d = m_answer.reference[t] - m_answer.policy[t];
        const double divergence = std::exp(d) - d - 1.0;
        total.divergence += divergence;
        total.loss += weight * m_options.beta * divergence;
        derivative += weight * m_options.beta * (1.0 - std::exp(d));
    }

    const GradedAnswer& m_answer;
    const PolicyLossOptions& m_options;
    double m_share;
};

}  // namespace

PolicyLoss policyLoss(std::span<const GradedAnswer> answers, const PolicyLossOptions& options) {
    const TokenShare share(answers, options);
    PolicyLoss total;
    for (const GradedAnswer& answer : answers) {
        CORE_ASSERT(answer.old.size() == answer.policy.size());
        if (answer.counts && !answer.policy.empty())
            AnswerLoss(answer, options, share.of(answer)).addTo(total);
        else
            total.derivatives.resize(total.derivatives.size() + answer.policy.size(), 0.0);
    }
    return total;
}

std::vector<double> groupAdvantages(std::span<const double> rewards, PolicyLossKind kind) {
    const double mean = meanOf(rewards);
    double squares = 0.0;
    for (const double reward : rewards)
        squares += (reward - mean) * (reward - mean);
    const double deviation =
        rewards.size() > 1 ? std::sqrt(squares / double(rewards.size() - 1)) : 0.0;
    const double divisor = kind == PolicyLossKind::DrGrpo ? 1.0 : deviation + kLeastDeviation;
    std::vector<double> advantages;
    for (const double reward : rewards)
        advantages.push_back((reward - mean) / divisor);
    return advantages;
}

}  // namespace hearth::finetune

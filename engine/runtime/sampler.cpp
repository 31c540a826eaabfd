#include "engine/runtime/sampler.h"

#include <algorithm>
#include <cmath>

#include "engine/runtime/random.h"

namespace hearth::engine {
namespace {

using Candidate = std::pair<float, int32_t>;  // logit, token

/// Better candidates first; equal logits by the lower token id.
bool better(const Candidate& a, const Candidate& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
}

core::Status checkRange(const char* name, double value, double low, double high) {
    if (value >= low && value <= high)  // false for NaN
        return {};
    auto text = [](double v) {
        std::string s = std::to_string(v);
        s.erase(s.find_last_not_of('0') + 1);
        return s.back() == '.' ? s.substr(0, s.size() - 1) : s;
    };
    return core::Error{core::ErrorCode::InvalidArgument,
                       std::string(name) + " must be between " + text(low) + " and " + text(high),
                       name};
}

double logSumExp(std::span<const float> logits) {
    const float top = *std::max_element(logits.begin(), logits.end());
    double sum = 0.0;
    for (float logit : logits)
        sum += std::exp(double(logit) - top);
    return top + std::log(sum);
}

/// Sorts just enough of the candidates for their probabilities to reach topP; drops the rest.
void keepTopP(std::vector<Candidate>& candidates, double topP) {
    const float top = std::max_element(candidates.begin(), candidates.end(), [](auto& a, auto& b) {
                          return a.first < b.first;
                      })->first;
    double total = 0.0;
    for (const auto& [logit, token] : candidates)
        total += std::exp(double(logit) - top);
    double mass = 0.0;
    size_t kept = 0;
    for (size_t sorted = 0, chunk = 64; kept < candidates.size(); chunk *= 4) {
        const size_t end = std::min(candidates.size(), sorted + chunk);
        std::partial_sort(candidates.begin() + sorted, candidates.begin() + end, candidates.end(),
                          better);
        for (; kept < end; ++kept) {
            if (mass >= topP * total && kept > 0) {
                candidates.resize(kept);
                return;
            }
            mass += std::exp(double(candidates[kept].first) - top);
        }
        sorted = end;
    }
}

}  // namespace

core::Status checkSamplingParams(const SamplingParams& p, int64_t vocabSize) {
    CORE_TRY(checkRange("temperature", p.temperature, 0, 2));
    CORE_TRY(checkRange("top_p", p.top_p, 1e-6, 1));
    CORE_TRY(checkRange("top_k", p.top_k, 0, 1e9));
    CORE_TRY(checkRange("min_p", p.min_p, 0, 1));
    CORE_TRY(checkRange("presence_penalty", p.presence_penalty, -2, 2));
    CORE_TRY(checkRange("frequency_penalty", p.frequency_penalty, -2, 2));
    CORE_TRY(checkRange("repetition_penalty", p.repetition_penalty, 1e-3, 10));
    CORE_TRY(checkRange("top_logprobs", p.top_logprobs, -1, 20));
    for (const auto& [token, bias] : p.logit_bias) {
        if (token < 0 || token >= vocabSize)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "logit_bias names token " + std::to_string(token) +
                                   ", but the vocabulary has " + std::to_string(vocabSize),
                               "logit_bias"};
        CORE_TRY(checkRange("logit_bias", bias, -100, 100));
    }
    return {};
}

SampledToken describeToken(std::span<const float> logits, int32_t id, int32_t topLogprobs) {
    SampledToken result{.id = id};
    if (topLogprobs < 0)
        return result;
    const double norm = logSumExp(logits);
    result.logprob = float(logits[size_t(id)] - norm);
    if (topLogprobs == 0)
        return result;
    std::vector<Candidate> all;
    all.reserve(logits.size());
    for (size_t i = 0; i < logits.size(); ++i)
        all.emplace_back(logits[i], int32_t(i));
    const size_t count = std::min(all.size(), size_t(topLogprobs));
    std::partial_sort(all.begin(), all.begin() + count, all.end(), better);
    for (size_t i = 0; i < count; ++i)
        result.top.push_back({all[i].second, float(all[i].first - norm)});
    return result;
}

Sampler::Sampler(SamplingParams params, std::span<const int32_t> prompt)
    : m_params(std::move(params)) {
    if (m_params.repetition_penalty != 1.0f)
        for (int32_t id : prompt)
            ++m_seen[id];
}

SampledToken Sampler::sample(std::span<const float> logits, int64_t position) {
    const int32_t id = choose(logits, position);
    if (m_params.presence_penalty != 0.0f || m_params.frequency_penalty != 0.0f)
        ++m_generated[id];
    if (m_params.repetition_penalty != 1.0f)
        ++m_seen[id];
    return describeToken(logits, id, m_params.top_logprobs);
}

int32_t Sampler::choose(std::span<const float> logits, int64_t position) {
    const bool adjusted = !m_params.logit_bias.empty() || m_params.repetition_penalty != 1.0f ||
                          m_params.presence_penalty != 0.0f || m_params.frequency_penalty != 0.0f;
    if (adjusted) {
        m_adjusted.assign(logits.begin(), logits.end());
        applyPenalties(m_adjusted);
        logits = m_adjusted;
    }
    if (m_params.temperature == 0.0f || m_params.top_k == 1)
        return int32_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
    return draw(logits, uniformAt(m_params.seed, uint64_t(position)));
}

void Sampler::applyPenalties(std::span<float> logits) const {
    for (const auto& [token, bias] : m_params.logit_bias)
        logits[size_t(token)] += bias;
    if (m_params.repetition_penalty != 1.0f) {
        for (const auto& [token, count] : m_seen) {
            float& logit = logits[size_t(token)];
            logit = logit > 0 ? logit / m_params.repetition_penalty
                              : logit * m_params.repetition_penalty;
        }
    }
    for (const auto& [token, count] : m_generated)
        logits[size_t(token)] -=
            m_params.presence_penalty + m_params.frequency_penalty * float(count);
}

int32_t Sampler::draw(std::span<const float> logits, double uniform) {
    m_candidates.clear();
    for (size_t i = 0; i < logits.size(); ++i)
        m_candidates.emplace_back(logits[i] / m_params.temperature, int32_t(i));
    if (m_params.top_k > 0 && size_t(m_params.top_k) < m_candidates.size()) {
        std::nth_element(m_candidates.begin(), m_candidates.begin() + (m_params.top_k - 1),
                         m_candidates.end(), better);
        m_candidates.resize(size_t(m_params.top_k));
    }
    if (m_params.top_p < 1.0f)
        keepTopP(m_candidates, m_params.top_p);
    const float top =
        std::max_element(m_candidates.begin(), m_candidates.end(), [](auto& a, auto& b) {
            return a.first < b.first;
        })->first;
    if (m_params.min_p > 0.0f)
        std::erase_if(m_candidates, [&](const Candidate& c) {
            return std::exp(double(c.first) - top) < m_params.min_p;
        });
    // Token order makes the draw independent of how the candidates were selected.
    std::sort(m_candidates.begin(), m_candidates.end(),
              [](auto& a, auto& b) { return a.second < b.second; });
    double total = 0.0;
    for (const auto& [logit, token] : m_candidates)
        total += std::exp(double(logit) - top);
    double target = uniform * total;
    for (const auto& [logit, token] : m_candidates) {
        target -= std::exp(double(logit) - top);
        if (target < 0)
            return token;
    }
    return m_candidates.back().second;
}

}  // namespace hearth::engine

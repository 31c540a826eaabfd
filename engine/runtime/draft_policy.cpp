#include "engine/runtime/draft_policy.h"

namespace hearth::engine {
namespace {

// About the last ten drafts count.
constexpr double kLearning = 0.1;
// Drafts refused by the cost before one is tried: at worst one row in 32 for nothing.
constexpr int64_t kProbeEvery = 32;

}  // namespace

int64_t DraftPolicy::length(const DraftCost& cost) {
    int64_t best = 0;
    double bestRate = cost.sequences;  // tokens in the time of a step without drafts
    double tokens = cost.sequences;
    double chance = 1.0;
    for (int64_t count = 1; count <= kMaxDrafts; ++count) {
        chance *= m_acceptance;
        tokens += chance;
        const double rate = tokens / (1.0 + double(count) * cost.per_row);
        if (rate > bestRate) {
            bestRate = rate;
            best = count;
        }
    }
    if (best > 0)
        return best;
    m_refusals = (m_refusals + 1) % kProbeEvery;
    return m_refusals == 0 ? 1 : 0;
}

void DraftPolicy::record(int64_t drafted, int64_t accepted) {
    for (int64_t i = 0; i < accepted; ++i)
        m_acceptance += kLearning * (1.0 - m_acceptance);
    if (accepted < drafted)
        m_acceptance -= kLearning * m_acceptance;
}

}  // namespace hearth::engine

#include "engine/runtime/draft_policy.h"

#include <algorithm>

namespace hearth::engine {
namespace {

// Choices until one more is tried than pays: at worst one row in 32 for nothing.
constexpr int64_t kProbeEvery = 32;

}  // namespace

DraftPolicy::Known& DraftPolicy::at(int64_t draft) {
    return m_known[size_t(std::min(draft, m_depths - 1))];
}

void DraftPolicy::learn(Known& known, double outcome) const {
    known.acceptance += std::max(m_learning, 1.0 / known.drafts) * (outcome - known.acceptance);
    known.drafts += 1.0;
}

DraftChoice DraftPolicy::best(const DraftCost& cost, int64_t most) const {
    DraftChoice best{.count = 0, .rate = cost.sequences};
    double tokens = cost.sequences;
    double chance = 1.0;
    for (int64_t count = 1; count <= std::min(most, kMaxDrafts); ++count) {
        chance *= m_known[size_t(std::min(count, m_depths) - 1)].acceptance;
        tokens += chance;
        const double rate = tokens / (1.0 + double(count) * (cost.per_row + cost.per_draft));
        if (rate > best.rate)
            best = {.count = count, .rate = rate};
    }
    return best;
}

bool DraftPolicy::probe() {
    m_choices = (m_choices + 1) % kProbeEvery;
    return m_choices == 0;
}

void DraftPolicy::record(int64_t drafted, int64_t accepted) {
    for (int64_t i = 0; i < accepted; ++i)
        learn(at(i), 1.0);
    if (accepted < drafted)
        learn(at(accepted), 0.0);
}

}  // namespace hearth::engine

// How many tokens to draft, by what drafts gained so far. It decides about time only: the
// target samples every token itself, so an answer's bits are the same whatever is drafted.
#pragma once
#include <cstdint>

namespace hearth::engine {

/// Off; while it pays, by what was measured; or whenever there is something to draft.
enum class Speculation : uint8_t { Off, Measured, Always };

/// What a step costs that decodes `sequences` sequences.
struct DraftCost {
    double sequences = 1.0;
    double per_row = 0.25;  // one more token, in units of the whole step
};

/// Of one sequence and one way of drafting.
class DraftPolicy {
public:
    static constexpr int64_t kMaxDrafts = 15;

    /// The number of drafts for which a step gives the most tokens a second, when each is accepted
    /// as often as the last ones were and only after those before it; 0: none pays. Then one
    /// draft is tried now and then all the same, since a text may begin to repeat itself.
    int64_t length(const DraftCost& cost);
    void record(int64_t drafted, int64_t accepted);
    double acceptance() const { return m_acceptance; }

private:
    double m_acceptance = 0.6;  // of a draft whose predecessors were accepted
    int64_t m_refusals = 0;
};

}  // namespace hearth::engine

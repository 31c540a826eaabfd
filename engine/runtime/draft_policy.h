// How many tokens to draft, by what drafts gained so far. It decides about time only: the
// target samples every token itself, so an answer's bits are the same whatever is drafted.
#pragma once
#include <array>
#include <cstdint>

namespace hearth::engine {

/// Off; while it pays, by what was measured; or whenever there is something to draft.
enum class Speculation : uint8_t { Off, Measured, Always };

/// What a step costs that decodes `sequences` sequences.
struct DraftCost {
    double sequences = 1.0;
    double per_row = 0.25;   // one more token, in units of the whole step
    double per_draft = 0.0;  // making the draft of that token, likewise
};

struct DraftChoice {
    int64_t count = 0;
    double rate = 0.0;  // tokens in the time of a step without drafts
};

/// Of one sequence and one way of drafting.
class DraftPolicy {
public:
    static constexpr int64_t kMaxDrafts = 15;
    static constexpr int64_t kMaxDepths = 4;

    /// depths: how many of the first drafts of a step have an acceptance of their own; those after
    /// them share the last one's. learning: the share of the newest draft in what is known.
    /// assumed: so many drafts count as much as what is assumed before the first one.
    /// REQUIRES: 1 <= depths <= kMaxDepths.
    explicit DraftPolicy(int64_t depths = 1, double learning = 0.1, double assumed = 10.0)
        : m_depths(depths), m_learning(learning) {
        m_known.fill({.drafts = assumed});
    }

    /// The number of drafts, up to `most`, for which a step gives the most tokens a second, when
    /// each is accepted as often as the last ones were and only after those before it; 0: none
    /// pays.
    DraftChoice best(const DraftCost& cost, int64_t most = kMaxDrafts) const;
    /// True now and then: one more draft than pays is tried, since a text may begin to repeat
    /// itself.
    bool probe();
    void record(int64_t drafted, int64_t accepted);
    /// Goes on with what the other one, of as many depths, has learned.
    void learnFrom(const DraftPolicy& other) { m_known = other.m_known; }
    /// Of a step's first draft.
    double acceptance() const { return m_known.front().acceptance; }

private:
    struct Known {
        double acceptance = 0.6;  // of a draft whose predecessors were accepted
        double drafts = 0.0;      // that this stands for
    };

    Known& at(int64_t draft);
    void learn(Known& known, double outcome) const;

    int64_t m_depths;
    double m_learning;
    std::array<Known, kMaxDepths> m_known;
    int64_t m_choices = 0;
};

}  // namespace hearth::engine

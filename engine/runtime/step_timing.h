// What steps take, learned from those that ran.
#pragma once
#include <cstdint>

namespace hearth::engine {

struct StepShape {
    int64_t decode_rows = 0;   // tokens run with decode arithmetic
    int64_t prefill_rows = 0;  // prompt tokens, and answers that are replayed
};

/// A step's time is base + decode_rows * row + prefill_rows * prefill. The first two are fitted to
/// recent steps without prefill; the third is a mean over recent steps with it.
class StepTiming {
public:
    void record(const StepShape& shape, double seconds);
    /// What the multi-token-prediction module took for `drafts` drafts before a step.
    void recordDrafts(int64_t drafts, double seconds);

    /// Of a step without prefill; 0 before the first one ran.
    double decodeSeconds(double rows) const;
    /// What one more decode row adds.
    double secondsPerRow() const;
    /// What the module took for a draft; 0 before it made one.
    double secondsPerDraft() const { return m_drafts > 0.0 ? m_draftSeconds / m_drafts : 0.0; }
    /// How many prompt tokens fit into `seconds` beside `decodeRows`. Before anything is
    /// known, and when nothing fits, a few: a prompt must get on.
    int64_t prefillWithin(double seconds, int64_t decodeRows) const;

private:
    struct Fit {  // sums that fade
        double weight = 0.0, rows = 0.0, seconds = 0.0, rows_rows = 0.0, rows_seconds = 0.0;
        double rowVariance() const;
        double slope() const;
    };
    Fit m_decode;
    double m_prefillToken = 0.0;                  // seconds; 0: not known
    double m_drafts = 0.0, m_draftSeconds = 0.0;  // sums that fade
};

}  // namespace hearth::engine

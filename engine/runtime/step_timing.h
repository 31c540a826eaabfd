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
    /// A pass of the multi-token-prediction module, which makes one draft a row.
    void recordDrafts(double rows, double seconds) { m_draft.add(rows, seconds); }

    /// Of a step without prefill; 0 before the first one ran.
    double decodeSeconds(double rows) const { return m_decode.at(rows); }
    /// What one more decode row adds.
    double secondsPerRow() const { return m_decode.row(); }
    /// Of a pass of the module; 0 before the first one.
    double draftSeconds(double rows) const { return m_draft.at(rows); }
    /// How many prompt tokens fit into `seconds` beside `decodeRows`. Before anything is
    /// known, and when nothing fits, a few: a prompt must get on.
    int64_t prefillWithin(double seconds, int64_t decodeRows) const;

private:
    struct Fit {  // sums that fade
        double weight = 0.0, rows = 0.0, seconds = 0.0, rows_rows = 0.0, rows_seconds = 0.0;
        void add(double moreRows, double moreSeconds);
        /// Seconds of `rows` rows; of one more.
        double at(double rows) const;
        double row() const;

    private:
        double rowVariance() const;
        double slope() const;
    };
    Fit m_decode;
    Fit m_draft;
    double m_prefillToken = 0.0;  // seconds; 0: not known
};

}  // namespace hearth::engine

// What steps take, learned from those that ran.
#pragma once
#include <cstdint>
#include <optional>

namespace hearth::engine {

struct StepShape {
    int64_t decode_rows = 0;   // tokens run with decode arithmetic
    int64_t prefill_rows = 0;  // prompt tokens, and answers that are replayed
};

/// A step's time is base + decode_rows * row, fitted to recent steps without prefill, and where
/// there is prefill, once + prefill_rows * token more: so few prompt tokens as a step takes read
/// nearly all experts of a large model, and that costs the same for one of them as for fifty.
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
    /// How many prompt tokens fit into `seconds` beside `decodeRows`. When hardly any fit, as many
    /// as take as long as what a step with prompt tokens costs at any rate: prompts get on at half
    /// of the speed that they have alone, or better. At most twice as many as lately.
    int64_t prefillWithin(double seconds, int64_t decodeRows) const;

private:
    void recordPrefill(double rows, double seconds);
    struct Fit {             // sums that fade
        double fade = 0.98;  // about the last 50 steps count
        double weight = 0.0, rows = 0.0, seconds = 0.0, rows_rows = 0.0, rows_seconds = 0.0;
        void add(double moreRows, double moreSeconds);
        /// Seconds of `rows` rows; of one more.
        double at(double rows) const;
        double row() const;
        double meanRows() const { return rows / weight; }
        double meanSeconds() const { return seconds / weight; }
        double rowVariance() const;
        double slope() const;
    };
    Fit m_decode;
    Fit m_draft;
    // Of few steps: a prompt token's time grows with the context that it attends to.
    Fit m_prefill{.fade = 0.8};
    int64_t m_prefillSteps = 0;
    std::optional<double> m_prefillOnce;  // seconds; known when steps of different sizes ran
};

}  // namespace hearth::engine

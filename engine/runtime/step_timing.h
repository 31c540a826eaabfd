// What steps take, learned from those that ran.
#pragma once
#include <cstdint>

namespace hearth::engine {

struct StepShape {
    int64_t decode_rows = 0;    // tokens run with decode arithmetic
    int64_t prefill_rows = 0;   // prompt tokens, and answers that are replayed
    double prefill_part = 1.0;  // of the layers that those ran
};

/// A step's time is base + decode_rows * row, fitted to recent steps without prefill. What prompt
/// tokens add to it is known of the last step that had some: it depends on the context they attend
/// to, and on how many they are, since few read nearly all experts of a large model as well.
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
    /// Of a prompt token in all layers, beside decodes that run anyway; 0 before the first one.
    double promptTokenSeconds() const { return m_promptToken; }

private:
    struct Fit {             // sums that fade
        double fade = 0.98;  // about the last 50 steps count
        double weight = 0.0, rows = 0.0, seconds = 0.0, rows_rows = 0.0, rows_seconds = 0.0;
        void add(double moreRows, double moreSeconds);
        /// Seconds of `rows` rows; of one more.
        double at(double rows) const;
        double row() const;
        double rowVariance() const;
        double slope() const;
    };
    Fit m_decode;
    Fit m_draft;
    double m_promptToken = 0.0;
};

}  // namespace hearth::engine

#include "engine/runtime/step_timing.h"

#include <algorithm>

namespace hearth::engine {
namespace {

// About the last 50 steps count for decode, the last two for prefill: its time a token grows
// with the context it attends to.
constexpr double kFade = 0.98;
constexpr double kPrefillLearning = 0.5;
constexpr int64_t kLeastPrefill = 16;
// Steps that all had as many rows tell nothing of what a row costs; a quarter of a one-row step
// is between a step that only reads weights (nothing) and one that only calculates (all of it).
constexpr double kLeastVariance = 0.05;
constexpr double kAssumedRow = 0.25;

}  // namespace

double StepTiming::Fit::rowVariance() const {
    return weight > 0.0 ? rows_rows / weight - (rows / weight) * (rows / weight) : 0.0;
}

double StepTiming::Fit::slope() const {
    const double meanRows = rows / weight;
    const double covariance = rows_seconds / weight - meanRows * (seconds / weight);
    return std::clamp(covariance / rowVariance(), 0.0, seconds / rows);
}

void StepTiming::record(const StepShape& shape, double seconds) {
    if (shape.prefill_rows > 0) {
        const double own = std::max(0.0, seconds - decodeSeconds(double(shape.decode_rows)));
        const double token = own / double(shape.prefill_rows);
        m_prefillToken = m_prefillToken == 0.0
                             ? token
                             : m_prefillToken + kPrefillLearning * (token - m_prefillToken);
        return;
    }
    const double rows = double(shape.decode_rows);
    m_decode.weight = m_decode.weight * kFade + 1.0;
    m_decode.rows = m_decode.rows * kFade + rows;
    m_decode.seconds = m_decode.seconds * kFade + seconds;
    m_decode.rows_rows = m_decode.rows_rows * kFade + rows * rows;
    m_decode.rows_seconds = m_decode.rows_seconds * kFade + rows * seconds;
}

void StepTiming::recordDrafts(int64_t drafts, double seconds) {
    m_drafts = m_drafts * kFade + double(drafts);
    m_draftSeconds = m_draftSeconds * kFade + seconds;
}

double StepTiming::decodeSeconds(double rows) const {
    if (m_decode.weight == 0.0 || rows == 0.0)
        return 0.0;
    const double mean = m_decode.seconds / m_decode.weight;
    const double meanRows = m_decode.rows / m_decode.weight;
    return std::max(0.0, mean + (rows - meanRows) * secondsPerRow());
}

double StepTiming::secondsPerRow() const {
    if (m_decode.weight == 0.0)
        return 0.0;
    if (m_decode.rowVariance() >= kLeastVariance)
        return m_decode.slope();
    // mean = base + meanRows * row and row = kAssumedRow * (base + row)
    const double share = kAssumedRow / (1.0 - kAssumedRow);
    const double meanRows = m_decode.rows / m_decode.weight;
    return m_decode.seconds / m_decode.weight * share / (1.0 + meanRows * share);
}

int64_t StepTiming::prefillWithin(double seconds, int64_t decodeRows) const {
    if (m_prefillToken == 0.0)
        return kLeastPrefill;
    const double room = seconds - decodeSeconds(double(decodeRows));
    const double tokens = std::clamp(room / m_prefillToken, double(kLeastPrefill), 1e9);
    return int64_t(tokens);
}

}  // namespace hearth::engine

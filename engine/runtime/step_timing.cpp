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

void StepTiming::Fit::add(double moreRows, double moreSeconds) {
    weight = weight * kFade + 1.0;
    rows = rows * kFade + moreRows;
    seconds = seconds * kFade + moreSeconds;
    rows_rows = rows_rows * kFade + moreRows * moreRows;
    rows_seconds = rows_seconds * kFade + moreRows * moreSeconds;
}

double StepTiming::Fit::at(double wanted) const {
    if (weight == 0.0 || wanted == 0.0)
        return 0.0;
    return std::max(0.0, seconds / weight + (wanted - rows / weight) * row());
}

double StepTiming::Fit::row() const {
    if (weight == 0.0)
        return 0.0;
    if (rowVariance() >= kLeastVariance)
        return slope();
    // mean = base + meanRows * row and row = kAssumedRow * (base + row)
    const double share = kAssumedRow / (1.0 - kAssumedRow);
    return seconds / weight * share / (1.0 + rows / weight * share);
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
    m_decode.add(double(shape.decode_rows), seconds);
}

int64_t StepTiming::prefillWithin(double seconds, int64_t decodeRows) const {
    if (m_prefillToken == 0.0)
        return kLeastPrefill;
    const double room = seconds - decodeSeconds(double(decodeRows));
    const double tokens = std::clamp(room / m_prefillToken, double(kLeastPrefill), 1e9);
    return int64_t(tokens);
}

}  // namespace hearth::engine

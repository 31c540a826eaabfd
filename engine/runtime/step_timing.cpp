#include "engine/runtime/step_timing.h"

#include <algorithm>

namespace hearth::engine {
namespace {

constexpr double kLeastPrefill = 16;
// Chunks must differ by a quarter of their size before they tell what a step with prompt tokens
// costs at any rate; one step's noise moves it by less than a third.
constexpr double kLeastSpread = 0.25;
constexpr double kOnceLearning = 0.3;
// Sizes of steps that exceed their limit go up and down by this, to see whether they must: where
// a token's time has grown and sizes have shrunk, steps seem to take as long whatever they run.
constexpr double kTurn = 1.0 / 3.0;
// Of what prompt tokens take, at least so much goes with their number.
constexpr double kLeastTokenShare = 0.1;
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
    weight = weight * fade + 1.0;
    rows = rows * fade + moreRows;
    seconds = seconds * fade + moreSeconds;
    rows_rows = rows_rows * fade + moreRows * moreRows;
    rows_seconds = rows_seconds * fade + moreRows * moreSeconds;
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
    if (shape.prefill_rows > 0)
        recordPrefill(double(shape.prefill_rows),
                      std::max(0.0, seconds - decodeSeconds(double(shape.decode_rows))));
    else
        m_decode.add(double(shape.decode_rows), seconds);
}

void StepTiming::recordPrefill(double rows, double seconds) {
    m_prefill.add(rows, seconds);
    ++m_prefillSteps;
    const double mean = m_prefill.meanRows();
    if (m_prefill.rowVariance() < kLeastSpread * kLeastSpread * mean * mean)
        return;
    const double once = std::max(0.0, m_prefill.meanSeconds() - mean * m_prefill.slope());
    m_prefillOnce = m_prefillOnce ? *m_prefillOnce + kOnceLearning * (once - *m_prefillOnce) : once;
}

int64_t StepTiming::prefillWithin(double seconds, int64_t decodeRows) const {
    if (m_prefill.weight == 0.0 || m_prefill.seconds <= 0.0)
        return int64_t(kLeastPrefill);
    const double rows = m_prefill.meanRows(), took = m_prefill.meanSeconds();
    const double room = seconds - decodeSeconds(double(decodeRows));
    if (!m_prefillOnce) {  // another size, to learn
        const bool smaller = took > room && rows >= 2 * kLeastPrefill;
        return int64_t(std::max(kLeastPrefill, smaller ? rows / 2 : rows * 2));
    }
    const double token = std::max(took - *m_prefillOnce, took * kLeastTokenShare) / rows;
    const double once = took - token * rows;
    const double least = std::max(kLeastPrefill, once / token);
    double tokens = (room - once) / token;
    if (tokens < least)
        tokens = least * (m_prefillSteps % 2 == 0 ? 1.0 - kTurn : 1.0 + kTurn);
    return int64_t(std::min(tokens, std::max(kLeastPrefill, rows * 2)));
}

}  // namespace hearth::engine

#include "engine/runtime/step_timing.h"

#include <algorithm>

namespace hearth::engine {
namespace {

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
    const double rows = double(shape.prefill_rows) * shape.prefill_part;
    if (shape.prefill_rows == 0)
        m_decode.add(double(shape.decode_rows), seconds);
    else if (rows > 0.0)
        m_promptToken = std::max(0.0, seconds - decodeSeconds(double(shape.decode_rows))) / rows;
}

}  // namespace hearth::engine

#pragma once
#include "engine/ops/backend.h"
#include "tests/benchmarks/machine_peaks.h"

namespace hearth::benchmark {

/// Products with Q8, Q4 and BF16 weights in the shapes of DeepSeek-V2-Lite. One line each, as text
/// or as an object of JSON.
void benchmarkQuantised(engine::Backend& backend, const MachinePeaks& peaks, bool json);

}  // namespace hearth::benchmark

#pragma once
#include "engine/ops/backend.h"
#include "tests/benchmarks/machine_peaks.h"

namespace hearth::benchmark {

/// Attention of DeepSeek-V2-Lite's shape over the latent cache, int8 and BF16: the inner loops of
/// decode in the inner caches and from memory, decode of whole layers, and prefill over rebuilt
/// keys. One line each, as text or as an object of JSON.
void benchmarkLatentAttention(engine::Backend& backend, const MachinePeaks& peaks, bool json);

}  // namespace hearth::benchmark

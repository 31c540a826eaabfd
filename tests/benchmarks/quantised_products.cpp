#include "tests/benchmarks/quantised_products.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/ops.h"
#include "engine/ops/packed_layout.h"
#include "tests/benchmarks/benchmark_support.h"

namespace hearth::benchmark {
namespace {

using namespace hearth::engine;

/// Bytes of weights behind a decode measurement: far beyond any cache.
constexpr int64_t kStreamedBytes = int64_t{1} << 30;

/// Random codes under plausible scales. Zeros that nobody wrote would all lie in one page.
Tensor randomWeight(Backend& backend, DType dtype, std::vector<int64_t> shape) {
    const size_t rank = shape.size();
    const int64_t groups = rank == 3 ? shape[0] : 1;
    const auto bytes = std::make_shared<std::vector<std::byte>>(
        size_t(packedBytes(dtype, groups, shape[rank - 2], shape[rank - 1]) + 64));
    uint64_t state = 1;
    for (std::byte& b : *bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        b = std::byte(0x30 | (state >> 60));  // also F16 and BF16 of moderate size
    }
    const size_t skip = (64 - reinterpret_cast<uintptr_t>(bytes->data()) % 64) % 64;
    return backend.adopt(dtype, shape, std::span(*bytes).subspan(skip, bytes->size() - 64), bytes);
}

Tensor activations(Backend& backend, int64_t rows, int64_t columns) {
    std::vector<float> values(size_t(rows * columns));
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = float(i * 7919 % 1009) / 504.5f - 1.0f;
    return uploadFloats(backend, values, {rows, columns});
}

class Reporter {
public:
    Reporter(const MachinePeaks& peaks, bool json) : m_peaks(peaks), m_json(json) {}

    void report(const char* kernel, DType dtype, int64_t rows, int64_t depth, int64_t outputs,
                double seconds, double bytes, double macs) const {
        const bool integers = dtype == DType::Q8 || dtype == DType::Q4;
        const double peak = integers ? m_peaks.int8Ops : m_peaks.floatOps;
        std::printf(m_json ? "{\"kernel\":\"%s\",\"type\":\"%s\",\"rows\":%ld,\"depth\":%ld,"
                             "\"outputs\":%ld,\"us\":%.1f,\"gbytes\":%.2f,\"read_share\":%.3f,"
                             "\"gops\":%.1f,\"peak_share\":%.3f}\n"
                           : "%-8s %-4s rows %-4ld %5ld x %-6ld %10.1f us %7.2f GB/s (%.3f of "
                             "reading) %8.1f GOP/s (%.3f of peak)\n",
                    kernel, dtypeName(dtype), long(rows), long(depth), long(outputs), seconds * 1e6,
                    bytes * 1e-9 / seconds, bytes / seconds / m_peaks.readBytes,
                    2e-9 * macs / seconds, 2 * macs / seconds / peak);
        std::fflush(stdout);
    }

private:
    const MachinePeaks& m_peaks;
    bool m_json;
};

/// Few rows: one weight after the other, so that each comes from memory.
void benchmarkMatmul(Backend& backend, const Reporter& reporter, DType dtype, int64_t rows,
                     int64_t depth, int64_t outputs) {
    const int64_t bytes = packedBytes(dtype, 1, outputs, depth);
    const int64_t count =
        rows > 64 ? 1 : std::clamp<int64_t>(kStreamedBytes / bytes, 1, 1 + (256 << 20) / bytes);
    const Tensor weights = randomWeight(backend, dtype, {count, outputs, depth});
    std::vector<Tensor> each;
    for (int64_t i = 0; i < count; ++i) {
        const auto* begin = static_cast<const std::byte*>(cpuData(weights)) + i * bytes;
        each.push_back(
            backend.adopt(dtype, std::array{outputs, depth}, {begin, size_t(bytes)}, nullptr));
    }
    const Tensor x = activations(backend, rows, depth),
                 out = allocate(backend, DType::F32, {rows, outputs});
    const double seconds = medianSeconds([&] {
        for (const Tensor& weight : each)
            ops::matmul(backend, {.x = x, .weight = weight, .out = out});
    });
    reporter.report("matmul", dtype, rows, depth, outputs, seconds / double(count), double(bytes),
                    double(rows * depth * outputs));
}

/// A step of `tokens` tokens that choose 6 of 64 experts each.
void benchmarkExperts(Backend& backend, const Reporter& reporter, DType dtype, int64_t tokens,
                      int64_t depth, int64_t outputs) {
    constexpr int64_t kExperts = 64, kChoices = 6;
    std::vector<int32_t> counts(kExperts + 1, 0), source;
    std::vector<std::vector<int32_t>> tokensOf(kExperts);
    uint64_t state = 7;
    for (int64_t t = 0; t < tokens; ++t) {
        for (int64_t j = 0; j < kChoices;) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            auto& chosen = tokensOf[size_t(state >> 58)];
            if (!chosen.empty() && chosen.back() == int32_t(t))
                continue;
            chosen.push_back(int32_t(t));
            ++j;
        }
    }
    int64_t touched = 0;
    for (size_t e = 0; e < kExperts; ++e) {
        source.insert(source.end(), tokensOf[e].begin(), tokensOf[e].end());
        counts[e + 1] = int32_t(source.size());
        touched += tokensOf[e].empty() ? 0 : 1;
    }
    const int64_t layers = 3;
    std::vector<Tensor> weights;
    for (int64_t i = 0; i < layers; ++i)
        weights.push_back(randomWeight(backend, dtype, {kExperts, outputs, depth}));
    const int64_t rows = tokens * kChoices;
    const Tensor x = activations(backend, tokens, depth),
                 out = allocate(backend, DType::F32, {rows, outputs});
    const Tensor offsets = uploadInts(backend, counts), sources = uploadInts(backend, source);
    const double seconds = medianSeconds([&] {
        for (const Tensor& weight : weights)
            ops::groupedMatmul(
                backend,
                {.x = x, .weight = weight, .offsets = offsets, .row_source = sources, .out = out});
    });
    reporter.report("experts", dtype, tokens, depth, outputs, seconds / double(layers),
                    double(touched * packedBytes(dtype, 1, outputs, depth)),
                    double(rows * depth * outputs));
}

}  // namespace

void benchmarkQuantised(Backend& backend, const MachinePeaks& peaks, bool json) {
    const Reporter reporter(peaks, json);
    for (const DType dtype : {DType::Q4, DType::Q8, DType::BF16}) {
        for (const int64_t rows : {1, 4, 16, 512}) {
            benchmarkMatmul(backend, reporter, dtype, rows, 2048, 1408);
            benchmarkMatmul(backend, reporter, dtype, rows, 2048, 10944);
            if (rows <= 16)
                benchmarkMatmul(backend, reporter, dtype, rows, 2048, 102400);
        }
    }
    for (const DType dtype : {DType::Q4, DType::Q8}) {
        for (const int64_t tokens : {1, 4, 16, 120, 256, 512}) {
            benchmarkExperts(backend, reporter, dtype, tokens, 2048, 2 * 1408);
            benchmarkExperts(backend, reporter, dtype, tokens, 1408, 2048);
        }
    }
}

}  // namespace hearth::benchmark

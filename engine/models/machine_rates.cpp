#include "engine/models/machine_rates.h"

#include <algorithm>
#include <chrono>

#include "engine/ops/ops.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

constexpr int64_t kDepth = 2048;
constexpr int64_t kStreamedBytes = 192 << 20;  // far beyond any cache
constexpr int64_t kMatrixOutputs = 2048;
constexpr int64_t kMatrixRows = 256;
constexpr double kSeconds = 0.15;  // of each of three measurements

/// Packed bytes of one value; as scales and as elements they are small positive numbers. Zeros
/// that nobody wrote would all lie in one page.
Tensor weightOf(Backend& backend, DType dtype, int64_t outputs) {
    const auto bytes = std::make_shared<std::vector<std::byte>>(
        size_t(packedBytes(dtype, 1, outputs, kDepth)), std::byte{0x11});
    return backend.adopt(dtype, std::array{outputs, kDepth}, *bytes, bytes);
}

/// Best time of one product, in seconds: others on the machine only ever make it slower.
double productSeconds(Backend& backend, const Tensor& weight, int64_t rows) {
    const Tensor x =
        uploadFloats(backend, std::vector<float>(size_t(rows * kDepth), 0.5f), {rows, kDepth});
    const Tensor out = allocate(backend, DType::F32, {rows, weight.dim(0)});
    float last = 0;
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    double best = 1e30;
    do {
        const auto start = Clock::now();
        ops::matmul(backend, {.x = x, .weight = weight, .out = out});
        // Waits for the product: ops may be asynchronous.
        backend.download(out.rows(0, 1).columns(0, 1), std::as_writable_bytes(std::span(&last, 1)));
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    } while (std::chrono::duration<double>(Clock::now() - begin).count() < kSeconds);
    return best;
}

double flopsOf(Backend& backend, DType dtype) {
    const Tensor weight = weightOf(backend, dtype, kMatrixOutputs);
    return 2.0 * double(kMatrixRows * weight.size()) / productSeconds(backend, weight, kMatrixRows);
}

}  // namespace

MachineRates measureRates(Backend& backend, DType weights) {
    MachineRates rates;
    const int64_t panels = kStreamedBytes / panelBytes(weights, kDepth);
    const Tensor streamed = weightOf(backend, weights, panels * kPanelOutputs);
    rates.bytes_per_second = double(heldBytes(streamed)) / productSeconds(backend, streamed, 1);
    rates.matrix_flops = flopsOf(backend, weights);
    rates.attention_flops =
        weights == DType::F32 ? rates.matrix_flops : flopsOf(backend, DType::F32);
    return rates;
}

}  // namespace hearth::engine

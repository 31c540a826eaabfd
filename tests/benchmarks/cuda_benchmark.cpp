// Speed of the CUDA backend's ops in DeepSeek-V2-Lite's shapes: time, bytes a second beside what
// the GPU copies (measured first), and operations a second. Inputs are random; weights of few rows
// are taken in turn from more memory than any cache has.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/cuda/cuda_backend.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "engine/ops/packed_layout.h"
#include "tests/benchmarks/benchmark_support.h"

namespace {

using namespace hearth;
using namespace hearth::engine;

constexpr int64_t kHeads = 16, kRank = 512, kRope = 64, kPageTokens = 32;
double copyBytesPerSecond = 1;

/// Median seconds of one of the calls: they are launched many at a time, until a run takes a few
/// milliseconds, and the GPU is waited for at the end.
double secondsOf(const std::function<void(int64_t)>& call) {
    int64_t next = 0;
    const auto run = [&](int64_t times) {
        for (int64_t i = 0; i < times; ++i)
            call(next++);
        if (cudaDeviceSynchronize() != cudaSuccess)
            throw std::runtime_error(cudaGetErrorString(cudaGetLastError()));
    };
    run(3);
    const double begin = benchmark::secondsNow();
    run(3);
    const double once = (benchmark::secondsNow() - begin) / 3;
    const auto times = std::clamp<int64_t>(int64_t(4e-3 / once), 1, 400);
    std::vector<double> seconds;
    for (int i = 0; i < 9; ++i) {
        const double start = benchmark::secondsNow();
        run(times);
        seconds.push_back((benchmark::secondsNow() - start) / double(times));
    }
    std::ranges::nth_element(seconds, seconds.begin() + 4);
    return seconds[4];
}

void report(const std::string& what, double seconds, double bytes, double operations) {
    std::printf("%-46s %10.1f us %8.1f GB/s (%.3f of copying) %9.2f TOP/s\n", what.c_str(),
                seconds * 1e6, bytes / seconds * 1e-9, bytes / seconds / copyBytesPerSecond,
                operations / seconds * 1e-12);
    std::fflush(stdout);
}

void measureCopy() {
    constexpr size_t kBytes = size_t{2} << 30;
    void *from = nullptr, *to = nullptr;
    if (cudaMalloc(&from, kBytes) != cudaSuccess || cudaMalloc(&to, kBytes) != cudaSuccess)
        throw std::runtime_error("no memory to measure copying");
    cudaMemset(from, 0x5a, kBytes);
    const double seconds =
        secondsOf([&](int64_t) { cudaMemcpyAsync(to, from, kBytes, cudaMemcpyDeviceToDevice); });
    cudaFree(from);
    cudaFree(to);
    copyBytesPerSecond = 2.0 * double(kBytes) / seconds;
    report("copy of 2 GiB, read and written", seconds, 2.0 * double(kBytes), 0);
}

std::vector<float> randomValues(int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    uint64_t state = 1;
    for (float& value : values) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        value = float(int64_t(state >> 40) - (1 << 23)) / float(1 << 23);
    }
    return values;
}

Tensor activations(Backend& backend, int64_t rows, int64_t columns) {
    return uploadFloats(backend, randomValues(rows * columns), {rows, columns});
}

/// Random codes under plausible scales; as F16 and BF16 of moderate size.
Tensor randomWeight(Backend& backend, DType dtype, std::vector<int64_t> shape) {
    const size_t rank = shape.size();
    const int64_t groups = rank == 3 ? shape[0] : 1;
    std::vector<std::byte> bytes(
        size_t(packedBytes(dtype, groups, shape[rank - 2], shape[rank - 1])));
    uint64_t state = 1;
    for (std::byte& b : bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        b = std::byte(0x30 | (state >> 60));
    }
    return backend.adopt(dtype, shape, bytes, nullptr);
}

void measureMatmul(Backend& backend, DType dtype, int64_t rows, int64_t depth, int64_t outputs) {
    const int64_t bytes = packedBytes(dtype, 1, outputs, depth);
    const int64_t count = rows > 64 ? 1 : std::clamp<int64_t>((256 << 20) / bytes, 1, 64);
    std::vector<Tensor> weights;
    for (int64_t i = 0; i < count; ++i)
        weights.push_back(randomWeight(backend, dtype, {outputs, depth}));
    const Tensor x = activations(backend, rows, depth);
    const Tensor out = allocate(backend, DType::F32, {rows, outputs});
    const double seconds = secondsOf([&](int64_t i) {
        ops::matmul(backend, {.x = x, .weight = weights[size_t(i % count)], .out = out});
    });
    report("matmul " + std::string(dtypeName(dtype)) + " rows " + std::to_string(rows) + " " +
               std::to_string(depth) + " x " + std::to_string(outputs),
           seconds, double(bytes), 2.0 * double(rows * depth * outputs));
}

/// Tokens that each choose 6 of 64 experts, in turn.
void measureExperts(Backend& backend, DType dtype, int64_t tokens, int64_t depth, int64_t outputs) {
    constexpr int64_t kExperts = 64, kChosen = 6;
    const Tensor weight = randomWeight(backend, dtype, {kExperts, outputs, depth});
    std::vector<int32_t> chosen;
    for (int64_t i = 0; i < tokens * kChosen; ++i)
        chosen.push_back(int32_t(i * 7 % kExperts));
    const int64_t pairs = tokens * kChosen;
    const ExpertGroups groups{.row_pair = allocate(backend, DType::I32, {pairs}),
                              .row_token = allocate(backend, DType::I32, {pairs}),
                              .offsets = allocate(backend, DType::I32, {kExperts + 1})};
    ops::groupByExpert(backend, {.experts = uploadInts(backend, chosen).reshaped({tokens, kChosen}),
                                 .groups = groups});
    const Tensor x = activations(backend, tokens, depth);
    const Tensor out = allocate(backend, DType::F32, {pairs, outputs});
    const double seconds = secondsOf([&](int64_t) {
        ops::groupedMatmul(backend, {.x = x,
                                     .weight = weight,
                                     .offsets = groups.offsets,
                                     .row_source = groups.row_token,
                                     .out = out});
    });
    const double used = double(std::min(pairs, kExperts));
    report("experts " + std::string(dtypeName(dtype)) + " tokens " + std::to_string(tokens) + " " +
               std::to_string(depth) + " x " + std::to_string(outputs),
           seconds, used * double(packedBytes(dtype, 1, outputs, depth)),
           2.0 * double(pairs * depth * outputs));
}

void measureDecode(Backend& backend, DType dtype, int64_t tokens, int64_t length) {
    const int64_t pages = length / kPageTokens;
    const bool bytes = dtype == DType::U8;
    const int64_t width = bytes ? latentRowWidth(kRank, kRope) : kRank + kRope;
    const Tensor cache = allocate(backend, dtype, {tokens * length, width});
    std::vector<int32_t> slots, tables, sequences, lengths;
    for (int32_t i = 0; i < int32_t(tokens * length); ++i)
        slots.push_back(i);
    for (int32_t i = 0; i < int32_t(tokens * pages); ++i)
        tables.push_back(i);
    for (int32_t t = 0; t < int32_t(tokens); ++t) {
        sequences.push_back(t);
        lengths.push_back(int32_t(length));
    }
    const Tensor rows = activations(backend, tokens * length, kRank + kRope);
    const Tensor ids = uploadInts(backend, slots);
    if (bytes) {
        ops::cacheWrite(backend, {.rows = rows.columns(0, kRank),
                                  .slots = ids,
                                  .cache = cache.columns(0, latentPartWidth(kRank))});
        ops::cacheWrite(backend, {.rows = rows.columns(kRank, kRank + kRope),
                                  .slots = ids,
                                  .cache = cache.columns(latentPartWidth(kRank), width)});
    } else {
        ops::cacheWrite(backend, {.rows = rows, .slots = ids, .cache = cache});
    }
    const MlaDecodeParams params{
        .q_latent = activations(backend, tokens, kHeads * kRank),
        .q_rope = activations(backend, tokens, kHeads * kRope),
        .q_rope_head_stride = kRope,
        .cache = cache,
        .page_tables = uploadInts(backend, tables).reshaped({tokens, pages}),
        .sequences = uploadInts(backend, sequences),
        .lengths = uploadInts(backend, lengths),
        .selected = {},
        .page_tokens = kPageTokens,
        .heads = kHeads,
        .kv_lora_rank = kRank,
        .qk_rope_head_dim = kRope,
        .out = allocate(backend, DType::F32, {tokens, kHeads * kRank}),
        .scale = 0.07f};
    const double seconds = secondsOf([&](int64_t) { ops::mlaDecode(backend, params); });
    report("mla decode " + std::string(bytes ? "int8" : dtypeName(dtype)) + " tokens " +
               std::to_string(tokens) + " keys " + std::to_string(length),
           seconds, double(tokens * length * width * dtypeSize(dtype)),
           2.0 * double(tokens * length * kHeads * (2 * kRank + kRope)));
}

void measurePrefillAttention(Backend& backend, int64_t tokens) {
    constexpr int64_t kKey = 192, kValue = 128;
    const AttentionSegment segment{0, tokens, 0, tokens};
    const Tensor q = activations(backend, tokens, kHeads * kKey);
    const Tensor v = activations(backend, tokens, kHeads * kValue);
    const Tensor out = allocate(backend, DType::F32, {tokens, kHeads * kValue});
    const double seconds = secondsOf([&](int64_t) {
        ops::causalAttention(backend, {.q = q,
                                       .k = q,
                                       .v = v,
                                       .out = out,
                                       .segments = std::span(&segment, 1),
                                       .heads = kHeads,
                                       .scale = 0.07f});
    });
    report("causal attention F32 tokens " + std::to_string(tokens), seconds,
           double(tokens * kHeads * (2 * kKey + 2 * kValue) * 4),
           double(tokens * tokens * kHeads * (kKey + kValue)));
}

void measureSmall(Backend& backend) {
    const Tensor x = activations(backend, 1, 2048), weight = activations(backend, 1, 2048);
    const double add = secondsOf([&](int64_t) { ops::add(backend, {.a = x, .b = x, .out = x}); });
    report("add 1 x 2048", add, 3 * 2048 * 4, 2048);
    const double norm = secondsOf(
        [&](int64_t) { ops::rmsNorm(backend, {.x = x, .weight = weight.at(0), .out = x}); });
    report("rms norm 1 x 2048", norm, 3 * 2048 * 4, 3 * 2048);
}

}  // namespace

int main() {
    auto created = createCudaBackend();
    if (!created.ok()) {
        std::fprintf(stderr, "%s\n", created.error().text().c_str());
        return 1;
    }
    Backend& backend = **created;
    std::printf("%s\n", backend.description().c_str());
    measureCopy();
    measureSmall(backend);
    for (const DType dtype : {DType::Q4, DType::Q8, DType::BF16}) {
        for (const int64_t rows : {1, 4, 8}) {
            measureMatmul(backend, dtype, rows, 2048, 3072);
            measureMatmul(backend, dtype, rows, 10944, 2048);
        }
        measureMatmul(backend, dtype, 1, 2048, 102400);
        measureMatmul(backend, dtype, 512, 2048, 3072);
        measureMatmul(backend, dtype, 2048, 2048, 10944);
    }
    for (const int64_t tokens : {1, 16, 512, 2048})
        measureExperts(backend, DType::Q4, tokens, 2048, 2816);
    for (const DType dtype : {DType::BF16, DType::U8}) {
        measureDecode(backend, dtype, 1, 8192);
        measureDecode(backend, dtype, 16, 8192);
    }
    measurePrefillAttention(backend, 2048);
    return 0;
}

// Speed of the CPU kernels: matrix products for training and prefill, matrix-vector products and
// latent attention for decode, attention over the paged cache, and the choice of keys.
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/gemm.h"
#include "engine/ops/ops.h"
#include "tests/benchmarks/attention_kernels.h"
#include "tests/benchmarks/benchmark_support.h"
#include "tests/benchmarks/quantised_products.h"

namespace {

using namespace hearth;
using namespace hearth::engine;

std::vector<float> values(int64_t count) {
    std::vector<float> result(static_cast<size_t>(count));
    for (size_t i = 0; i < result.size(); ++i)
        result[i] = float(i % 251) / 251.0f - 0.5f;
    return result;
}

Tensor tensor(Backend& backend, int64_t rows, int64_t columns) {
    return uploadFloats(backend, values(rows * columns), {rows, columns});
}

Tensor packedWeight(Backend& backend, DType type, int64_t outputs, int64_t depth) {
    Tensor typed = allocate(backend, type, {outputs, depth});
    ops::copy(backend, {.x = tensor(backend, outputs, depth), .out = typed});
    return ops::pack(backend, typed);
}

void benchmarkGemm(Backend& backend, int64_t M, int64_t K, int64_t N, bool transA, bool transB) {
    const auto a = values(M * K), b = values(N * K);
    std::vector<float> c(size_t(M * N));
    const double seconds = benchmark::medianSeconds([&] {
        gemm(cpuThreadPool(backend), {.M = M,
                                      .N = N,
                                      .K = K,
                                      .a = a.data(),
                                      .lda = transA ? M : K,
                                      .transA = transA,
                                      .b = b.data(),
                                      .ldb = transB ? K : N,
                                      .transB = transB,
                                      .c = c.data(),
                                      .ldc = N});
    });
    std::printf("gemm f32 %c%c M=%-5ld K=%-5ld N=%-5ld  %8.1f us  %7.1f GFLOP/s\n",
                transA ? 'T' : 'N', transB ? 'T' : 'N', long(M), long(K), long(N), seconds * 1e6,
                2e-9 * double(M * K * N) / seconds);
}

void benchmarkMatmul(Backend& backend, DType type, int64_t tokens, int64_t in, int64_t outputs) {
    const Tensor x = tensor(backend, tokens, in), out = tensor(backend, tokens, outputs);
    const Tensor weight = packedWeight(backend, type, outputs, in);
    const double seconds = benchmark::medianSeconds(
        [&] { ops::matmul(backend, {.x = x, .weight = weight, .out = out}); });
    std::printf(
        "matmul packed %-4s T=%-4ld in=%-5ld out=%-5ld %8.1f us  %7.1f GFLOP/s  %6.1f GB/s\n",
        dtypeName(type), long(tokens), long(in), long(outputs), seconds * 1e6,
        2e-9 * double(tokens * in * outputs) / seconds,
        1e-9 * double(in * outputs * dtypeSize(type)) / seconds);
}

void benchmarkAttention(Backend& backend, int64_t sequences, int64_t length, int64_t heads,
                        int64_t qk, int64_t v) {
    const int64_t tokens = sequences * length;
    const Tensor q = tensor(backend, tokens, heads * qk), k = tensor(backend, tokens, heads * qk);
    const Tensor values = tensor(backend, tokens, heads * v),
                 out = tensor(backend, tokens, heads * v);
    std::vector<AttentionSegment> segments;
    for (int64_t s = 0; s < sequences; ++s)
        segments.push_back({s * length, length, s * length, length});
    const double seconds = benchmark::medianSeconds([&] {
        ops::causalAttention(backend, {.q = q,
                                       .k = k,
                                       .v = values,
                                       .out = out,
                                       .lse = {},
                                       .segments = segments,
                                       .heads = heads,
                                       .scale = 0.1f});
    });
    const double work = double(sequences * length * (length + 1)) * double(heads * (qk + v));
    std::printf(
        "causal attention %ld x %ld tokens, %ld heads of %ld/%ld  %8.1f us  %7.1f GFLOP/s\n",
        long(sequences), long(length), long(heads), long(qk), long(v), seconds * 1e6,
        1e-9 * work / seconds);
}

struct PagedHeads {
    int64_t heads;
    int64_t kv_heads;
    int64_t head_dim;
};

void benchmarkDecode(Backend& backend, int64_t tokens, int64_t length, int64_t heads, int64_t rank,
                     int64_t rope) {
    const int64_t page = 32, pages = (length + page - 1) / page;
    std::vector<int32_t> table(size_t(tokens * pages));
    std::iota(table.begin(), table.end(), 0);
    const Tensor cache = tensor(backend, tokens * pages * page, rank + rope);
    const Tensor qLatent = tensor(backend, tokens, heads * rank);
    const Tensor qRope = tensor(backend, tokens, heads * rope),
                 out = tensor(backend, tokens, heads * rank);
    const Tensor tables = uploadInts(backend, table).reshaped({tokens, pages});
    std::vector<int32_t> owners(size_t(tokens), 0);
    std::iota(owners.begin(), owners.end(), 0);
    const Tensor sequences = uploadInts(backend, owners);
    const Tensor lengths =
        uploadInts(backend, std::vector<int32_t>(size_t(tokens), int32_t(length)));
    const double seconds = benchmark::medianSeconds([&] {
        ops::mlaDecode(backend, {.q_latent = qLatent,
                                 .q_rope = qRope,
                                 .q_rope_head_stride = rope,
                                 .cache = cache,
                                 .page_tables = tables,
                                 .sequences = sequences,
                                 .lengths = lengths,
                                 .selected = {},
                                 .page_tokens = page,
                                 .heads = heads,
                                 .kv_lora_rank = rank,
                                 .qk_rope_head_dim = rope,
                                 .out = out,
                                 .scale = 0.1f});
    });
    std::printf("mla decode %ld tokens over %ld keys, %ld heads, latent %ld+%ld  %8.1f us\n",
                long(tokens), long(length), long(heads), long(rank), long(rope), seconds * 1e6);
}

/// The last `queries` tokens of a sequence attend over `length` cached ones.
void benchmarkPaged(Backend& backend, DType type, int64_t queries, int64_t length,
                    const PagedHeads& h, int64_t window = 0) {
    const int64_t page = 32, pages = (length + page - 1) / page;
    std::vector<int32_t> table(static_cast<size_t>(pages));
    for (int64_t i = 0; i < pages; ++i)
        table[size_t(i)] = int32_t((i * 7 + 3) % pages);  // no two neighbours
    const int64_t rowWidth = 2 * h.kv_heads * h.head_dim;
    const Tensor cache = allocate(backend, type, {pages * page, rowWidth});
    ops::copy(backend, {.x = tensor(backend, pages * page, rowWidth), .out = cache});
    const Tensor q = tensor(backend, queries, h.heads * h.head_dim),
                 out = tensor(backend, queries, h.heads * h.head_dim);
    const PagedSegment segment{.q_len = queries, .k_len = length};
    const Tensor tables = uploadInts(backend, table).reshaped({1, pages});
    const double seconds = benchmark::medianSeconds([&] {
        ops::pagedAttention(backend, {.q = q,
                                      .cache = cache,
                                      .page_tables = tables,
                                      .sinks = {},
                                      .out = out,
                                      .segments = std::span(&segment, 1),
                                      .page_tokens = page,
                                      .heads = h.heads,
                                      .kv_heads = h.kv_heads,
                                      .window = window,
                                      .scale = 0.1f});
    });
    double pairs = 0;  // (query, visible key)
    for (int64_t i = length - queries + 1; i <= length; ++i)
        pairs += double(window > 0 ? std::min(window, i) : i);
    const double bytes = double(window > 0 ? std::min(length, queries + window - 1) : length) *
                         double(rowWidth * dtypeSize(type));
    std::printf(
        "paged attention %-4s %ld of %ld tokens, %ld/%ld heads of %ld, window %ld  "
        "%8.1f us  %7.1f GFLOP/s  %6.1f GB/s\n",
        dtypeName(type), long(queries), long(length), long(h.heads), long(h.kv_heads),
        long(h.head_dim), long(window), seconds * 1e6,
        4e-9 * pairs * double(h.heads * h.head_dim) / seconds, 1e-9 * bytes / seconds);
}

/// One token chooses 2048 keys, as DeepSeek-V3.2 does.
void benchmarkSelect(Backend& backend, int64_t length, int64_t heads, int64_t dim) {
    const int64_t page = 32, pages = (length + page - 1) / page;
    std::vector<int32_t> table(static_cast<size_t>(pages));
    std::iota(table.begin(), table.end(), 0);
    const Tensor keys = allocate(backend, DType::BF16, {pages * page, dim});
    ops::copy(backend, {.x = tensor(backend, pages * page, dim), .out = keys});
    const Tensor q = tensor(backend, 1, heads * dim), weights = tensor(backend, 1, heads);
    const Tensor tables = uploadInts(backend, table).reshaped({1, pages});
    const Tensor sequences = uploadInts(backend, std::vector<int32_t>{0});
    const Tensor lengths = uploadInts(backend, std::vector<int32_t>{int32_t(length)});
    const Tensor selected = allocate(backend, DType::I32, {1, 2048});
    const double seconds = benchmark::medianSeconds([&] {
        ops::selectKeys(backend, {.q = q,
                                  .weights = weights,
                                  .keys = keys,
                                  .page_tables = tables,
                                  .sequences = sequences,
                                  .lengths = lengths,
                                  .page_tokens = page,
                                  .heads = heads,
                                  .selected = selected});
    });
    std::printf("select 2048 of %ld keys, %ld heads of %ld  %8.1f us  %7.1f GFLOP/s\n",
                long(length), long(heads), long(dim), seconds * 1e6,
                2e-9 * double(length * heads * dim) / seconds);
}

}  // namespace

/// --products: only those with quantised weights; --attention: only that over the latent cache;
/// --json: both, one object a line; --one-thread: both on one thread, by its processor time.
int main(int argc, char** argv) {
    const std::set<std::string> options(argv + 1, argv + argc);
    benchmark::measureProcessorTime = options.contains("--one-thread");
    const auto backend = createCpuBackend({.threads = options.contains("--one-thread") ? 1 : 0});
    const auto peaks = benchmark::measurePeaks(cpuThreadPool(*backend));
    const bool json = options.contains("--json");
    std::printf(json ? "{\"processor\":\"%s\",\"backend\":\"%s\",\"read_gbytes\":%.2f,"
                       "\"int8_gops\":%.1f,\"float_gops\":%.1f,\"bf16_gops\":%.1f}\n"
                     : "%s; %s; medians\nread %.2f GB/s, int8 %.1f GOP/s, float %.1f GFLOP/s, "
                       "bf16 %.1f GFLOP/s\n",
                benchmark::processorName().c_str(), backend->description().c_str(),
                peaks.readBytes * 1e-9, peaks.int8Ops * 1e-9, peaks.floatOps * 1e-9,
                peaks.bf16Ops * 1e-9);
    if (!options.contains("--attention"))
        benchmark::benchmarkQuantised(*backend, peaks, json);
    if (!options.contains("--products"))
        benchmark::benchmarkLatentAttention(*backend, peaks, json);
    if (!options.empty())
        return 0;
    benchmarkGemm(*backend, 512, 2048, 2048, false, true);
    benchmarkGemm(*backend, 200, 256, 1024, false, true);
    benchmarkGemm(*backend, 2048, 256, 512, false, true);   // y = x W^T
    benchmarkGemm(*backend, 2048, 512, 256, false, false);  // dx = dy W
    benchmarkGemm(*backend, 512, 2048, 256, true, false);   // dW = dy^T x
    for (DType type : {DType::F32, DType::BF16}) {
        for (int64_t tokens : {1, 2, 4, 8, 200})
            benchmarkMatmul(*backend, type, tokens, 2048, 2048);
        benchmarkMatmul(*backend, type, 1, 256, 1024);
        benchmarkMatmul(*backend, type, 8, 256, 1024);
    }
    benchmarkAttention(*backend, 8, 256, 4, 48, 32);
    benchmarkAttention(*backend, 1, 2048, 16, 192, 128);
    benchmarkDecode(*backend, 1, 200, 4, 64, 16);
    benchmarkDecode(*backend, 8, 200, 8, 64, 16);
    benchmarkDecode(*backend, 1, 2000, 16, 512, 64);
    const PagedHeads grouped{.heads = 32, .kv_heads = 8, .head_dim = 128};
    for (DType type : {DType::F32, DType::BF16}) {
        benchmarkPaged(*backend, type, 512, 512, grouped);
        benchmarkPaged(*backend, type, 1, 4096, grouped);
    }
    benchmarkPaged(*backend, DType::BF16, 64, 4096, grouped);
    benchmarkPaged(*backend, DType::BF16, 512, 4096, {64, 8, 64}, 128);
    benchmarkPaged(*backend, DType::BF16, 1, 4096, {9, 3, 64});
    benchmarkSelect(*backend, 16384, 64, 128);
}

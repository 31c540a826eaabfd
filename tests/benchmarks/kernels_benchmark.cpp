// Speed of the CPU kernels: matrix products for training and prefill, matrix-vector products
// and latent attention for decode.
#include <cstdio>
#include <numeric>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/gemm.h"
#include "engine/ops/ops.h"
#include "tests/benchmarks/benchmark_support.h"

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

}  // namespace

int main() {
    const auto backend = createCpuBackend();
    std::printf("%s; %s; medians\n", benchmark::processorName().c_str(),
                backend->description().c_str());
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
}

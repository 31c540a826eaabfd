#include "tests/benchmarks/attention_kernels.h"

#include <array>
#include <cstdio>
#include <numeric>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/kernels.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "tests/benchmarks/benchmark_support.h"

namespace hearth::benchmark {
namespace {

using namespace hearth::engine;
using namespace hearth::engine::cpu;

constexpr int64_t kHeads = 16, kRank = 512, kRope = 64, kWidth = kRank + kRope;
constexpr int64_t kKeys = kLatentChunk, kPages = kKeys / kLatentPageTokens;
constexpr int64_t kPageBytes = latentRowWidth(kRank, kRope) * kLatentPageTokens;
constexpr int64_t kStreamedChunks = 1024;  // 150 or 300 MB
constexpr int64_t kCachedRounds = 64;      // of one chunk, before threads meet again

class Reporter {
public:
    Reporter(const MachinePeaks& peaks, bool json) : m_peaks(peaks), m_json(json) {}

    void report(const char* kernel, const char* cache, const char* shape, double seconds,
                double bytes, double macs) const {
        const double peak = cache[0] == 'i' ? m_peaks.int8Ops : m_peaks.bf16Ops;
        std::printf(m_json ? "{\"kernel\":\"%s\",\"cache\":\"%s\",\"shape\":\"%s\",\"us\":%.1f,"
                             "\"gbytes\":%.2f,\"read_share\":%.3f,\"gops\":%.1f,"
                             "\"peak_share\":%.3f}\n"
                           : "%-8s %-4s %-32s %10.1f us %7.2f GB/s (%.3f of reading) %8.1f GOP/s "
                             "(%.3f of peak)\n",
                    kernel, cache, shape, seconds * 1e6, bytes * 1e-9 / seconds,
                    bytes / seconds / m_peaks.readBytes, 2e-9 * macs / seconds,
                    2 * macs / seconds / peak);
        std::fflush(stdout);
    }

private:
    const MachinePeaks& m_peaks;
    bool m_json;
};

/// Chunks of a cache and a token's queries, filled with moderate values of both kinds.
class Chunks {
public:
    Chunks()
        : m_bytes(size_t(kStreamedChunks * kKeys * kWidth * 2), std::byte{0x3d}),
          m_queries(size_t(kHeads * kWidth), 0x3d3d3d3d),
          m_scales(size_t(kHeads), 0.01f),
          m_starts(size_t(kHeads), 0) {}

    void codeScores(const Kernels& kernels, int64_t chunk) const {
        alignas(64) std::array<float, kLatentHeads * kKeys> scores;
        const LatentQueries queries{.codes = reinterpret_cast<const int8_t*>(m_queries.data()),
                                    .scales = m_scales.data(),
                                    .starts = m_starts.data()};
        for (int64_t i = 0; i < kPages; ++i)
            kernels.latent->scores(
                {.latentPart = page(chunk, i),
                 .ropePart = page(chunk, i) + latentPartWidth(kRank) * kLatentPageTokens,
                 .ahead = page(chunk, i + 1),
                 .latentQuads = kRank / 4,
                 .ropeQuads = kRope / 4,
                 .latent = queries,
                 .rope = queries,
                 .stride = kHeads,
                 .heads = kLatentHeads,
                 .scores = scores.data() + i * kLatentPageTokens,
                 .scoreStride = kKeys});
    }
    void codeValues(const Kernels& kernels, int64_t chunk) const {
        std::array<const std::byte*, kPages> pages;
        for (int64_t i = 0; i < kPages; ++i)
            pages[size_t(i)] = page(chunk, i);
        alignas(64) std::array<float, kLatentHeads * kRank> out;
        kernels.latent->values({.pages = pages.data(),
                                .pageCount = kPages,
                                .quads = kRank / 4,
                                .weights = reinterpret_cast<const uint8_t*>(m_queries.data()),
                                .scales = m_scales.data(),
                                .heads = kLatentHeads,
                                .out = out.data(),
                                .outStride = kRank});
    }
    void rowScores(const Kernels& kernels, int64_t chunk) const {
        const auto rows = rowsOf(chunk);
        alignas(64) std::array<float, kHeads * kKeys> scores;
        kernels.pairs->scores({.queries = m_queries.data(),
                               .queryStride = kWidth / 2,
                               .heads = kHeads,
                               .rows = rows.data(),
                               .ahead = rows.data() + 12,
                               .keys = kKeys,
                               .width = kWidth,
                               .scores = scores.data(),
                               .scoreStride = kKeys});
    }
    void rowValues(const Kernels& kernels, int64_t chunk) const {
        const auto rows = rowsOf(chunk);
        alignas(64) std::array<float, kHeads * kRank> out;
        kernels.pairs->values({.weights = m_queries.data(),
                               .weightStride = kKeys / 2,
                               .heads = kHeads,
                               .rows = rows.data(),
                               .ahead = rows.data() + kKeys,
                               .keys = kKeys,
                               .columns = kRank,
                               .out = out.data(),
                               .outStride = kRank});
    }

private:
    const std::byte* page(int64_t chunk, int64_t i) const {
        return m_bytes.data() + (chunk * kPages + i) % (kStreamedChunks * kPages) * kPageBytes;
    }
    /// The chunk's and the next one's.
    std::array<const uint16_t*, size_t(2 * kKeys)> rowsOf(int64_t chunk) const {
        std::array<const uint16_t*, size_t(2 * kKeys)> rows;
        const auto* first = reinterpret_cast<const uint16_t*>(m_bytes.data());
        for (int64_t i = 0; i < 2 * kKeys; ++i)
            rows[size_t(i)] = first + (chunk * kKeys + i) % (kStreamedChunks * kKeys) * kWidth;
        return rows;
    }

    std::vector<std::byte> m_bytes;
    std::vector<uint32_t> m_queries;  // codes, pairs or weights
    std::vector<float> m_scales;
    std::vector<int32_t> m_starts;
};

struct InnerLoop {
    const char* kernel;
    const char* cache;
    void (Chunks::*run)(const Kernels&, int64_t) const;
    int64_t heads;
    int64_t columns;  // of a key
    int64_t bytes;    // of a key
};

void benchmarkInnerLoop(ThreadPool& pool, const Chunks& chunks, const Reporter& reporter,
                        const InnerLoop& loop) {
    const Kernels& kernels = kernelsFor(CpuIsa::Best);
    const int64_t threads = pool.threads();
    const double bytes = double(kKeys * loop.bytes);
    const double macs = double(loop.heads * kKeys * loop.columns);
    const auto report = [&](const char* where, double seconds, double count) {
        char shape[64];
        std::snprintf(shape, sizeof(shape), "%ld heads, 256 keys, %s", long(loop.heads), where);
        reporter.report(loop.kernel, loop.cache, shape, seconds, bytes * count, macs * count);
    };
    report("in cache", medianSeconds([&] {
                           pool.parallelFor(threads, [&](int64_t begin, int64_t end) {
                               for (int64_t i = begin * kCachedRounds; i < end * kCachedRounds; ++i)
                                   (chunks.*loop.run)(kernels, i / kCachedRounds * 4);
                           });
                       }) / kCachedRounds,
           double(threads));
    report("from memory", medianSeconds([&] {
                              pool.parallelFor(kStreamedChunks, [&](int64_t begin, int64_t end) {
                                  for (int64_t i = begin; i < end; ++i)
                                      (chunks.*loop.run)(kernels, i);
                              });
                          }) / kStreamedChunks,
           1.0);
}

Tensor filled(Backend& backend, DType dtype, int64_t rows, int64_t columns, float factor) {
    std::vector<float> values(size_t(rows * columns));
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = factor * (float(i * 7919 % 1009) / 504.5f - 1.0f);
    const Tensor floats = uploadFloats(backend, values, {rows, columns});
    if (dtype == DType::F32)
        return floats;
    const Tensor tensor = allocate(backend, dtype, {rows, columns});
    ops::copy(backend, {.x = floats, .out = tensor});
    return tensor;
}

/// One token after `length` others, layer after layer, so that every cache comes from memory.
void benchmarkDecode(Backend& backend, const Reporter& reporter, DType dtype, int64_t length) {
    constexpr int64_t kLayers = 27;
    const int64_t width = dtype == DType::U8 ? latentRowWidth(kRank, kRope) : kWidth;
    std::vector<Tensor> caches;
    const Tensor ids = uploadInts(backend, [&] {
        std::vector<int32_t> slots(static_cast<size_t>(length));
        std::iota(slots.begin(), slots.end(), 0);
        return slots;
    }());
    const Tensor rows = filled(backend, DType::F32, length, kWidth, 1.0f);
    const int64_t split = dtype == DType::U8 ? latentPartWidth(kRank) : kRank;
    for (int64_t layer = 0; layer < kLayers; ++layer) {
        caches.push_back(allocate(backend, dtype, {length, width}));
        ops::cacheWrite(backend, {.rows = rows.columns(0, kRank),
                                  .slots = ids,
                                  .cache = caches.back().columns(0, split)});
        ops::cacheWrite(backend, {.rows = rows.columns(kRank, kWidth),
                                  .slots = ids,
                                  .cache = caches.back().columns(split, width)});
    }
    std::vector<int32_t> pages(size_t(length / kLatentPageTokens));
    std::iota(pages.begin(), pages.end(), 0);
    const Tensor table = uploadInts(backend, pages).reshaped({1, int64_t(pages.size())});
    const Tensor qLatent = filled(backend, DType::F32, 1, kHeads * kRank, 0.1f);
    const Tensor qRope = filled(backend, DType::F32, 1, kHeads * kRope, 0.1f);
    const Tensor out = allocate(backend, DType::F32, {1, kHeads * kRank});
    const Tensor sequences = uploadInts(backend, std::vector<int32_t>{0});
    const Tensor lengths = uploadInts(backend, std::vector<int32_t>{int32_t(length)});
    const double seconds = medianSeconds([&] {
        for (const Tensor& cache : caches)
            ops::mlaDecode(backend, {.q_latent = qLatent,
                                     .q_rope = qRope,
                                     .q_rope_head_stride = kRope,
                                     .cache = cache,
                                     .page_tables = table,
                                     .sequences = sequences,
                                     .lengths = lengths,
                                     .selected = {},
                                     .page_tokens = kLatentPageTokens,
                                     .heads = kHeads,
                                     .kv_lora_rank = kRank,
                                     .qk_rope_head_dim = kRope,
                                     .out = out,
                                     .scale = 0.1f});
    });
    char shape[64];
    std::snprintf(shape, sizeof(shape), "16 heads, %ld keys, a layer", long(length));
    reporter.report("decode", dtype == DType::U8 ? "int8" : "bf16", shape, seconds / kLayers,
                    double(length * width * dtypeSize(dtype)),
                    double(kHeads * length * (kWidth + kRank)));
}

/// A chunk of `queries` tokens that ends a prompt of `length`.
void benchmarkPrefill(Backend& backend, const Reporter& reporter, int64_t queries, int64_t length) {
    const ExpandedShape shape{.heads = kHeads, .key = 128, .rope = kRope, .value = 128};
    const Tensor keys =
        allocate(backend, DType::U8, {ExpandedShape::pages(length), shape.pageBytes()});
    const int64_t step = 512;
    for (int64_t first = 0; first < length; first += step)
        ops::expandKeys(backend, {.kv = filled(backend, DType::F32, std::min(step, length - first),
                                               kHeads * (shape.key + shape.value), 1.0f),
                                  .rope = filled(backend, DType::F32,
                                                 std::min(step, length - first), kRope, 1.0f),
                                  .out = keys,
                                  .first = first,
                                  .shape = shape});
    const Tensor q = filled(backend, DType::F32, queries, kHeads * (shape.key + shape.rope), 0.1f);
    const Tensor out = allocate(backend, DType::F32, {queries, kHeads * shape.value});
    const double seconds = medianSeconds([&] {
        ops::expandedAttention(
            backend,
            {.q = q, .keys = keys, .out = out, .k_len = length, .shape = shape, .scale = 0.1f});
    });
    const double visible = double(queries) * (double(length) - double(queries - 1) / 2);
    char text[64];
    std::snprintf(text, sizeof(text), "16 heads, %ld of %ld tokens", long(queries), long(length));
    reporter.report("prefill", "int8", text, seconds,
                    double(ExpandedShape::pages(length) * shape.pageBytes()),
                    visible * double(kHeads * (shape.key + shape.rope + shape.value)));
}

}  // namespace

void benchmarkLatentAttention(Backend& backend, const MachinePeaks& peaks, bool json) {
    const Reporter reporter(peaks, json);
    {
        const Chunks chunks;
        const int64_t codes = latentRowWidth(kRank, kRope);
        for (const InnerLoop& loop :
             {InnerLoop{"scores", "int8", &Chunks::codeScores, kLatentHeads, kWidth, codes},
              InnerLoop{"values", "int8", &Chunks::codeValues, kLatentHeads, kRank, kRank},
              InnerLoop{"scores", "bf16", &Chunks::rowScores, kHeads, kWidth, 2 * kWidth},
              InnerLoop{"values", "bf16", &Chunks::rowValues, kHeads, kRank, 2 * kRank}})
            benchmarkInnerLoop(cpuThreadPool(backend), chunks, reporter, loop);
    }
    for (const DType dtype : {DType::U8, DType::BF16})
        benchmarkDecode(backend, reporter, dtype, 12288);
    for (const int64_t length : {512, 4096, 12288})
        benchmarkPrefill(backend, reporter, 512, length);
}

}  // namespace hearth::benchmark

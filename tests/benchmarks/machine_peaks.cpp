#include "tests/benchmarks/machine_peaks.h"

#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/benchmarks/benchmark_support.h"

namespace hearth::benchmark {
namespace {

constexpr int64_t kReadBytes = int64_t{1} << 30;
constexpr int64_t kSteps = 2'000'000;
constexpr int kChains = 12;  // enough to hide the latency of any of the instructions

/// One word of each cache line: the line is what memory delivers.
int64_t readLines(const int64_t* words, int64_t lines) {
    int64_t a = 0, b = 0, c = 0, d = 0;
    for (int64_t i = 0; i + 4 <= lines; i += 4, words += 32) {
        a += words[0];
        b += words[8];
        c += words[16];
        d += words[24];
    }
    return a + b + c + d;
}

// The compiler must neither drop nor move the loops, nor see that all their chains hold the same.
template <typename Vector>
inline void keep(Vector& v) {
    asm volatile("" : "+v"(v));
}

__attribute__((target("avx512f,avx512vnni"))) void vnniLoop() {
    __m512i sums[kChains] = {}, a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(5);
    keep(a);
    keep(b);
    for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) {
            sum = _mm512_dpbusd_epi32(sum, a, b);
            keep(sum);
        }
    }
}

__attribute__((target("avx512f"))) void fma512Loop() {
    __m512 sums[kChains] = {}, a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
    keep(a);
    keep(b);
    for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) {
            sum = _mm512_fmadd_ps(a, b, sum);
            keep(sum);
        }
    }
}

__attribute__((target("avx512f,avx512bf16"))) void bf16Loop() {
    __m512 sums[kChains] = {};
    __m512i a = _mm512_set1_epi32(0x3f003f00), b = _mm512_set1_epi32(0x3e803e80);
    keep(a);
    keep(b);
    for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) {
            sum = _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
            keep(sum);
        }
    }
}

__attribute__((target("avx2"))) void maddubsLoop() {
    __m256i sums[kChains] = {}, a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(5);
    for (int64_t i = 0; i < kSteps; ++i) {
        keep(a);
#pragma GCC unroll 12
        for (auto& sum : sums) {
            sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(a, b));
            keep(sum);
        }
    }
}

__attribute__((target("avx2,fma"))) void fma256Loop() {
    __m256 sums[kChains] = {}, a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
    keep(a);
    keep(b);
    for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) {
            sum = _mm256_fmadd_ps(a, b, sum);
            keep(sum);
        }
    }
}

/// Operations a second of a loop with so many multiply-adds in an instruction.
double loopRate(engine::ThreadPool& pool, void (*loop)(), int64_t lanes) {
    const double seconds = medianSeconds([&] {
        pool.parallelFor(pool.threads(), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                loop();
        });
    });
    return 2.0 * double(pool.threads() * kSteps * kChains * lanes) / seconds;
}

double readRate(engine::ThreadPool& pool) {
    std::vector<int64_t> words(size_t(kReadBytes / 8), 1);
    const int64_t lines = kReadBytes / 64;
    const double seconds = medianSeconds([&] {
        pool.parallelFor(lines, [&](int64_t begin, int64_t end) {
            int64_t sum = readLines(words.data() + begin * 8, end - begin);
            asm volatile("" : "+r"(sum));
        });
    });
    return double(kReadBytes) / seconds;
}

}  // namespace

MachinePeaks measurePeaks(engine::ThreadPool& pool) {
    MachinePeaks peaks{.readBytes = readRate(pool)};
    if (__builtin_cpu_supports("avx512f")) {
        peaks.floatOps = loopRate(pool, fma512Loop, 16);
    } else if (__builtin_cpu_supports("fma")) {
        peaks.floatOps = loopRate(pool, fma256Loop, 8);
    }
    peaks.bf16Ops =
        __builtin_cpu_supports("avx512bf16") ? loopRate(pool, bf16Loop, 32) : peaks.floatOps;
    if (__builtin_cpu_supports("avx512vnni")) {
        peaks.int8Ops = loopRate(pool, vnniLoop, 64);
        peaks.int8How = "vpdpbusd, 512 bits";
    } else if (__builtin_cpu_supports("avx2")) {
        peaks.int8Ops = loopRate(pool, maddubsLoop, 32);
        peaks.int8How = "vpmaddubsw and vpaddw, 256 bits";
    }
    return peaks;
}

}  // namespace hearth::benchmark

// Products of pairs of BF16 by fused multiply-adds of F32, for processors that have no instruction
// for them. Include behind a simd_*.h, with HEARTH_ISA defined as for kernels_impl.h.
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <cstdint>

namespace hearth::engine::cpu::HEARTH_ISA {

inline constexpr int kPairTileRows = kTileRows;
// A tile of scores takes as many keys as heads; one of values two vectors of each head.
inline constexpr int kScoreHeads = kTileRows / 3;
inline constexpr int kValueHeads = kTileRows > 6 ? 8 : kTileRows / 3;

/// What the instruction does: subnormal operands count as zeros, and subnormal sums become zeros.
class SubnormalsAreZero {
public:
#if defined(__x86_64__)
    SubnormalsAreZero() : m_before(_mm_getcsr()) {
        constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZeros = 0x0040;
        _mm_setcsr(m_before | kFlushToZero | kDenormalsAreZeros);
    }
    ~SubnormalsAreZero() {
        _mm_setcsr(m_before);
    }
    SubnormalsAreZero(const SubnormalsAreZero&) = delete;
    SubnormalsAreZero& operator=(const SubnormalsAreZero&) = delete;

private:
    unsigned m_before;
#else
    SubnormalsAreZero() {}
#endif
};

struct Pairs {
    Vec first;
    Vec second;
};

inline float floatOfBits(uint32_t bits) {
    float value;
    __builtin_memcpy(&value, &bits, sizeof(value));
    return value;
}

inline Pairs loadPairs(const void* p) {
    return {loadFirstOfPairs(p), loadSecondOfPairs(p)};
}
inline Pairs broadcastPair(const uint32_t* p) {
    return {broadcast(floatOfBits(*p << 16)), broadcast(floatOfBits(*p & 0xffff0000u))};
}
inline Vec multiplyPairs(const Pairs& a, const Pairs& b, Vec sum) {
    return fma(a.first, b.first, fma(a.second, b.second, sum));
}

/// In the low half.
inline uint32_t roundToBf16(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof(bits));
    const uint32_t magnitude = bits & 0x7fffffffu;
    const uint32_t nearest = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const uint32_t quiet = (bits >> 16) | 0x40u;  // a NaN must not be rounded to infinity
    const uint32_t zero = (bits >> 16) & 0x8000u;
    return magnitude > 0x7f800000u ? quiet : magnitude < 0x00800000u ? zero : nearest;
}

inline void pairRow(const float* x, int64_t count, uint32_t* out) {
    for (int64_t i = 0; i < count / 2; ++i)
        out[i] = roundToBf16(x[2 * i]) | roundToBf16(x[2 * i + 1]) << 16;
    if (count % 2 == 1)
        out[count / 2] = roundToBf16(x[count - 1]);
}

/// One value of each row: [width], zeros from count on. second: null for zeros.
inline void pairGroup(const float* first, const float* second, int64_t count, int64_t width,
                      uint32_t* out) {
    for (int64_t i = 0; i < count; ++i)
        out[i] = roundToBf16(first[i]);
    for (int64_t i = 0; second && i < count; ++i)
        out[i] |= roundToBf16(second[i]) << 16;
    for (int64_t i = count; i < width; ++i)
        out[i] = 0;
}

/// The first `count` of 32 values, zeros behind them.
struct RowPart {
    uint16_t values[32] = {};
    RowPart(const uint16_t* p, int64_t count) {
        for (int64_t i = 0; i < count; ++i)
            values[i] = p[i];
    }
};

inline Pairs loadFirstPairs(const uint16_t* p, int64_t count) {
    return loadPairs(RowPart(p, count).values);
}

/// 32 columns of two rows, a pair each.
struct JoinedRows {
    Pairs v[2];
};
inline JoinedRows joinRows(const uint16_t* first, const uint16_t* second) {
    return {{{loadBf16(first), loadBf16(second)}, {loadBf16(first + 16), loadBf16(second + 16)}}};
}
inline JoinedRows joinFirst(const uint16_t* first, const uint16_t* second, int64_t count) {
    return joinRows(RowPart(first, count).values, RowPart(second, count).values);
}
/// What was summed over joined rows, in the order of their columns.
inline void storeJoined(float* out, const Vec (&sums)[2], int64_t count) {
    for (int64_t v = 0; v < 2 && count > v * 16; ++v) {
        const int64_t left = count - v * 16;
        left >= 16 ? store(out + v * 16, sums[v]) : storeFirst(out + v * 16, sums[v], left);
    }
}

/// out[h * stride + k] = the sum of the lanes.
template <int kHeads, int kKeys>
inline void storeScores(const Vec (&sums)[kHeads][kKeys], float* out, int64_t stride) {
    for (int h = 0; h < kHeads; ++h) {
        for (int k = 0; k < kKeys; ++k)
            out[h * stride + k] = treeSum(sums[h][k]);
    }
}

inline void fetchLine(const void* line) {
    __builtin_prefetch(line);
}
inline void fetchFarLine(const void* line) {
    __builtin_prefetch(line, 0, 2);
}

}  // namespace hearth::engine::cpu::HEARTH_ISA

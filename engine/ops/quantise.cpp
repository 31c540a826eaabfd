#include "engine/ops/quantise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "engine/float_bits.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

constexpr int kOutputs = int(kPanelOutputs);
constexpr int kSteps = int(kQuantBlock);
constexpr int kQuad = 4;  // steps of an output side by side
// What makes codes unsigned.
constexpr int kQ8Zero = 128;
constexpr int kQ4Zero = 8;
constexpr float kLargestF16 = 65504.0f;

/// One value for each output of a panel. Loops over them have no carried sums, so a compiler may
/// use whatever registers there are and the bits stay the same.
using Lanes = std::array<float, kOutputs>;
/// 32 steps of depth of a panel.
using Block = std::array<Lanes, kSteps>;

/// Nearest integer, ties to even, for |x| < 2^22: the sum has no room for a fraction.
inline float nearest(float x) {
    return (x + 12582912.0f) - 12582912.0f;
}

Block loadBlock(const PanelRows& rows, int64_t first) {
    Block block{};
    const int64_t steps = std::min<int64_t>(kSteps, rows.depth - first);
    for (int64_t r = 0; r < rows.count; ++r) {
        const float* row = rows.data + r * rows.stride + first;
        for (int64_t k = 0; k < steps; ++k)
            block[size_t(k)][size_t(r)] = row[k];
    }
    return block;
}

/// Rounds to F16, within its range, and keeps the bits too.
void roundScales(Lanes& scales, uint16_t* bits) {
    for (int n = 0; n < kOutputs; ++n) {
        bits[n] = floatToF16(std::clamp(scales[size_t(n)], -kLargestF16, kLargestF16));
        scales[size_t(n)] = f16ToFloat(bits[n]);
    }
}

/// 1 / scale; 0 where the scale is 0, so that every code is 0.
Lanes inverses(const Lanes& scales) {
    Lanes out;
    for (size_t n = 0; n < kOutputs; ++n)
        out[n] = scales[n] == 0.0f ? 0.0f : 1.0f / scales[n];
    return out;
}

// Many scales are tried, so these loops are written with vector types: GCC leaves them scalar as
// loops over arrays. Lanes stay apart, so the bits are the same.
constexpr size_t kWidth = 4;
constexpr size_t kGroups = kOutputs / kWidth;
typedef float Wide __attribute__((vector_size(kWidth * sizeof(float))));

/// Some outputs of a block: [step].
using WideBlock = std::array<Wide, kSteps>;

inline void loadWide(const float* from, Wide& to) {
    std::memcpy(&to, from, sizeof(to));
}
inline void storeWide(const Wide& from, float* to) {
    std::memcpy(to, &from, sizeof(from));
}

/// Codes that a type has.
struct Codes {
    float low = 0;
    float high = 0;
};
constexpr Codes kQ8Codes = {-127.0f, 127.0f};
constexpr Codes kQ4Codes = {-8.0f, 7.0f};

/// code = the nearest one to value * inverse. Clamped first: the product may be far outside of
/// what nearest() can round.
template <Codes kCodes>
inline void codeOf(const Wide& value, const Wide& inverse, Wide& code) {
    const Wide low = Wide{} + kCodes.low, high = Wide{} + kCodes.high, magic = Wide{} + 12582912.0f;
    const Wide scaled = value * inverse;
    const Wide raised = scaled < low ? low : scaled;
    const Wide clamped = high < raised ? high : raised;
    code = (clamped + magic) - magic;
}

/// The scale whose codes (with `inverse` in place of 1 / scale) fit best: least squares.
template <Codes kCodes>
void fitScales(const WideBlock& block, const Wide& inverse, Wide& scales) {
    Wide products{}, squares{}, code;
    for (const Wide& step : block) {
        codeOf<kCodes>(step, inverse, code);
        products = products + step * code;
        squares = squares + code * code;
    }
    const Wide zero{};
    scales = squares == zero ? zero : products / squares;
}

template <Codes kCodes>
void errorsOf(const WideBlock& block, const Wide& scales, const Wide& inverse, Wide& errors) {
    errors = Wide{};
    Wide code;
    for (const Wide& step : block) {
        codeOf<kCodes>(step, inverse, code);
        const Wide error = step - scales * code;
        errors = errors + error * error;
    }
}

/// In each lane the value that is farthest from zero, with its sign.
Lanes extremes(const Block& block) {
    Lanes out{};
    for (const Lanes& step : block) {
        for (size_t n = 0; n < kOutputs; ++n)
            out[n] = std::fabs(step[n]) > std::fabs(out[n]) ? step[n] : out[n];
    }
    return out;
}

// The extreme value of a Q8 block may have any code from here to 127. A coarser step is worse on
// average, but each rounds the 32 values differently: the best of eight has 0.82 times the squared
// error of 127 alone. Whole numbers, so that packed values pack to themselves.
constexpr float kLeastQ8Extreme = 120.0f;

// The code that a Q4 candidate gives to the extreme value, before the fit. -8 is the end of the
// range, and is tried without the fit as well: so no block is worse than by that plain rule.
// Beyond -8 the extreme is clipped and the others are finer; positive ones are for blocks whose
// other end needs the room.
constexpr std::array<float, 8> kExtremeCodes = {-8.0f, -7.5f, -8.4f, -8.9f,
                                                -9.5f, 7.2f,  7.8f,  8.4f};

/// The best scale of each output so far.
struct BestScales {
    Lanes scales{};
    Lanes errors;
    std::array<uint16_t, kOutputs> bits{};

    BestScales() { errors.fill(INFINITY); }
    void offer(const Lanes& candidates, const uint16_t* candidateBits,
               const Lanes& candidateErrors) {
        for (size_t n = 0; n < kOutputs; ++n) {
            if (!(candidateErrors[n] < errors[n]))
                continue;
            errors[n] = candidateErrors[n];
            scales[n] = candidates[n];
            bits[n] = candidateBits[n];
        }
    }
};

template <Codes kCodes>
class ScaleSearch {
public:
    explicit ScaleSearch(const Block& block) {
        for (size_t g = 0; g < kGroups; ++g) {
            for (size_t k = 0; k < kSteps; ++k)
                loadWide(block[k].data() + g * kWidth, m_groups[g][k]);
        }
    }

    /// The scales that fit best when codes are made with `inverse`.
    void fit(const Lanes& inverse, Lanes& scales) const {
        Wide in, out;
        for (size_t g = 0; g < kGroups; ++g) {
            loadWide(inverse.data() + g * kWidth, in);
            fitScales<kCodes>(m_groups[g], in, out);
            storeWide(out, scales.data() + g * kWidth);
        }
    }

    /// Takes those that are better than what was tried before.
    void attempt(Lanes scales) {
        std::array<uint16_t, kOutputs> bits;
        roundScales(scales, bits.data());
        const Lanes inverse = inverses(scales);
        Lanes errors;
        Wide scale, in, out;
        for (size_t g = 0; g < kGroups; ++g) {
            loadWide(scales.data() + g * kWidth, scale);
            loadWide(inverse.data() + g * kWidth, in);
            errorsOf<kCodes>(m_groups[g], scale, in, out);
            storeWide(out, errors.data() + g * kWidth);
        }
        m_best.offer(scales, bits.data(), errors);
    }
    const BestScales& best() const { return m_best; }

private:
    std::array<WideBlock, kGroups> m_groups;
    BestScales m_best;
};

BestScales searchQ4(const Block& block) {
    ScaleSearch<kQ4Codes> search(block);
    const Lanes extreme = extremes(block);
    for (const float code : kExtremeCodes) {
        Lanes scales;
        for (size_t n = 0; n < kOutputs; ++n)
            scales[n] = extreme[n] / code;
        if (code == -8.0f)
            search.attempt(scales);
        search.fit(inverses(scales), scales);
        search.attempt(scales);
    }
    return search.best();
}

BestScales searchQ8(const Block& block) {
    ScaleSearch<kQ8Codes> search(block);
    const Lanes extreme = extremes(block);
    for (float code = kQ8Codes.high; code >= kLeastQ8Extreme; --code) {
        Lanes scales;
        for (size_t n = 0; n < kOutputs; ++n)
            scales[n] = std::fabs(extreme[n]) / code;
        search.attempt(scales);
    }
    return search.best();
}

void packQ8(const Block& block, std::byte* target) {
    const BestScales best = searchQ8(block);
    std::memcpy(target, best.bits.data(), sizeof(best.bits));
    const Lanes inverse = inverses(best.scales);
    auto* codes = reinterpret_cast<uint8_t*>(target + sizeof(best.bits));
    for (int k = 0; k < kSteps; ++k) {
        const Lanes& step = block[size_t(k)];
        uint8_t* quad = codes + k / kQuad * kOutputs * kQuad + k % kQuad;
        for (size_t n = 0; n < kOutputs; ++n)
            quad[n * kQuad] =
                uint8_t(int(nearest(std::clamp(step[n] * inverse[n], -127.0f, 127.0f))) + kQ8Zero);
    }
}

void packQ4(const Block& block, std::byte* target) {
    const BestScales best = searchQ4(block);
    std::memcpy(target, best.bits.data(), sizeof(best.bits));
    const Lanes inverse = inverses(best.scales);
    auto* codes = reinterpret_cast<uint8_t*>(target + sizeof(best.bits));
    for (int k = 0; k < kSteps; ++k) {
        const Lanes& step = block[size_t(k)];
        std::array<int, kOutputs> raised;
        for (size_t n = 0; n < kOutputs; ++n)
            raised[n] = int(nearest(std::clamp(step[n] * inverse[n], -8.0f, 7.0f))) + kQ4Zero;
        uint8_t* quad = codes + k / kQuad * (kOutputs / 2) * kQuad + k % kQuad;
        for (size_t n = 0; n < kOutputs / 2; ++n)
            quad[n * kQuad] = uint8_t(raised[n] | raised[n + kOutputs / 2] << 4);
    }
}

// Panels in a file may lie at any address, so elements are copied as bytes.

template <typename Bits, typename Convert>
void packPlain(const PanelRows& rows, std::byte* panel, Convert convert) {
    for (int64_t first = 0; first < rows.depth; first += kSteps) {
        const Block block = loadBlock(rows, first);
        const int64_t steps = std::min<int64_t>(kSteps, rows.depth - first);
        for (int64_t k = 0; k < steps; ++k) {
            for (size_t n = 0; n < kOutputs; ++n, panel += sizeof(Bits)) {
                const Bits bits = convert(block[size_t(k)][n]);
                std::memcpy(panel, &bits, sizeof(Bits));
            }
        }
    }
}

template <typename Bits, typename Convert>
void unpackPlain(const std::byte* panel, int64_t count, int64_t depth, float* rows, int64_t stride,
                 Convert convert) {
    // A cache line of each row at a time: rows a power of two apart would evict each other.
    constexpr int64_t kTogether = 16;
    for (int64_t first = 0; first < depth; first += kTogether) {
        const int64_t end = std::min(depth, first + kTogether);
        for (int64_t n = 0; n < count; ++n) {
            for (int64_t k = first; k < end; ++k) {
                Bits bits;
                std::memcpy(&bits, panel + (k * kOutputs + n) * int64_t(sizeof(Bits)),
                            sizeof(Bits));
                rows[n * stride + k] = convert(bits);
            }
        }
    }
}

/// code(codes of a block, step, output) is the integer that the scale multiplies.
/// Block: what the codes of kSteps steps stand for, as rows; the last block may be cut.
template <typename Block>
void unpackQuantised(const std::byte* panel, int64_t count, int64_t depth, float* rows,
                     int64_t stride, int64_t blockBytes) {
    for (int64_t first = 0; first < depth; first += kSteps, panel += blockBytes) {
        std::array<uint16_t, kOutputs> scales;
        std::memcpy(scales.data(), panel, sizeof(scales));
        const std::byte* codes = panel + sizeof(scales);
        for (int64_t n = 0; n < count; ++n) {
            const float scale = f16ToFloat(scales[size_t(n)]);
            float* row = rows + n * stride + first;
            if (first + kSteps <= depth) {
                Block::values(codes, n, scale, row);
            } else {
                std::array<float, kSteps> whole;
                Block::values(codes, n, scale, whole.data());
                std::copy_n(whole.begin(), depth - first, row);
            }
        }
    }
}

// Loops of known length over steps that lie side by side: compilers make vector code of them.

struct Q8Block {
    static void values(const std::byte* codes, int64_t output, float scale, float* row) {
        const std::byte* mine = codes + output * kQuad;
        for (int64_t quad = 0; quad < kSteps / kQuad; ++quad)
            for (int64_t s = 0; s < kQuad; ++s)
                row[quad * kQuad + s] =
                    scale * float(int(mine[quad * kOutputs * kQuad + s]) - kQ8Zero);
    }
};

struct Q4Block {
    static void values(const std::byte* codes, int64_t output, float scale, float* row) {
        constexpr int64_t kHalf = kOutputs / 2;
        const std::byte* mine = codes + output % kHalf * kQuad;
        const int shift = output < kHalf ? 0 : 4;
        for (int64_t quad = 0; quad < kSteps / kQuad; ++quad)
            for (int64_t s = 0; s < kQuad; ++s)
                row[quad * kQuad + s] =
                    scale * float(((int(mine[quad * kHalf * kQuad + s]) >> shift) & 15) - kQ4Zero);
    }
};

}  // namespace

void packPanel(DType dtype, const PanelRows& rows, std::byte* panel) {
    CORE_ASSERT(rows.count >= 1 && rows.count <= kPanelOutputs && rows.depth >= 1);
    switch (dtype) {
        case DType::F32:
            return packPlain<float>(rows, panel, [](float v) { return v; });
        case DType::BF16:
            return packPlain<uint16_t>(rows, panel, floatToBf16);
        case DType::F16:
            return packPlain<uint16_t>(rows, panel, floatToF16);
        default:
            break;
    }
    CORE_ASSERT(dtype == DType::Q8 || dtype == DType::Q4);
    const int64_t blockBytes = panelBytes(dtype, kSteps);
    for (int64_t first = 0; first < rows.depth; first += kSteps, panel += blockBytes)
        (dtype == DType::Q8 ? packQ8 : packQ4)(loadBlock(rows, first), panel);
}

void unpackPanel(DType dtype, const std::byte* panel, int64_t count, int64_t depth, float* rows,
                 int64_t stride) {
    switch (dtype) {
        case DType::F32:
            return unpackPlain<float>(panel, count, depth, rows, stride, [](float v) { return v; });
        case DType::BF16:
            return unpackPlain<uint16_t>(panel, count, depth, rows, stride, bf16ToFloat);
        case DType::F16:
            return unpackPlain<uint16_t>(panel, count, depth, rows, stride, f16ToFloat);
        case DType::Q8:
            return unpackQuantised<Q8Block>(panel, count, depth, rows, stride,
                                            panelBytes(dtype, kSteps));
        case DType::Q4:
            return unpackQuantised<Q4Block>(panel, count, depth, rows, stride,
                                            panelBytes(dtype, kSteps));
        default:
            CORE_ASSERT(!"not a dtype of packed weights");
    }
}

}  // namespace hearth::engine

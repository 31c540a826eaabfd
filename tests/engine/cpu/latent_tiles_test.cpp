// What prefill over the int8 cache does with several tiles of queries at once, on every instruction
// set, against the loops of decode that take one.
#include <array>
#include <cmath>

#include "engine/cpu/kernels.h"
#include "engine/ops/latent_page.h"
#include "tests/engine/cpu/isa_test.h"
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine::cpu;
using engine::CpuIsa;
using engine::kLatentPageTokens;

constexpr int64_t kRows = kLatentHeads;

/// [tiles][values / 4][kRows][4] codes.
struct Queries {
    std::vector<int8_t> codes;
    std::vector<int32_t> starts;

    LatentQueries from(int64_t tile, int64_t values, const std::vector<float>& scales) const {
        return {.codes = codes.data() + tile * kRows * values,
                .scales = scales.data() + tile * kRows,
                .starts = starts.data() + tile * kRows};
    }
};

class LatentTilesTest : public IsaTest {
protected:
    /// A part of a page with codes of all values, and scales behind them.
    std::vector<std::byte> randomPart(int64_t values) {
        std::vector<std::byte> part;
        for (int64_t i = 0; i < values * kLatentPageTokens; ++i)
            part.push_back(std::byte(m_random.below(256)));
        for (int64_t i = 0; i < kLatentPageTokens; ++i) {
            const float scale = 0.01f + std::fabs(m_random.next());
            const auto* bytes = reinterpret_cast<const std::byte*>(&scale);
            part.insert(part.end(), bytes, bytes + sizeof(scale));
        }
        return part;
    }
    Queries randomQueries(int64_t tiles, int64_t values) {
        Queries q{{}, std::vector<int32_t>(size_t(tiles * kRows))};
        for (int64_t i = 0; i < tiles * kRows * values; ++i) {
            q.codes.push_back(int8_t(m_random.below(255) - 127));
            q.starts[size_t(i / (kRows * values) * kRows + i / 4 % kRows)] -=
                kLatentBias * q.codes.back();
        }
        return q;
    }
    std::vector<float> randomFloats(int64_t count) {
        std::vector<float> values;
        for (int64_t i = 0; i < count; ++i)
            values.push_back(m_random.next());
        return values;
    }

    RandomValues m_random{5};
};

TEST_P(LatentTilesTest, ScoresOfSeveralTilesAreThoseOfEach) {
    for (const auto& [key, rope] : {std::pair<int64_t, int64_t>{128, 64}, {20, 12}, {4, 4}}) {
        const auto keyPart = randomPart(key), ropePart = randomPart(rope);
        for (const int64_t tiles : {2, 3, 8}) {
            const Queries keyQueries = randomQueries(tiles, key);
            const Queries ropeQueries = randomQueries(tiles, rope);
            const auto scales = randomFloats(tiles * kRows);
            const auto run = [&](const LatentKernels& kernels, int64_t first, int64_t count,
                                 float* out) {
                kernels.scores({.latentPart = keyPart.data(),
                                .ropePart = ropePart.data(),
                                .ahead = keyPart.data(),
                                .also = keyPart.data(),
                                .latentQuads = key / 4,
                                .ropeQuads = rope / 4,
                                .latent = keyQueries.from(first, key, scales),
                                .rope = ropeQueries.from(first, rope, scales),
                                .stride = kRows,
                                .heads = kRows,
                                .tiles = count,
                                .scores = out,
                                .scoreStride = kLatentPageTokens});
            };
            const int64_t size = kRows * kLatentPageTokens;
            std::vector<float> together(size_t(tiles * size)), one(size_t(tiles * size));
            run(*kernels().latent, 0, tiles, together.data());
            for (int64_t t = 0; t < tiles; ++t)
                run(scalarLatentKernels(), t, 1, one.data() + t * size);
            expectSameBits(together, one);
        }
    }
}

TEST_P(LatentTilesTest, WeightsAreThoseOfTheStepsOneByOne) {
    constexpr int64_t kStride = kLatentChunk;
    for (const int64_t columns : {32, 128, 160, 256}) {
        const auto scores = randomFloats(kRows * kStride), keyScales = randomFloats(kStride);
        std::vector<float> positive(keyScales);
        for (float& scale : positive)
            scale = std::fabs(scale);
        std::vector<int64_t> visible{columns, 1, 0, columns - 1, 17, 31, columns, 0};
        const std::vector<float> before{-INFINITY, 0.5f,   -INFINITY, 9.0f,
                                        -3.0f,     100.0f, 0.1f,      2.0f};
        struct Result {
            std::vector<float> scores, maximum, sum, correction, scale;
            std::vector<uint8_t> codes;
        };
        const auto start = [&] {
            return Result{scores,
                          before,
                          std::vector<float>(kRows, 1.5f),
                          std::vector<float>(kRows),
                          std::vector<float>(kRows),
                          std::vector<uint8_t>(size_t(kRows * kStride))};
        };
        const auto block = [&](Result& r) {
            return SoftmaxBlockParams{.scores = r.scores.data(),
                                      .rows = kRows,
                                      .stride = kStride,
                                      .columns = columns,
                                      .visible = visible.data(),
                                      .scale = 30.0f,
                                      .maximum = r.maximum.data(),
                                      .sum = r.sum.data(),
                                      .correction = r.correction.data()};
        };
        Result expected = start(), actual = start();
        scalarKernels().softmaxBlock(block(expected));
        for (int64_t r = 0; r < kRows; ++r)
            expected.scale[size_t(r)] =
                scalarLatentKernels().weigh(expected.scores.data() + r * kStride, positive.data(),
                                            columns, expected.codes.data() + r * kStride);
        kernels().softmaxCodes({.block = block(actual),
                                .keyScales = positive.data(),
                                .codes = actual.codes.data(),
                                .codeScales = actual.scale.data()});
        expectSameBits(actual.maximum, expected.maximum);
        expectSameBits(actual.sum, expected.sum);
        expectSameBits(actual.correction, expected.correction);
        expectSameBits(actual.scale, expected.scale);
        EXPECT_EQ(actual.codes, expected.codes);
    }
}

TEST_P(LatentTilesTest, TurnedValuesAddUpToThoseOfDecode) {
    for (const int64_t values : {8, 16, 24, 40, 56, 128}) {
        for (const int64_t pages : {1, 3, 8}) {
            std::vector<std::vector<std::byte>> parts;
            std::vector<const std::byte*> pointers;
            for (int64_t i = 0; i < pages; ++i)
                parts.push_back(randomPart(values));
            for (const auto& part : parts)
                pointers.push_back(part.data());
            const int64_t tiles = 1 + pages % 3, rows = tiles * kRows;
            const int64_t stride = (values + kTurnedLanes - 1) / kTurnedLanes * kTurnedLanes;
            std::vector<uint8_t> weights;
            for (int64_t i = 0; i < rows * kLatentChunk; ++i)
                weights.push_back(uint8_t(m_random.below(256)));
            const auto scales = randomFloats(rows), corrections = randomFloats(rows);
            auto sums = randomFloats(rows * stride);
            std::vector<float> expected(size_t(rows * stride)), decoded(size_t(kRows * values));
            for (int64_t r = 0; r < rows; ++r) {
                if (r % kRows == 0)
                    scalarLatentKernels().values({.pages = pointers.data(),
                                                  .pageCount = pages,
                                                  .quads = values / 4,
                                                  .weights = weights.data() + r * kLatentChunk,
                                                  .scales = scales.data() + r,
                                                  .heads = kRows,
                                                  .out = decoded.data(),
                                                  .outStride = values});
                for (int64_t v = 0; v < stride; ++v) {
                    const float before = sums[size_t(r * stride + v)] * corrections[size_t(r)];
                    expected[size_t(r * stride + v)] =
                        before + (v < values ? decoded[size_t(r % kRows * values + v)] : 0.0f);
                }
            }
            std::vector<std::byte> turned(size_t(pages * kLatentPageTokens * stride),
                                          std::byte{0x55});
            kernels().latent->turn(pointers.data(), pages, values, turned.data());
            kernels().latent->addValues({.codes = turned.data(),
                                         .keys = pages * kLatentPageTokens,
                                         .stride = stride,
                                         .weights = weights.data(),
                                         .scales = scales.data(),
                                         .corrections = corrections.data(),
                                         .tiles = tiles,
                                         .sums = sums.data()});
            expectSameBits(sums, expected);
        }
    }
}

std::string nameOf(const testing::TestParamInfo<CpuIsa>& info) {
    constexpr const char* kNames[] = {"Best",   "Scalar",     "Avx2",
                                      "Avx512", "Avx512Vnni", "Avx512Bf16"};
    return kNames[size_t(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Isa, LatentTilesTest,
                         testing::Values(CpuIsa::Scalar, CpuIsa::Avx2, CpuIsa::Avx512,
                                         CpuIsa::Avx512Vnni, CpuIsa::Avx512Bf16),
                         nameOf);

}  // namespace
}  // namespace hearth::test

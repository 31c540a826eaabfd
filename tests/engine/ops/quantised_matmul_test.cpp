#include <cmath>
#include <cstring>
#include <limits>

#include "engine/float_bits.h"
#include "tests/engine/ops/quantised_weights.h"

namespace hearth::test {
namespace {

using namespace engine;

bool isQuantised(DType type) {
    return type == DType::Q8 || type == DType::Q4;
}

/// A row of activations as codes in 8 bits, per block of 32.
struct QuantisedRow {
    std::vector<int> codes;
    std::vector<float> scales;

    explicit QuantisedRow(std::span<const float> row) {
        for (size_t first = 0; first < row.size(); first += 32) {
            const auto block = row.subspan(first, std::min<size_t>(32, row.size() - first));
            float largest = 0;
            for (const float v : block)
                largest = std::max(largest, std::fabs(v));
            const float scale = largest / 127.0f, inverse = scale > 0 ? 1.0f / scale : 0.0f;
            scales.push_back(scale);
            for (const float v : block)
                codes.push_back(int(std::nearbyint(v * inverse)));
        }
    }
};

/// A weight as tests see it: its type and floats. Those of a block divided by its scale are the
/// codes again; the largest code tells nothing of the scale, so the packed scales are kept too.
struct Reference {
    DType dtype;
    int64_t outputs;
    int64_t depth;
    std::vector<float> values;       // [groups * outputs, depth]
    std::vector<float> blockScales;  // [groups * outputs, blocks], for Q8 and Q4

    int64_t blocks() const { return (depth + 31) / 32; }

    /// What the arithmetic of quantised_kernels.h gives, to the bit; `n` counts over groups.
    float quantisedProduct(std::span<const float> row, int64_t n) const {
        const QuantisedRow x(row);
        float sum = 0;
        for (int64_t b = 0; b < blocks(); ++b) {
            const float scale = blockScales[size_t(n * blocks() + b)];
            int64_t total = 0;
            for (int64_t k = b * 32; k < std::min(depth, b * 32 + 32); ++k) {
                const float value = values[size_t(n * depth + k)];
                total += scale == 0 ? 0 : std::lround(value / scale) * x.codes[size_t(k)];
            }
            sum = std::fma(float(total), scale * x.scales[size_t(b)], sum);
        }
        return sum;
    }
    /// The product of the floats, for types that are not quantised with the kernels' one chain.
    float product(std::span<const float> row, int64_t n) const {
        if (isQuantised(dtype))
            return quantisedProduct(row, n);
        float sum = 0;
        for (int64_t k = 0; k < depth; ++k)
            sum = std::fma(row[size_t(k)], values[size_t(n * depth + k)], sum);
        return sum;
    }
};

/// Each packed type against its documented arithmetic: equal bits on every instruction set.
class QuantisedMatmulTest : public BackendTest {
protected:
    struct Weight {
        Tensor packed;
        Reference reference;
    };
    /// groups 0: rank 2.
    Weight weights(DType dtype, int64_t groups, int64_t outputs, int64_t depth,
                   size_t misalign = 0) {
        const int64_t g = std::max<int64_t>(groups, 1);
        const auto bytes = packForTest(dtype, floatsOf(m_random.matrix(g * outputs, depth)), g,
                                       outputs, depth, misalign);
        const std::vector<int64_t> shape = groups == 0
                                               ? std::vector<int64_t>{outputs, depth}
                                               : std::vector<int64_t>{groups, outputs, depth};
        return {backend().adopt(dtype, shape, bytes.bytes, bytes.storage),
                {dtype, outputs, depth, bytes.values,
                 isQuantised(dtype) ? scalesOf(dtype, bytes.bytes, g, outputs, depth)
                                    : std::vector<float>()}};
    }
    /// [groups * outputs, blocks] from the panels.
    static std::vector<float> scalesOf(DType dtype, std::span<const std::byte> bytes,
                                       int64_t groups, int64_t outputs, int64_t depth) {
        const int64_t blocks = (depth + 31) / 32, blockBytes = panelBytes(dtype, 32);
        const int64_t panels = (outputs + 31) / 32;
        std::vector<float> scales;
        for (int64_t g = 0; g < groups; ++g) {
            for (int64_t n = 0; n < outputs; ++n) {
                for (int64_t b = 0; b < blocks; ++b) {
                    uint16_t bits;
                    const int64_t block = (g * panels + n / 32) * blocks + b;
                    std::memcpy(&bits, bytes.data() + block * blockBytes + n % 32 * 2, 2);
                    scales.push_back(f16ToFloat(bits));
                }
            }
        }
        return scales;
    }
    static std::span<const float> rowOf(const std::vector<float>& x, int64_t row, int64_t depth) {
        return std::span(x).subspan(size_t(row * depth), size_t(depth));
    }
    /// The first rows of x [.., depth] times a weight of rank 2.
    static std::vector<float> expected(const std::vector<float>& x, int64_t rows,
                                       const Reference& weight) {
        std::vector<float> out;
        for (int64_t r = 0; r < rows; ++r) {
            for (int64_t n = 0; n < weight.outputs; ++n)
                out.push_back(weight.product(rowOf(x, r, weight.depth), n));
        }
        return out;
    }
    std::vector<float> product(const Tensor& x, const Tensor& weight) {
        const Tensor out = empty(x.dim(0), weight.dim(0));
        ops::matmul(backend(), {.x = x, .weight = weight, .out = out});
        return download(out);
    }

    RandomValues m_random{11};
    static constexpr DType kTypes[] = {DType::F32, DType::BF16, DType::F16, DType::Q8, DType::Q4};
};

TEST_P(QuantisedMatmulTest, MatmulHasTheBitsOfItsArithmetic) {
    for (const DType dtype : kTypes) {
        for (const int64_t depth : {1, 31, 32, 70, 256, 700}) {
            for (const int64_t outputs : {1, 16, 17, 33, 64, 130}) {
                const Weight w = weights(dtype, 0, outputs, depth);
                const auto values = floatsOf(m_random.matrix(29, depth));
                const Tensor x = uploadFloats(backend(), values, {29, depth});
                for (const int64_t rows : {1, 2, 3, 4, 7, 13, 29}) {
                    SCOPED_TRACE(testing::Message() << dtypeName(dtype) << " " << rows << "x"
                                                    << depth << "x" << outputs);
                    expectSameBits(product(x.rows(0, rows), w.packed),
                                   expected(values, rows, w.reference));
                }
            }
        }
    }
}

/// Sizes that are cut into groups of rows and units of threads.
TEST_P(QuantisedMatmulTest, LargeMatricesHaveTheBitsToo) {
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const Weight w = weights(dtype, 0, 200, 96);
        const auto values = floatsOf(m_random.matrix(400, 96));
        const Tensor x = uploadFloats(backend(), values, {400, 96});
        expectSameBits(product(x, w.packed), expected(values, 400, w.reference));
    }
}

TEST_P(QuantisedMatmulTest, IsNearTheProductOfTheFloats) {
    const int64_t depth = 300, outputs = 70, rows = 5;
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const Weight w = weights(dtype, 0, outputs, depth);
        const auto values = floatsOf(m_random.matrix(rows, depth));
        const auto actual = product(uploadFloats(backend(), values, {rows, depth}), w.packed);
        for (int64_t r = 0; r < rows; ++r) {
            const QuantisedRow x(rowOf(values, r, depth));
            for (int64_t n = 0; n < outputs; ++n) {
                double exact = 0, tolerance = 0, magnitude = 0;
                for (int64_t k = 0; k < depth; ++k) {
                    const double weight = double(w.reference.values[size_t(n * depth + k)]);
                    exact += double(values[size_t(r * depth + k)]) * weight;
                    // A code is off by half a step, and by what rounding the scale, its inverse
                    // and the product moved it: 3 roundings of up to 127 steps.
                    tolerance += double(x.scales[size_t(k / 32)]) * std::fabs(weight) *
                                 (0.5 + 3 * 127 * kEpsilon);
                    magnitude += 127 * double(x.scales[size_t(k / 32)]) * std::fabs(weight);
                }
                // Each block rounds its scale and its sum.
                tolerance += 2 * double(w.reference.blocks()) * kEpsilon * magnitude;
                ASSERT_NEAR(double(actual[size_t(r * outputs + n)]), exact, tolerance);
            }
        }
    }
}

TEST_P(QuantisedMatmulTest, EveryHeadAndExpertHasTheBitsOfItsArithmetic) {
    for (const DType dtype : kTypes) {
        SCOPED_TRACE(dtypeName(dtype));
        const int64_t groups = 5, outputs = 40, depth = 50, tokens = 9;
        const Weight w = weights(dtype, groups, outputs, depth);
        const auto heads = floatsOf(m_random.matrix(6, groups * depth));
        const auto rows = floatsOf(m_random.matrix(20, depth));
        const std::vector<int32_t> bounds = {0, 0, 13, 14, 14, 20};
        std::vector<int32_t> source(20);
        for (int32_t& token : source)
            token = int32_t(m_random.below(tokens));
        const Tensor offsets = uploadInts(backend(), bounds);
        const Tensor x = uploadFloats(backend(), rows, {20, depth});
        const Tensor perHead = empty(6, groups * outputs), grouped = empty(20, outputs),
                     gathered = empty(20, outputs);
        ops::perHeadMatmul(backend(), {.x = uploadFloats(backend(), heads, {6, groups * depth}),
                                       .x_head_stride = depth,
                                       .weight = w.packed,
                                       .out = perHead});
        ops::groupedMatmul(backend(),
                           {.x = x, .weight = w.packed, .offsets = offsets, .out = grouped});
        ops::groupedMatmul(backend(), {.x = x.rows(0, tokens),
                                       .weight = w.packed,
                                       .offsets = offsets,
                                       .row_source = uploadInts(backend(), source),
                                       .out = gathered});
        std::vector<float> byHead, byExpert, bySource;
        for (int64_t i = 0; i < 6 * groups * outputs; ++i) {
            const int64_t t = i / (groups * outputs), n = i % (groups * outputs);
            byHead.push_back(w.reference.product(rowOf(heads, t * groups + n / outputs, depth), n));
        }
        for (int64_t r = 0; r < 20; ++r) {
            const auto expert = std::ranges::upper_bound(bounds, int32_t(r)) - bounds.begin() - 1;
            for (int64_t n = expert * outputs; n < (expert + 1) * outputs; ++n) {
                byExpert.push_back(w.reference.product(rowOf(rows, r, depth), n));
                bySource.push_back(w.reference.product(rowOf(rows, source[size_t(r)], depth), n));
            }
        }
        expectSameBits(download(perHead), byHead);
        expectSameBits(download(grouped), byExpert);
        expectSameBits(download(gathered), bySource);
    }
}

TEST_P(QuantisedMatmulTest, AccumulatesScaled) {
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const Weight w = weights(dtype, 0, 45, 64);
        const Tensor x = upload(m_random.matrix(3, 64));
        const Matrix start = m_random.matrix(3, 45);
        const Tensor out = upload(start);
        auto sums = product(x, w.packed);
        ops::matmul(backend(),
                    {.x = x, .weight = w.packed, .out = out, .accumulate = true, .scale = -0.5f});
        for (size_t i = 0; i < sums.size(); ++i)
            sums[i] = std::fma(-0.5f, sums[i], float(start.values[i]));
        expectSameBits(download(out), sums);
    }
}

/// What codes cannot hold: blocks too small to scale count as zero, and values that are no
/// numbers make the results of their row NaN, not of the others.
TEST_P(QuantisedMatmulTest, TinyAndNotFiniteActivations) {
    const float infinity = std::numeric_limits<float>::infinity();
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const Weight w = weights(dtype, 0, 33, 70);
        std::vector<float> x(5 * 70, 0.0f);
        x[70 + 3] = std::numeric_limits<float>::denorm_min();
        x[140 + 64] = infinity;
        x[210 + 1] = -std::numeric_limits<float>::quiet_NaN();
        x[280] = std::numeric_limits<float>::max();
        const auto out = product(uploadFloats(backend(), x, {5, 70}), w.packed);
        for (size_t i = 0; i < out.size(); ++i) {
            const size_t row = i / 33;
            if (row < 2) {
                ASSERT_EQ(out[i], 0.0f);
            } else {
                ASSERT_EQ(std::isnan(out[i]), row < 4) << i;
            }
        }
    }
}

TEST_P(QuantisedMatmulTest, AdoptedBytesNeedNoAlignmentAndOutliveTheirMaker) {
    for (const DType dtype : kTypes) {
        for (const size_t misalign : {0, 2, 32}) {
            const Weight w = weights(dtype, 0, 70, 96, misalign);  // storage is w.packed's alone
            const auto x = floatsOf(m_random.matrix(2, 96));
            expectSameBits(product(uploadFloats(backend(), x, {2, 96}), w.packed),
                           expected(x, 2, w.reference));
        }
    }
}

TEST_P(QuantisedMatmulTest, PackedByTheBackendLiesAsTheLayoutSays) {
    const Matrix rows = m_random.coarseMatrix(70, 45);
    const Tensor x = upload(m_random.matrix(4, 45));
    for (const DType dtype : {DType::F32, DType::BF16, DType::F16}) {
        const auto bytes = packForTest(dtype, floatsOf(rows), 1, 70, 45);
        const Tensor adopted =
            backend().adopt(dtype, std::array<int64_t, 2>{70, 45}, bytes.bytes, bytes.storage);
        const Tensor packed = ops::pack(backend(), convert(upload(rows), dtype));
        std::vector<float> ownRows(bytes.values.size()), givenRows(bytes.values.size());
        backend().downloadRows(packed, 0, 0, 70, ownRows);
        backend().downloadRows(adopted, 0, 0, 70, givenRows);
        expectSameBits(ownRows, bytes.values);
        expectSameBits(givenRows, bytes.values);
        if (!onCpu())
            continue;
        EXPECT_EQ(
            std::memcmp(engine::cpuData(packed), engine::cpuData(adopted), bytes.bytes.size()), 0)
            << dtypeName(dtype);
    }
}

HEARTH_ON_EVERY_BACKEND(QuantisedMatmulTest);

}  // namespace
}  // namespace hearth::test

#include <cstring>

#include "tests/engine/ops/quantised_weights.h"

namespace hearth::test {
namespace {

using namespace engine;

/// Each packed type against the same op with the floats that its panels stand for: equal bits.
class QuantisedMatmulTest : public BackendTest {
protected:
    struct Pair {
        Tensor packed;
        Tensor floats;
    };
    /// groups 0: rank 2.
    Pair weights(DType dtype, int64_t groups, int64_t outputs, int64_t depth, size_t misalign = 0) {
        const int64_t g = std::max<int64_t>(groups, 1);
        const auto bytes = packForTest(dtype, floatsOf(m_random.matrix(g * outputs, depth)), g,
                                       outputs, depth, misalign);
        const std::vector<int64_t> shape = groups == 0
                                               ? std::vector<int64_t>{outputs, depth}
                                               : std::vector<int64_t>{groups, outputs, depth};
        const Tensor floats = uploadFloats(backend(), bytes.values, {g * outputs, depth});
        return {backend().adopt(dtype, shape, bytes.bytes, bytes.storage),
                groups == 0 ? floats : floats.reshaped({groups, outputs, depth})};
    }
    std::vector<float> product(const Tensor& x, const Tensor& weight) {
        const Tensor out = empty(x.dim(0), weight.dim(0));
        ops::matmul(backend(), {.x = x, .weight = weight, .out = out});
        return download(out);
    }

    RandomValues m_random{11};
    static constexpr DType kTypes[] = {DType::F32, DType::BF16, DType::F16, DType::Q8, DType::Q4};
};

TEST_P(QuantisedMatmulTest, MatmulHasTheBitsOfItsFloats) {
    for (const DType dtype : kTypes) {
        for (const int64_t depth : {1, 31, 32, 70, 256, 700}) {
            for (const int64_t outputs : {1, 16, 17, 33, 64, 130, 300}) {
                const Pair w = weights(dtype, 0, outputs, depth);
                const Tensor x = upload(m_random.matrix(29, depth));
                for (const int64_t rows : {1, 2, 3, 4, 7, 13, 29}) {
                    SCOPED_TRACE(testing::Message() << dtypeName(dtype) << " " << rows << "x"
                                                    << depth << "x" << outputs);
                    expectSameBits(product(x.rows(0, rows), w.packed),
                                   product(x.rows(0, rows), w.floats));
                }
            }
        }
    }
}

TEST_P(QuantisedMatmulTest, EveryHeadAndExpertHasTheBitsOfItsFloats) {
    for (const DType dtype : kTypes) {
        SCOPED_TRACE(dtypeName(dtype));
        const int64_t groups = 5, outputs = 40, depth = 50;
        const Pair w = weights(dtype, groups, outputs, depth);
        const Tensor heads = upload(m_random.matrix(6, groups * depth));
        const Tensor rows = upload(m_random.matrix(20, depth));
        const Tensor offsets = uploadInts(backend(), std::vector<int32_t>{0, 0, 13, 14, 14, 20});
        std::vector<std::vector<float>> results;
        for (const Tensor& weight : {w.packed, w.floats}) {
            const Tensor perHead = empty(6, groups * outputs), grouped = empty(20, outputs);
            ops::perHeadMatmul(
                backend(), {.x = heads, .x_head_stride = depth, .weight = weight, .out = perHead});
            ops::groupedMatmul(backend(),
                               {.x = rows, .weight = weight, .offsets = offsets, .out = grouped});
            results.push_back(download(perHead));
            results.push_back(download(grouped));
        }
        expectSameBits(results[0], results[2]);
        expectSameBits(results[1], results[3]);
    }
}

TEST_P(QuantisedMatmulTest, AccumulatesScaled) {
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const Pair w = weights(dtype, 0, 45, 64);
        const Tensor x = upload(m_random.matrix(3, 64));
        const Matrix start = m_random.matrix(3, 45);
        std::vector<std::vector<float>> results;
        for (const Tensor& weight : {w.packed, w.floats}) {
            const Tensor out = upload(start);
            ops::matmul(backend(),
                        {.x = x, .weight = weight, .out = out, .accumulate = true, .scale = -0.5f});
            results.push_back(download(out));
        }
        expectSameBits(results[0], results[1]);
    }
}

TEST_P(QuantisedMatmulTest, AdoptedBytesNeedNoAlignmentAndOutliveTheirMaker) {
    for (const DType dtype : kTypes) {
        for (const size_t misalign : {0, 2, 32}) {
            const Pair w = weights(dtype, 0, 70, 96, misalign);  // storage is w.packed's alone now
            const Tensor x = upload(m_random.matrix(2, 96));
            expectSameBits(product(x, w.packed), product(x, w.floats));
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
        EXPECT_EQ(
            std::memcmp(engine::cpuData(packed), engine::cpuData(adopted), bytes.bytes.size()), 0)
            << dtypeName(dtype);
    }
}

HEARTH_ON_EVERY_BACKEND(QuantisedMatmulTest);

}  // namespace
}  // namespace hearth::test

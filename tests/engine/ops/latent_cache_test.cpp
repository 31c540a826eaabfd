// MLA over the int8 cache, against a double-precision reference over the very values that the
// cache holds.
#include <algorithm>

#include "engine/ops/latent_page.h"
#include "tests/engine/ops/op_test_support.h"
#include "tests/engine/ops/paged_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

constexpr int64_t kRank = 40, kRope = 12, kRopeStride = 20;
constexpr int64_t kPages = 64;
constexpr float kScale = 0.2f;

class LatentCacheTest : public BackendTest {
protected:
    /// Every sequence's rows, in shuffled pages; what no row has written is NaN.
    void fill(const std::vector<int64_t>& lengths, int64_t heads) {
        RandomValues random(5);
        m_heads = heads;
        const int64_t width = latentRowWidth(kRank, kRope);
        m_cache = allocate(backend(), DType::U8, {kPages * kLatentPageTokens, width});
        backend().upload(m_cache, std::vector<std::byte>(size_t(m_cache.size()), std::byte{0xff}));
        m_rows.clear();
        m_pages.clear();
        m_maxPages =
            (*std::ranges::max_element(lengths) + kLatentPageTokens - 1) / kLatentPageTokens;
        int32_t taken = 0;
        for (const int64_t length : lengths) {
            std::vector<int32_t> pages(size_t(m_maxPages), 0);
            for (int64_t i = 0; i * kLatentPageTokens < length; ++i)
                pages[size_t(i)] = (taken++ * 7 + 3) % int32_t(kPages);
            m_rows.push_back(random.matrix(length, kRank + kRope, 3.0));
            m_pages.push_back(pages);
            write(m_rows.back(), pages);
        }
        m_qLatent = random.matrix(int64_t(lengths.size()), heads * kRank, 2.0);
        m_qRope = random.matrix(int64_t(lengths.size()), heads * kRopeStride, 2.0);
    }

    void write(const Matrix& rows, const std::vector<int32_t>& pages) {
        std::vector<int32_t> slots;
        for (int32_t j = 0; j < rows.rows; ++j)
            slots.push_back(pages[size_t(j / kLatentPageTokens)] * int32_t(kLatentPageTokens) +
                            j % int32_t(kLatentPageTokens));
        const Tensor values = upload(rows), ids = uploadInts(backend(), slots);
        for (const auto& [cache, columns] : {std::pair{latentPart(), values.columns(0, kRank)},
                                             {ropePart(), values.columns(kRank, kRank + kRope)}})
            ops::cacheWrite(backend(), {.rows = columns, .slots = ids, .cache = cache});
    }

    Tensor latentPart() const { return m_cache.columns(0, latentPartWidth(kRank)); }
    Tensor ropePart() const { return m_cache.columns(latentPartWidth(kRank), m_cache.dim(1)); }

    Matrix gathered(size_t sequence) {
        const int64_t length = m_rows[sequence].rows;
        const Tensor out = empty(length, kRank + kRope);
        for (const auto& [cache, columns] : {std::pair{latentPart(), out.columns(0, kRank)},
                                             {ropePart(), out.columns(kRank, kRank + kRope)}})
            ops::cacheGather(backend(), {.cache = cache,
                                         .page_table = uploadInts(backend(), m_pages[sequence]),
                                         .page_tokens = kLatentPageTokens,
                                         .length = length,
                                         .out = columns});
        Matrix values(length, kRank + kRope);
        const std::vector<float> floats = download(out);
        values.values.assign(floats.begin(), floats.end());
        return values;
    }

    /// Tokens [begin, end) of the batch.
    std::vector<float> decode(int64_t begin, int64_t end) {
        std::vector<int32_t> tables, sequences, lengths;
        for (int64_t t = begin; t < end; ++t) {
            tables.insert(tables.end(), m_pages[size_t(t)].begin(), m_pages[size_t(t)].end());
            sequences.push_back(int32_t(t - begin));
            lengths.push_back(int32_t(m_rows[size_t(t)].rows));
        }
        const Tensor out = empty(end - begin, m_heads * kRank);
        ops::mlaDecode(
            backend(),
            {.q_latent = upload(m_qLatent.rowSlice(begin, end)),
             .q_rope = upload(m_qRope.rowSlice(begin, end)),
             .q_rope_head_stride = kRopeStride,
             .cache = m_cache,
             .page_tables = uploadInts(backend(), tables).reshaped({end - begin, m_maxPages}),
             .sequences = uploadInts(backend(), sequences),
             .lengths = uploadInts(backend(), lengths),
             .selected = {},
             .page_tokens = kLatentPageTokens,
             .heads = m_heads,
             .kv_lora_rank = kRank,
             .qk_rope_head_dim = kRope,
             .out = out,
             .scale = kScale});
        return download(out);
    }

    /// A query as the kernels see it, rounded to 8 bits with the floats that they use.
    static void round(Matrix& q, int64_t begin, int64_t end) {
        float largest = 0;
        for (int64_t d = begin; d < end; ++d)
            largest = std::max(largest, std::fabs(float(q.at(0, d))));
        const float scale = largest / 127.0f;
        for (int64_t d = begin; d < end; ++d)
            q.at(0, d) = double(scale) * std::nearbyint(float(q.at(0, d)) * (1.0f / scale));
    }

    Matrix query(int64_t t, int64_t h) const {
        Matrix q(1, kRank + kRope);
        for (int64_t d = 0; d < kRank + kRope; ++d)
            q.at(0, d) = d < kRank ? m_qLatent.at(t, h * kRank + d)
                                   : m_qRope.at(t, h * kRopeStride + d - kRank);
        round(q, 0, kRank);
        round(q, kRank, kRank + kRope);
        return q;
    }

    /// The product of a key's weight and scale is rounded to 1/255 of the largest of its chunk, so
    /// that it is off by half of that, and multiplies a code of at most 127. The roundings of F32
    /// come on top (attentionTolerance, for values up to 3).
    static double tolerance(const Matrix& q, const Matrix& rows) {
        double sum = 0, bound = 0;
        for (int64_t begin = 0; begin < rows.rows; begin += 256) {
            const int64_t end = std::min<int64_t>(begin + 256, rows.rows);
            double largest = 0;
            for (int64_t j = begin; j < end; ++j) {
                double score = 0, magnitude = 0;
                for (int64_t d = 0; d < kRank + kRope; ++d) {
                    score += q.at(0, d) * rows.at(j, d);
                    if (d < kRank)
                        magnitude = std::max(magnitude, std::fabs(rows.at(j, d)));
                }
                const double weight = std::exp(double(kScale) * score);
                sum += weight;
                largest = std::max(largest, weight * magnitude / 127);
            }
            bound += double(end - begin) * largest / 255 / 2 * 127;
        }
        return 1.001 * bound / sum + 3 * attentionTolerance(rows.rows, kRank + kRope, 0.6);
    }

    void expectAttends(const std::vector<float>& actual, int64_t t, const Matrix& rows) const {
        for (int64_t h = 0; h < m_heads; ++h) {
            const Matrix q = query(t, h);
            const auto expected =
                reference::causalAttention(q, rows, rows.slice(0, kRank), double(kScale));
            const double allowed = tolerance(q, rows);
            for (int64_t d = 0; d < kRank; ++d)
                ASSERT_NEAR(actual[size_t((t * m_heads + h) * kRank + d)], expected.out.at(0, d),
                            allowed)
                    << "token " << t << ", head " << h << ", keys " << rows.rows;
        }
    }

    Tensor m_cache;
    int64_t m_heads = 0;
    std::vector<Matrix> m_rows;                 // of each sequence
    std::vector<std::vector<int32_t>> m_pages;  // of each sequence
    int64_t m_maxPages = 0;
    Matrix m_qLatent, m_qRope;
};

TEST_P(LatentCacheTest, HoldsEveryValueToHalfAStep) {
    fill({1, 40, 33}, 1);
    for (size_t s = 0; s < m_rows.size(); ++s) {
        const Matrix& rows = m_rows[s];
        const Matrix values = gathered(s);
        expectNear(std::vector<float>(values.values.begin(), values.values.end()), rows,
                   [&](int64_t row, int64_t column) {
                       const int64_t begin = column < kRank ? 0 : kRank;
                       const int64_t end = column < kRank ? kRank : kRank + kRope;
                       double largest = 0;
                       for (int64_t d = begin; d < end; ++d)
                           largest = std::max(largest, std::fabs(rows.at(row, d)));
                       return largest / 127 / 2 * (1 + 1e-5);
                   });
    }
}

TEST_P(LatentCacheTest, DecodeMatchesTheReferenceOverTheCachedValues) {
    for (const int64_t heads : {1, 5, 8, 13}) {
        fill({1, 31, 32, 257, 700}, heads);
        const std::vector<float> actual = decode(0, 5);
        for (int64_t t = 0; t < 5; ++t)
            expectAttends(actual, t, gathered(size_t(t)));
    }
}

TEST_P(LatentCacheTest, ATokenHasTheSameBitsAloneAndInABatch) {
    fill({65, 3, 300, 513}, 11);
    const std::vector<float> together = decode(0, 4);
    const int64_t width = m_heads * kRank;
    for (int64_t t = 0; t < 4; ++t)
        expectSameBits(decode(t, t + 1),
                       {together.begin() + t * width, together.begin() + (t + 1) * width});
}

TEST_P(LatentCacheTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    fill({65, 3, 300, 513}, 13);
    const std::vector<float> fast = decode(0, 4);
    switchToScalar();
    fill({65, 3, 300, 513}, 13);
    expectSameBits(fast, decode(0, 4));
}

TEST_P(LatentCacheTest, ARowOfZerosStaysZero) {
    fill({1}, 1);
    write(Matrix(1, kRank + kRope), m_pages[0]);
    m_rows[0] = Matrix(1, kRank + kRope);
    for (const double value : gathered(0).values)
        EXPECT_EQ(value, 0.0);
    for (const float value : decode(0, 1))
        EXPECT_EQ(value, 0.0f);
}

HEARTH_ON_EVERY_BACKEND(LatentCacheTest);

}  // namespace
}  // namespace hearth::test

#include <numeric>

#include "tests/engine/cpu/bf16_rounding.h"
#include "tests/engine/ops/paged_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

struct Sequence {
    int64_t queries;
    int64_t keys;
};

class CausalAttentionTest : public BackendTest {
protected:
    struct Output {
        std::vector<float> out;
        std::vector<float> lse;
    };
    Output attend(const Matrix& q, const Matrix& k, const Matrix& v, int64_t heads,
                  std::vector<AttentionSegment> segments, float scale = 0.25f) {
        const Tensor out = empty(q.rows, v.columns), lse = empty(q.rows, heads);
        ops::causalAttention(backend(), {.q = upload(q),
                                         .k = upload(k),
                                         .v = upload(v),
                                         .out = out,
                                         .lse = lse,
                                         .segments = segments,
                                         .heads = heads,
                                         .scale = scale});
        return {download(out), download(lse)};
    }
};

TEST_P(CausalAttentionTest, MatchesReferenceOverSeveralSequences) {
    RandomValues random(1);
    const int64_t heads = 3, qk = 20, vd = 37;
    const Sequence sequences[] = {{1, 1}, {5, 5}, {1, 130}, {70, 70}, {13, 90}, {200, 200}};
    std::vector<AttentionSegment> segments;
    int64_t queries = 0, keys = 0;
    for (const Sequence& s : sequences) {
        segments.push_back({queries, s.queries, keys, s.keys});
        queries += s.queries;
        keys += s.keys;
    }
    const Matrix q = random.matrix(queries, heads * qk, 2.0), k = random.matrix(keys, heads * qk),
                 v = random.matrix(keys, heads * vd);
    const Output actual = attend(q, k, v, heads, segments);
    for (const AttentionSegment& s : segments) {
        for (int64_t h = 0; h < heads; ++h) {
            const auto expected = reference::causalAttention(
                q.rowSlice(s.q_begin, s.q_begin + s.q_len).slice(h * qk, (h + 1) * qk),
                k.rowSlice(s.k_begin, s.k_begin + s.k_len).slice(h * qk, (h + 1) * qk),
                v.rowSlice(s.k_begin, s.k_begin + s.k_len).slice(h * vd, (h + 1) * vd), 0.25);
            const double tolerance = attentionTolerance(s.k_len, qk, 0.5);
            for (int64_t i = 0; i < s.q_len; ++i) {
                ASSERT_NEAR(actual.lse[size_t((s.q_begin + i) * heads + h)],
                            expected.lse[size_t(i)], 8 * tolerance);
                for (int64_t d = 0; d < vd; ++d)
                    ASSERT_NEAR(actual.out[size_t((s.q_begin + i) * heads * vd + h * vd + d)],
                                expected.out.at(i, d), tolerance)
                        << "query " << i << " of " << s.q_len << ", head " << h;
            }
        }
    }
}

TEST_P(CausalAttentionTest, PromptInChunksHasTheBitsOfThePromptAtOnce) {
    RandomValues random(2);
    const int64_t heads = 2, qk = 24, vd = 16, length = 150;
    const Matrix q = random.matrix(length, heads * qk, 3.0), k = random.matrix(length, heads * qk),
                 v = random.matrix(length, heads * vd);
    const Output whole = attend(q, k, v, heads, {{0, length, 0, length}});
    for (int64_t chunk : {1, 7, 64, 90}) {
        for (int64_t begin = 0; begin < length; begin += chunk) {
            const int64_t end = std::min(length, begin + chunk);
            const Output part = attend(q.rowSlice(begin, end), k.rowSlice(0, end),
                                       v.rowSlice(0, end), heads, {{0, end - begin, 0, end}});
            expectSameBits(part.out, {whole.out.begin() + begin * heads * vd,
                                      whole.out.begin() + end * heads * vd});
            expectSameBits(part.lse,
                           {whole.lse.begin() + begin * heads, whole.lse.begin() + end * heads});
        }
    }
}

TEST_P(CausalAttentionTest, SurvivesScoresThatWouldOverflowAPlainSoftmax) {
    Matrix q(1, 4), k(3, 4), v(3, 2);
    for (int64_t d = 0; d < 4; ++d) {
        q.at(0, d) = 100;
        k.at(1, d) = 100;
        k.at(2, d) = -100;
    }
    v.at(1, 0) = 0.5;
    v.at(1, 1) = -0.25;
    const Output actual = attend(q, k, v, 1, {{0, 1, 0, 3}}, 1.0f);
    EXPECT_EQ(actual.out, (std::vector<float>{0.5f, -0.25f}));
    EXPECT_FLOAT_EQ(actual.lse[0], 40000.0f);
}

TEST_P(CausalAttentionTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    RandomValues random(3);
    const Matrix q = random.matrix(90, 2 * 20, 3.0), k = random.matrix(90, 2 * 20),
                 v = random.matrix(90, 2 * 17);
    const Output fast = attend(q, k, v, 2, {{0, 90, 0, 90}});
    switchToScalar();
    const Output plain = attend(q, k, v, 2, {{0, 90, 0, 90}});
    expectSameBits(fast.out, plain.out);
    if (onCpu())
        return expectSameBits(fast.lse, plain.lse);
    // The GPU's logarithm, which only training reads, may round the other way.
    for (size_t i = 0; i < fast.lse.size(); ++i)
        EXPECT_NEAR(fast.lse[i], plain.lse[i], 4 * kEpsilon * std::fabs(plain.lse[i]));
}

HEARTH_ON_EVERY_BACKEND(CausalAttentionTest);

class MlaDecodeTest : public BackendTest {
protected:
    static constexpr int64_t kHeads = 5, kRank = 40, kRope = 12, kWidth = kRank + kRope;
    static constexpr int64_t kPageTokens = 8, kPages = 199;

    /// Writes each sequence's latent rows into pages taken in a shuffled order.
    void fill(const std::vector<int64_t>& lengths, DType cacheType) {
        RandomValues random(3);
        m_rows.clear();
        m_pages.clear();
        m_cache = allocate(backend(), cacheType, {kPages * kPageTokens, kWidth});
        ops::fillZero(backend(), m_cache);
        m_maxPages = 0;
        for (int64_t length : lengths)
            m_maxPages = std::max(m_maxPages, (length + kPageTokens - 1) / kPageTokens);
        int32_t taken = 0;
        for (int64_t length : lengths) {
            std::vector<int32_t> pages(size_t(m_maxPages), 0), slots;
            for (int64_t i = 0; i * kPageTokens < length; ++i)
                pages[size_t(i)] = (taken++ * 7 + 3) % int32_t(kPages);
            for (int64_t j = 0; j < length; ++j)
                slots.push_back(
                    int32_t(pages[size_t(j / kPageTokens)] * kPageTokens + j % kPageTokens));
            m_rows.push_back(random.coarseMatrix(length, kWidth));
            m_pages.push_back(pages);
            ops::cacheWrite(backend(), {.rows = upload(m_rows.back()),
                                        .slots = uploadInts(backend(), slots),
                                        .cache = m_cache});
        }
        m_qLatent = random.matrix(int64_t(lengths.size()), kHeads * kRank, 2.0);
        m_qRope = random.matrix(int64_t(lengths.size()), kHeads * 20, 2.0);
    }

    /// Tokens [begin, end) of the batch.
    std::vector<float> decode(int64_t begin, int64_t end, const Tensor& selected = {}) {
        std::vector<int32_t> tables, sequences, lengths;
        for (int64_t t = begin; t < end; ++t) {
            tables.insert(tables.end(), m_pages[size_t(t)].begin(), m_pages[size_t(t)].end());
            sequences.push_back(int32_t(t - begin));
            lengths.push_back(int32_t(m_rows[size_t(t)].rows));
        }
        const Tensor out = empty(end - begin, kHeads * kRank);
        ops::mlaDecode(
            backend(),
            {.q_latent = upload(m_qLatent.rowSlice(begin, end)),
             .q_rope = upload(m_qRope.rowSlice(begin, end)),
             .q_rope_head_stride = 20,
             .cache = m_cache,
             .page_tables = uploadInts(backend(), tables).reshaped({end - begin, m_maxPages}),
             .sequences = uploadInts(backend(), sequences),
             .lengths = uploadInts(backend(), lengths),
             .selected = selected,
             .page_tokens = kPageTokens,
             .heads = kHeads,
             .kv_lora_rank = kRank,
             .qk_rope_head_dim = kRope,
             .out = out,
             .scale = 0.2f});
        return download(out);
    }

    /// Token t's outputs, beside a reference over these latent rows. Over BF16 the reference has
    /// the rounded queries; every weight is moved by kBf16Epsilon of itself when it is rounded,
    /// which moves an output by as much of the weighted magnitudes that it is the mean of.
    void expectAttends(const std::vector<float>& actual, int64_t t, const Matrix& rows) const {
        const bool bf16 = m_cache.dtype() == DType::BF16;
        Matrix magnitudes = rows.slice(0, kRank);
        for (double& value : magnitudes.values)
            value = std::fabs(value);
        for (int64_t h = 0; h < kHeads; ++h) {
            Matrix q(1, kWidth);
            for (int64_t d = 0; d < kWidth; ++d) {
                q.at(0, d) =
                    d < kRank ? m_qLatent.at(t, h * kRank + d) : m_qRope.at(t, h * 20 + d - kRank);
                if (bf16)
                    q.at(0, d) = roundedToBf16(q.at(0, d));
            }
            const auto expected =
                reference::causalAttention(q, rows, rows.slice(0, kRank), double(0.2f));
            const auto weighted = reference::causalAttention(q, rows, magnitudes, double(0.2f));
            for (int64_t d = 0; d < kRank; ++d)
                ASSERT_NEAR(actual[size_t((t * kHeads + h) * kRank + d)], expected.out.at(0, d),
                            attentionTolerance(rows.rows, kWidth, 0.4) +
                                (bf16 ? kBf16Epsilon * weighted.out.at(0, d) : 0.0))
                    << "token " << t << ", head " << h;
        }
    }

    Tensor m_cache;
    std::vector<Matrix> m_rows;                 // of each sequence
    std::vector<std::vector<int32_t>> m_pages;  // of each sequence
    int64_t m_maxPages = 0;
    Matrix m_qLatent, m_qRope;
};

TEST_P(MlaDecodeTest, MatchesReferenceForBothCacheTypes) {
    for (DType type : {DType::F32, DType::BF16}) {
        fill({1, 33, 70, 8, 256, 257, 600}, type);
        const std::vector<float> actual = decode(0, 7);
        for (int64_t t = 0; t < 7; ++t)
            expectAttends(actual, t, m_rows[size_t(t)]);
    }
}

TEST_P(MlaDecodeTest, AttendsToTheSelectedKeysOnly) {
    for (DType type : {DType::F32, DType::BF16}) {
        fill({70, 1, 33}, type);
        // The lists end at -1 or at the last column; the longest takes more than a block of keys.
        std::vector<std::vector<int32_t>> lists = {{}, {0}, {3, 31, 32}};
        for (int32_t j = 0; j < 70; j += 2)
            lists[0].push_back(j);
        std::vector<int32_t> all;
        for (std::vector<int32_t> list : lists) {
            list.resize(35, -1);
            all.insert(all.end(), list.begin(), list.end());
        }
        const std::vector<float> actual =
            decode(0, 3, uploadInts(backend(), all).reshaped({3, 35}));
        for (int64_t t = 0; t < 3; ++t) {
            Matrix rows(int64_t(lists[size_t(t)].size()), kWidth);
            for (int64_t j = 0; j < rows.rows; ++j) {
                const int64_t position = lists[size_t(t)][size_t(j)];
                for (int64_t d = 0; d < kWidth; ++d)
                    rows.at(j, d) = m_rows[size_t(t)].at(position, d);
            }
            expectAttends(actual, t, rows);
        }
    }
}

TEST_P(MlaDecodeTest, AFullListGivesTheBitsOfNoList) {
    fill({70, 3, 32}, DType::BF16);
    std::vector<int32_t> all;
    for (const Matrix& rows : m_rows) {
        for (int32_t j = 0; j < 75; ++j)
            all.push_back(j < rows.rows ? j : -1);
    }
    expectSameBits(decode(0, 3, uploadInts(backend(), all).reshaped({3, 75})), decode(0, 3));
}

TEST_P(MlaDecodeTest, TokenHasTheSameBitsAloneAndInABatch) {
    fill({65, 3, 532, 70, 1, 257}, DType::BF16);
    const std::vector<float> together = decode(0, 6);
    for (int64_t t = 0; t < 6; ++t)
        expectSameBits(decode(t, t + 1), {together.begin() + t * kHeads * kRank,
                                          together.begin() + (t + 1) * kHeads * kRank});
}

TEST_P(MlaDecodeTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    std::vector<std::vector<float>> fast;
    for (DType type : {DType::F32, DType::BF16}) {
        fill({65, 3, 532}, type);
        fast.push_back(decode(0, 3));
    }
    switchToScalar();
    for (DType type : {DType::F32, DType::BF16}) {
        fill({65, 3, 532}, type);
        expectSameBits(fast[type == DType::F32 ? 0 : 1], decode(0, 3));
    }
}

TEST_P(MlaDecodeTest, GatherReadsThePagesInOrder) {
    fill({19, 30}, DType::BF16);
    for (size_t s : {0, 1}) {
        const Tensor out = empty(m_rows[s].rows, kWidth);
        ops::cacheGather(backend(), {.cache = m_cache,
                                     .page_table = uploadInts(backend(), m_pages[s]),
                                     .page_tokens = kPageTokens,
                                     .length = m_rows[s].rows,
                                     .out = out});
        expectNear(download(out), m_rows[s], [](int64_t, int64_t) { return 0.0; });
    }
}

HEARTH_ON_EVERY_BACKEND(MlaDecodeTest);

}  // namespace
}  // namespace hearth::test

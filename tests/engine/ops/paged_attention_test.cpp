#include <algorithm>

#include "tests/engine/ops/paged_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

/// Heads and what a query sees.
struct Attention {
    int64_t kv_heads = 1;
    int64_t group = 1;  // query heads that share a key head
    int64_t dim = 16;
    int64_t window = 0;
    bool sinks = false;
    PagedCache::Shape cache = {};

    int64_t heads() const { return kv_heads * group; }
    int64_t qWidth() const { return heads() * dim; }
    int64_t kvWidth() const { return kv_heads * dim; }
};

class PagedAttentionTest : public BackendTest {
protected:
    static constexpr float kScale = 0.25f;

    /// Sequences of these lengths: keys | values of each, and a query for every token.
    void draw(const Attention& attention, const std::vector<int64_t>& lengths) {
        RandomValues random(1);
        m_attention = attention;
        m_rows.clear();
        m_queries.clear();
        for (int64_t length : lengths) {
            m_rows.push_back(random.coarseMatrix(length, 2 * attention.kvWidth()));
            m_queries.push_back(random.matrix(length, attention.qWidth(), 2.0));
        }
        m_sinks = random.matrix(1, attention.heads(), 3.0).values;
        m_cache.emplace(backend(), attention.cache, m_rows);
    }

    /// The last q_len of the sequence's first k_len tokens.
    struct Part {
        int32_t sequence;
        int64_t q_len;
        int64_t k_len;
    };
    std::vector<float> attend(const std::vector<Part>& parts) {
        std::vector<PagedSegment> segments;
        std::vector<int32_t> sequences;
        Matrix q(0, m_attention.qWidth());
        for (const Part& part : parts) {
            segments.push_back({q.rows, part.q_len, part.k_len, int64_t(segments.size())});
            sequences.push_back(part.sequence);
            const Matrix own =
                m_queries[size_t(part.sequence)].rowSlice(part.k_len - part.q_len, part.k_len);
            q.values.insert(q.values.end(), own.values.begin(), own.values.end());
            q.rows += own.rows;
        }
        const Tensor out = empty(q.rows, q.columns);
        ops::pagedAttention(backend(),
                            {.q = upload(q),
                             .cache = m_cache->view(),
                             .page_tables = m_cache->tables(backend(), sequences),
                             .sinks = m_attention.sinks ? uploadVector(m_sinks) : Tensor(),
                             .out = out,
                             .segments = segments,
                             .page_tokens = m_cache->pageTokens(),
                             .heads = m_attention.heads(),
                             .kv_heads = m_attention.kv_heads,
                             .window = m_attention.window,
                             .scale = kScale});
        return download(out);
    }

    Matrix expected(const Part& part) const {
        const Attention& a = m_attention;
        const Matrix rows = m_rows[size_t(part.sequence)].rowSlice(0, part.k_len);
        const Matrix queries =
            m_queries[size_t(part.sequence)].rowSlice(part.k_len - part.q_len, part.k_len);
        Matrix result(part.q_len, a.qWidth());
        for (int64_t h = 0; h < a.heads(); ++h) {
            const int64_t key = h / a.group * a.dim, value = a.kvWidth() + key;
            reference::AttentionSettings settings{.scale = double(kScale), .window = a.window};
            if (a.sinks)
                settings.sink = double(float(m_sinks[size_t(h)]));
            const Matrix head = reference::attention(queries.slice(h * a.dim, (h + 1) * a.dim),
                                                     rows.slice(key, key + a.dim),
                                                     rows.slice(value, value + a.dim), settings)
                                    .out;
            for (int64_t i = 0; i < head.rows; ++i) {
                for (int64_t d = 0; d < a.dim; ++d)
                    result.at(i, h * a.dim + d) = head.at(i, d);
            }
        }
        return result;
    }

    void expectMatches(const std::vector<Part>& parts) {
        const std::vector<float> actual = attend(parts);
        int64_t row = 0;
        for (const Part& part : parts) {
            const int64_t width = m_attention.qWidth();
            const double tolerance = attentionTolerance(part.k_len, m_attention.dim, 0.5);
            expectNear({actual.begin() + row * width, actual.begin() + (row + part.q_len) * width},
                       expected(part), [&](int64_t, int64_t) { return tolerance; });
            row += part.q_len;
        }
    }

    /// Runs sequence 0 in chunks and compares each with the rows of the whole.
    void expectChunksHaveTheBitsOfTheWhole(const std::vector<int64_t>& chunks) {
        const int64_t length = m_rows[0].rows, width = m_attention.qWidth();
        const std::vector<float> whole = attend({{0, length, length}});
        for (int64_t chunk : chunks) {
            for (int64_t begin = 0; begin < length; begin += chunk) {
                const int64_t end = std::min(length, begin + chunk);
                expectSameBits(attend({{0, end - begin, end}}),
                               {whole.begin() + begin * width, whole.begin() + end * width});
            }
        }
    }

    Attention m_attention;
    std::vector<Matrix> m_rows;     // of each sequence: keys | values
    std::vector<Matrix> m_queries;  // of each sequence, one a token
    std::vector<double> m_sinks;
    std::optional<PagedCache> m_cache;
};

TEST_P(PagedAttentionTest, MatchesReferenceForEveryRatioOfHeads) {
    for (int64_t group : {1, 2, 3, 4, 5, 6, 7, 8, 16}) {
        const DType type = group % 2 ? DType::F32 : DType::BF16;
        draw({.kv_heads = 2, .group = group, .cache = {.type = type}}, {1, 5, 131, 40});
        expectMatches({{0, 1, 1}, {1, 5, 5}, {2, 1, 131}, {3, 13, 40}});
    }
}

TEST_P(PagedAttentionTest, MatchesReferenceForOddSizesOfHeadAndPage) {
    for (int64_t dim : {1, 20, 33, 64, 128}) {
        for (int64_t page : {1, 3, 64}) {
            draw({.group = 2, .dim = dim, .cache = {.type = DType::BF16, .page_tokens = page}},
                 {17, 70});
            expectMatches({{0, 17, 17}, {1, 9, 70}});
        }
    }
}

TEST_P(PagedAttentionTest, MatchesReferenceThroughWindowsAndSinks) {
    for (int64_t window : {1, 2, 7, 64, 128, 1000}) {
        for (bool sinks : {false, true}) {
            draw({.kv_heads = 2, .group = 3, .window = window, .sinks = sinks}, {300, 1, 150});
            expectMatches({{0, 5, 300}, {1, 1, 1}, {2, 150, 150}});
        }
    }
}

TEST_P(PagedAttentionTest, SinksJoinWithoutAWindow) {
    draw({.kv_heads = 2, .group = 2, .sinks = true}, {70});
    expectMatches({{0, 70, 70}});
}

TEST_P(PagedAttentionTest, AWindowOfOneGivesTheOwnValue) {
    draw({.kv_heads = 2, .group = 2, .window = 1}, {140});
    const std::vector<float> actual = attend({{0, 140, 140}});
    for (int64_t i = 0; i < 140; ++i) {
        for (int64_t c = 0; c < m_attention.qWidth(); ++c) {
            const int64_t column = c / (2 * 16) * 16 + c % 16;
            ASSERT_EQ(actual[size_t(i * m_attention.qWidth() + c)],
                      float(m_rows[0].at(i, m_attention.kvWidth() + column)));
        }
    }
}

TEST_P(PagedAttentionTest, PromptInChunksHasTheBitsOfThePromptAtOnce) {
    for (int64_t group : {1, 3, 8}) {
        draw({.group = group, .dim = 20, .cache = {.type = DType::BF16}}, {150});
        expectChunksHaveTheBitsOfTheWhole({1, 7, 64, 131});
    }
}

TEST_P(PagedAttentionTest, PromptInChunksHasTheBitsOfThePromptAtOnceThroughWindows) {
    for (int64_t window : {1, 30, 128, 500}) {
        draw({.group = 2, .dim = 20, .window = window, .sinks = window != 30}, {300});
        expectChunksHaveTheBitsOfTheWhole({1, 50, 129});
    }
}

TEST_P(PagedAttentionTest, TokenHasTheSameBitsAloneAndInABatch) {
    draw({.kv_heads = 3, .group = 4, .sinks = true, .cache = {.type = DType::BF16}},
         {65, 3, 129, 70, 1, 40});
    const std::vector<Part> parts = {{0, 1, 65},  {1, 3, 3}, {2, 90, 129},
                                     {3, 20, 70}, {4, 1, 1}, {5, 1, 40}};
    const std::vector<float> together = attend(parts);
    auto next = together.begin();
    for (const Part& part : parts) {
        const auto end = next + part.q_len * m_attention.qWidth();
        expectSameBits(attend({part}), {next, end});
        next = end;
    }
}

TEST_P(PagedAttentionTest, PagingDoesNotChangeTheBits) {
    const Attention plain{.kv_heads = 2, .group = 2, .dim = 24};
    draw(plain, {140});
    const std::vector<float> expected = attend({{0, 30, 140}});
    for (int64_t page : {1, 5, 256}) {
        Attention paged = plain;
        paged.cache = {.page_tokens = page, .columns_before = 3, .columns_after = 5};
        draw(paged, {140});
        expectSameBits(attend({{0, 30, 140}}), expected);
    }
}

TEST_P(PagedAttentionTest, ReadsAColumnViewOfACacheOfLayers) {
    for (DType type : {DType::F32, DType::BF16}) {
        draw({.kv_heads = 2,
              .group = 2,
              .cache = {.type = type, .columns_before = 37, .columns_after = 11}},
             {50, 8});
        expectMatches({{0, 50, 50}, {1, 1, 8}});
    }
}

TEST_P(PagedAttentionTest, SurvivesScoresThatWouldOverflowAPlainSoftmax) {
    draw({.group = 2, .dim = 2, .sinks = true}, {3});
    m_rows[0].values = {0, 0, 0, 0, 100, 100, 0.5, -0.25, -100, -100, 0, 0};
    m_queries[0] = Matrix(3, 4);
    m_queries[0].values = {0, 0, 0, 0, 0, 0, 0, 0, 900, 900, 900, 900};
    m_sinks = {0.0, 90000.0};  // beside a score of 45000
    m_cache.emplace(backend(), m_attention.cache, m_rows);
    EXPECT_EQ(attend({{0, 1, 3}}), (std::vector<float>{0.5f, -0.25f, 0.0f, 0.0f}));
}

TEST_P(PagedAttentionTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    const Attention attention{.kv_heads = 2,
                              .group = 3,
                              .dim = 20,
                              .window = 60,
                              .sinks = true,
                              .cache = {.type = DType::BF16}};
    const std::vector<Part> parts = {{0, 150, 150}, {1, 1, 131}};
    draw(attention, {150, 131});
    const std::vector<float> fast = attend(parts);
    switchToScalar();
    draw(attention, {150, 131});
    expectSameBits(fast, attend(parts));
}

HEARTH_ON_EVERY_BACKEND(PagedAttentionTest);

}  // namespace
}  // namespace hearth::test

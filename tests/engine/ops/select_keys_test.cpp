#include <algorithm>
#include <numeric>
#include <optional>

#include "tests/engine/ops/paged_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

struct Token {
    int32_t sequence;
    int32_t length;
};

class SelectKeysTest : public BackendTest {
protected:
    void draw(const std::vector<int64_t>& lengths, int64_t heads, int64_t dim, int64_t queries,
              bool exact = true, const PagedCache::Shape& shape = {}) {
        RandomValues random(1);
        const auto matrix = [&](int64_t rows, int64_t columns) {
            return exact ? eighths(random, rows, columns) : random.matrix(rows, columns);
        };
        m_heads = heads;
        m_keys.clear();
        for (int64_t length : lengths)
            m_keys.push_back(matrix(length, dim));
        m_q = matrix(queries, heads * dim);
        m_weights = matrix(queries, heads);
        m_cache.emplace(backend(), shape, m_keys);
    }

    /// Multiples of 1/8 up to 1: a sum of 64 heads over 128 products is exact in float32 (the
    /// smallest unit is 2^-9, the largest sum 2^13), and many scores are equal.
    static Matrix eighths(RandomValues& random, int64_t rows, int64_t columns) {
        Matrix m(rows, columns);
        for (double& value : m.values)
            value = std::round(double(random.next()) * 8.0) / 8.0;
        return m;
    }

    /// Token i has query firstQuery + i.
    std::vector<int32_t> select(const std::vector<Token>& tokens, int64_t topK,
                                int64_t firstQuery = 0) {
        std::vector<int32_t> all(m_keys.size()), sequences, lengths;
        std::iota(all.begin(), all.end(), 0);
        for (const Token& token : tokens) {
            sequences.push_back(token.sequence);
            lengths.push_back(token.length);
        }
        const int64_t count = int64_t(tokens.size());
        const Tensor selected = allocate(backend(), DType::I32, {count, topK});
        ops::selectKeys(backend(),
                        {.q = upload(m_q.rowSlice(firstQuery, firstQuery + count)),
                         .weights = upload(m_weights.rowSlice(firstQuery, firstQuery + count)),
                         .keys = m_cache->view(),
                         .page_tables = m_cache->tables(backend(), all),
                         .sequences = uploadInts(backend(), sequences),
                         .lengths = uploadInts(backend(), lengths),
                         .page_tokens = m_cache->pageTokens(),
                         .heads = m_heads,
                         .selected = selected});
        return downloadInts(backend(), selected);
    }

    void expectMatches(const std::vector<Token>& tokens, int64_t topK) {
        const std::vector<int32_t> actual = select(tokens, topK);
        const int64_t dim = m_keys[0].columns;
        for (size_t t = 0; t < tokens.size(); ++t) {
            Matrix q(m_heads, dim);
            q.values = m_q.rowSlice(int64_t(t), int64_t(t) + 1).values;
            std::vector<int32_t> expected = reference::selectKeys(
                q, m_weights.rowSlice(int64_t(t), int64_t(t) + 1).values,
                m_keys[size_t(tokens[t].sequence)].rowSlice(0, tokens[t].length), topK);
            expected.resize(size_t(topK), -1);
            const auto row = actual.begin() + int64_t(t) * topK;
            EXPECT_EQ(std::vector<int32_t>(row, row + topK), expected)
                << "token " << t << " sees " << tokens[t].length << " keys, keeps " << topK;
        }
    }

    int64_t m_heads = 0;
    std::vector<Matrix> m_keys;  // of each sequence
    Matrix m_q, m_weights;
    std::optional<PagedCache> m_cache;
};

TEST_P(SelectKeysTest, MatchesReferenceWithManyTies) {
    for (int64_t heads : {1, 5, 13, 64}) {
        for (int64_t dim : {1, 33, 128}) {
            draw({200, 65}, heads, dim, 5);
            for (int64_t topK : {1, 7, 64, 65, 300})
                expectMatches({{0, 200}, {0, 199}, {1, 65}, {1, 1}, {0, 64}}, topK);
        }
    }
}

TEST_P(SelectKeysTest, LongSequencesAndManyTokensAreCutWithoutATrace) {
    draw({2100, 30}, 2, 8, 12);
    std::vector<Token> tokens;
    for (int32_t i = 0; i < 10; ++i)
        tokens.push_back({0, 2091 + i});
    tokens.push_back({1, 30});
    tokens.push_back({0, 1500});
    expectMatches(tokens, 40);
}

TEST_P(SelectKeysTest, ReadsAColumnViewOfTheCache) {
    for (DType type : {DType::F32, DType::BF16}) {
        draw({100, 50}, 3, 20, 2, true,
             {.type = type, .page_tokens = 3, .columns_before = 17, .columns_after = 5});
        expectMatches({{0, 100}, {1, 50}}, 9);
    }
}

TEST_P(SelectKeysTest, EqualScoresKeepTheLowerPositions) {
    draw({90}, 2, 8, 1);
    std::fill(m_weights.values.begin(), m_weights.values.end(), 0.0);
    EXPECT_EQ(select({{0, 90}}, 4), (std::vector<int32_t>{0, 1, 2, 3}));
}

TEST_P(SelectKeysTest, NegativeWeightsPreferKeysThatDoNotMatch) {
    draw({3}, 1, 1, 1);
    m_keys[0].values = {1.0, -1.0, 0.5};
    m_q.values = {1.0};
    m_weights.values = {-1.0};
    m_cache.emplace(backend(), PagedCache::Shape{}, m_keys);
    EXPECT_EQ(select({{0, 3}}, 2), (std::vector<int32_t>{1, 2}));
}

TEST_P(SelectKeysTest, TokenHasTheSameKeysAloneAndInABatch) {
    draw({400, 300}, 5, 24, 12, false, {.type = DType::BF16});
    std::vector<Token> tokens;
    for (int32_t i = 0; i < 12; ++i)
        tokens.push_back({i / 9, 280 + i});
    const std::vector<int32_t> together = select(tokens, 30);
    for (int64_t t = 0; t < 12; ++t)
        EXPECT_EQ(select({tokens[size_t(t)]}, 30, t),
                  std::vector<int32_t>(together.begin() + t * 30, together.begin() + (t + 1) * 30));
}

TEST_P(SelectKeysTest, EveryBackendSelectsAsTheScalarOne) {
    draw({400}, 5, 24, 2, false);
    const std::vector<int32_t> fast = select({{0, 400}, {0, 399}}, 50);
    switchToScalar();
    draw({400}, 5, 24, 2, false);
    EXPECT_EQ(fast, select({{0, 400}, {0, 399}}, 50));
}

HEARTH_ON_EVERY_BACKEND(SelectKeysTest);

}  // namespace
}  // namespace hearth::test

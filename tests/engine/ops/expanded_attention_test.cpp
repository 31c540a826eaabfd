// Prefill of MLA in 8 bits, against a double-precision reference over the very values that the
// expanded keys hold.
#include <algorithm>

#include "engine/ops/expanded_page.h"
#include "tests/engine/ops/op_test_support.h"
#include "tests/engine/ops/paged_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

constexpr int64_t kHeads = 3, kKey = 20, kRope = 12, kValue = 24;
constexpr ExpandedShape kShape{.heads = kHeads, .key = kKey, .rope = kRope, .value = kValue};
constexpr int64_t kQuery = kKey + kRope, kKv = kKey + kValue;
constexpr int64_t kChunk = 256;  // keys whose weights share a scale
constexpr float kScale = 0.3f;

/// As the kernels round a part of a row: to 8 bits, with the floats that they use.
void roundPart(Matrix& m, int64_t row, int64_t begin, int64_t end) {
    float largest = 0;
    for (int64_t d = begin; d < end; ++d)
        largest = std::max(largest, std::fabs(float(m.at(row, d))));
    const float scale = largest / 127.0f;
    for (int64_t d = begin; d < end; ++d)
        m.at(row, d) = double(scale) * std::nearbyint(float(m.at(row, d)) * (1.0f / scale));
}

class ExpandedAttentionTest : public BackendTest {
protected:
    void fill(int64_t tokens) {
        RandomValues random(11);
        m_kv = random.matrix(tokens, kHeads * kKv, 2.0);
        m_rope = random.matrix(tokens, kRope, 3.0);
        m_q = random.matrix(tokens, kHeads * kQuery, 2.0);
        m_keys = allocate(backend(), DType::U8, {ExpandedShape::pages(tokens), kShape.pageBytes()});
        // What nobody writes is NaN.
        backend().upload(m_keys, std::vector<std::byte>(size_t(m_keys.size()), std::byte{0xff}));
    }

    void expand(int64_t begin, int64_t end) {
        ops::expandKeys(backend(), {.kv = upload(m_kv.rowSlice(begin, end)),
                                    .rope = upload(m_rope.rowSlice(begin, end)),
                                    .out = m_keys,
                                    .first = begin,
                                    .shape = kShape});
    }

    /// Of the prompt's tokens [begin, end).
    std::vector<float> attend(int64_t begin, int64_t end) {
        const Tensor out = empty(end - begin, kHeads * kValue);
        ops::expandedAttention(backend(), {.q = upload(m_q.rowSlice(begin, end)),
                                           .keys = m_keys,
                                           .out = out,
                                           .k_len = end,
                                           .shape = kShape,
                                           .scale = kScale});
        return download(out);
    }

    struct Head {
        Matrix q, keys, values;
    };
    /// Rounded, of the first `tokens` tokens.
    Head head(int64_t h, int64_t tokens) const {
        Head result{Matrix(tokens, kQuery), Matrix(tokens, kQuery), Matrix(tokens, kValue)};
        for (int64_t t = 0; t < tokens; ++t) {
            for (int64_t d = 0; d < kQuery; ++d) {
                result.q.at(t, d) = m_q.at(t, h * kQuery + d);
                result.keys.at(t, d) = d < kKey ? m_kv.at(t, h * kKv + d) : m_rope.at(t, d - kKey);
            }
            for (int64_t d = 0; d < kValue; ++d)
                result.values.at(t, d) = m_kv.at(t, h * kKv + kKey + d);
            for (Matrix* m : {&result.q, &result.keys}) {
                roundPart(*m, t, 0, kKey);
                roundPart(*m, t, kKey, kQuery);
            }
            roundPart(result.values, t, 0, kValue);
        }
        return result;
    }

    /// The product of a key's weight and its value's scale is rounded to 1/255 of the largest of
    /// its chunk, so that it is off by half of that, and multiplies a code of at most 127. The
    /// roundings of F32 come on top (attentionTolerance, for values up to 3).
    static double tolerance(const Head& h, int64_t query) {
        double sum = 0, bound = 0;
        for (int64_t begin = 0; begin <= query; begin += kChunk) {
            const int64_t end = std::min(begin + kChunk, query + 1);
            double largest = 0;
            for (int64_t j = begin; j < end; ++j) {
                double score = 0, magnitude = 0;
                for (int64_t d = 0; d < kQuery; ++d)
                    score += h.q.at(query, d) * h.keys.at(j, d);
                for (int64_t d = 0; d < kValue; ++d)
                    magnitude = std::max(magnitude, std::fabs(h.values.at(j, d)));
                const double weight = std::exp(double(kScale) * score);
                sum += weight;
                largest = std::max(largest, weight * magnitude / 127);
            }
            bound += double(end - begin) * largest / 255 / 2 * 127;
        }
        return 1.001 * bound / sum + 3 * attentionTolerance(query + 1, kQuery, 0.6);
    }

    void expectAttends(const std::vector<float>& actual, int64_t begin, int64_t end) const {
        for (int64_t h = 0; h < kHeads; ++h) {
            const Head of = head(h, end);
            const auto expected =
                reference::causalAttention(of.q, of.keys, of.values, double(kScale));
            for (int64_t t = begin; t < end; ++t) {
                const double allowed = tolerance(of, t);
                for (int64_t d = 0; d < kValue; ++d)
                    ASSERT_NEAR(actual[size_t(((t - begin) * kHeads + h) * kValue + d)],
                                expected.out.at(t, d), allowed)
                        << "token " << t << " of " << end << ", head " << h;
            }
        }
    }

    Matrix m_kv, m_rope, m_q;
    Tensor m_keys;
};

TEST_P(ExpandedAttentionTest, MatchesTheReferenceOverTheRoundedValues) {
    for (const auto& [begin, end] :
         {std::pair<int64_t, int64_t>{0, 1}, {0, 33}, {3, 9}, {0, 150}, {250, 330}, {512, 514}}) {
        fill(end);
        expand(0, end);
        expectAttends(attend(begin, end), begin, end);
    }
}

TEST_P(ExpandedAttentionTest, APromptHasTheSameBitsWholeAndInChunks) {
    fill(300);
    expand(0, 300);
    const std::vector<float> whole = attend(0, 300);
    fill(300);
    std::vector<float> chunks;
    int64_t begin = 0;
    for (const int64_t end : {1, 64, 75, 96, 257, 300}) {
        // A page that was begun is written anew from its first token on.
        expand(begin / kLatentPageTokens * kLatentPageTokens, end);
        const std::vector<float> part = attend(begin, end);
        chunks.insert(chunks.end(), part.begin(), part.end());
        begin = end;
    }
    expectSameBits(chunks, whole);
}

TEST_P(ExpandedAttentionTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    fill(290);
    expand(0, 290);
    const std::vector<float> fast = attend(0, 290);
    switchToScalar();
    fill(290);
    expand(0, 290);
    expectSameBits(fast, attend(0, 290));
}

HEARTH_ON_EVERY_BACKEND(ExpandedAttentionTest);

}  // namespace
}  // namespace hearth::test

#include "engine/runtime/kv_cache.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/model.h"
#include "tests/engine/models/test_models.h"

namespace hearth::engine {
namespace {

class CacheTypeTest : public ::testing::Test {
protected:
    /// Logits of every position: `chunks` tokens of prompt at a time, then one by one.
    std::vector<float> logits(DType dtype, const std::vector<int64_t>& chunks) {
        KvCache cache(*m_backend, m_model->config(), 8, dtype);
        const std::vector<int32_t> pages = cache.take(4).valueOrThrow();
        std::vector<float> all;
        int64_t done = 0;
        const auto run = [&](int64_t count, bool prefill) {
            const StepSequence part{.tokens = std::span(m_ids).subspan(size_t(done), size_t(count)),
                                    .start = done,
                                    .pages = pages,
                                    .prefill = prefill,
                                    .logits_rows = count};
            const auto rows =
                downloadFloats(*m_backend, m_model->step(std::span(&part, 1), cache, nullptr));
            all.insert(all.end(), rows.begin(), rows.end());
            done += count;
        };
        for (const int64_t chunk : chunks)
            run(chunk, true);
        while (done < int64_t(m_ids.size()))
            run(1, false);
        return all;
    }

    void SetUp() override {
        for (int32_t i = 0; i < 100; ++i)
            m_ids.push_back((i * 37 + 11) % int32_t(m_model->config().vocab_size));
    }

    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 2});
    std::unique_ptr<Model> m_model =
        loadModel(*m_backend, testing_models::tinyConfig(),
                  testing_models::MemoryWeights(testing_models::tinyConfig()))
            .valueOrThrow();
    std::vector<int32_t> m_ids;
};

TEST_F(CacheTypeTest, EightBitsGiveTheSameBitsInAnyChunks) {
    const auto whole = logits(DType::Q8, {90});
    EXPECT_EQ(whole, logits(DType::Q8, {1, 40, 49}));
    EXPECT_EQ(whole, logits(DType::Q8, {33, 57}));
}

// A cached value is off by at most 1/254 of its part's largest magnitude, and so are decode's
// queries and weights (1/510): logits that are off by a tenth of their spread mean an error in
// the arithmetic, and a cosine above 0.999 means none.
TEST_F(CacheTypeTest, EightBitsStayNearTheExactCache) {
    const auto exact = logits(DType::F32, {60}), coarse = logits(DType::Q8, {60});
    ASSERT_EQ(exact.size(), coarse.size());
    const auto dot = [](const std::vector<float>& a, const std::vector<float>& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    };
    EXPECT_GT(dot(exact, coarse) / std::sqrt(dot(exact, exact) * dot(coarse, coarse)), 0.999);
    EXPECT_NE(exact, coarse);
}

TEST_F(CacheTypeTest, CountsTheBytesOfEveryType) {
    const ModelConfig& c = m_model->config();
    const int64_t values = c.num_hidden_layers * (c.kv_lora_rank + c.qk_rope_head_dim);
    EXPECT_EQ(cacheBytesPerToken(c, DType::F32), 4 * values);
    EXPECT_EQ(cacheBytesPerToken(c, DType::BF16), 2 * values);
    EXPECT_EQ(cacheBytesPerToken(c, DType::Q8), values + 8 * c.num_hidden_layers);
    EXPECT_EQ(KvCache(*m_backend, c, 2, DType::Q8).bytesPerToken(),
              cacheBytesPerToken(c, DType::Q8));
}

TEST_F(CacheTypeTest, EightBitsAreForLatentAttentionOverEveryKey) {
    ModelConfig grouped = m_model->config();
    grouped.attention = AttentionKind::Grouped;
    EXPECT_FALSE(checkCacheType(grouped, DType::Q8));
    EXPECT_TRUE(checkCacheType(grouped, DType::BF16));
    ModelConfig sparse = m_model->config();
    sparse.index_topk = 8;
    EXPECT_FALSE(checkCacheType(sparse, DType::Q8));
    EXPECT_EQ(parseCacheType("int8"), DType::Q8);
    EXPECT_EQ(parseCacheType("int4"), std::nullopt);
}

}  // namespace
}  // namespace hearth::engine

// Loading a checkpoint: what must be there, and the variants of the architecture.
#include <cmath>

#include "engine/cpu/counting_allocator.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/canonical_weights.h"
#include "engine/models/logits_file.h"
#include "engine/models/memory_report.h"
#include "engine/models/model.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using testing_models::MemoryWeights;
using testing_models::tinyConfig;

std::string problem(const ModelConfig& config, const WeightSource& weights) {
    const auto backend = createCpuBackend();
    const auto model = loadModel(*backend, config, weights);
    EXPECT_FALSE(model.ok());
    if (model.ok())
        return "";
    EXPECT_EQ(model.error().code, core::ErrorCode::InvalidArgument);
    return model.error().message;
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(LoadModelTest, NamesAMissingTensorAndItsShape) {
    MemoryWeights weights(tinyConfig());
    weights.erase("model.layers.1.self_attn.kv_b_proj.weight");
    EXPECT_SAYS(problem(tinyConfig(), weights),
                "missing model.layers.1.self_attn.kv_b_proj.weight, expected [28, 16]");
}

TEST(LoadModelTest, NamesAnExtraTensor) {
    MemoryWeights weights(tinyConfig());
    weights.setRandom("model.layers.0.self_attn.q_proj.bias", {4});
    EXPECT_SAYS(problem(tinyConfig(), weights), "unexpected model.layers.0.self_attn.q_proj.bias");
}

TEST(LoadModelTest, NamesAWronglyShapedTensorAndWhatWasExpected) {
    MemoryWeights weights(tinyConfig());
    weights.setRandom("model.layers.2.mlp.experts.7.down_proj.weight", {24, 13});
    EXPECT_SAYS(
        problem(tinyConfig(), weights),
        "model.layers.2.mlp.experts.7.down_proj.weight has shape [24, 13], expected [24, 12]");
    weights = MemoryWeights(tinyConfig());
    weights.setRandom("model.norm.weight", {24, 1});
    EXPECT_SAYS(problem(tinyConfig(), weights), "model.norm.weight has shape [24, 1]");
}

TEST(LoadModelTest, ListsFiveProblemsAndCountsTheRest) {
    MemoryWeights weights(tinyConfig());
    for (int e = 0; e < 8; ++e)
        weights.erase("model.layers.1.mlp.experts." + std::to_string(e) + ".up_proj.weight");
    const std::string text = problem(tinyConfig(), weights);
    EXPECT_SAYS(text, "(8 problems)");
    EXPECT_SAYS(text, "and 3 more");
    EXPECT_SAYS(text, "experts.4.up_proj");
    EXPECT_EQ(text.find("experts.5.up_proj"), std::string::npos);
}

TEST(LoadModelTest, IgnoresWhatCheckpointsCarryAlong) {
    MemoryWeights weights(tinyConfig());
    weights.setRandom("model.layers.0.self_attn.rotary_emb.inv_freq", {2});
    EXPECT_TRUE(canonicalWeights(tinyConfig(), weights).ok());
}

/// Last-row logits of a short prompt.
std::vector<float> logitsOf(Model& model, Backend& backend) {
    KvCache cache(backend, model.config(), 1, DType::F32);
    const std::vector<int32_t> ids{3, 9, 27, 5}, pages{0};
    const StepSequence sequence{.tokens = ids, .pages = pages};
    return downloadFloats(backend, model.step(std::span(&sequence, 1), cache, nullptr));
}

TEST(LoadModelTest, TiedEmbeddingsServeAsHead) {
    const auto backend = createCpuBackend();
    ModelConfig tied = tinyConfig();
    tied.tie_word_embeddings = true;
    const MemoryWeights weights(tied);
    ASSERT_EQ(weights.find("lm_head.weight"), nullptr);
    MemoryWeights untied(tinyConfig());
    untied.set("lm_head.weight", {40, 24}, untied.find("model.embed_tokens.weight")->toFloats());
    const auto a = loadModel(*backend, tied, weights).valueOrThrow();
    const auto b = loadModel(*backend, tinyConfig(), untied).valueOrThrow();
    EXPECT_EQ(logitsOf(*a, *backend), logitsOf(*b, *backend));
    EXPECT_TRUE(canonicalWeights(tied, untied).ok()) << "a stored copy of the head is ignored";
}

TEST(LoadModelTest, MtpLayerMayShareEmbeddingAndHead) {
    const auto backend = createCpuBackend();
    MemoryWeights shared(tinyConfig()), copied(tinyConfig());
    shared.erase("model.layers.3.embed_tokens.weight");
    shared.erase("model.layers.3.shared_head.head.weight");
    copied.set("model.layers.3.embed_tokens.weight", {40, 24},
               shared.find("model.embed_tokens.weight")->toFloats());
    copied.set("model.layers.3.shared_head.head.weight", {40, 24},
               shared.find("lm_head.weight")->toFloats());
    const auto a = loadModel(*backend, tinyConfig(), shared).valueOrThrow();
    const auto b = loadModel(*backend, tinyConfig(), copied).valueOrThrow();
    const std::vector<int32_t> ids{1, 2, 3}, next{2, 3, 4};
    EXPECT_EQ(downloadFloats(*backend, a->mtpLogits(ids, next)),
              downloadFloats(*backend, b->mtpLogits(ids, next)));
}

TEST(LoadModelTest, DenseModelAndMixedDtypesLoad) {
    const auto backend = createCpuBackend();
    ModelConfig dense = tinyConfig();
    dense.n_routed_experts = 0;
    dense.num_nextn_predict_layers = 0;
    const auto model = loadModel(*backend, dense, MemoryWeights(dense)).valueOrThrow();
    for (const float value : logitsOf(*model, *backend))
        EXPECT_TRUE(std::isfinite(value));
}

TEST(LoadModelTest, MtpLayersThatTransformersLeftOutAreNotAskedFor) {
    const test::TempDir dir;
    const auto backend = createCpuBackend();
    MemoryWeights weights(tinyConfig());
    ASSERT_EQ(tinyConfig().num_nextn_predict_layers, 1);
    for (const std::string& name : weights.names()) {
        if (name.starts_with("model.layers.3."))
            weights.erase(name);
    }
    testing_models::writeCheckpoint(dir.path(), tinyConfig(), weights);
    const auto model = loadModel(*backend, dir.path()).valueOrThrow();
    EXPECT_EQ(model->mtpLayers(), 0);
    const auto whole = loadModel(*backend, tinyConfig(), MemoryWeights(tinyConfig()));
    EXPECT_EQ(logitsOf(*model, *backend), logitsOf(**whole, *backend));
}

TEST(LoadModelTest, PartOfAnMtpLayerIsAProblem) {
    const test::TempDir dir;
    MemoryWeights weights(tinyConfig());
    weights.erase("model.layers.3.enorm.weight");
    testing_models::writeCheckpoint(dir.path(), tinyConfig(), weights);
    const auto model = loadModel(*createCpuBackend(), dir.path());
    ASSERT_FALSE(model.ok());
    EXPECT_SAYS(model.error().message, "missing model.layers.3.enorm.weight");
}

TEST(LoadModelTest, DirectoryErrorsNameTheDirectory) {
    const test::TempDir dir;
    const auto backend = createCpuBackend();
    MemoryWeights weights(tinyConfig());
    weights.erase("model.norm.weight");
    testing_models::writeCheckpoint(dir.path(), tinyConfig(), weights);
    const auto model = loadModel(*backend, dir.path());
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().context, dir.path().string());
    EXPECT_SAYS(model.error().message, "model.norm.weight");
}

TEST(MemoryReportTest, DeepSeekV3NeedsTheKnownBytesPerToken) {
    ModelConfig config;
    config.num_hidden_layers = 61;
    config.num_attention_heads = 128;
    config.kv_lora_rank = 512;
    config.qk_nope_head_dim = 128;
    config.qk_rope_head_dim = 64;
    config.v_head_dim = 128;
    EXPECT_EQ(latentBytesPerToken(config, DType::BF16), 70272);
    EXPECT_EQ(mhaBytesPerToken(config, DType::BF16), 4997120);
}

TEST(MemoryReportTest, CountsWhatTheModelAndTheCacheHold) {
    const auto allocator = std::make_shared<CountingAllocator>();
    const auto backend = createCpuBackend({.threads = 1, .allocator = allocator});
    const auto model =
        loadModel(*backend, tinyConfig(), MemoryWeights(tinyConfig()), {.load_mtp = false})
            .valueOrThrow();
    const int64_t held = allocator->live();
    const KvCache cache(*backend, model->config(), 2, DType::BF16);
    const ModelMemoryReport report = memoryReport(*model, DType::BF16);
    EXPECT_EQ(report.cache_bytes_per_token, cache.bytesPerToken());
    // Cosines and sines of yarn's positions lie beside the weights.
    const int64_t tables = 2 * tinyConfig().max_position_embeddings * tinyConfig().ropeDim() / 2 *
                           int64_t(sizeof(float));
    EXPECT_EQ(report.weight_bytes + tables, held);
}

TEST(KvCacheTest, HandsOutPagesAndTakesThemBack) {
    const auto backend = createCpuBackend();
    KvCache cache(*backend, tinyConfig(), 3, DType::F32);
    EXPECT_EQ(KvCache::pagesFor(0), 0);
    EXPECT_EQ(KvCache::pagesFor(32), 1);
    EXPECT_EQ(KvCache::pagesFor(33), 2);
    const auto first = cache.take(2);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(*first, (std::vector<int32_t>{0, 1}));
    const auto tooMany = cache.take(2);
    ASSERT_FALSE(tooMany.ok());
    EXPECT_EQ(tooMany.error().code, core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(cache.freePages(), 1);
    cache.giveBack(*first);
    EXPECT_EQ(cache.freePages(), 3);
    EXPECT_EQ(cache.take(3)->size(), 3u);
}

class LogitsFileTest : public testing::Test {
protected:
    LogitsFileTest() {
        testing_models::writeCheckpoint(dir.path(), tinyConfig(), MemoryWeights(tinyConfig()));
    }
    core::Status write(const std::vector<int32_t>& ids) {
        return writeLogits(*backend, {.model = dir.path(), .ids = ids}, dir / "out.safetensors");
    }
    std::vector<float> written() {
        return openSafetensors(dir / "out.safetensors").valueOrThrow()->find("logits")->toFloats();
    }

    test::TempDir dir;
    std::unique_ptr<Backend> backend = createCpuBackend();
};

TEST_F(LogitsFileTest, HoldsOneRowPerToken) {
    ASSERT_TRUE(write({3, 9, 27, 5}).ok());
    const auto source = openSafetensors(dir / "out.safetensors").valueOrThrow();
    const StoredTensor* logits = source->find("logits");
    ASSERT_NE(logits, nullptr);
    EXPECT_EQ(logits->dtype, DType::F32);
    EXPECT_EQ(logits->shape, (std::vector<int64_t>{4, 40}));
    const auto model = loadModel(*backend, dir.path()).valueOrThrow();
    const auto values = logits->toFloats();
    EXPECT_EQ(std::vector<float>(values.end() - 40, values.end()), logitsOf(*model, *backend));
}

TEST_F(LogitsFileTest, RunsTheRestAsDecoding) {
    const std::vector<int32_t> ids = {3, 9, 27, 5, 8};
    ASSERT_TRUE(write(ids).ok());
    const std::vector<float> whole = written();
    for (const int64_t prefill : {0, 2, 7}) {
        const LogitsRequest request{.model = dir.path(), .ids = ids, .prefill = prefill};
        ASSERT_TRUE(writeLogits(*backend, request, dir / "out.safetensors").ok());
        const std::vector<float> parts = written();
        ASSERT_EQ(parts.size(), whole.size());
        // Absorbed and materialised attention round differently: 64 terms of about 1 round to
        // within 64 * 2^-24 = 4e-6, and some twenty such sums follow each other.
        for (size_t i = 0; i < whole.size(); ++i)
            EXPECT_NEAR(parts[i], whole[i], 1e-4) << prefill;
    }
}

TEST_F(LogitsFileTest, RunsOverACacheOfAnotherType) {
    const std::vector<int32_t> ids = {3, 9, 27, 5, 8};
    ASSERT_TRUE(write(ids).ok());
    const std::vector<float> exact = written();
    const LogitsRequest request{.model = dir.path(), .ids = ids, .cache = DType::BF16};
    ASSERT_TRUE(writeLogits(*backend, request, dir / "out.safetensors").ok());
    EXPECT_NE(written(), exact);
}

TEST_F(LogitsFileTest, NamesAnAdapterFileThatIsMissing) {
    const LogitsRequest request{.model = dir.path(), .adapter = dir.path(), .ids = {1}};
    const auto status = writeLogits(*backend, request, dir / "out.safetensors");
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, core::ErrorCode::NotFound);
    EXPECT_SAYS(status.error().message + status.error().context, "adapter_config.json");
}

TEST_F(LogitsFileTest, RefusesIdsThatCannotRun) {
    EXPECT_SAYS(write({}).error().message, "No token ids");
    EXPECT_SAYS(write({1, 40}).error().message, "Token id 40 is outside 0..39");
    EXPECT_SAYS(write({-1}).error().message, "Token id -1");
    const std::string tooLong = write(std::vector<int32_t>(129, 1)).error().message;
    EXPECT_SAYS(tooLong, "129");
    EXPECT_SAYS(tooLong, "128");
    EXPECT_FALSE(std::filesystem::exists(dir / "out.safetensors"));
}

}  // namespace
}  // namespace hearth::engine

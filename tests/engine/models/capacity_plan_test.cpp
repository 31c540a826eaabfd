// Plans hold against models that are really loaded and run, and against published figures.
#include "engine/models/capacity_plan.h"

#include <gtest/gtest.h>

#include "engine/cpu/counting_allocator.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/model_source.h"
#include "engine/models/step_simulator.h"
#include "tests/engine/models/test_models.h"

namespace hearth::engine {
namespace {

constexpr int64_t kMemory = 100'000'000'000;  // enough for every published model here
constexpr int64_t kTinyMemory = 100'000'000;  // enough for a reference model

std::filesystem::path referenceModels() {
    return std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models";
}

std::vector<std::string> referenceNames() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(referenceModels()))
        if (entry.is_directory())
            names.push_back(entry.path().filename().string());
    return names;
}

/// DeepSeek-V2-Lite as published, but for the context: its 163,840 positions take time.
ModelConfig v2Lite() {
    return parseModelConfig(R"({"architectures": ["DeepseekV2ForCausalLM"],
        "model_type": "deepseek_v2", "vocab_size": 102400, "hidden_size": 2048,
        "intermediate_size": 10944, "moe_intermediate_size": 1408, "num_hidden_layers": 27,
        "num_attention_heads": 16, "num_key_value_heads": 16, "n_shared_experts": 2,
        "n_routed_experts": 64, "num_experts_per_tok": 6, "first_k_dense_replace": 1,
        "moe_layer_freq": 1, "kv_lora_rank": 512, "q_lora_rank": null, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "max_position_embeddings": 8192,
        "n_group": 1, "topk_group": 1, "topk_method": "greedy", "norm_topk_prob": false,
        "scoring_func": "softmax", "routed_scaling_factor": 1.0, "rms_norm_eps": 1e-6,
        "rope_theta": 10000, "tie_word_embeddings": false, "attention_bias": false,
        "hidden_act": "silu", "bos_token_id": 100000, "eos_token_id": 100001})")
        .valueOrThrow();
}

/// The 126 layers of 128 heads and 8 key heads of Llama-3.1-405B.
ModelConfig llama405b() {
    ModelConfig config = v2Lite();
    config.attention = AttentionKind::Grouped;
    config.num_hidden_layers = 126;
    config.num_attention_heads = 128;
    config.num_key_value_heads = 8;
    config.head_dim = config.rotary_dim = 128;
    return config;
}

PlanRequest bf16Request() {
    return {.precision = "bf16", .memory_bytes = kMemory, .cache_dtype = DType::BF16};
}

CapacityPlan planOf(const ModelConfig& config, const PlanRequest& request) {
    return planCapacity(planSource(config, DType::BF16), request).valueOrThrow();
}

class PlannedModelTest : public testing::TestWithParam<std::string> {
protected:
    std::filesystem::path m_directory = referenceModels() / GetParam();
    ModelSource m_source = openModelSource(m_directory).valueOrThrow();
    std::shared_ptr<CountingAllocator> m_allocator = std::make_shared<CountingAllocator>();
    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1, .allocator = m_allocator});
    std::unique_ptr<Model> m_model =
        loadModel(*m_backend, m_source.config, *m_source.stored).valueOrThrow();
};

TEST_P(PlannedModelTest, WeightsAreThoseThatAreHeldOnceLoaded) {
    const auto source = openPlanSource(m_directory).valueOrThrow();
    const auto plan =
        planCapacity(source, {.context = 32, .memory_bytes = kTinyMemory}).valueOrThrow();
    EXPECT_EQ(plan.weight_bytes, m_model->weightBytes());
    EXPECT_EQ(plan.weight_bytes + plan.table_bytes, m_allocator->live());
    EXPECT_LE(m_allocator->peak(), plan.weight_bytes + plan.loading_bytes + plan.table_bytes);
}

/// Sequences with pages of their own, as the scheduler forms a step of them.
struct RealStep {
    RealStep(int64_t prefills, int64_t decodes, int64_t context, int64_t chunk)
        : ids(size_t(std::min(chunk, context))) {
        const int64_t each = KvCache::pagesFor(context);
        for (int64_t i = 0; i < prefills + decodes; ++i) {
            pages.emplace_back();
            for (int64_t page = 0; page < each; ++page)
                pages.back().push_back(int32_t(i * each + page));
        }
        for (int64_t i = 0; i < prefills + decodes; ++i) {
            const auto tokens = std::span(ids).first(i < prefills ? ids.size() : 1);
            sequences.push_back({.tokens = tokens,
                                 .start = context - int64_t(tokens.size()),
                                 .pages = pages[size_t(i)],
                                 .prefill = i < prefills});
        }
    }
    std::vector<int32_t> ids;
    std::vector<std::vector<int32_t>> pages;
    std::vector<StepSequence> sequences;
};

TEST_P(PlannedModelTest, ActivationsAreThoseThatAStepReallyAllocates) {
    constexpr int64_t kUsers = 3, kContext = 48, kChunk = 20;
    KvCache cache(*m_backend, m_model->config(), kUsers * KvCache::pagesFor(kContext), DType::F32);
    for (const auto& [precision, chunk] : {std::pair("exact", kChunk), {"int4", kContext}}) {
        int64_t real = 0;
        for (const int64_t prefills : {1, 0}) {
            const RealStep step(prefills, kUsers - prefills, kContext, chunk);
            const int64_t before = m_allocator->live();
            m_allocator->resetPeak();
            const Tensor logits = m_model->step(step.sequences, cache);
            const int64_t withCopy = 2 * logits.size() * int64_t(sizeof(float));
            real = std::max({real, m_allocator->peak() - before, withCopy});
        }
        const auto plan =
            planCapacity(openPlanSource(m_directory).valueOrThrow(), {.precision = precision,
                                                                      .context = kContext,
                                                                      .users = kUsers,
                                                                      .memory_bytes = kTinyMemory,
                                                                      .prefill_chunk = chunk})
                .valueOrThrow();
        EXPECT_EQ(plan.activation_bytes, real) << precision;
    }
}

TEST_P(PlannedModelTest, CoarserPrecisionsNeedLess) {
    const auto source = openPlanSource(m_directory).valueOrThrow();
    int64_t finer = kTinyMemory;
    for (const char* precision : {"f32", "bf16", "int8", "mixed", "int4"}) {
        const auto plan = planCapacity(
            source, {.precision = precision, .context = 32, .memory_bytes = kTinyMemory});
        ASSERT_TRUE(plan.ok());
        EXPECT_LT(plan->weight_bytes, finer) << precision;
        finer = plan->weight_bytes;
    }
}

INSTANTIATE_TEST_SUITE_P(ReferenceModels, PlannedModelTest, testing::ValuesIn(referenceNames()),
                         [](const auto& test) { return test.param; });

TEST(CapacityPlanTest, KeepsThePublishedBytesPerToken) {
    const CapacityPlan lite = planOf(v2Lite(), bf16Request());
    EXPECT_EQ(lite.cache_bytes_per_token, 31'104);
    EXPECT_EQ(lite.mha_bytes_per_token, 276'480);
    EXPECT_EQ(lite.gqa_bytes_per_token, 276'480 / 2);  // 8 of 16 heads

    ModelConfig v3 = v2Lite();
    v3.num_hidden_layers = 61;
    v3.num_attention_heads = 128;
    const CapacityPlan large = planOf(v3, bf16Request());
    EXPECT_EQ(large.cache_bytes_per_token, 70'272);
    EXPECT_EQ(large.mha_bytes_per_token, 4'997'120);

    const CapacityPlan llama = planOf(llama405b(), bf16Request());
    EXPECT_EQ(llama.cache_bytes_per_token, 516'096);
    EXPECT_EQ(llama.gqa_bytes_per_token, 516'096);
}

TEST(CapacityPlanTest, CountsV2LiteToTheByte) {
    const CapacityPlan plan = planOf(v2Lite(), bf16Request());
    EXPECT_EQ(plan.parameters, 15'706'484'224);  // of the published checkpoint
    // kv_b_proj is held once more by head; norms are F32. All its outputs fill whole panels.
    const int64_t absorbed = 27 * (16 * (128 + 128)) * 512;
    const int64_t norms = 27 * (2 * 2048 + 512) + 2048;
    EXPECT_EQ(plan.weight_bytes, 2 * (plan.parameters + absorbed) + 2 * norms);
    EXPECT_EQ(plan.cache_bytes, 4096 * 31'104);
}

// Independent of our code: sizes that were worked out for the same model with the output and the
// halves of kv_b in 8.5 bits a weight and the rest in 4.5, rounded to two digits.
TEST(CapacityPlanTest, DecodeReadsTheBytesOfActiveWeightsAndExpectedExperts) {
    PlanRequest request{.precision = "int4", .context = 32, .memory_bytes = kMemory};
    EXPECT_NEAR(planOf(v2Lite(), request).decode.weight_bytes, 1.51e9, 0.02e9);
    EXPECT_NEAR(expectedExperts(64, 6, 16), 51, 0.5);
    request.users = 16;
    EXPECT_NEAR(planOf(v2Lite(), request).decode.weight_bytes, 7.2e9, 0.05e9);
    EXPECT_DOUBLE_EQ(expectedExperts(64, 6, 1), 6);
    EXPECT_NEAR(expectedExperts(64, 6, 10'000), 64, 1e-9);
}

TEST(CapacityPlanTest, ATokenComputesWithEveryActiveParameterTwice) {
    PlanRequest request = bf16Request();
    request.context = request.prefill_chunk = 32;
    const CapacityPlan plan = planOf(v2Lite(), request);
    // One product less: a prompt's last token alone has logits, and the embedding has none.
    const double table = 102'400.0 * 2048;
    const double norms = 27 * (2 * 2048 + 512) + 2048;
    const double active = double(plan.active_parameters) - 2 * table - norms;
    EXPECT_DOUBLE_EQ(plan.last_chunk.matrix_flops, 2 * (32 * active + table));
}

TEST(CapacityPlanTest, UsersAndContextThatAreSaidToFitDoAndMoreDoNot) {
    PlanRequest request{.precision = "int8", .context = 1024, .memory_bytes = 17'500'000'000};
    const CapacityPlan plan = planOf(v2Lite(), request);
    ASSERT_TRUE(plan.fits);
    request.users = plan.max_users;
    EXPECT_TRUE(planOf(v2Lite(), request).fits);
    ++request.users;
    EXPECT_FALSE(planOf(v2Lite(), request).fits);
    request.users = 1;
    request.context = plan.max_context;
    EXPECT_TRUE(planOf(v2Lite(), request).fits);
    request.context += KvCache::kPageTokens;
    EXPECT_FALSE(planOf(v2Lite(), request).fits);
}

TEST(CapacityPlanTest, NeedsGrowWithUsersContextAndCacheType) {
    PlanRequest request = bf16Request();
    const CapacityPlan one = planOf(v2Lite(), request);
    request.users = 2;
    const CapacityPlan two = planOf(v2Lite(), request);
    EXPECT_GT(two.needed_bytes, one.needed_bytes);
    EXPECT_GT(two.decode.weight_bytes, one.decode.weight_bytes);
    EXPECT_LT(two.decode.weight_bytes, 2 * one.decode.weight_bytes);
    request.context *= 2;
    EXPECT_GT(planOf(v2Lite(), request).needed_bytes, two.needed_bytes);
    request.context /= 2;
    request.cache_dtype = DType::F32;
    EXPECT_EQ(planOf(v2Lite(), request).cache_bytes, 2 * two.cache_bytes);
}

TEST(CapacityPlanTest, PromptsKeepKeysWithinTheirBudgetOverTheInt8CacheOnly) {
    constexpr int64_t kMegabyte = 1 << 20;
    PlanRequest request{.precision = "int4",
                        .context = 4096,
                        .users = 3,
                        .memory_bytes = kMemory,
                        .cache_dtype = DType::Q8,
                        .prompt_keys_bytes = 100 * kMegabyte};
    const CapacityPlan kept = planOf(v2Lite(), request);
    EXPECT_EQ(kept.prompt_key_bytes, 100 * kMegabyte);  // less than one prompt has in all layers
    request.prompt_keys_bytes = 0;
    const CapacityPlan none = planOf(v2Lite(), request);
    EXPECT_EQ(none.prompt_key_bytes, 0);
    EXPECT_EQ(kept.needed_bytes - none.needed_bytes, 100 * kMegabyte);

    // Room for all: each of 27 layers has codes of 16 heads' keys and values, 128 each, and of the
    // rope key, 64, and scales of these 33 parts.
    request.prompt_keys_bytes = int64_t{1} << 40;
    const int64_t ofToken = 16 * (128 + 128) + 64 + 33 * 4;
    EXPECT_EQ(planOf(v2Lite(), request).prompt_key_bytes, 3 * 27 * 4096 * ofToken);
    request.context = request.prefill_chunk;  // a prompt of one step
    EXPECT_EQ(planOf(v2Lite(), request).prompt_key_bytes, 0);
    request.context = 4096;
    request.cache_dtype = DType::BF16;
    EXPECT_EQ(planOf(v2Lite(), request).prompt_key_bytes, 0);
}

TEST(CapacityPlanTest, ABudgetForKeysCanBeWhatDoesNotFit) {
    PlanRequest request{.precision = "int4",
                        .memory_bytes = kMemory,
                        .cache_dtype = DType::Q8,
                        .prompt_keys_bytes = 0};
    request.memory_bytes = planOf(v2Lite(), request).needed_bytes;
    EXPECT_TRUE(planOf(v2Lite(), request).fits);
    request.prompt_keys_bytes = 1 << 20;
    EXPECT_FALSE(planOf(v2Lite(), request).fits);
}

std::string refusal(const PlanRequest& request) {
    const core::Status status = checkFits(planOf(v2Lite(), request));
    if (status)
        return "it fits";
    EXPECT_EQ(status.error().code, core::ErrorCode::ResourceExhausted);
    return status.error().message;
}

TEST(CapacityPlanTest, ARefusalNamesWhatWouldFit) {
    PlanRequest request{.precision = "bf16", .memory_bytes = 24'000'000'000};
    const std::string coarser = refusal(request);
    EXPECT_NE(coarser.find("what would fit: precision int8"), std::string::npos) << coarser;
    EXPECT_EQ(coarser.find("a context of"), std::string::npos) << coarser;

    request = {.precision = "int4", .context = 8192, .memory_bytes = 9'800'000'000};
    const std::string shorter = refusal(request);
    const int64_t context = planOf(v2Lite(), request).max_context;
    EXPECT_NE(shorter.find("a context of " + std::to_string(context)), std::string::npos)
        << shorter;

    request = {.precision = "int4", .users = 1000, .memory_bytes = 12'000'000'000};
    EXPECT_NE(refusal(request).find(" user(s)", refusal(request).find("what would fit")),
              std::string::npos)
        << refusal(request);

    request = {.precision = "bf16", .context = 8192, .memory_bytes = 9'800'000'000};
    EXPECT_NE(refusal(request).find("precision int4 with a context of"), std::string::npos)
        << refusal(request);

    request.memory_bytes = 1'000'000'000;
    EXPECT_NE(refusal(request).find("no precision and no context would fit"), std::string::npos)
        << refusal(request);
    request.memory_bytes = kMemory;
    EXPECT_EQ(refusal(request), "it fits");
}

TEST(CapacityPlanTest, RefusesRequestsThatMeanNothing) {
    const PlanSource source = planSource(v2Lite(), DType::BF16);
    for (const PlanRequest& request :
         {PlanRequest{.precision = "int3"}, PlanRequest{.context = 8193}, PlanRequest{.context = 0},
          PlanRequest{.users = 0}}) {
        const auto plan = planCapacity(source, request);
        ASSERT_FALSE(plan.ok());
        EXPECT_EQ(plan.error().code, core::ErrorCode::InvalidArgument);
        EXPECT_FALSE(plan.error().context.empty());
    }
}

TEST(CapacityPlanTest, TheSlowerOfMemoryAndArithmeticDecides) {
    const CapacityPlan plan = planOf(v2Lite(), bf16Request());
    const double bytes = plan.decode.weight_bytes + plan.decode.cache_bytes;
    const SpeedForecast memory = forecastSpeed(plan, {bytes, 1e30, 1e30});
    EXPECT_DOUBLE_EQ(memory.decode_total, 1.0);
    const double flops = plan.decode.matrix_flops;
    const SpeedForecast arithmetic = forecastSpeed(plan, {1e30, flops / 4, 1e30});
    EXPECT_DOUBLE_EQ(arithmetic.decode_total, 0.25);
    EXPECT_GT(arithmetic.prefill, 0);
}

TEST(MachineRatesTest, AreMeasuredForEveryTypeOfWeights) {
    const auto backend = createCpuBackend({.threads = 1});
    const MachineRates rates = measureRates(*backend, DType::Q4);
    EXPECT_GT(rates.bytes_per_second, 0);
    EXPECT_GT(rates.matrix_flops, 0);
    EXPECT_GT(rates.attention_flops, 0);
}

}  // namespace
}  // namespace hearth::engine

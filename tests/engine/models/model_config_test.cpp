// config.json: what is read, what is refused, and what is written back.
#include "engine/models/model_config.h"

#include <nlohmann/json.hpp>

#include "engine/formats/weight_source.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using nlohmann::json;

const std::filesystem::path kReference = std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference";

json tinyJson() {
    return json::parse(writeModelConfig(testing_models::tinyConfig()));
}

core::Error refusal(const json& config) {
    const auto parsed = parseModelConfig(config.dump());
    EXPECT_FALSE(parsed.ok()) << config.dump();
    return parsed.ok() ? core::Error{} : parsed.error();
}

ModelConfig accepted(const json& config) {
    auto parsed = parseModelConfig(config.dump());
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
    return parsed.ok() ? *parsed : ModelConfig{};
}

TEST(ModelConfigTest, ReadsTheReferenceConfig) {
    const auto config = readModelConfig(kReference / "models/deepseek_v3");
    ASSERT_TRUE(config.ok()) << config.error().text();
    EXPECT_EQ(config->hidden_size, 96);
    EXPECT_EQ(config->q_lora_rank, 48);
    EXPECT_EQ(config->n_group, 4);
    EXPECT_EQ(config->routed_scaling_factor, 2.5);
    EXPECT_EQ(config->eos_token_ids, std::vector<int32_t>{1});
    ASSERT_TRUE(config->rope_scaling.has_value());
    EXPECT_EQ(config->rope_scaling->factor, 40.0);
    EXPECT_EQ(config->rope_scaling->original_max_position_embeddings, 64);
    EXPECT_FALSE(config->isMoeLayer(0));
    EXPECT_TRUE(config->isMoeLayer(1));
}

TEST(ModelConfigTest, MlpLayerTypesCountBeforeFirstKDenseReplace) {
    json config = tinyJson();
    config["first_k_dense_replace"] = 1;
    config["mlp_layer_types"] = {"sparse", "dense", "sparse"};
    const ModelConfig mixed = accepted(config);
    EXPECT_TRUE(mixed.isMoeLayer(0));
    EXPECT_FALSE(mixed.isMoeLayer(1));
    EXPECT_TRUE(mixed.isMoeLayer(2));
    config["mlp_layer_types"] = {"dense"};
    EXPECT_NE(refusal(config).message.find("mlp_layer_types"), std::string::npos);
    config["mlp_layer_types"] = {"dense", "dense", "other"};
    EXPECT_NE(refusal(config).message.find("mlp_layer_types"), std::string::npos);
}

TEST(ModelConfigTest, Qwen3MoeCountsItsExpertsUnderEitherName) {
    json config = {{"architectures", {"Qwen3MoeForCausalLM"}},
                   {"model_type", "qwen3_moe"},
                   {"vocab_size", 64},
                   {"hidden_size", 32},
                   {"intermediate_size", 48},
                   {"moe_intermediate_size", 16},
                   {"num_hidden_layers", 2},
                   {"num_attention_heads", 4},
                   {"num_key_value_heads", 2},
                   {"num_experts_per_tok", 2},
                   {"max_position_embeddings", 128}};
    EXPECT_NE(refusal(config).message.find("num_experts"), std::string::npos);
    config["num_experts"] = 6;
    EXPECT_EQ(accepted(config).n_routed_experts, 6);
    config.erase("num_experts");
    config["num_local_experts"] = 5;
    EXPECT_EQ(accepted(config).n_routed_experts, 5);
}

TEST(ModelConfigTest, WrittenConfigReadsBackTheSame) {
    for (const char* model : {"deepseek_v3", "deepseek_v3_mtp", "moonlight"}) {
        const auto config = readModelConfig(kReference / "models" / model);
        ASSERT_TRUE(config.ok());
        const std::string text = writeModelConfig(*config);
        const auto again = parseModelConfig(text);
        ASSERT_TRUE(again.ok()) << again.error().text();
        EXPECT_EQ(writeModelConfig(*again), text);
        EXPECT_EQ(again->q_lora_rank, config->q_lora_rank);
        EXPECT_EQ(again->rope_theta, config->rope_theta);
        EXPECT_EQ(again->rope_scaling.has_value(), config->rope_scaling.has_value());
        EXPECT_EQ(again->softmaxScale(), config->softmaxScale());
    }
}

TEST(ModelConfigTest, UnknownArchitectureListsTheKnownOnes) {
    json config = tinyJson();
    config["architectures"] = {"MambaForCausalLM"};
    const core::Error error = refusal(config);
    EXPECT_EQ(error.code, core::ErrorCode::Unsupported);
    EXPECT_NE(error.message.find("MambaForCausalLM"), std::string::npos);
    EXPECT_NE(error.message.find("DeepseekV3ForCausalLM"), std::string::npos);
}

TEST(ModelConfigTest, EndTokensComeAsNumberListOrNothing) {
    json config = tinyJson();
    config["eos_token_id"] = 3;
    EXPECT_EQ(accepted(config).eos_token_ids, std::vector<int32_t>{3});
    config["eos_token_id"] = {3, 4};
    EXPECT_EQ(accepted(config).eos_token_ids, (std::vector<int32_t>{3, 4}));
    config["eos_token_id"] = nullptr;
    EXPECT_TRUE(accepted(config).eos_token_ids.empty());
    config.erase("eos_token_id");
    EXPECT_TRUE(accepted(config).eos_token_ids.empty());
    for (const json& bad : {json(-1), json("1"), json(40), json(1e300), json({1, -2}), json(1.5)}) {
        config["eos_token_id"] = bad;
        EXPECT_NE(refusal(config).message.find("eos_token_id"), std::string::npos) << bad;
    }
}

TEST(ModelConfigTest, GenerationConfigAddsEndTokens) {
    const test::TempDir dir;
    test::spit(dir / "config.json", tinyJson().dump());
    test::spit(dir / "generation_config.json", R"({"eos_token_id":[1,5]})");
    auto config = readModelConfig(dir.path());
    ASSERT_TRUE(config.ok()) << config.error().text();
    EXPECT_EQ(config->eos_token_ids, (std::vector<int32_t>{1, 5}));
    test::spit(dir / "generation_config.json", R"({"eos_token_id":41})");
    config = readModelConfig(dir.path());
    ASSERT_FALSE(config.ok());
    EXPECT_NE(config.error().context.find("generation_config.json"), std::string::npos);
}

TEST(ModelConfigTest, EveryRequiredFieldIsNamedWhenMissing) {
    for (const char* field :
         {"architectures", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
          "num_attention_heads", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim",
          "v_head_dim", "max_position_embeddings", "moe_intermediate_size",
          "num_experts_per_tok"}) {
        json config = tinyJson();
        config.erase(field);
        const core::Error error = refusal(config);
        EXPECT_EQ(error.code, core::ErrorCode::InvalidArgument);
        EXPECT_NE(error.message.find(field), std::string::npos) << error.message;
    }
}

TEST(ModelConfigTest, EveryIntegerHasARange) {
    const json tiny = tinyJson();
    for (const auto& [field, value] : tiny.items()) {
        if (!value.is_number_integer() || field == "bos_token_id")
            continue;
        for (const json& bad :
             {json(-1), json(INT64_MIN), json(INT64_MAX), json(UINT64_MAX), json(1e300), json(0.5),
              json("8"), json(true), json(json::array())}) {
            json config = tiny;
            config[field] = bad;
            EXPECT_NE(refusal(config).message.find(field), std::string::npos) << field << bad;
        }
    }
}

TEST(ModelConfigTest, NumbersHaveRangesAndNoInfinity) {
    for (const char* field : {"rms_norm_eps", "rope_theta", "routed_scaling_factor"}) {
        for (const json& bad : {json(-1.0), json(1e300), json("x"), json(json::array())}) {
            json config = tinyJson();
            config[field] = bad;
            EXPECT_NE(refusal(config).message.find(field), std::string::npos) << field;
        }
    }
    std::string text = tinyJson().dump();
    text.replace(text.find("\"rope_theta\":"), 13, "\"rope_theta\":1e999,\"was\":");
    EXPECT_FALSE(parseModelConfig(text).ok());
}

TEST(ModelConfigTest, RoutingMustBePossible) {
    const auto with = [](std::initializer_list<std::pair<const char*, int>> changes) {
        json config = tinyJson();
        for (const auto& [field, value] : changes)
            config[field] = value;
        return config;
    };
    EXPECT_NE(refusal(with({{"n_group", 3}})).message.find("n_group"), std::string::npos);
    EXPECT_NE(refusal(with({{"n_group", 8}})).message.find("n_group"), std::string::npos);
    EXPECT_NE(refusal(with({{"topk_group", 5}})).message.find("topk_group"), std::string::npos);
    EXPECT_NE(refusal(with({{"num_experts_per_tok", 5}})).message.find("num_experts_per_tok"),
              std::string::npos);
    EXPECT_NE(refusal(with({{"n_routed_experts", 8192}, {"num_hidden_layers", 1024}}))
                  .message.find("n_routed_experts"),
              std::string::npos);
    EXPECT_NE(refusal(with({{"qk_rope_head_dim", 5}})).message.find("qk_rope_head_dim"),
              std::string::npos);
}

TEST(ModelConfigTest, UnsupportedVariantsAreRefusedByName) {
    const std::pair<const char*, json> cases[] = {
        {"hidden_act", "gelu"},
        {"scoring_func", "softmax"},
        {"topk_method", "greedy"},
        {"attention_bias", true},
        {"quantization_config", {{"quant_method", "fp8"}}},
        {"rope_scaling", {{"type", "dynamic"}}}};
    for (const auto& [field, value] : cases) {
        json config = tinyJson();
        config[field] = value;
        const core::Error error = refusal(config);
        EXPECT_EQ(error.code, core::ErrorCode::Unsupported) << error.message;
        EXPECT_NE(error.message.find(field), std::string::npos) << error.message;
    }
}

TEST(ModelConfigTest, RopeParametersOfNewerCheckpointsMeanTheSame) {
    json config = tinyJson();
    config["rope_parameters"] = config["rope_scaling"];
    config["rope_parameters"]["rope_type"] = "yarn";
    config["rope_parameters"].erase("type");
    config["rope_parameters"]["rope_theta"] = 50000.0;
    config.erase("rope_scaling");
    config.erase("rope_theta");
    const ModelConfig parsed = accepted(config);
    EXPECT_EQ(parsed.rope_theta, 50000.0);
    ASSERT_TRUE(parsed.rope_scaling.has_value());
    EXPECT_EQ(parsed.rope_scaling->factor, 4.0);
}

TEST(ModelConfigTest, BadJsonIsDamageNotACrash) {
    for (const std::string& text :
         {std::string(), std::string("[]"), std::string("{"), std::string("nul\0l", 5),
          std::string(1 << 20, '['),
          "{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}"}) {
        const auto parsed = parseModelConfig(text);
        ASSERT_FALSE(parsed.ok());
        EXPECT_EQ(parsed.error().code, core::ErrorCode::DataCorrupt);
    }
    const auto missing = readModelConfig("/nonexistent");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code, core::ErrorCode::NotFound);
}

/// unit/rope.json's configurations that have a latent-attention rope.
class RopeTableTest : public testing::TestWithParam<std::string> {};

TEST_P(RopeTableTest, MatchesTheReference) {
    const auto golden = openSafetensors(kReference / "unit/rope.safetensors").valueOrThrow();
    const json given = json::parse(test::slurp(kReference / "unit/rope.json")).at(GetParam());
    ModelConfig config;
    config.qk_nope_head_dim = 128;
    config.qk_rope_head_dim = given.at("rotary_dim");
    config.rope_theta = given.at("rope_theta");
    config.max_position_embeddings = 1 << 18;
    config.rope_scaling = RopeScaling{
        .factor = given.at("factor"),
        .original_max_position_embeddings = given.at("original_max_position_embeddings"),
        .beta_fast = given.value("beta_fast", 32.0),
        .beta_slow = given.value("beta_slow", 1.0),
        .mscale = given.value("mscale", 0.0),
        .mscale_all_dim = given.value("mscale_all_dim", 0.0),
        .attention_factor = {},
        .truncate = given.value("truncate", true)};
    const auto positions = golden->find(GetParam() + ".positions")->toInts();
    const auto cos = golden->find(GetParam() + ".cos")->toFloats();
    const auto sin = golden->find(GetParam() + ".sin")->toFloats();
    const auto frequencies = golden->find(GetParam() + ".inv_freq")->toFloats();
    const size_t pairs = size_t(config.qk_rope_head_dim / 2);
    const RopeTable table =
        ropeTable(config, *std::max_element(positions.begin(), positions.end()) + 1);
    for (size_t i = 0; i < positions.size(); ++i) {
        for (size_t j = 0; j < pairs; ++j) {
            const size_t at = size_t(positions[i]) * pairs + j;
            // The reference's powf may be one unit off in a frequency's last place.
            const double tolerance = 2e-7 + double(positions[i]) * frequencies[j] * 1.2e-7;
            EXPECT_NEAR(table.cos[at], cos[i * pairs + j], tolerance) << positions[i] << " " << j;
            EXPECT_NEAR(table.sin[at], sin[i * pairs + j], tolerance) << positions[i] << " " << j;
        }
    }
    if (given.contains("softmax_scale")) {
        EXPECT_NEAR(config.softmaxScale(), given.at("softmax_scale").get<double>(), 1e-9);
    }
}

INSTANTIATE_TEST_SUITE_P(Yarn, RopeTableTest,
                         testing::Values("deepseek_v3", "deepseek_v2_lite", "kimi_k2", "gpt_oss",
                                         "qwen3_yarn4"));

}  // namespace
}  // namespace hearth::engine

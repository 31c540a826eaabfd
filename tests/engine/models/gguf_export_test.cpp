// What an export to GGUF says, refuses, and changes so that llama.cpp gives the model's answers.
#include <gmock/gmock.h>

#include "engine/formats/gguf.h"
#include "engine/models/gguf_config.h"
#include "engine/models/gguf_model.h"
#include "tests/engine/models/gguf_export_test_support.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

TEST(GgufDescriptionTest, SaysWhatLlamaCppDoesDifferently) {
    const auto notes = [](const char* model) {
        return describeForGguf(readModelConfig(referenceModel(model)).valueOrThrow())
            .valueOrThrow()
            .notes;
    };
    EXPECT_TRUE(notes("deepseek_v3").empty());
    EXPECT_TRUE(notes("qwen3_moe").empty());
    EXPECT_TRUE(notes("moonlight").empty());
    EXPECT_THAT(notes("gpt_oss"), testing::ElementsAre(testing::HasSubstr("ramp")));
    EXPECT_THAT(notes("deepseek_v3_mtp"), testing::ElementsAre(testing::HasSubstr("MTP")));
    EXPECT_THAT(notes("deepseek_v2_full"), testing::Contains(testing::HasSubstr("best two")));
}

TEST(GgufDescriptionTest, RefusesWhatLlamaCppCannotRun) {
    for (const char* model : {"deepseek_v32", "minicpm3", "glm4_moe"}) {
        const auto described =
            describeForGguf(readModelConfig(referenceModel(model)).valueOrThrow());
        ASSERT_FALSE(described.ok()) << model;
        EXPECT_EQ(described.error().code, core::ErrorCode::Unsupported);
        EXPECT_NE(described.error().message.find("DeepseekV3ForCausalLM"), std::string::npos);
    }
}

// llama.cpp normalises latents with rms_norm_eps, the model with 1e-6: x / sqrt(mean(x^2) + 1e-6)
// is s x / sqrt(mean((s x)^2) + eps) with s = sqrt(eps / 1e-6), here 100.
TEST(GgufLatentTest, ScalesTheRowsThatMakeALatent) {
    const auto directory = referenceModel("moonlight");
    const ModelSource source = openModelSource(directory).valueOrThrow();
    ASSERT_DOUBLE_EQ(source.config.rms_norm_eps, 0.01);
    const test::TempDir dir;
    exportTo(source, directory, dir / "x.gguf", GgufPrecision::F32).valueOrThrow();
    const auto file = openGguf(dir / "x.gguf").valueOrThrow();
    const auto stored = file->find("blk.1.attn_kv_a_mqa.weight")->toFloats();
    const auto original =
        source.weights->find("model.layers.1.self_attn.kv_a_proj_with_mqa.weight")->toFloats();
    ASSERT_EQ(stored.size(), original.size());
    const size_t latent = size_t(source.config.kv_lora_rank * source.config.hidden_size);
    ASSERT_LT(latent, stored.size());  // the rotated key follows, and is not normalised
    for (size_t i = 0; i < stored.size(); ++i)
        ASSERT_FLOAT_EQ(stored[i], i < latent ? original[i] * 100.0f : original[i]) << i;
}

TEST(GgufLatentTest, ScalesTheQueriesLatent) {
    const auto directory = referenceModel("glm4_moe_lite");
    const ModelSource source = openModelSource(directory).valueOrThrow();
    const test::TempDir dir;
    exportTo(source, directory, dir / "x.gguf", GgufPrecision::F32).valueOrThrow();
    const auto stored =
        openGguf(dir / "x.gguf").valueOrThrow()->find("blk.0.attn_q_a.weight")->toFloats();
    const auto original =
        source.weights->find("model.layers.0.self_attn.q_a_proj.weight")->toFloats();
    ASSERT_EQ(stored.size(), original.size());
    for (size_t i = 0; i < stored.size(); ++i)
        ASSERT_FLOAT_EQ(stored[i], original[i] * 100.0f) << i;
}

// v_head_dim = kv_lora_rank: llama.cpp multiplies by such a matrix only in F32 and BF16.
TEST(GgufPrecisionTest, KeepsSquareMatricesOfValuesAsF32) {
    const auto directory = referenceModel("glm4_moe_lite");
    const ModelSource source = openModelSource(directory).valueOrThrow();
    ASSERT_EQ(source.config.v_head_dim, source.config.kv_lora_rank);
    const test::TempDir dir;
    for (const GgufPrecision precision :
         {GgufPrecision::F16, GgufPrecision::Q8_0, GgufPrecision::Q4_0}) {
        exportTo(source, directory, dir / "x.gguf", precision).valueOrThrow();
        const auto file = openGguf(dir / "x.gguf").valueOrThrow();
        EXPECT_EQ(file->find("blk.1.attn_v_b.weight")->codec, Codec::Plain);
        EXPECT_EQ(file->find("blk.1.attn_v_b.weight")->dtype, DType::F32);
        EXPECT_EQ(file->find("blk.1.attn_k_b.weight")->dtype, DType::F16);
    }
}

// GGUF does not say whether the bounds of yarn's ramp are rounded; our own key does.
TEST(GgufRopeTest, KeepsWhetherYarnRoundsItsBounds) {
    const auto directory = referenceModel("gpt_oss");
    for (const bool truncate : {false, true}) {
        ModelSource source = openModelSource(directory).valueOrThrow();
        source.config.rope_scaling->truncate = truncate;
        const test::TempDir dir;
        exportTo(source, directory, dir / "x.gguf", GgufPrecision::F16).valueOrThrow();
        const GgufModel model = openGgufModel(dir / "x.gguf").valueOrThrow();
        EXPECT_EQ(model.config.rope_scaling->truncate, truncate);
    }
}

}  // namespace
}  // namespace hearth::engine

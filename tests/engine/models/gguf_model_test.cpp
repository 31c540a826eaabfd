// Models out to GGUF and back: the same config, the same bits, whatever joins and orders the
// tensors on the way.
#include "engine/models/gguf_model.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/formats/tokenizer.h"
#include "engine/models/gguf_config.h"
#include "engine/models/gguf_names.h"
#include "tests/engine/models/gguf_export_test_support.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

void expectSameRope(const ModelConfig& a, const ModelConfig& b) {
    EXPECT_DOUBLE_EQ(a.rope_theta, b.rope_theta);
    ASSERT_EQ(a.rope_scaling.has_value(), b.rope_scaling.has_value());
    if (!a.rope_scaling)
        return;
    EXPECT_EQ(a.rope_scaling->type, b.rope_scaling->type);
    EXPECT_DOUBLE_EQ(a.rope_scaling->factor, b.rope_scaling->factor);
    EXPECT_EQ(a.rope_scaling->original_max_position_embeddings,
              b.rope_scaling->original_max_position_embeddings);
    EXPECT_DOUBLE_EQ(a.rope_scaling->mscale_all_dim, b.rope_scaling->mscale_all_dim);
    EXPECT_DOUBLE_EQ(a.rope_scaling->mscale, b.rope_scaling->mscale);
    EXPECT_EQ(a.rope_scaling->truncate, b.rope_scaling->truncate);
    EXPECT_EQ(a.rope_scaling->attention_factor, b.rope_scaling->attention_factor);
    EXPECT_DOUBLE_EQ(a.rope_scaling->low_freq_factor, b.rope_scaling->low_freq_factor);
    EXPECT_DOUBLE_EQ(a.rope_scaling->high_freq_factor, b.rope_scaling->high_freq_factor);
}

/// What decides how the model computes. Architecture and MTP layers may differ: GGUF has one name
/// for several, and the export leaves drafts out.
void expectSameFacts(const ModelConfig& a, const ModelConfig& b) {
    EXPECT_EQ(a.vocab_size, b.vocab_size);
    EXPECT_EQ(a.hidden_size, b.hidden_size);
    EXPECT_EQ(a.num_hidden_layers, b.num_hidden_layers);
    EXPECT_EQ(a.num_attention_heads, b.num_attention_heads);
    EXPECT_EQ(a.intermediate_size, b.intermediate_size);
    EXPECT_EQ(a.moe_intermediate_size, b.moe_intermediate_size);
    EXPECT_EQ(a.attention, b.attention);
    EXPECT_EQ(a.kv_lora_rank, b.kv_lora_rank);
    EXPECT_EQ(a.q_lora_rank, b.q_lora_rank);
    EXPECT_EQ(a.qkHeadDim(), b.qkHeadDim());
    EXPECT_EQ(a.vHeadDim(), b.vHeadDim());
    EXPECT_EQ(a.ropeDim(), b.ropeDim());
    EXPECT_EQ(a.num_key_value_heads, b.num_key_value_heads);
    EXPECT_EQ(a.qk_norm, b.qk_norm);
    EXPECT_EQ(a.qkv_bias, b.qkv_bias);
    EXPECT_EQ(a.o_bias, b.o_bias);
    EXPECT_EQ(a.mlp_bias, b.mlp_bias);
    EXPECT_EQ(a.attention_sinks, b.attention_sinks);
    EXPECT_EQ(a.sliding_window, b.sliding_window);
    EXPECT_EQ(a.sliding_layers, b.sliding_layers);
    EXPECT_NEAR(a.softmaxScale(), b.softmaxScale(), 1e-7 * a.softmaxScale());
    EXPECT_EQ(a.expert_bias, b.expert_bias);
    EXPECT_EQ(a.router_bias, b.router_bias);
    EXPECT_EQ(a.swiglu_limit, b.swiglu_limit);
    EXPECT_EQ(a.n_shared_experts, b.n_shared_experts);
    EXPECT_EQ(a.shared_intermediate_size, b.shared_intermediate_size);
    EXPECT_EQ(a.n_routed_experts, b.n_routed_experts);
    EXPECT_EQ(a.num_experts_per_tok, b.num_experts_per_tok);
    EXPECT_EQ(a.first_k_dense_replace, b.first_k_dense_replace);
    EXPECT_EQ(a.n_group, b.n_group);
    EXPECT_EQ(a.topk_group, b.topk_group);
    EXPECT_EQ(a.norm_topk_prob, b.norm_topk_prob);
    EXPECT_DOUBLE_EQ(a.routed_scaling_factor, b.routed_scaling_factor);
    EXPECT_EQ(a.scoring_func, b.scoring_func);
    EXPECT_EQ(a.group_scoring, b.group_scoring);
    EXPECT_EQ(a.score_correction_bias, b.score_correction_bias);
    EXPECT_DOUBLE_EQ(a.rms_norm_eps, b.rms_norm_eps);
    EXPECT_DOUBLE_EQ(a.embedding_multiplier, b.embedding_multiplier);
    EXPECT_DOUBLE_EQ(a.residual_multiplier, b.residual_multiplier);
    EXPECT_DOUBLE_EQ(a.logits_multiplier, b.logits_multiplier);
    EXPECT_EQ(a.rope_interleave, b.rope_interleave);
    EXPECT_EQ(a.max_position_embeddings, b.max_position_embeddings);
    EXPECT_EQ(a.tie_word_embeddings, b.tie_word_embeddings);
    EXPECT_EQ(a.eos_token_ids, b.eos_token_ids);
    EXPECT_EQ(a.bos_token_id, b.bos_token_id);
    expectSameRope(a, b);
}

/// Of rows that are scaled in the file: scaling and its reverse round once each, by half a unit.
void expectWithinAUnit(const std::vector<float>& a, const std::vector<float>& b,
                       const std::string& name) {
    ASSERT_EQ(a.size(), b.size()) << name;
    for (size_t i = 0; i < a.size(); ++i)
        ASSERT_LE(std::abs(a[i] - b[i]), std::abs(a[i]) * 0x1p-23f) << name << " " << i;
}

void expectSameWeights(const ModelSource& before, const GgufModel& after) {
    const bool scaled = ggufLatentScale(after.config) != 1.0;
    for (const TensorSpec& spec : tensorSpecs(after.config)) {
        const StoredTensor* a = before.weights->find(spec.name);
        const StoredTensor* b = after.weights->find(spec.name);
        ASSERT_TRUE(a && b) << spec.name;
        EXPECT_EQ(a->shape, b->shape) << spec.name;
        if (scaled && ggufScaledRows(after.config, spec) > 0)
            expectWithinAUnit(a->toFloats(), b->toFloats(), spec.name);
        else
            EXPECT_EQ(a->toFloats(), b->toFloats()) << spec.name;
    }
}

class GgufRoundTripTest : public testing::TestWithParam<const char*> {};

TEST_P(GgufRoundTripTest, KeepsConfigAndBits) {
    const auto directory = referenceModel(GetParam());
    const ModelSource source = openModelSource(directory).valueOrThrow();
    const test::TempDir dir;
    // The references are BF16 and F32, both exact in F32.
    exportTo(source, directory, dir / "x.gguf", GgufPrecision::F32).valueOrThrow();
    const GgufModel model = openGgufModel(dir / "x.gguf").valueOrThrow();
    expectSameFacts(source.config, model.config);
    expectSameWeights(source, model);
}

INSTANTIATE_TEST_SUITE_P(Models, GgufRoundTripTest,
                         testing::Values("deepseek_v2_full", "deepseek_v2_lite", "deepseek_v3",
                                         "deepseek_v3_mtp", "glm4_moe_lite", "gpt_oss",
                                         "granitemoe", "granitemoeshared", "kimi_k2", "mixtral",
                                         "moonlight", "olmoe", "qwen3_moe"),
                         [](const auto& test) { return std::string(test.param); });

/// Families without a reference checkpoint: a config, and weights drawn for it.
struct DrawnModel {
    const char* name;
    const char* config;  // what differs from the fields that all have
};

void PrintTo(const DrawnModel& model, std::ostream* out) {
    *out << model.name;
}

class GgufDrawnModelTest : public testing::TestWithParam<DrawnModel> {
protected:
    /// A checkpoint with the tokenizer of a reference model.
    std::filesystem::path draw() const {
        nlohmann::json config = {{"vocab_size", 512},        {"hidden_size", 32},
                                 {"intermediate_size", 48},  {"num_hidden_layers", 2},
                                 {"num_attention_heads", 4}, {"num_key_value_heads", 2},
                                 {"head_dim", 16},           {"max_position_embeddings", 512},
                                 {"rms_norm_eps", 1e-5},     {"rope_theta", 500000.0},
                                 {"hidden_act", "silu"},     {"tie_word_embeddings", false},
                                 {"bos_token_id", 0},        {"eos_token_id", {1, 7}},
                                 {"model_type", "drawn"}};
        config.update(nlohmann::json::parse(GetParam().config));
        const auto directory = m_dir / "drawn";
        std::filesystem::create_directory(directory);
        for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
            std::filesystem::copy_file(referenceModel("deepseek_v3") / name, directory / name);
        test::spit(directory / "config.json", config.dump());
        const testing_models::MemoryWeights weights(parseModelConfig(config.dump()).valueOrThrow());
        std::vector<TensorToWrite> tensors;
        for (const std::string& name : weights.names())
            tensors.push_back(
                {name, DType::F32, weights.find(name)->shape, weights.find(name)->bytes});
        writeSafetensors(directory / "model.safetensors", tensors).orThrow();
        return directory;
    }

    const test::TempDir m_dir;
};

TEST_P(GgufDrawnModelTest, KeepsConfigAndBits) {
    const auto directory = draw();
    const ModelSource source = openModelSource(directory).valueOrThrow();
    exportTo(source, directory, m_dir / "x.gguf", GgufPrecision::F32).valueOrThrow();
    const GgufModel model = openGgufModel(m_dir / "x.gguf").valueOrThrow();
    expectSameFacts(source.config, model.config);
    expectSameWeights(source, model);
    // And once more: what was imported is exported in the same way.
    const ModelSource imported = openModelSource(m_dir / "x.gguf").valueOrThrow();
    exportTo(imported, m_dir / "x.gguf", m_dir / "y.gguf", GgufPrecision::F32).valueOrThrow();
    expectSameWeights(source, openGgufModel(m_dir / "y.gguf").valueOrThrow());
}

INSTANTIATE_TEST_SUITE_P(
    Models, GgufDrawnModelTest,
    testing::Values(
        DrawnModel{"Llama", R"({"architectures": ["LlamaForCausalLM"]})"},
        DrawnModel{"LlamaWithBiases", R"({"architectures": ["LlamaForCausalLM"],
            "attention_bias": true, "mlp_bias": true, "tie_word_embeddings": true})"},
        DrawnModel{"Llama3", R"({"architectures": ["LlamaForCausalLM"], "rope_scaling":
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
             "high_freq_factor": 4.0, "original_max_position_embeddings": 256}})"},
        DrawnModel{"LlamaLinear", R"({"architectures": ["LlamaForCausalLM"],
            "rope_scaling": {"rope_type": "linear", "factor": 4.0}})"},
        DrawnModel{"Mistral", R"({"architectures": ["MistralForCausalLM"],
            "sliding_window": null})"},
        DrawnModel{"Qwen2", R"({"architectures": ["Qwen2ForCausalLM"], "head_dim": 8})"},
        DrawnModel{"Qwen3Yarn", R"({"architectures": ["Qwen3ForCausalLM"], "rope_scaling":
            {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128}})"},
        DrawnModel{"Granite", R"({"architectures": ["GraniteForCausalLM"], "head_dim": 8,
            "attention_multiplier": 0.25, "embedding_multiplier": 12.0,
            "residual_multiplier": 0.22, "logits_scaling": 8.0})"}),
    [](const auto& test) { return std::string(test.param.name); });

/// deepseek_v3 as F32, and the file's parts for tests that rearrange them.
class GgufModelTest : public testing::Test {
protected:
    GgufModelTest() : m_source(openModelSource(m_directory).valueOrThrow()) {
        exportTo(m_source, m_directory, m_dir / "x.gguf", GgufPrecision::F32).valueOrThrow();
        m_file = openGguf(m_dir / "x.gguf").valueOrThrow();
        for (const std::string& name : m_file->names())
            m_tensors.push_back(copyOf(name, *m_file->find(name)));
    }

    static GgufTensorToWrite copyOf(const std::string& name, const StoredTensor& tensor) {
        return {.name = name,
                .shape = tensor.shape,
                .dtype = tensor.dtype,
                .codec = tensor.codec,
                .produce = [bytes = tensor.bytes](const ByteSink& sink) { return sink(bytes); }};
    }
    static GgufTensorToWrite floats(const std::string& name, std::vector<int64_t> shape,
                                    std::vector<float> values) {
        return {.name = name,
                .shape = std::move(shape),
                .produce = [values = std::move(values)](const ByteSink& sink) {
                    return sink(std::as_bytes(std::span(values)));
                }};
    }
    void drop(const std::string& name) {
        std::erase_if(m_tensors, [&](const auto& tensor) { return tensor.name == name; });
    }
    core::Result<GgufModel> reopened() {
        writeGguf(m_dir / "y.gguf", m_metadata, m_tensors).orThrow();
        return openGgufModel(m_dir / "y.gguf");
    }
    GgufMetadata& metadata() { return m_metadata = m_file->metadata(); }
    void expectRefused(core::ErrorCode code, const std::string& says) {
        const auto model = reopened();
        ASSERT_FALSE(model.ok());
        EXPECT_EQ(model.error().code, code);
        EXPECT_NE(model.error().message.find(says), std::string::npos) << model.error().message;
        EXPECT_EQ(model.error().context, (m_dir / "y.gguf").string());
    }

    const std::filesystem::path m_directory = referenceModel("deepseek_v3");
    const ModelSource m_source;
    const test::TempDir m_dir;
    std::unique_ptr<GgufFile> m_file;
    std::vector<GgufTensorToWrite> m_tensors;
    GgufMetadata m_metadata;
};

TEST_F(GgufModelTest, ReadsKeysAndValuesInOneTensor) {
    metadata();
    for (int64_t layer = 0; layer < m_source.config.num_hidden_layers; ++layer) {
        const std::string blk = "blk." + std::to_string(layer) + ".";
        const StoredTensor* whole = m_source.weights->find("model.layers." + std::to_string(layer) +
                                                           ".self_attn.kv_b_proj.weight");
        drop(blk + "attn_k_b.weight");
        drop(blk + "attn_v_b.weight");
        m_tensors.push_back(floats(blk + "attn_kv_b.weight", whole->shape, whole->toFloats()));
    }
    expectSameWeights(m_source, reopened().valueOrThrow());
}

TEST_F(GgufModelTest, ReadsAnyPartOfSplitKeysAndValues) {
    metadata();
    const GgufModel model = reopened().valueOrThrow();
    const std::string name = "model.layers.0.self_attn.kv_b_proj.weight";
    const StoredTensor* split = model.weights->find(name);
    ASSERT_TRUE(split->computed);
    const std::vector<float> whole = m_source.weights->find(name)->toFloats();
    const int64_t columns = split->columns();
    for (int64_t begin = 0; begin < split->rows(); begin += 7) {
        const int64_t end = std::min(split->rows(), begin + 50);
        std::vector<float> part(size_t((end - begin) * columns));
        split->readRows(begin, end, part.data());
        EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + begin * columns)) << begin;
    }
}

TEST_F(GgufModelTest, ReadsGateAndUpInOneTensor) {
    metadata();
    const ModelConfig& c = m_source.config;
    for (int64_t layer = c.first_k_dense_replace; layer < c.num_hidden_layers; ++layer) {
        std::vector<float> joined;
        for (int64_t e = 0; e < c.n_routed_experts; ++e) {
            for (const char* leaf : {"gate", "up"}) {
                const auto part =
                    m_source.weights
                        ->find("model.layers." + std::to_string(layer) + ".mlp.experts." +
                               std::to_string(e) + "." + leaf + "_proj.weight")
                        ->toFloats();
                joined.insert(joined.end(), part.begin(), part.end());
            }
        }
        const std::string blk = "blk." + std::to_string(layer) + ".";
        drop(blk + "ffn_gate_exps.weight");
        drop(blk + "ffn_up_exps.weight");
        m_tensors.push_back(floats(blk + "ffn_gate_up_exps.weight",
                                   {c.n_routed_experts, 2 * c.moe_intermediate_size, c.hidden_size},
                                   std::move(joined)));
    }
    expectSameWeights(m_source, reopened().valueOrThrow());
}

TEST_F(GgufModelTest, ReadsExpertsOneByOne) {
    metadata();
    const ModelConfig& c = m_source.config;
    for (int64_t layer = c.first_k_dense_replace; layer < c.num_hidden_layers; ++layer) {
        const std::string blk = "blk." + std::to_string(layer) + ".";
        for (const char* leaf : {"gate", "up", "down"}) {
            drop(blk + "ffn_" + leaf + "_exps.weight");
            for (int64_t e = 0; e < c.n_routed_experts; ++e) {
                const StoredTensor* one = m_source.weights->find(
                    "model.layers." + std::to_string(layer) + ".mlp.experts." + std::to_string(e) +
                    "." + leaf + "_proj.weight");
                m_tensors.push_back(
                    floats(blk + "ffn_" + leaf + "." + std::to_string(e) + ".weight", one->shape,
                           one->toFloats()));
            }
        }
    }
    expectSameWeights(m_source, reopened().valueOrThrow());
}

TEST_F(GgufModelTest, NamesMissingExtraAndMisshapenTensors) {
    metadata();
    drop("blk.1.attn_norm.weight");
    expectRefused(core::ErrorCode::InvalidArgument, "missing blk.1.attn_norm.weight");
    m_tensors.push_back(floats("blk.1.attn_norm.weight", {8}, std::vector<float>(8)));
    expectRefused(core::ErrorCode::InvalidArgument, "blk.1.attn_norm.weight has shape [8]");
    drop("blk.1.attn_norm.weight");
    m_tensors.push_back(copyOf("blk.1.attn_norm.weight", *m_file->find("blk.1.attn_norm.weight")));
    m_tensors.push_back(floats("blk.1.attn_more.weight", {8}, std::vector<float>(8)));
    expectRefused(core::ErrorCode::InvalidArgument, "unexpected blk.1.attn_more.weight");
    drop("blk.1.attn_more.weight");
    drop("blk.1.attn_v_b.weight");
    expectRefused(core::ErrorCode::InvalidArgument, "missing blk.1.attn_v_b.weight");
}

TEST_F(GgufModelTest, NamesBadKeys) {
    metadata().erase("deepseek2.block_count");
    expectRefused(core::ErrorCode::DataCorrupt, "deepseek2.block_count is missing");
    metadata()["deepseek2.block_count"] = GgufValue::text("four");
    expectRefused(core::ErrorCode::DataCorrupt, "deepseek2.block_count is not an integer");
    metadata()["general.architecture"] = GgufValue::text("mamba");
    expectRefused(core::ErrorCode::Unsupported, "\"mamba\" is unknown; known are: llama");
    metadata()["deepseek2.rope.scaling.type"] = GgufValue::text("longrope");
    expectRefused(core::ErrorCode::Unsupported, "rope.scaling.type is longrope");
    metadata()["deepseek2.block_count"] = GgufValue::u32(4000000000);
    expectRefused(core::ErrorCode::InvalidArgument, "num_hidden_layers");
}

TEST_F(GgufModelTest, TakesAnImportedDirectory) {
    const auto imported = m_dir / "imported";
    std::filesystem::create_directory(imported);
    for (const auto& [name, text] : modelTextFiles(m_dir / "x.gguf").valueOrThrow())
        test::spit(imported / name, text);
    std::filesystem::copy_file(m_dir / "x.gguf", imported / kGgufInDirectory);
    const ModelSource source = openModelSource(imported).valueOrThrow();
    expectSameFacts(m_source.config, source.config);
    const std::string name = "model.layers.3.mlp.experts.15.down_proj.weight";
    EXPECT_EQ(source.weights->find(name)->toFloats(), m_source.weights->find(name)->toFloats());
}

TEST_F(GgufModelTest, StoresMatricesAsAskedAndTheRestAsF32) {
    exportTo(m_source, m_directory, m_dir / "q.gguf", GgufPrecision::Q4_0).valueOrThrow();
    const auto file = openGguf(m_dir / "q.gguf").valueOrThrow();
    const auto codec = [&](const char* name) { return file->find(name)->codec; };
    EXPECT_EQ(codec("blk.0.attn_q_a.weight"), Codec::GgufQ4_0);
    EXPECT_EQ(codec("token_embd.weight"), Codec::GgufQ8_0);
    EXPECT_EQ(codec("output.weight"), Codec::GgufQ8_0);
    EXPECT_EQ(codec("blk.1.ffn_gate_inp.weight"), Codec::Plain);
    EXPECT_EQ(file->find("blk.1.ffn_gate_inp.weight")->dtype, DType::F32);
    EXPECT_EQ(file->find("blk.0.attn_norm.weight")->dtype, DType::F32);
    // Rows of 40 values hold no whole number of blocks.
    EXPECT_EQ(file->find("blk.1.ffn_down_exps.weight")->dtype, DType::F16);
    const GgufModel model = openGgufModel(m_dir / "q.gguf").valueOrThrow();
    expectSameFacts(m_source.config, model.config);
}

TEST_F(GgufModelTest, QuantisesWithinTheBlocksError) {
    exportTo(m_source, m_directory, m_dir / "q.gguf", GgufPrecision::Q8_0).valueOrThrow();
    const GgufModel model = openGgufModel(m_dir / "q.gguf").valueOrThrow();
    const std::string name = "model.layers.0.self_attn.o_proj.weight";
    const std::vector<float> a = m_source.weights->find(name)->toFloats();
    const std::vector<float> b = model.weights->find(name)->toFloats();
    ASSERT_EQ(a.size(), b.size());
    for (size_t block = 0; block < a.size(); block += 32) {
        float largest = 0;
        for (size_t i = block; i < block + 32; ++i)
            largest = std::max(largest, std::abs(a[i]));
        // Half a step of largest/127, and the F16 rounding of the scale (2^-11) times 127 steps.
        const float bound = largest / 127.0f * (0.5f + 127.0f / 2048.0f) * 1.001f;
        for (size_t i = block; i < block + 32; ++i)
            EXPECT_LE(std::abs(a[i] - b[i]), bound) << i;
    }
}

TEST_F(GgufModelTest, RefusesValuesBeyondF16) {
    metadata();
    drop("output.weight");
    std::vector<float> values(size_t(m_source.config.vocab_size * m_source.config.hidden_size));
    values[3] = 1e5f;
    m_tensors.push_back(
        floats("output.weight", {m_source.config.vocab_size, m_source.config.hidden_size}, values));
    reopened().valueOrThrow();
    const ModelSource large = openModelSource(m_dir / "y.gguf").valueOrThrow();
    const auto report = exportTo(large, m_dir / "y.gguf", m_dir / "z.gguf", GgufPrecision::F16);
    ASSERT_FALSE(report.ok());
    EXPECT_NE(report.error().message.find("bf16"), std::string::npos);
    EXPECT_EQ(report.error().context, "lm_head.weight");
    EXPECT_FALSE(std::filesystem::exists(m_dir / "z.gguf"));
}

TEST_F(GgufModelTest, KeepsTheTokenizer) {
    const auto before = modelTextFiles(m_directory).valueOrThrow();
    const auto after = modelTextFiles(m_dir / "x.gguf").valueOrThrow();
    const auto a = Tokenizer::parse(before.at("tokenizer.json"), before.at("tokenizer_config.json"))
                       .valueOrThrow();
    const auto b = Tokenizer::parse(after.at("tokenizer.json"), after.at("tokenizer_config.json"))
                       .valueOrThrow();
    const std::string text = "<|User|>The answer {\"x\": 12}  is <think>\xed\x95\x9c</think>\n\n";
    EXPECT_EQ(a->encode(text), b->encode(text));
    EXPECT_EQ(nlohmann::json::parse(before.at("tokenizer_config.json"))["chat_template"],
              nlohmann::json::parse(after.at("tokenizer_config.json"))["chat_template"]);
}

TEST(GgufNamesTest, RowOrderPairsTheHalvesOfAHead) {
    ModelConfig config;
    config.architecture = "LlamaForCausalLM";
    config.attention = AttentionKind::Grouped;
    config.head_dim = 4;
    const TensorSpec q{"model.layers.0.self_attn.q_proj.weight", {8, 4}};
    // Hugging Face turns (0, 2) and (1, 3) of a head; neighbours in the file.
    EXPECT_EQ(ggufRowOrder(config, q), (std::vector<int32_t>{0, 2, 1, 3, 4, 6, 5, 7}));
    const TensorSpec v{"model.layers.0.self_attn.v_proj.weight", {8, 4}};
    EXPECT_TRUE(ggufRowOrder(config, v).empty());
    config.architecture = "Qwen3ForCausalLM";
    EXPECT_TRUE(ggufRowOrder(config, q).empty());
}

}  // namespace
}  // namespace hearth::engine

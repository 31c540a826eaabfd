// Keys and spellings of each config are those of the published checkpoints; all of them are
// needed to see that the engine reads (or rightly ignores) them. Granite's attention_multiplier
// is 1 / 8 instead of 1 / 64: heads of 12 to 20 would otherwise attend to all keys alike, and
// nothing done to the scores would show.
#include "tests/reference/dense_families.h"

namespace hearth::reference {
namespace {

using test::reference::DecoderRope;
using test::reference::DecoderSettings;

constexpr int64_t kWindow = 9;  // drawModel puts it in

constexpr const char* kLlama2 = R"({
  "architectures": ["LlamaForCausalLM"], "model_type": "llama", "bos_token_id": 1,
  "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 11008, "max_position_embeddings": 4096, "num_attention_heads": 32,
  "num_hidden_layers": 32, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
  "tie_word_embeddings": false, "torch_dtype": "float16", "use_cache": true,
  "vocab_size": 32000})";

constexpr const char* kLlamaLinear = R"({
  "architectures": ["LlamaForCausalLM"], "model_type": "llama", "bos_token_id": 1,
  "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 5120, "intermediate_size": 13824,
  "max_position_embeddings": 4096, "num_attention_heads": 40, "num_hidden_layers": 40,
  "num_key_value_heads": 40, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 4.0, "type": "linear"}, "tie_word_embeddings": false,
  "vocab_size": 32000})";

constexpr const char* kLlama31 = R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "hidden_act": "silu",
  "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 131072,
  "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                   "original_max_position_embeddings": 8192, "rope_type": "llama3"},
  "rope_theta": 500000.0, "tie_word_embeddings": false, "vocab_size": 128256})";

constexpr const char* kLlama32 = R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 128000,
  "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048,
  "intermediate_size": 8192, "max_position_embeddings": 131072, "mlp_bias": false,
  "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 16,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
  "rope_parameters": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                      "original_max_position_embeddings": 8192, "rope_theta": 500000.0,
                      "rope_type": "llama3"},
  "tie_word_embeddings": true, "vocab_size": 128256})";

constexpr const char* kLlamaBiases = R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": true, "bos_token_id": 1,
  "eos_token_id": 2, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096,
  "intermediate_size": 11008, "max_position_embeddings": 32768, "mlp_bias": true,
  "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
  "rope_parameters": {"rope_theta": 5000000.0, "rope_type": "default"},
  "tie_word_embeddings": false, "vocab_size": 92544})";

constexpr const char* kMistral1 = R"({
  "architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
  "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
  "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32,
  "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
  "rope_theta": 10000.0, "sliding_window": 4096, "tie_word_embeddings": false,
  "vocab_size": 32000})";

constexpr const char* kMistralNemo = R"({
  "architectures": ["MistralForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 1,
  "eos_token_id": 2, "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120,
  "intermediate_size": 14336, "max_position_embeddings": 131072, "model_type": "mistral",
  "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8,
  "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": null,
  "tie_word_embeddings": false, "vocab_size": 131072})";

constexpr const char* kQwen2 = R"({
  "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
  "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 3584,
  "intermediate_size": 18944, "max_position_embeddings": 32768, "max_window_layers": 28,
  "model_type": "qwen2", "num_attention_heads": 28, "num_hidden_layers": 28,
  "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
  "sliding_window": 131072, "tie_word_embeddings": false, "use_sliding_window": false,
  "vocab_size": 152064})";

constexpr const char* kQwen2Window = R"({
  "architectures": ["Qwen2ForCausalLM"], "bos_token_id": 151643, "eos_token_id": 151645,
  "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
  "max_position_embeddings": 131072, "max_window_layers": 24, "model_type": "qwen2",
  "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2,
  "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 131072,
  "tie_word_embeddings": true, "use_sliding_window": true, "vocab_size": 151936})";

constexpr const char* kQwen3 = R"({
  "architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960,
  "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16,
  "num_hidden_layers": 28, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
  "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
  "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 151936})";

constexpr const char* kQwen3Window = R"({
  "architectures": ["Qwen3ForCausalLM"], "attention_bias": true, "bos_token_id": 151643,
  "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096,
  "intermediate_size": 12288, "max_position_embeddings": 40960, "max_window_layers": 36,
  "model_type": "qwen3", "num_attention_heads": 32, "num_hidden_layers": 36,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "rope_scaling": null,
  "rope_theta": 1000000, "sliding_window": 4096, "tie_word_embeddings": false,
  "use_sliding_window": true, "vocab_size": 151936})";

constexpr const char* kGranite = R"({
  "architectures": ["GraniteForCausalLM"], "attention_bias": false, "attention_dropout": 0.1,
  "attention_multiplier": 0.125, "bos_token_id": 0, "embedding_multiplier": 12.0,
  "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 8192,
  "logits_scaling": 8.0, "max_position_embeddings": 4096, "mlp_bias": false,
  "model_type": "granite", "num_attention_heads": 32, "num_hidden_layers": 40,
  "num_key_value_heads": 8, "pad_token_id": 0, "residual_multiplier": 0.22,
  "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0,
  "tie_word_embeddings": true, "vocab_size": 49155})";

constexpr const char* kGraniteBiases = R"({
  "architectures": ["GraniteForCausalLM"], "attention_bias": true,
  "attention_multiplier": 0.5, "bos_token_id": 0, "embedding_multiplier": 3.0,
  "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 12800,
  "logits_scaling": 16.0, "max_position_embeddings": 131072, "mlp_bias": true,
  "model_type": "granite", "num_attention_heads": 32, "num_hidden_layers": 40,
  "num_key_value_heads": 8, "residual_multiplier": 0.5, "rms_norm_eps": 1e-05,
  "rope_scaling": null, "rope_theta": 10000000.0, "tie_word_embeddings": false,
  "vocab_size": 49155})";

DecoderRope llama3(double factor) {
    return {.kind = DecoderRope::Kind::Llama3,
            .theta = 500000.0,
            .factor = factor,
            .low_freq_factor = 1.0,
            .high_freq_factor = 4.0,
            .original_length = 64};
}

DecoderSettings withTheta(double theta) {
    DecoderSettings settings;
    settings.rope.theta = theta;
    return settings;
}

DecoderSettings withRope(DecoderRope rope) {
    DecoderSettings settings;
    settings.rope = rope;
    return settings;
}

DecoderSettings withWindow(double theta, std::vector<int64_t> layers) {
    DecoderSettings settings = withTheta(theta);
    settings.window = kWindow;
    settings.sliding = std::move(layers);
    return settings;
}

DecoderSettings granite() {
    DecoderSettings settings = withTheta(10000.0);
    settings.softmax_scale = 0.125;
    settings.embedding_multiplier = 12.0;
    settings.residual_multiplier = 0.22;
    settings.logits_scaling = 8.0;
    return settings;
}

DecoderSettings graniteWithBiases() {
    DecoderSettings settings = withTheta(10000000.0);
    settings.softmax_scale = 0.5;
    settings.embedding_multiplier = 3.0;
    settings.residual_multiplier = 0.5;
    settings.logits_scaling = 16.0;
    return settings;
}

}  // namespace

const std::vector<DenseFamily>& denseFamilies() {
    const char *llama = "LlamaForCausalLM", *mistral = "MistralForCausalLM",
               *qwen2 = "Qwen2ForCausalLM", *qwen3 = "Qwen3ForCausalLM",
               *graniteName = "GraniteForCausalLM";
    const DecoderRope linear{.kind = DecoderRope::Kind::Linear, .theta = 10000.0, .factor = 4.0};
    static const std::vector<DenseFamily> families = {
        {.name = "Llama2",
         .architecture = llama,
         .config = kLlama2,
         .settings = withTheta(10000.0)},
        {.name = "LlamaLinear",
         .architecture = llama,
         .config = kLlamaLinear,
         .settings = withRope(linear)},
        {.name = "Llama31",
         .architecture = llama,
         .config = kLlama31,
         .settings = withRope(llama3(8.0))},
        {.name = "Llama32",
         .architecture = llama,
         .config = kLlama32,
         .settings = withRope(llama3(32.0)),
         .tied = true},
        {.name = "LlamaBiases",
         .architecture = llama,
         .config = kLlamaBiases,
         .settings = withTheta(5000000.0),
         .qkv_bias = true,
         .o_bias = true,
         .mlp_bias = true},
        {.name = "Mistral1",
         .architecture = mistral,
         .config = kMistral1,
         .settings = withWindow(10000.0, {0, 1, 2})},
        {.name = "MistralNemo",
         .architecture = mistral,
         .config = kMistralNemo,
         .settings = withTheta(1000000.0)},
        {.name = "Qwen2",
         .architecture = qwen2,
         .config = kQwen2,
         .settings = withTheta(1000000.0),
         .qkv_bias = true},
        {.name = "Qwen2Window",
         .architecture = qwen2,
         .config = kQwen2Window,
         .settings = withWindow(1000000.0, {1, 2}),
         .qkv_bias = true,
         .tied = true},
        {.name = "Qwen3",
         .architecture = qwen3,
         .config = kQwen3,
         .settings = withTheta(1000000.0),
         .head_norms = true,
         .tied = true},
        {.name = "Qwen3Window",
         .architecture = qwen3,
         .config = kQwen3Window,
         .settings = withWindow(1000000.0, {1, 2}),
         .qkv_bias = true,
         .o_bias = true,
         .head_norms = true},
        {.name = "Granite",
         .architecture = graniteName,
         .config = kGranite,
         .settings = granite(),
         .tied = true},
        {.name = "GraniteBiases",
         .architecture = graniteName,
         .config = kGraniteBiases,
         .settings = graniteWithBiases(),
         .qkv_bias = true,
         .o_bias = true,
         .mlp_bias = true},
    };
    return families;
}

}  // namespace hearth::reference

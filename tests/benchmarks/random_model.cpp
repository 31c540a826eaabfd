// Makes a model of DeepSeek-V2-Lite's geometry with random weights, packed for Hearth and as GGUF
// for llama.cpp, without ever holding it in memory.
//   random_model DIRECTORY TOKENIZER_DIRECTORY [LAYERS]
// LAYERS: 27 as V2-Lite has (15.7 billion parameters); 4 make a sibling of 2.2 billion. Writes
// DIRECTORY/model.hearth (output, k_b and v_b in 8 bits, the rest in 4.5) and DIRECTORY/model.gguf
// (Q4_0, the same tensors Q8_0). What is there already is kept.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "engine/models/gguf_export.h"
#include "engine/models/packed_model.h"
#include "tests/benchmarks/random_weights.h"

namespace {

using namespace hearth;
using namespace hearth::engine;
namespace fs = std::filesystem;

std::string configText(int layers) {
    const nlohmann::json config = {{"architectures", {"DeepseekV2ForCausalLM"}},
                                   {"model_type", "deepseek_v2"},
                                   {"vocab_size", 102400},
                                   {"hidden_size", 2048},
                                   {"intermediate_size", 10944},
                                   {"moe_intermediate_size", 1408},
                                   {"num_hidden_layers", layers},
                                   {"num_attention_heads", 16},
                                   {"num_key_value_heads", 16},
                                   {"n_shared_experts", 2},
                                   {"n_routed_experts", 64},
                                   {"num_experts_per_tok", 6},
                                   {"routed_scaling_factor", 1.0},
                                   {"kv_lora_rank", 512},
                                   {"q_lora_rank", nullptr},
                                   {"qk_rope_head_dim", 64},
                                   {"qk_nope_head_dim", 128},
                                   {"v_head_dim", 128},
                                   {"topk_method", "greedy"},
                                   {"n_group", 1},
                                   {"topk_group", 1},
                                   {"moe_layer_freq", 1},
                                   {"first_k_dense_replace", 1},
                                   {"norm_topk_prob", false},
                                   {"scoring_func", "softmax"},
                                   {"max_position_embeddings", 16384},
                                   {"rms_norm_eps", 1e-6},
                                   {"rope_theta", 10000},
                                   {"tie_word_embeddings", false},
                                   {"attention_bias", false},
                                   {"bos_token_id", nullptr},
                                   {"eos_token_id", 0},
                                   {"hidden_act", "silu"},
                                   {"torch_dtype", "bfloat16"}};
    return config.dump(2);
}

void report(const char* what, uint64_t done, uint64_t total) {
    static uint64_t last = 0;
    const uint64_t percent = 100 * done / total;
    if (percent != last)
        std::fprintf(stderr, "\r%s %3d %%", what, int(percent));
    last = percent;
}

core::Status pack(const PackSource& source, const fs::path& file) {
    if (fs::exists(file))
        return {};
    CORE_ASSIGN(const auto recipe, PackRecipe::find("int4", source.model.config));
    return packWeights(source, recipe, file, [](const PackProgress& p) {
        report("packed", p.done, p.total);
        return true;
    });
}

core::Status writeGguf(const PackSource& source, const fs::path& file) {
    if (fs::exists(file))
        return {};
    const auto exported = exportGguf({.config = source.model.config,
                                      .weights = *source.model.weights,
                                      .texts = source.texts,
                                      .name = "random",
                                      .precision = GgufPrecision::Q4_0},
                                     file, [](int64_t done, int64_t total) {
                                         report("exported", uint64_t(done), uint64_t(total));
                                         return true;
                                     });
    return exported ? core::Status() : exported.error();
}

core::Status make(const fs::path& directory, const fs::path& tokenizer, int layers) {
    CORE_TRY(core::createDirectories(directory));
    PackSource source;
    source.texts["config.json"] = configText(layers);
    for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) {
        CORE_ASSIGN(source.texts[name], core::readTextFile(tokenizer / name));
    }
    CORE_ASSIGN(source.model.config, parseModelConfig(source.texts["config.json"]));
    source.model.weights = std::make_unique<benchmark::RandomWeights>(source.model.config);
    for (const auto& [name, text] : source.texts)
        CORE_TRY(core::writeFileAtomic(directory / name, text));
    CORE_TRY(pack(source, directory / kPackedFileName));
    return writeGguf(source, directory / "model.gguf");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: random_model DIRECTORY TOKENIZER_DIRECTORY [LAYERS]\n");
        return 2;
    }
    const auto made = make(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 27);
    std::fprintf(stderr, "\n%s", made ? "" : (made.error().text() + "\n").c_str());
    return made ? 0 : 1;
}

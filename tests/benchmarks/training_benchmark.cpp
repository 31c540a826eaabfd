// Tokens a second of a training step at the demo model's shape: all weights, and an adapter.
#include <cstdio>
#include <memory>

#include "engine/cpu/cpu_backend.h"
#include "finetune/model/counter_random.h"
#include "finetune/model/trainable_model.h"
#include "finetune/optim/adamw.h"
#include "finetune/optim/gradient_clip.h"
#include "tests/benchmarks/benchmark_support.h"

namespace {

using namespace hearth;

engine::ModelConfig demoShape() {
    engine::ModelConfig config;
    config.architecture = "DeepseekV3ForCausalLM";
    config.model_type = "deepseek_v3";
    config.vocab_size = 4096;
    config.hidden_size = 256;
    config.intermediate_size = 512;
    config.moe_intermediate_size = 128;
    config.num_hidden_layers = 5;
    config.num_attention_heads = 4;
    config.n_shared_experts = 1;
    config.n_routed_experts = 8;
    config.num_experts_per_tok = 2;
    config.first_k_dense_replace = 1;
    config.kv_lora_rank = 64;
    config.qk_nope_head_dim = 32;
    config.qk_rope_head_dim = 16;
    config.v_head_dim = 32;
    config.max_position_embeddings = 1024;
    config.num_nextn_predict_layers = 1;
    config.tie_word_embeddings = true;
    return config;
}

finetune::PackedBatch randomBatch(int64_t segments, int64_t length, int64_t vocab) {
    const finetune::CounterRandom random(1, "batch");
    finetune::PackedBatch batch;
    for (int64_t s = 0; s < segments; ++s) {
        std::vector<int32_t> ids, labels;
        for (int64_t i = 0; i <= length; ++i)
            ids.push_back(int32_t(random.bits(uint64_t(s * (length + 1) + i)) % uint64_t(vocab)));
        labels.assign(ids.begin() + 1, ids.end());
        ids.pop_back();
        batch.append(ids, labels);
    }
    return batch;
}

/// Multiply-adds of forward and backward for one token, attention scores left out.
double flopsPerToken(const finetune::TrainableModel& model, bool full) {
    const engine::ModelConfig& c = model.config();
    double active = 0.0;
    for (const engine::TensorSpec& spec : engine::tensorSpecs(c)) {
        if (spec.shape.size() < 2 || spec.name.find("layers.5.") != std::string::npos)
            continue;
        const double size = double(spec.shape[0]) * double(spec.shape[1]);
        const bool expert = spec.name.find(".mlp.experts.") != std::string::npos;
        active += expert ? size * double(c.num_experts_per_tok) / double(c.n_routed_experts) : size;
    }
    return active * (full ? 6.0 : 4.0);
}

void measure(const char* name, const finetune::TrainableOptions& options, int64_t segments,
             int64_t length) {
    const auto backend = engine::createCpuBackend();
    auto model = finetune::createTrainableModel(*backend, demoShape(), options).valueOrThrow();
    finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
    const auto batch = randomBatch(segments, length, model->config().vocab_size);
    const double seconds = benchmark::medianSeconds([&] {
        model->zeroGradients();
        model->accumulate(batch);
        optimiser.step(1e-4, finetune::clipScale(finetune::gradientNorm(model->trained()), 1.0));
    });
    const double rate = double(batch.tokens()) / seconds;
    const bool full = options.part == finetune::TrainedPart::Full;
    std::printf("%-22s %5ld x %4ld tokens  %8.1f ms  %8.0f tokens/s  %6.1f GFLOP/s\n", name,
                long(segments), long(length), seconds * 1e3, rate,
                rate * flopsPerToken(*model, full) * 1e-9);
}

}  // namespace

int main() {
    using finetune::TrainedPart;
    std::printf("%s; %s\n", benchmark::processorName().c_str(),
                engine::createCpuBackend()->description().c_str());
    measure("full", {.part = TrainedPart::Full}, 8, 256);
    measure("full", {.part = TrainedPart::Full}, 4, 512);
    measure("full with MTP", {.part = TrainedPart::Full, .mtp_lambda = 0.3}, 8, 256);
    measure("LoRA r=16", {.part = TrainedPart::Lora}, 16, 128);
    measure("LoRA r=16, attention",
            {.part = TrainedPart::Lora,
             .lora = {.targets = {"q_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj"}}},
            16, 128);
}

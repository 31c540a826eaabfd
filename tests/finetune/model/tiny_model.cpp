#include "tests/finetune/model/tiny_model.h"

#include "finetune/model/counter_random.h"

namespace hearth::test {

engine::ModelConfig tinyConfig() {
    engine::ModelConfig config;
    config.architecture = "DeepseekV3ForCausalLM";
    config.model_type = "deepseek_v3";
    config.vocab_size = 61;
    config.hidden_size = 32;
    config.intermediate_size = 40;
    config.moe_intermediate_size = 12;
    config.num_hidden_layers = 3;
    config.num_attention_heads = 2;
    config.n_shared_experts = 1;
    config.n_routed_experts = 6;
    config.num_experts_per_tok = 2;
    config.n_group = 2;
    config.topk_group = 1;
    config.first_k_dense_replace = 1;
    config.kv_lora_rank = 16;
    config.q_lora_rank = 20;
    config.qk_nope_head_dim = 8;
    config.qk_rope_head_dim = 4;
    config.v_head_dim = 6;
    config.routed_scaling_factor = 1.5;
    config.max_position_embeddings = 64;
    config.num_nextn_predict_layers = 1;
    return config;
}

finetune::PackedBatch tinyBatch(const std::vector<int64_t>& lengths, uint64_t seed,
                                const std::function<bool(int64_t)>& labelled) {
    const finetune::CounterRandom random(seed, "tiny batch");
    finetune::PackedBatch batch;
    uint64_t counter = 0;
    for (int64_t length : lengths) {
        std::vector<int32_t> ids, labels;
        for (int64_t i = 0; i <= length; ++i)
            ids.push_back(int32_t(random.bits(counter++) % uint64_t(tinyConfig().vocab_size)));
        for (int64_t i = 0; i < length; ++i)
            labels.push_back(!labelled || labelled(i) ? ids[size_t(i) + 1]
                                                      : finetune::kIgnoredLabel);
        ids.pop_back();
        batch.append(ids, labels);
    }
    return batch;
}

std::unique_ptr<finetune::TrainableModel> tinyModel(engine::Backend& backend,
                                                    const finetune::TrainableOptions& options) {
    return finetune::createTrainableModel(backend, tinyConfig(), options).valueOrThrow();
}

std::vector<finetune::NamedTensor> stateOf(finetune::TrainableModel& model) {
    std::vector<finetune::NamedTensor> state;
    model.forEachState([&](const std::string& name, std::span<float> values) {
        state.push_back({name, {}, {values.begin(), values.end()}});
    });
    return state;
}

}  // namespace hearth::test

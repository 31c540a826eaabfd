#include "tests/finetune/support/tiny_world.h"

#include <gtest/gtest.h>
#include <limits>

namespace hearth::test {

using namespace finetune;

namespace {

constexpr const char* kConfig = R"({
  "architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3",
  "vocab_size": 320, "hidden_size": 32, "intermediate_size": 48, "moe_intermediate_size": 16,
  "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
  "n_shared_experts": 1, "n_routed_experts": 4, "num_experts_per_tok": 2,
  "first_k_dense_replace": 1, "kv_lora_rank": 16, "q_lora_rank": null, "qk_nope_head_dim": 8,
  "qk_rope_head_dim": 8, "v_head_dim": 8, "n_group": 1, "topk_group": 1, "topk_method": "noaux_tc",
  "norm_topk_prob": true, "routed_scaling_factor": 1.0, "scoring_func": "sigmoid",
  "hidden_act": "silu", "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "rope_scaling": null,
  "max_position_embeddings": 128, "num_nextn_predict_layers": 1, "tie_word_embeddings": true,
  "bos_token_id": null, "eos_token_id": 0, "pad_token_id": 1, "torch_dtype": "float32"})";

constexpr const char* kTemplate =
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "{{ '<|assistant|>' + message['content'] + eos_token }}"
    "{%- else -%}{{ '<|user|>' + message['content'] }}{%- endif -%}"
    "{%- endfor -%}{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}";

constexpr const char* kThings[] = {"pump", "valve", "motor", "tank", "fan", "press"};
constexpr const char* kColours[] = {"red", "green", "blue", "grey", "black", "white"};

std::string sentence(size_t i) {
    return std::string("The ") + kThings[i % 6] + " is " + kColours[(i / 6 + i) % 6] + ".";
}

std::string chat(size_t i, size_t colour) {
    return std::string(R"({"messages": [{"role": "user", "content": "Colour of the )") +
           kThings[i] + R"(?"}, {"role": "assistant", "content": ")" + kColours[colour] + "\"}]}\n";
}

std::string preference(size_t i) {
    return std::string(R"({"input": {"messages": [{"role": "user", "content": "Colour of the )") +
           kThings[i] + R"(?"}]}, "preferred_output": [{"role": "assistant", "content": ")" +
           kColours[i] + R"("}], "non_preferred_output": [{"role": "assistant", "content": ")" +
           kColours[(i + 1) % 6] + "\"}]}\n";
}

std::string prompt(size_t i) {
    return std::string(R"({"messages": [{"role": "user", "content": "Colour of the )") +
           kThings[i] + R"(?"}], "colour": ")" + kColours[i] + "\"}\n";
}

}  // namespace

double valueOf(const Metrics& metrics, const std::string& name) {
    for (const auto& [key, value] : metrics)
        if (key == name)
            return value;
    ADD_FAILURE() << "there is no metric " << name;
    return std::numeric_limits<double>::quiet_NaN();
}

double RecordingSink::metric(const std::string& name) const {
    const auto finished = all<FinishedEvent>();
    return valueOf(finished.empty() ? Metrics() : finished.back().metrics, name);
}

TinyWorld::TinyWorld() {
    writeFiles();
    JobSpec spec;
    spec.method = "tokenizer";
    spec.inputs = {{path("train.txt"), DataKind::Text, ""},
                   {path("chats.jsonl"), DataKind::Chat, ""}};
    spec.tokenizer.vocab_size = 320;
    spec.tokenizer.special_tokens = {"<|endoftext|>", "<|pad|>", "<|user|>", "<|assistant|>"};
    spec.tokenizer.eos_token = "<|endoftext|>";
    spec.tokenizer.pad_token = "<|pad|>";
    spec.tokenizer.chat_template_file = path("template.jinja");
    spec.output_directory = path("tokenizer");
    run(spec);
}

void TinyWorld::writeFiles() {
    std::string training;
    std::string heldOut;
    for (size_t i = 0; i < 90; ++i)
        (i % 9 == 8 ? heldOut : training) +=
            sentence(i) + " " + sentence(i * 7 + 3) + "\n<|endoftext|>\n";
    std::string chats;
    std::string otherChats;
    std::string questions;
    std::string choices;
    std::string preferences;
    std::string prompts;
    for (size_t i = 0; i < 6; ++i) {
        chats += chat(i, i);
        otherChats += chat(i, (i + 1) % 6);
        preferences += preference(i);
        prompts += prompt(i);
        questions += std::string(R"({"question": "Colour of the )") + kThings[i] +
                     R"(?", "expected": ")" + kColours[i] + "\"}\n";
        choices += std::string(R"({"question": "Colour of the )") + kThings[i] +
                   R"(?", "choices": ["red", "green", "blue", "grey", "black", "white"], )" +
                   R"("answer": )" + std::to_string(i) + "}\n";
    }
    spit(path("train.txt"), training);
    spit(path("heldout.txt"), heldOut);
    spit(path("chats.jsonl"), chats);
    spit(path("other_chats.jsonl"), otherChats);
    spit(path("questions.jsonl"), questions);
    spit(path("choices.jsonl"), choices);
    spit(path("preferences.jsonl"), preferences);
    spit(path("prompts.jsonl"), prompts);
    spit(path("config.json"), kConfig);
    spit(path("template.jinja"), kTemplate);
}

JobSpec TinyWorld::pretrainSpec(const std::string& output, int64_t steps) const {
    JobSpec spec;
    spec.method = "pretrain";
    spec.model_config_file = path("config.json");
    spec.tokenizer_directory = path("tokenizer");
    spec.inputs = {{path("train.txt"), DataKind::Text, ""}};
    spec.evaluations = {{.name = "heldout",
                         .kind = EvaluationKind::Loss,
                         .data = {path("heldout.txt"), DataKind::Text, ""},
                         .at_intervals = true,
                         .ngram_baseline = true}};
    spec.hyperparameters.max_steps = steps;
    spec.hyperparameters.batch_tokens = 128;
    spec.hyperparameters.max_seq_len = 64;
    spec.hyperparameters.learning_rate = 1e-2;
    spec.hyperparameters.training_precision = TrainingPrecision::F32;  // on every machine
    spec.hyperparameters.balance_gamma = 1e-3;
    spec.hyperparameters.checkpoint_every = 4;
    spec.hyperparameters.evaluate_every = 5;
    spec.hyperparameters.seed = 3;
    spec.output_directory = path(output);
    return spec;
}

JobSpec TinyWorld::sftSpec(const std::string& base, const std::string& output,
                           int64_t steps) const {
    JobSpec spec = pretrainSpec(output, steps);
    spec.method = "sft";
    spec.model_config_file.clear();
    spec.tokenizer_directory.clear();
    spec.model_directory = base;
    spec.inputs = {{path("chats.jsonl"), DataKind::Chat, ""}};
    spec.evaluations = {{.name = "trained",
                         .kind = EvaluationKind::Questions,
                         .data = {path("questions.jsonl"), DataKind::Chat, ""},
                         .max_new_tokens = 12}};
    spec.hyperparameters.balance_gamma = 0.0;
    spec.hyperparameters.lora.r = 4;
    spec.hyperparameters.lora.alpha = 8.0;
    return spec;
}

JobSpec TinyWorld::grpoSpec(const std::string& base, const std::string& output,
                            int64_t steps) const {
    JobSpec spec = sftSpec(base, output, steps);
    spec.method = "grpo";
    spec.inputs = {{path("prompts.jsonl"), DataKind::Prompt, ""}};
    spec.evaluations = {{.name = "graded",
                         .kind = EvaluationKind::Loss,
                         .data = {path("prompts.jsonl"), DataKind::Prompt, ""},
                         .at_intervals = true}};
    spec.hyperparameters.batch_tokens = 512;
    spec.hyperparameters.policy.grader =
        R"({"type": "string_check", "operation": "eq", "reference": "{{item.colour}}"})";
    spec.hyperparameters.policy.group_size = 6;
    spec.hyperparameters.policy.max_completion_tokens = 8;
    return spec;
}

JobSpec TinyWorld::dpoSpec(const std::string& base, const std::string& output,
                           int64_t steps) const {
    JobSpec spec = sftSpec(base, output, steps);
    spec.method = "dpo";
    spec.inputs = {{path("preferences.jsonl"), DataKind::Preference, ""}};
    spec.evaluations = {{.name = "pairs",
                         .kind = EvaluationKind::Loss,
                         .data = {path("preferences.jsonl"), DataKind::Preference, ""},
                         .at_intervals = true}};
    return spec;
}

RecordingSink TinyWorld::run(const JobSpec& spec, const JobKeys& keys) {
    RecordingSink sink;
    const std::atomic<bool> cancel{false};
    const auto status = runJob(spec, keys, sink, cancel);
    EXPECT_TRUE(status) << status.error().text();
    return sink;
}

FailedEvent TinyWorld::fail(const JobSpec& spec, const JobKeys& keys) {
    RecordingSink sink;
    const std::atomic<bool> never{false};
    EXPECT_FALSE(runJob(spec, keys, sink, never));
    EXPECT_FALSE(std::filesystem::exists(spec.output_directory));
    const auto failed = sink.all<FailedEvent>();
    EXPECT_EQ(failed.size(), 1u);
    return failed.empty() ? FailedEvent{} : failed.back();
}

std::string TinyWorld::baseModel() {
    const std::string directory = path("base");
    if (!std::filesystem::exists(directory))
        run(pretrainSpec("base", 20));
    return directory;
}

std::string adapterBytes(const JobSpec& spec) {
    return slurp(std::filesystem::path(spec.output_directory) / "adapter_model.safetensors");
}

std::string TinyWorld::undecidedModel() {
    JobSpec spec = sftSpec(baseModel(), "undecided", 120);
    spec.full = true;
    spec.inputs.push_back({path("other_chats.jsonl"), DataKind::Chat, ""});
    spec.evaluations.clear();
    if (!std::filesystem::exists(spec.output_directory))
        run(spec);
    return spec.output_directory;
}

}  // namespace hearth::test

// What one job is to do, as the daemon hands it to a worker and as it is stored beside the
// job's checkpoints. Fields keep the spelling of the JSON keys. It holds no secret: sealed
// files name their key, and the keys travel separately (JobKeys).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "finetune/data/data_kind.h"

namespace hearth::finetune {

struct DatasetRef {
    std::string path;
    DataKind format = DataKind::Chat;  // any form of it (finetune/data/forms/form.h)
    std::string key;                   // name of the key that opens a sealed file; empty: plain
};

enum class EvaluationKind {
    Loss,            // nats per token on the targets of a data set; of preferences: loss per pair
    Questions,       // greedy answers to {"question", "expected"} lines; needs a chat template
    MultipleChoice,  // the likeliest of given answers (finetune/eval/choice_set.h)
};

struct EvaluationSet {
    std::string name;
    EvaluationKind kind = EvaluationKind::Loss;
    DatasetRef data;              // format is ignored but for loss
    int64_t max_examples = 0;     // 0: all
    int64_t max_new_tokens = 48;  // of an answer
    bool at_intervals = false;    // also every evaluate_every steps (loss only)
    bool ngram_baseline = false;  // report a unigram and a trigram model's loss too
};

enum class LoraScaling {
    Rank,      // alpha / r
    RankRoot,  // alpha / sqrt(r): rsLoRA, for large ranks
};

struct LoraSettings {
    int64_t r = 16;
    double alpha = 32.0;
    LoraScaling scaling = LoraScaling::Rank;
    bool dora = false;          // train the lengths of the weights' rows, too
    double b_rate_ratio = 1.0;  // LoRA+: learning rate of B over that of everything else
    /// PEFT module names; empty: every linear layer of attention and experts that has LoRA.
    std::vector<std::string> targets;
};

/// Where the weights that an adapter adds to are kept while it is trained.
enum class BaseKept {
    Memory,  // F32: fast
    Source,  // as stored (a packed model's 4 or 8 bits): small
};

/// Operands of a job's large products; sums, weights, gradients and moments are F32 with each.
enum class TrainingPrecision {
    Auto,  // BF16 where the processor multiplies it (finetune/jobs/training_precision.h)
    F32,
    Bf16,  // rounded to it
};

struct DpoSettings {
    double beta = 0.1;  // how far the policy is held to the reference: less for small values
};

/// Shao et al. 2024 (GRPO), Liu et al. 2025 (Dr. GRPO), Yu et al. 2025 (DAPO), Zheng et al. 2025
/// (GSPO). They differ in what a group's rewards are divided by, in what the ratio to the old
/// policy belongs to, and in the mean over tokens.
enum class PolicyLossKind : uint8_t { Grpo, DrGrpo, Dapo, Gspo };

/// Of method distill.
struct DistillSettings {
    int64_t keep = 1;         // answers to a prompt that the student learns
    double min_reward = 1.0;  // that they are worth to policy.grader
};

/// Of method grpo; grader, group_size and max_completion_tokens also of distill.
struct PolicySettings {
    PolicyLossKind loss = PolicyLossKind::Grpo;
    std::string grader;      // JSON (finetune/rl/grader.h)
    int64_t group_size = 8;  // answers to a prompt
    int64_t max_completion_tokens = 256;
    double clip_low = 0.2;
    double clip_high = 0.2;
    double beta = 0.0;           // how far the policy is held to the base
    bool replay_routing = true;  // experts as the answers' tokens went to
    int64_t num_iterations = 1;  // steps on the same answers, as TRL calls it
};

struct Hyperparameters {
    double epochs = 1.0;
    int64_t max_steps = 0;        // optimizer steps; 0: as many as the epochs give
    int64_t batch_tokens = 2048;  // tokens of one forward pass
    int64_t accumulation = 1;     // passes of one optimizer step
    int64_t max_seq_len = 512;
    bool truncate = false;  // cut longer examples at their end; else they are an error
    double learning_rate = 1e-3;
    double min_lr_ratio = 0.1;  // the cosine ends at learning_rate * min_lr_ratio
    int64_t warmup_steps = 0;
    double warmup_ratio = 0.03;  // of all steps, when warmup_steps is 0
    double weight_decay = 0.0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double clip = 1.0;  // global gradient norm; 0: off
    LoraSettings lora;
    BaseKept base_storage = BaseKept::Memory;  // of adapters
    TrainingPrecision training_precision = TrainingPrecision::Auto;
    bool gradient_checkpointing = false;  // activations computed twice: slower, smaller
    DpoSettings dpo;
    PolicySettings policy;
    DistillSettings distill;
    uint64_t seed = 0;
    int64_t checkpoint_every = 100;  // steps; 0: only when stopped
    int64_t evaluate_every = 0;      // steps; 0: only before and after
    // On what evaluations with at_intervals measure; the first of them decides.
    int64_t early_stopping_patience = 0;    // evaluations without improvement; 0: off
    double early_stopping_threshold = 0.0;  // what is less is no improvement
    bool load_best_model_at_end = false;    // publish the step with the least loss, not the last
    int64_t report_every = 1;               // steps between progress events
    double mtp_lambda = 0.0;                // weight of the multi-token-prediction loss
    double balance_gamma = 0.0;             // step of the router's correction bias
    double balance_alpha = 0.0;             // weight of the sequence balance loss
    int64_t threads = 0;                    // 0: one per core
    double memory_gb = 0.0;  // that the job may take; 0: what is available when it starts
};

/// Of method "tokenizer".
struct TokenizerSettings {
    int64_t vocab_size = 4096;
    std::vector<std::string> special_tokens;  // ids 0, 1, ... in this order
    std::string bos_token;                    // each of these is a special token, or empty
    std::string eos_token;
    std::string pad_token;
    bool add_bos_token = false;
    int64_t model_max_length = 4096;
    std::string chat_template_file;  // becomes part of tokenizer_config.json
};

/// A model that graders name (score_model, label_model).
struct JudgeModel {
    std::string name;
    std::string model_directory;
};

struct JobSpec {
    std::string job_id;
    std::string method;  // a name of the registry (finetune/methods/method.h)
    /// Directory of the base model. From scratch: empty.
    std::string model_directory;
    std::string model_key;          // key that opens what is sealed in it; empty: it is plain
    std::string teacher_directory;  // of method distill: the model that answers the prompts
    std::string teacher_key;        // as model_key
    /// config.json of a model to train from scratch; its tokenizer lies in tokenizer_directory.
    std::string model_config_file;
    std::string tokenizer_directory;  // empty: model_directory
    bool full = false;                // sft, dpo: train every weight and write a whole model
    bool adapter = false;  // pretrain: train an adapter on model_directory and write that
    std::vector<DatasetRef> inputs;
    std::vector<EvaluationSet> evaluations;
    std::vector<JudgeModel> judges;  // of policy.grader
    Hyperparameters hyperparameters;
    TokenizerSettings tokenizer;
    std::string output_directory;      // created when the job succeeds, never before
    std::string checkpoint_directory;  // empty: output_directory + ".checkpoints"
    bool keep_checkpoints = false;     // after the job has succeeded, too: so it can be verified
    std::string output_key;            // key that seals results and checkpoints; empty: plain

    std::string checkpointDirectory() const;
};

/// Absent fields take their defaults. Errors: InvalidArgument naming the field by its path
/// ("hyperparameters.learning_rate"), also for unknown fields and values out of range.
core::Result<JobSpec> parseJobSpec(const std::string& json);
std::string writeJobSpec(const JobSpec& spec);
/// The object that stands under "hyperparameters" there.
std::string writeHyperparameters(const Hyperparameters& hyperparameters);

}  // namespace hearth::finetune

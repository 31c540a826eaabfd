#include "finetune/jobs/job_spec.h"

#include "core/json.h"
#include "finetune/jobs/json_fields.h"

namespace hearth::finetune {

namespace {

constexpr int64_t kMillion = 1'000'000;

const EnumNames<DataKind> kDataKinds = {{DataKind::Chat, dataKindName(DataKind::Chat)},
                                        {DataKind::Text, dataKindName(DataKind::Text)},
                                        {DataKind::Preference, dataKindName(DataKind::Preference)},
                                        {DataKind::Prompt, dataKindName(DataKind::Prompt)}};
const EnumNames<PolicyLossKind> kPolicyLosses = {{PolicyLossKind::Grpo, "grpo"},
                                                 {PolicyLossKind::DrGrpo, "dr_grpo"},
                                                 {PolicyLossKind::Dapo, "dapo"},
                                                 {PolicyLossKind::Gspo, "gspo"}};
const EnumNames<EvaluationKind> kKinds = {{EvaluationKind::Loss, "loss"},
                                          {EvaluationKind::Questions, "questions"},
                                          {EvaluationKind::MultipleChoice, "multiple_choice"}};
const EnumNames<BaseKept> kStorages = {{BaseKept::Memory, "memory"}, {BaseKept::Source, "source"}};
const EnumNames<TrainingPrecision> kPrecisions = {{TrainingPrecision::Auto, "auto"},
                                                  {TrainingPrecision::F32, "f32"},
                                                  {TrainingPrecision::Bf16, "bf16"}};
const EnumNames<LoraScaling> kScalings = {{LoraScaling::Rank, "lora"},
                                          {LoraScaling::RankRoot, "rslora"}};

}  // namespace

// Found by argument-dependent lookup, hence outside the unnamed namespace.

template <typename Walker>
static void describe(Walker& walker, DatasetRef& dataset) {
    walker.field("path", dataset.path);
    walker.choice("format", dataset.format, kDataKinds);
    walker.field("key", dataset.key);
}

template <typename Walker>
static void describe(Walker& walker, EvaluationSet& set) {
    walker.field("name", set.name);
    walker.choice("kind", set.kind, kKinds);
    walker.object("data", set.data);
    walker.field("max_examples", set.max_examples, Range<int64_t>{0, 1000 * kMillion});
    walker.field("max_new_tokens", set.max_new_tokens, Range<int64_t>{1, 4096});
    walker.field("at_intervals", set.at_intervals);
    walker.field("ngram_baseline", set.ngram_baseline);
}

template <typename Walker>
static void describe(Walker& walker, JudgeModel& judge) {
    walker.field("name", judge.name);
    walker.field("model_directory", judge.model_directory);
}

template <typename Walker>
static void describe(Walker& walker, LoraSettings& lora) {
    walker.field("r", lora.r, Range<int64_t>{1, 1024});
    walker.field("alpha", lora.alpha, Range<double>{1e-3, 1e5});
    walker.choice("scaling", lora.scaling, kScalings);
    walker.field("dora", lora.dora);
    walker.field("b_rate_ratio", lora.b_rate_ratio, Range<double>{1e-3, 1e3});
    walker.field("targets", lora.targets);
}

template <typename Walker>
static void describe(Walker& walker, DpoSettings& dpo) {
    walker.field("beta", dpo.beta, Range<double>{1e-4, 100.0});
}

template <typename Walker>
static void describe(Walker& walker, PolicySettings& policy) {
    walker.choice("loss", policy.loss, kPolicyLosses);
    walker.document("grader", policy.grader);
    walker.field("group_size", policy.group_size, Range<int64_t>{2, 1024});
    walker.field("max_completion_tokens", policy.max_completion_tokens,
                 Range<int64_t>{1, kMillion});
    walker.field("clip_low", policy.clip_low, Range<double>{0.0, 1.0});
    walker.field("clip_high", policy.clip_high, Range<double>{0.0, 100.0});
    walker.field("beta", policy.beta, Range<double>{0.0, 100.0});
    walker.field("replay_routing", policy.replay_routing);
    walker.field("num_iterations", policy.num_iterations, Range<int64_t>{1, 64});
}

template <typename Walker>
static void describe(Walker& walker, DistillSettings& distill) {
    walker.field("keep", distill.keep, Range<int64_t>{1, 1024});
    walker.field("min_reward", distill.min_reward, Range<double>{0.0, 1.0});
}

template <typename Walker>
static void describe(Walker& walker, Hyperparameters& h) {
    walker.field("epochs", h.epochs, Range<double>{1e-3, 10000.0});
    walker.field("max_steps", h.max_steps, Range<int64_t>{0, 1000 * kMillion});
    walker.field("batch_tokens", h.batch_tokens, Range<int64_t>{8, 16 * kMillion});
    walker.field("accumulation", h.accumulation, Range<int64_t>{1, 65536});
    walker.field("max_seq_len", h.max_seq_len, Range<int64_t>{8, 16 * kMillion});
    walker.field("truncate", h.truncate);
    walker.field("learning_rate", h.learning_rate, Range<double>{0.0, 1.0});
    walker.field("min_lr_ratio", h.min_lr_ratio, Range<double>{0.0, 1.0});
    walker.field("warmup_steps", h.warmup_steps, Range<int64_t>{0, 1000 * kMillion});
    walker.field("warmup_ratio", h.warmup_ratio, Range<double>{0.0, 1.0});
    walker.field("weight_decay", h.weight_decay, Range<double>{0.0, 10.0});
    walker.field("beta1", h.beta1, Range<double>{0.0, 0.99999});
    walker.field("beta2", h.beta2, Range<double>{0.0, 0.9999999});
    walker.field("epsilon", h.epsilon, Range<double>{1e-20, 1.0});
    walker.field("clip", h.clip, Range<double>{0.0, 1e9});
    walker.object("lora", h.lora);
    walker.choice("base_storage", h.base_storage, kStorages);
    walker.choice("training_precision", h.training_precision, kPrecisions);
    walker.field("gradient_checkpointing", h.gradient_checkpointing);
    walker.object("dpo", h.dpo);
    walker.object("policy", h.policy);
    walker.object("distill", h.distill);
    walker.field("seed", h.seed);
    walker.field("checkpoint_every", h.checkpoint_every, Range<int64_t>{0, 1000 * kMillion});
    walker.field("evaluate_every", h.evaluate_every, Range<int64_t>{0, 1000 * kMillion});
    walker.field("early_stopping_patience", h.early_stopping_patience, Range<int64_t>{0, kMillion});
    walker.field("early_stopping_threshold", h.early_stopping_threshold, Range<double>{0.0, 1e9});
    walker.field("load_best_model_at_end", h.load_best_model_at_end);
    walker.field("report_every", h.report_every, Range<int64_t>{1, kMillion});
    walker.field("mtp_lambda", h.mtp_lambda, Range<double>{0.0, 10.0});
    walker.field("balance_gamma", h.balance_gamma, Range<double>{0.0, 1.0});
    walker.field("balance_alpha", h.balance_alpha, Range<double>{0.0, 10.0});
    walker.field("threads", h.threads, Range<int64_t>{0, 1024});
    walker.field("memory_gb", h.memory_gb, Range<double>{0.0, 1e6});
}

template <typename Walker>
static void describe(Walker& walker, TokenizerSettings& tokenizer) {
    walker.field("vocab_size", tokenizer.vocab_size, Range<int64_t>{257, kMillion});
    walker.field("special_tokens", tokenizer.special_tokens);
    walker.field("bos_token", tokenizer.bos_token);
    walker.field("eos_token", tokenizer.eos_token);
    walker.field("pad_token", tokenizer.pad_token);
    walker.field("add_bos_token", tokenizer.add_bos_token);
    walker.field("model_max_length", tokenizer.model_max_length, Range<int64_t>{8, 16 * kMillion});
    walker.field("chat_template_file", tokenizer.chat_template_file);
}

template <typename Walker>
static void describe(Walker& walker, JobSpec& spec) {
    walker.field("job_id", spec.job_id);
    walker.field("method", spec.method);
    walker.field("model_directory", spec.model_directory);
    walker.field("model_key", spec.model_key);
    walker.field("teacher_directory", spec.teacher_directory);
    walker.field("teacher_key", spec.teacher_key);
    walker.field("model_config_file", spec.model_config_file);
    walker.field("tokenizer_directory", spec.tokenizer_directory);
    walker.field("full", spec.full);
    walker.field("adapter", spec.adapter);
    walker.list("inputs", spec.inputs);
    walker.list("evaluations", spec.evaluations);
    walker.list("judges", spec.judges);
    walker.object("hyperparameters", spec.hyperparameters);
    walker.object("tokenizer", spec.tokenizer);
    walker.field("output_directory", spec.output_directory);
    walker.field("checkpoint_directory", spec.checkpoint_directory);
    walker.field("keep_checkpoints", spec.keep_checkpoints);
    walker.field("output_key", spec.output_key);
}

namespace {

core::Error missing(const std::string& field) {
    return {core::ErrorCode::InvalidArgument, field + " is required", {}};
}

core::Status checkRequired(const JobSpec& spec) {
    if (spec.method.empty())
        return missing("method");
    if (spec.output_directory.empty())
        return missing("output_directory");
    if (spec.inputs.empty())
        return missing("inputs");
    for (size_t i = 0; i < spec.inputs.size(); ++i)
        if (spec.inputs[i].path.empty())
            return missing("inputs[" + std::to_string(i) + "].path");
    for (size_t i = 0; i < spec.evaluations.size(); ++i) {
        const std::string field = "evaluations[" + std::to_string(i) + "]";
        if (spec.evaluations[i].name.empty())
            return missing(field + ".name");
        if (spec.evaluations[i].data.path.empty())
            return missing(field + ".data.path");
    }
    return {};
}

}  // namespace

std::string JobSpec::checkpointDirectory() const {
    return checkpoint_directory.empty() ? output_directory + ".checkpoints" : checkpoint_directory;
}

core::Result<JobSpec> parseJobSpec(const std::string& json) {
    CORE_ASSIGN(const nlohmann::json document, core::parseJson(json, "job specification"));
    JobSpec spec;
    JsonReader reader(document, "");
    describe(reader, spec);
    CORE_TRY(reader.finish());
    CORE_TRY(checkRequired(spec));
    return spec;
}

std::string writeHyperparameters(const Hyperparameters& hyperparameters) {
    Hyperparameters copy = hyperparameters;
    JsonWriter writer;
    describe(writer, copy);
    return writer.take().dump();
}

std::string writeJobSpec(const JobSpec& spec) {
    JobSpec copy = spec;
    JsonWriter writer;
    describe(writer, copy);
    return writer.take().dump();
}

}  // namespace hearth::finetune

#include "finetune/methods/job_plan.h"

#include <algorithm>
#include <optional>

#include "core/number_text.h"
#include "engine/models/capacity_plan.h"
#include "finetune/jobs/training_precision.h"
#include "finetune/methods/base_model.h"

namespace hearth::finetune {
namespace {

// For the program, its data, scratch of its threads, and gaps between blocks.
constexpr int64_t kReservedBytes = 400'000'000;
constexpr int64_t kAnswerTokens = 512;  // of one that is asked for after training

std::string gigabytes(int64_t bytes) {
    return core::fixedText(double(bytes) / 1e9, 2) + " GB";
}

/// Of the base as it is served.
core::Result<int64_t> servingBytes(const JobSpec& spec) {
    CORE_ASSIGN(const engine::PlanSource source, engine::openPlanSource(spec.model_directory));
    const PolicySettings& policy = spec.hyperparameters.policy;
    const bool answers = spec.method == "grpo";
    const int64_t context =
        answers ? spec.hyperparameters.max_seq_len + policy.max_completion_tokens : kAnswerTokens;
    CORE_ASSIGN(const engine::CapacityPlan plan,
                engine::planCapacity(
                    source, {.context = std::min(context, source.config.max_position_embeddings),
                             .users = answers ? policy.group_size : 1}));
    return plan.needed_bytes;
}

struct Way {
    JobSpec spec;
    std::string text;
};

/// Settings that take less, the nearest to the job's first.
std::vector<Way> smallerWays(const JobSpec& spec, TrainedPart part) {
    std::vector<Way> ways;
    JobSpec smaller = spec;
    std::string text;
    const auto add = [&](const std::string& more) {
        text += (text.empty() ? "" : ", ") + more;
        ways.push_back({smaller, text});
    };
    if (!spec.hyperparameters.gradient_checkpointing) {
        smaller.hyperparameters.gradient_checkpointing = true;
        add("gradient_checkpointing true");
    }
    if (part == TrainedPart::Lora && spec.hyperparameters.base_storage == BaseKept::Memory) {
        smaller.hyperparameters.base_storage = BaseKept::Source;
        add("base_storage source");
    }
    // Of rewards a pass holds the answers to a prompt, whatever its size.
    const int64_t least = spec.hyperparameters.max_seq_len * (spec.method == "dpo" ? 2 : 1);
    const std::string before = text;
    int64_t factor = 1;
    while (spec.method != "grpo" && spec.hyperparameters.batch_tokens / (2 * factor) >= least) {
        factor *= 2;
        smaller.hyperparameters.batch_tokens = spec.hyperparameters.batch_tokens / factor;
        smaller.hyperparameters.accumulation = spec.hyperparameters.accumulation * factor;
        text = before;
        add("batch_tokens " + std::to_string(smaller.hyperparameters.batch_tokens) +
            " with accumulation " + std::to_string(smaller.hyperparameters.accumulation));
    }
    return ways;
}

/// The first way that fits, or what the last one would take.
std::string nearestText(const JobSpec& spec, TrainedPart part, const engine::ModelConfig& config,
                        int64_t available) {
    std::optional<int64_t> least;
    for (const Way& way : smallerWays(spec, part)) {
        const auto plan = planJob(way.spec, part, config);
        if (!plan)
            continue;
        const int64_t needed = plan->needed() + kReservedBytes;
        if (needed <= available)
            return "what would fit: " + way.text + " (" + gigabytes(needed) + ")";
        least = std::min(needed, least.value_or(needed));
    }
    std::string text = "no settings of the same training would fit";
    if (least)
        text += ", at the least " + gigabytes(*least);
    if (part == TrainedPart::Full)
        text += "; an adapter takes less than every weight";
    return text;
}

}  // namespace

int64_t JobPlan::needed() const {
    const int64_t kept = memory.weights + memory.gradients + memory.optimizer;
    const int64_t steps = memory.peak() + (answers_in_steps ? serving : 0);
    return std::max({steps, kept + checkpoint, kept + result + serving});
}

TrainableOptions trainableOptions(const Hyperparameters& settings, TrainedPart part) {
    return {.part = part,
            .base = settings.base_storage == BaseKept::Source ? BaseStorage::Source
                                                              : BaseStorage::Memory,
            .lora = {.r = settings.lora.r,
                     .alpha = settings.lora.alpha,
                     .rslora = settings.lora.scaling == LoraScaling::RankRoot,
                     .dora = settings.lora.dora,
                     .targets = settings.lora.targets},
            .gradient_checkpointing = settings.gradient_checkpointing,
            .operands = operandsOf(settings.training_precision),
            .seed = settings.seed,
            .balance_alpha = settings.balance_alpha,
            .mtp_lambda = settings.mtp_lambda};
}

core::Result<JobPlan> planJob(const JobSpec& spec, TrainedPart part,
                              const engine::ModelConfig& config) {
    const Hyperparameters& settings = spec.hyperparameters;
    const TrainableOptions options = trainableOptions(settings, part);
    engine::ModelSource base;  // no weights: from scratch
    if (!spec.model_directory.empty()) {
        CORE_ASSIGN(base, openBase(spec.model_directory, part, options.base));
    }
    JobPlan plan{.answers_in_steps = spec.method == "grpo"};
    CORE_ASSIGN(plan.memory,
                planMemory(config, base.weights.get(), options,
                           {settings.batch_tokens, settings.max_seq_len}, int(settings.threads)));
    plan.checkpoint = plan.memory.gradients + plan.memory.optimizer;
    if (part != TrainedPart::Lora)  // in F32, then in BF16 and side by side in a file
        plan.result = 2 * plan.memory.gradients;
    // It answers, or is compared with the trainer, before it is published.
    if (part != TrainedPart::MtpOnly && !spec.model_directory.empty()) {
        CORE_ASSIGN(plan.serving, servingBytes(spec));
    }
    return plan;
}

core::Status checkMemory(const JobSpec& spec, TrainedPart part, const engine::ModelConfig& config,
                         const JobPlan& plan, int64_t available) {
    const int64_t needed = plan.needed() + kReservedBytes;
    if (available <= 0 || needed <= available)
        return {};
    const MemoryPlan& memory = plan.memory;
    return core::Error{core::ErrorCode::ResourceExhausted,
                       "training needs " + gigabytes(needed) + " of memory (weights " +
                           gigabytes(memory.weights) + ", gradients " +
                           gigabytes(memory.gradients) + ", optimizer " +
                           gigabytes(memory.optimizer) + ", activations " +
                           gigabytes(memory.activations) + "), and there are " +
                           gigabytes(available) + "; " + nearestText(spec, part, config, available),
                       {}};
}

}  // namespace hearth::finetune

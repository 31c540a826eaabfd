#include "app/cli/training_bench.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/gemm.h"
#include "finetune/methods/base_model.h"
#include "finetune/methods/training_speed.h"

namespace hearth::app {

using nlohmann::json;

namespace {

/// Whether operands are rounded to BF16.
bool rounds(const TrainingBenchOptions& options) {
    return options.precision == "bf16" ||
           (options.precision == "auto" && engine::hasBf16Products());
}

std::string precisionOf(const TrainingBenchOptions& options) {
    return rounds(options) ? "bf16" : "f32";
}

finetune::TrainableOptions trainableOptions(const TrainingBenchOptions& options) {
    using namespace finetune;
    return {.part = options.train == "full" ? TrainedPart::Full : TrainedPart::Lora,
            .base = options.base == "source" ? BaseStorage::Source : BaseStorage::Memory,
            .lora = {.r = options.rank,
                     .alpha = 2.0 * double(options.rank),
                     .targets = options.targets},
            .operands = rounds(options) ? engine::DType::BF16 : engine::DType::F32};
}

core::Result<engine::ModelConfig> configOf(const std::filesystem::path& path) {
    if (!engine::isGgufFile(path))
        return engine::readModelConfig(path);
    CORE_ASSIGN(const auto source, engine::openModelSource(path));
    return source.config;
}

json geometryOf(const engine::ModelConfig& config) {
    return {{"architecture", config.architecture},
            {"layers", config.num_hidden_layers},
            {"hidden_size", config.hidden_size},
            {"heads", config.num_attention_heads},
            {"vocab_size", config.vocab_size},
            {"experts", config.n_routed_experts},
            {"experts_per_token", config.num_experts_per_tok}};
}

json toJson(const finetune::TrainingSpeed& speed) {
    return {{"train_tps", speed.tokens_per_second},
            {"seconds_per_step", speed.seconds_per_step},
            {"step_tokens", speed.step_tokens},
            {"step_seconds", speed.step_seconds},
            {"losses", speed.losses},
            {"trainable_parameters", speed.trainable_parameters},
            {"total_parameters", speed.total_parameters},
            {"peak_bytes", speed.peak_bytes},
            {"activation_bytes", speed.activation_bytes}};
}

std::string fixed(double value, const char* format) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

void print(const std::string& backend, const TrainingBenchOptions& options,
           const finetune::TrainingSpeed& speed) {
    printFields(
        {{"backend", backend},
         {"trained",
          options.train == "full" ? "every weight" : "LoRA, rank " + std::to_string(options.rank)},
         {"precision", precisionOf(options)},
         {"parameters", std::to_string(speed.trainable_parameters) + " of " +
                            std::to_string(speed.total_parameters)},
         {"memory at most", formatBytes(speed.peak_bytes)},
         {"of it activations", formatBytes(speed.activation_bytes)},
         {"loss",
          fixed(speed.losses.front(), "%.4f") + " to " + fixed(speed.losses.back(), "%.4f")}});
    printTable({"tokens a step", "sequence", "seconds a step", "tokens/s"},
               {{std::to_string(speed.step_tokens), std::to_string(options.sequence),
                 fixed(speed.seconds_per_step, "%.3f"), fixed(speed.tokens_per_second, "%.1f")}});
}

}  // namespace

core::Status benchTraining(const CommandContext& context, const std::filesystem::path& path,
                           const TrainingBenchOptions& options) {
    const auto backend = finetune::createTrainingBackend(options.threads);
    const finetune::TrainableOptions trainable = trainableOptions(options);
    CORE_ASSIGN(const engine::ModelConfig config, configOf(path));
    CORE_ASSIGN(const auto base, finetune::loadBaseModel(*backend, path, config, trainable));
    CORE_ASSIGN(
        const finetune::TrainingSpeed speed,
        finetune::measureTrainingSpeed(*base.model, {.batch_tokens = options.batch_tokens,
                                                     .sequence = options.sequence,
                                                     .warmup = options.warmup,
                                                     .steps = options.steps,
                                                     .learning_rate = options.learning_rate}));
    if (!context.json) {
        print(backend->description(), options, speed);
        return {};
    }
    json report = toJson(speed);
    report.update({{"backend", backend->description()},
                   {"threads", engine::cpuThreadPool(*backend).threads()},
                   {"train", options.train},
                   {"base", options.base},
                   {"precision", precisionOf(options)},
                   {"sequence", options.sequence},
                   {"warmup", options.warmup},
                   {"learning_rate", options.learning_rate},
                   {"model", geometryOf(config)}});
    if (trainable.part == finetune::TrainedPart::Lora)
        report["rank"] = options.rank;
    printJson(report);
    return {};
}

void addTrainingOptions(CLI::App& command, TrainingBenchOptions& options) {
    command
        .add_option("--train", options.train,
                    "measure training instead: an adapter (lora) or every weight (full)")
        ->check(CLI::IsMember({"lora", "full"}));
    command.add_option("--batch-tokens", options.batch_tokens, "tokens of a training step")
        ->capture_default_str();
    command.add_option("--sequence", options.sequence, "tokens of each of its sequences")
        ->capture_default_str();
    command.add_option("--steps", options.steps, "training steps, of which the median counts")
        ->capture_default_str();
    command.add_option("--warmup", options.warmup, "training steps before them")
        ->capture_default_str();
    command.add_option("--rank", options.rank, "of the adapter; alpha is twice it")
        ->capture_default_str();
    command
        .add_option("--targets", options.targets,
                    "modules that the adapter is on, e.g. q_proj,v_proj; all unless given")
        ->delimiter(',');
    command
        .add_option("--base", options.base,
                    "the adapter's base in F32 (memory) or as it is stored (source)")
        ->check(CLI::IsMember({"memory", "source"}))
        ->capture_default_str();
    command
        .add_option(
            "--precision", options.precision,
            "operands of the large products (auto: bf16 where the processor multiplies it); "
            "sums are F32 with all")
        ->check(CLI::IsMember({"auto", "f32", "bf16"}))
        ->capture_default_str();
    command.add_option("--learning-rate", options.learning_rate, "of the training steps")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
}

}  // namespace hearth::app

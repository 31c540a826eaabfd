// The part of `hearth bench` that trains.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace CLI {
class App;
}

namespace hearth::app {

struct CommandContext;

struct TrainingBenchOptions {
    std::string train;  // "lora" or "full"; empty: not asked for
    int64_t batch_tokens = 2048;
    int64_t sequence = 512;
    int64_t steps = 8;
    int64_t warmup = 2;
    int64_t rank = 8;
    std::vector<std::string> targets;
    std::string base = "memory";
    std::string precision = "auto";
    double learning_rate = 1e-4;
    int threads = 0;
};

void addTrainingOptions(CLI::App& command, TrainingBenchOptions& options);

/// Measures and prints. Errors: of reading the model, those of measureTrainingSpeed.
core::Status benchTraining(const CommandContext& context, const std::filesystem::path& model,
                           const TrainingBenchOptions& options);

}  // namespace hearth::app

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/cli/training_bench.h"
#include "app/services/serving/backend_choice.h"
#include "engine/runtime/model_speed.h"

namespace hearth::app {
namespace {

using engine::SpeedCase;
using nlohmann::json;

struct BenchOptions {
    std::filesystem::path model;
    engine::SpeedOptions speed;
    TrainingBenchOptions training;
    std::string device = "cpu";
    int threads = 0;
    std::string cache = "bf16";
};

json toJson(const SpeedCase& c) {
    return {{"context", c.context},
            {"streams", c.streams},
            {"prefill_tps", c.prefill_tps},
            {"decode_tps", c.decode_tps}};
}

int64_t peakBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return int64_t(usage.ru_maxrss) * 1024;
}

std::string rounded(double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(value < 100 ? 2 : 1) << value;
    return text.str();
}

void printCases(const std::vector<SpeedCase>& cases) {
    std::vector<std::vector<std::string>> rows;
    for (const SpeedCase& c : cases)
        rows.push_back({std::to_string(c.context), std::to_string(c.streams),
                        rounded(c.prefill_tps), rounded(c.decode_tps)});
    printTable({"context", "streams", "prefill tokens/s", "decode tokens/s"}, rows);
}

core::Status bench(const CommandContext& context, BenchOptions& options) {
    options.training.threads = options.threads;
    if (!options.training.train.empty())
        return benchTraining(context, options.model, options.training);
    options.speed.cache_dtype = engine::parseCacheType(options.cache).value_or(engine::DType::BF16);
    CORE_ASSIGN(const auto backend, createBackend(options.device, options.threads));
    const auto begin = std::chrono::steady_clock::now();
    CORE_ASSIGN(const auto model, engine::loadModel(*backend, options.model, {.load_mtp = false}));
    const std::chrono::duration<double> loading = std::chrono::steady_clock::now() - begin;
    CORE_ASSIGN(const auto cases,
                engine::measureSpeed(*backend, *model, options.speed, [&](const SpeedCase& c) {
                    if (!context.json)
                        std::cerr << toJson(c).dump() << '\n';
                }));
    json report = {{"backend", backend->description()}, {"weight_bytes", model->weightBytes()},
                   {"load_seconds", loading.count()},   {"peak_bytes", peakBytes()},
                   {"prefill", options.speed.prefill},  {"decode", options.speed.decode}};
    if (cases.size() == 1)
        report.update(toJson(cases.front()));
    for (const SpeedCase& c : cases)
        report["cases"].push_back(toJson(c));
    if (context.json) {
        printJson(report);
        return {};
    }
    printFields({{"backend", backend->description()},
                 {"weights", formatBytes(model->weightBytes())},
                 {"loaded in", rounded(loading.count()) + " s"},
                 {"memory at most", formatBytes(report.at("peak_bytes").get<int64_t>())}});
    printCases(cases);
    return {};
}

}  // namespace

void addBenchCommand(CLI::App& cli, CommandContext& context) {
    auto options = std::make_shared<BenchOptions>();
    engine::SpeedOptions& speed = options->speed;
    auto* command = cli.add_subcommand(
        "bench", "how fast this machine runs or trains a model (no node needed)");
    command->add_option("model", options->model, "a Hugging Face or packed directory, or GGUF file")
        ->required()
        ->check(CLI::ExistingPath);
    command->add_option("--prefill", speed.prefill, "tokens of the prompt")->capture_default_str();
    command->add_option("--decode", speed.decode, "tokens that each stream generates")
        ->capture_default_str();
    command->add_option("--streams", speed.streams, "streams that decode together, e.g. 1,4,16")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--context", speed.contexts, "tokens in the cache before, e.g. 0,12288")
        ->delimiter(',')
        ->capture_default_str();
    command->add_flag("--random-context", speed.random_context,
                      "fill the context with random numbers instead of a prompt");
    command->add_option("--chunk", speed.chunk, "prompt tokens of a step")->capture_default_str();
    command->add_option("--repeat", speed.repeats, "runs of which the median counts")
        ->capture_default_str();
    command->add_option("--device", options->device, "what runs the model; training needs the cpu")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    command->add_option("--threads", options->threads, "0: one a core")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--cache", options->cache, "type of the KV cache")
        ->check(CLI::IsMember({"f32", "bf16", "int8"}))
        ->capture_default_str();
    addTrainingOptions(*command, options->training);
    command->callback([&context, options] {
        context.action = [&context, options] { return bench(context, *options); };
    });
}

}  // namespace hearth::app

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/services/serving/backend_choice.h"
#include "engine/models/logits_file.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::app {

void addLogitsCommand(CLI::App& cli, CommandContext& context) {
    struct Options {
        engine::LogitsRequest request;
        std::filesystem::path out;
        std::string device = "cpu";
        std::string cache = "f32";
    };
    auto options = std::make_shared<Options>();
    auto* logits = cli.add_subcommand(
        "logits", "run a model on token ids and write float32 logits (no node needed)");
    logits->add_option("model", options->request.model, "a Hugging Face directory or a .gguf file")
        ->required()
        ->check(CLI::ExistingPath);
    logits->add_option("--ids", options->request.ids, "token ids, e.g. 1,2,3")
        ->required()
        ->delimiter(',');
    logits->add_option("--adapter", options->request.adapter, "a PEFT LoRA directory")
        ->check(CLI::ExistingDirectory);
    logits
        ->add_option("--prefill", options->request.prefill,
                     "ids that run as the prompt, the rest one by one as in decoding; default: all")
        ->check(CLI::NonNegativeNumber);
    logits->add_option("--out", options->out, "safetensors file with `logits` [tokens, vocab]")
        ->required();
    logits->add_option("--device", options->device, "what runs the model")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    logits->add_option("--cache", options->cache, "type of the cache")
        ->check(CLI::IsMember({"f32", "bf16", "int8"}))
        ->capture_default_str();
    logits->callback([&context, options] {
        context.action = [&context, options]() -> core::Status {
            CORE_ASSIGN(const auto backend, createBackend(options->device, 0));
            options->request.cache = *engine::parseCacheType(options->cache);
            CORE_TRY(engine::writeLogits(*backend, options->request, options->out));
            if (context.json)
                printJson(
                    {{"out", options->out.string()}, {"tokens", options->request.ids.size()}});
            else
                std::cout << "Wrote " << options->out.string() << ".\n";
            return {};
        };
    });
}

}  // namespace hearth::app

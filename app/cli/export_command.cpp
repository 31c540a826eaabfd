#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/file.h"
#include "engine/models/adapter_files.h"
#include "engine/models/adapter_merge.h"
#include "engine/models/gguf_export.h"
#include "engine/models/model_source.h"

namespace hearth::app {
namespace {

struct ExportOptions {
    std::filesystem::path model;
    std::filesystem::path adapter;
    std::filesystem::path out;
    std::string type = "f16";
};

core::Result<std::unique_ptr<engine::WeightSource>> merged(const engine::ModelSource& source,
                                                           const std::filesystem::path& adapter) {
    CORE_ASSIGN(const std::string config, core::readTextFile(adapter / engine::kAdapterConfig));
    CORE_ASSIGN(const auto weights, engine::openSafetensors(adapter / engine::kAdapterWeights));
    return engine::mergeAdapter(source.config, *source.weights, config, *weights);
}

void report(const CommandContext& context, const ExportOptions& options,
            const engine::GgufExportReport& report) {
    if (context.json)
        return printJson({{"out", options.out.string()},
                          {"bytes", report.bytes},
                          {"tensors", report.tensors},
                          {"notes", report.notes}});
    std::cout << "Wrote " << options.out.string() << ", " << formatBytes(report.bytes) << ".\n";
    for (const std::string& note : report.notes)
        std::cout << "Note: " << note << ".\n";
}

core::Status exportModel(const CommandContext& context, const ExportOptions& options) {
    CORE_ASSIGN(const engine::ModelSource source, engine::openModelSource(options.model));
    CORE_ASSIGN(const auto texts, engine::modelTextFiles(options.model));
    std::unique_ptr<engine::WeightSource> sum;
    if (!options.adapter.empty()) {
        CORE_ASSIGN(sum, merged(source, options.adapter));
    }
    ProgressLine progress;
    const auto show = [&](int64_t done, int64_t total) {
        if (!context.json && outputIsTerminal())
            progress.update(double(done) / double(total),
                            formatBytes(done) + " of " + formatBytes(total));
        return true;
    };
    const auto name = std::filesystem::weakly_canonical(options.model).stem().string();
    CORE_ASSIGN(const auto done,
                engine::exportGguf({.config = source.config,
                                    .weights = sum ? *sum : *source.weights,
                                    .texts = texts,
                                    .name = name,
                                    .precision = *engine::parseGgufPrecision(options.type)},
                                   options.out, show));
    progress.finish();
    report(context, options, done);
    return {};
}

}  // namespace

void addExportCommand(CLI::App& cli, CommandContext& context) {
    auto options = std::make_shared<ExportOptions>();
    auto* command = cli.get_subcommand("model")->add_subcommand(
        "export-gguf",
        "write a model, or a model with an adapter merged into it, as a GGUF file "
        "that llama.cpp runs (no node needed)");
    command->add_option("model", options->model, "a Hugging Face directory or a .gguf file")
        ->required()
        ->check(CLI::ExistingPath);
    command->add_option("out", options->out, "the .gguf file to write")->required();
    command->add_option("--type", options->type, "precision of the matrices; default: f16")
        ->check(CLI::IsMember({"q8_0", "q4_0", "f16", "bf16", "f32"}));
    command->add_option("--adapter", options->adapter, "a PEFT LoRA directory to merge")
        ->check(CLI::ExistingDirectory);
    command->callback([&context, options] {
        context.action = [&context, options] { return exportModel(context, *options); };
    });
}

}  // namespace hearth::app

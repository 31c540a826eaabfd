#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/pack_model.h"

namespace hearth::app {
namespace {

using engine::PackProgress;
using engine::PackReport;
using engine::PackStage;

struct PackOptions {
    engine::PackRequest request;
    std::filesystem::path text;
    uint64_t sizeBudget = 0;
    double klBudget = 0;
    bool noMeasure = false;
};

std::string progressText(const PackProgress& progress) {
    switch (progress.stage) {
        case PackStage::Verifying:
            return "verifying " + formatBytes(int64_t(progress.total));
        case PackStage::Packing:
            return "packing " + formatBytes(int64_t(progress.done)) + " of " +
                   formatBytes(int64_t(progress.total));
        case PackStage::Measuring:
            break;
    }
    return "measuring, " + std::to_string(progress.done) + " of " + std::to_string(progress.total) +
           " tokens";
}

std::string numberText(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4g", value);
    return text.data();
}

void printReport(const PackReport& report) {
    std::vector<std::pair<std::string, std::string>> fields = {
        {"precision", report.precision},
        {"bytes", formatBytes(int64_t(report.bytes))},
        {"source bytes", formatBytes(int64_t(report.source_bytes))},
        {"bits per weight", numberText(report.bits_per_weight)}};
    if (const auto& d = report.divergence) {
        fields.emplace_back("divergence (nats)", "mean " + numberText(d->kl_mean) + ", 99% below " +
                                                     numberText(d->kl_p99) + ", over " +
                                                     std::to_string(d->tokens) + " tokens");
        fields.emplace_back("same likeliest token", numberText(100 * d->same_top) + " %");
        fields.emplace_back("perplexity", numberText(d->perplexity) + ", of the source " +
                                              numberText(d->reference_perplexity));
    } else {
        fields.emplace_back("divergence", "not measured: " + report.not_measured);
    }
    printFields(fields);
}

core::Status pack(const CommandContext& context, PackOptions& options) {
    if (options.sizeBudget > 0)
        options.request.size_budget = options.sizeBudget;
    if (options.klBudget > 0)
        options.request.kl_budget = options.klBudget;
    options.request.measure = !options.noMeasure;
    if (!options.text.empty()) {
        CORE_ASSIGN(options.request.text, core::readTextFile(options.text));
    }
    const auto backend = engine::createCpuBackend();
    const auto packed = [&] {
        ProgressLine line;
        return engine::packModel(*backend, options.request, [&](const PackProgress& progress) {
            if (!context.json && outputIsTerminal() && progress.total > 0)
                line.update(double(progress.done) / double(progress.total), progressText(progress));
            return true;
        });
    }();
    if (!packed)
        return packed.error();
    if (context.json)
        printJson(nlohmann::json::parse(engine::writePackReport(*packed)));
    else
        printReport(*packed);
    return {};
}

}  // namespace

void addPrecisionOptions(CLI::App& command, std::string& precision, uint64_t& sizeBudget,
                         double& klBudget) {
    auto* name =
        command.add_option("--precision", precision,
                           "exact, f32, bf16, int8, mixed (experts int4, the rest int8) or int4");
    auto* size = command
                     .add_option("--size-budget", sizeBudget,
                                 "pick the finest precision that fits, e.g. 9GiB")
                     ->transform(CLI::AsSizeValue(true));
    auto* divergence =
        command
            .add_option("--kl-budget", klBudget,
                        "pick the coarsest precision within this mean divergence in nats")
            ->check(CLI::PositiveNumber);
    name->excludes(size)->excludes(divergence);
    size->excludes(divergence);
}

void addPackCommand(CLI::App& model, CommandContext& context) {
    auto options = std::make_shared<PackOptions>();
    auto* command = model.add_subcommand(
        "pack", "pack a model into a directory that can be served (no node needed)");
    command->add_option("source", options->request.source, "a Hugging Face directory or GGUF file")
        ->required()
        ->check(CLI::ExistingPath);
    command->add_option("directory", options->request.directory, "where the packed model goes")
        ->required();
    addPrecisionOptions(*command, options->request.precision, options->sizeBudget,
                        options->klBudget);
    command->add_option("--text", options->text, "text to measure the divergence on")
        ->check(CLI::ExistingFile);
    command->add_flag("--no-measure", options->noMeasure, "leave the divergence out");
    command->callback([&context, options] {
        context.action = [&context, options] { return pack(context, *options); };
    });
}

}  // namespace hearth::app

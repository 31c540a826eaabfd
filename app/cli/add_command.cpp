#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kImportPoll{200};

void showImport(const json& import, ProgressLine& progress) {
    const int64_t total = import.at("bytes_total");
    std::string text = import.at("status").get<std::string>();
    if (const int64_t rate = import.at("bytes_per_s"); total > 0 && rate > 0)
        text += "  " + formatBytes(import.at("bytes_done").get<int64_t>()) + " of " +
                formatBytes(total) + "  " + formatBytes(rate) + "/s";
    if (const json* left = core::findField(import, "eta_s"))
        text += "  " + formatSeconds(left->get<double>()) + " left";
    progress.update(import.at("progress").get<double>(), text);
}

struct AddOptions {
    std::string name;
    std::filesystem::path source;
    std::string precision;
    uint64_t sizeBudget = 0;
    double klBudget = 0;
    bool keep = false;  // says the default
    bool reference = false;
};

json bodyOf(const AddOptions& options) {
    json body = {{"name", options.name},
                 {"path", std::filesystem::absolute(options.source).string()},
                 {"source", options.reference ? "reference" : "keep"}};
    if (!options.precision.empty())
        body["precision"] = options.precision;
    if (options.sizeBudget > 0)
        body["size_budget"] = options.sizeBudget;
    if (options.klBudget > 0)
        body["kl_budget"] = options.klBudget;
    return body;
}

/// Waits for the end of an import; an error unless it succeeded.
core::Status watchImport(CommandContext& context, ApiClient& client, json import) {
    ProgressLine progress;
    const std::string path =
        std::string(core::paths::kImports) + "/" + pathSegment(import.at("id").get<std::string>());
    while (import.at("finished_at").is_null()) {
        if (!context.json && outputIsTerminal())
            showImport(import, progress);
        std::this_thread::sleep_for(kImportPoll);
        CORE_ASSIGN(import, client.get(path));
    }
    if (import.at("status") == "succeeded")
        return {};
    const json* error = core::findField(import, "error");
    return core::Error{core::ErrorCode::InvalidArgument,
                       error ? error->value("message", "") : "the import was cancelled", ""};
}

core::Status addModel(CommandContext& context, const AddOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    const std::string& name = options.name;
    CORE_ASSIGN(json import, client->post(std::string(core::paths::kImports), bodyOf(options)));
    CORE_TRY(watchImport(context, *client, std::move(import)));
    if (!context.json) {
        std::cout << "Serving " << name << ".\n";
        return {};
    }
    CORE_ASSIGN(const json model,
                client->get(std::string(core::paths::kAdminModels) + "/" + pathSegment(name)));
    printJson(model);
    return {};
}

}  // namespace

void addAddCommand(CLI::App& model, CommandContext& context) {
    auto options = std::make_shared<AddOptions>();
    auto* add = model.add_subcommand(
        "add", "import a Hugging Face directory, a .gguf file or a packed model, and serve it");
    add->add_option("name", options->name, "the name that requests use")->required();
    add->add_option("source", options->source,
                    "config.json, tokenizer and safetensors; or a .gguf file")
        ->required()
        ->check(CLI::ExistingPath);
    addPrecisionOptions(*add, options->precision, options->sizeBudget, options->klBudget);
    auto* keep =
        add->add_flag("--keep-source", options->keep,
                      "copy the checkpoint beside what is served, for training (the default)");
    add->add_flag("--reference-source", options->reference,
                  "leave the checkpoint where it is; training reads it there")
        ->excludes(keep);
    add->callback([&context, options] {
        context.action = [&context, options] { return addModel(context, *options); };
    });
}

}  // namespace hearth::app

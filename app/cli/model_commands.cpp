#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"
#include "engine/models/model_config.h"
#include "engine/models/model_source.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kImportPoll{200};

std::string modelPath(const std::string& name) {
    return std::string(core::paths::kAdminModels) + "/" + pathSegment(name);
}

void showImport(const json& import, ProgressLine& progress) {
    const double total = import.at("bytes_total").get<double>();
    const double done = import.at("bytes_done").get<double>();
    std::string text = import.at("status").get<std::string>();
    if (const int64_t rate = import.at("bytes_per_s"); text == "copying" && rate > 0)
        text += "  " + formatBytes(int64_t(done)) + " of " + formatBytes(int64_t(total)) + "  " +
                formatBytes(rate) + "/s";
    if (const json* left = core::findField(import, "eta_s"))
        text += "  " + formatSeconds(left->get<double>()) + " left";
    progress.update(total > 0 ? done / total : 0, text);
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

core::Status addModel(CommandContext& context, const std::string& name,
                      const std::filesystem::path& directory) {
    CORE_ASSIGN(auto* client, context.connect());
    const json body = {{"name", name}, {"path", std::filesystem::absolute(directory).string()}};
    CORE_ASSIGN(json import, client->post(std::string(core::paths::kImports), body));
    CORE_TRY(watchImport(context, *client, std::move(import)));
    if (!context.json) {
        std::cout << "Serving " << name << ".\n";
        return {};
    }
    CORE_ASSIGN(const json model, client->get(modelPath(name)));
    printJson(model);
    return {};
}

/// action: "load" or "unload".
core::Status setLoaded(CommandContext& context, const std::string& name,
                       const std::string& action) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json model, client->post(modelPath(name) + "/" + action, json::object()));
    if (context.json)
        printJson(model);
    else
        std::cout << (action == "load" ? "Serving " : "Not serving ") << name << ".\n";
    return {};
}

core::Status listModels(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kModels)));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& model : list.at("data"))
        rows.push_back({model.at("id"), model.value("parent", "-"),
                        formatTime(model.at("created").get<int64_t>()), model.at("owned_by")});
    printTable({"NAME", "BASE", "CREATED", "OWNER"}, rows);
    return {};
}

/// What a directory holds, without loading it: works while the node is down.
core::Result<json> inspectDirectory(const std::filesystem::path& directory) {
    CORE_ASSIGN(const auto source, engine::openModelSource(directory));
    const engine::ModelConfig& config = source.config;
    int64_t parameters = 0;
    int64_t bytes = 0;
    for (const auto& name : source.stored->names())
        bytes += int64_t(source.stored->find(name)->bytes.size());
    for (const auto& name : source.weights->names()) {
        const auto* tensor = source.weights->find(name);
        parameters += tensor->rows() * tensor->columns();
    }
    return json{
        {"path", directory.string()},
        {"architecture", config.architecture},
        {"parameters", parameters},
        {"weight_bytes", bytes},
        {"tensors", source.stored->names().size()},
        {"layers", config.num_hidden_layers},
        {"hidden_size", config.hidden_size},
        {"vocab_size", config.vocab_size},
        {"context_length", config.max_position_embeddings},
        {"routed_experts", config.n_routed_experts},
        {"experts_per_token", config.num_experts_per_tok},
        {"kv_bytes_per_token", config.num_hidden_layers * config.cacheWidth() * 2},
        {"kv_bytes_per_token_as_mha", config.num_hidden_layers * config.num_attention_heads *
                                          (config.qkHeadDim() + config.vHeadDim()) * 2}};
}

core::Result<json> inspect(CommandContext& context, const std::string& target) {
    if (std::filesystem::is_directory(target) || engine::isGgufFile(target))
        return inspectDirectory(target);
    CORE_ASSIGN(auto* client, context.connect());
    return client->get(modelPath(target));
}

/// A value as people read it; its name tells what a number counts.
std::string readable(const std::string& name, const json& value) {
    if (value.is_null())
        return "-";
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number() && name.find("bytes") != std::string::npos)
        return formatBytes(value.get<int64_t>());
    if (value.is_number() && name.ends_with("_at"))
        return formatTime(value.get<int64_t>());
    return value.dump();
}

core::Status inspectModel(CommandContext& context, const std::string& target) {
    CORE_ASSIGN(const json report, inspect(context, target));
    if (context.json) {
        printJson(report);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& [name, value] : report.items())
        fields.emplace_back(name, readable(name, value));
    printFields(fields);
    return {};
}

}  // namespace

void addModelCommands(CLI::App& cli, CommandContext& context) {
    auto* model = cli.add_subcommand("model", "models that the node serves");
    model->require_subcommand(1);

    auto name = std::make_shared<std::string>();
    auto directory = std::make_shared<std::filesystem::path>();
    auto* add = model->add_subcommand(
        "add", "import a Hugging Face directory or a .gguf file and serve it");
    add->add_option("name", *name, "the name that requests use")->required();
    add->add_option("source", *directory, "config.json, tokenizer and safetensors; or a .gguf file")
        ->required()
        ->check(CLI::ExistingPath);
    add->callback([&context, name, directory] {
        context.action = [&context, name, directory] {
            return addModel(context, *name, *directory);
        };
    });

    model->add_subcommand("list", "list models and adapters")->callback([&context] {
        context.action = [&context] { return listModels(context); };
    });

    for (const auto& [action, what] :
         {std::pair("load", "serve a model again, with its adapters"),
          std::pair("unload", "stop serving a model and free its memory; it stays on the disk")}) {
        auto* command = model->add_subcommand(action, what);
        command->add_option("name", *name, "a model or an adapter")->required();
        command->callback([&context, name, action = std::string(action)] {
            context.action = [&context, name, action] { return setLoaded(context, *name, action); };
        });
    }

    auto target = std::make_shared<std::string>();
    auto* show = model->add_subcommand(
        "inspect", "architecture and sizes of a served model, or of a directory (no node needed)");
    show->add_option("model", *target, "a name or a directory")->required();
    show->callback([&context, target] {
        context.action = [&context, target] { return inspectModel(context, *target); };
    });
    addModelPlanCommand(*model, context);
    addPackCommand(*model, context);
}

}  // namespace hearth::app

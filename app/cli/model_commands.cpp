#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/file.h"
#include "core/json.h"
#include "engine/models/model_config.h"
#include "engine/models/model_source.h"
#include "engine/models/pack_report.h"
#include "engine/models/parameter_count.h"
#include "engine/models/source_check.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kShownTensors = 10;

std::string modelPath(const std::string& name) {
    return std::string(core::paths::kAdminModels) + "/" + pathSegment(name);
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
                        formatTime(model.at("created").get<int64_t>()), model.at("owned_by"),
                        model.value("encrypted_at_rest", false) ? "yes" : "no"});
    printTable({"NAME", "BASE", "CREATED", "OWNER", "ENCRYPTED"}, rows);
    return {};
}

json describeConfig(const std::filesystem::path& directory, const engine::ModelConfig& config) {
    return {{"path", directory.string()},
            {"architecture", config.architecture},
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

/// A directory that holds a packed model only.
core::Result<json> inspectPacked(const std::filesystem::path& directory) {
    CORE_ASSIGN(const auto config, engine::readModelConfig(directory));
    CORE_ASSIGN(const auto file, engine::PackedFile::open(directory / engine::kPackedFileName));
    json report = describeConfig(directory, config);
    report["parameters"] = engine::countParameters(config).total;
    report["weight_bytes"] = engine::plannedBytes(file->header().tensors);
    report["tensors"] = file->header().tensors.size();
    report["precision"] = file->header().recipe;
    if (std::filesystem::exists(directory / engine::kPackReportName)) {
        CORE_ASSIGN(const std::string text,
                    core::readTextFile(directory / engine::kPackReportName));
        CORE_ASSIGN(report["quantisation"], core::parseJson(text, engine::kPackReportName));
    }
    return report;
}

/// What a directory holds, without loading it: works while the node is down.
core::Result<json> inspectDirectory(const std::filesystem::path& directory) {
    if (engine::isPackedDirectory(directory))
        return inspectPacked(directory);
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
    json report = describeConfig(directory, config);
    report["parameters"] = parameters;
    report["weight_bytes"] = bytes;
    report["tensors"] = source.stored->names().size();
    return report;
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

std::string scientific(const json& value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value.get<double>());
    return text.data();
}

/// What packing cost: in all, and the tensors that it changed most.
void printQuantisation(const json& report) {
    if (const json* divergence = core::findField(report, "divergence"))
        std::cout << "\nDivergence from the checkpoint: " << scientific(divergence->at("kl_mean"))
                  << " nats a token, same likeliest token "
                  << scientific(100 * divergence->at("same_top_token").get<double>()) << " %\n";
    else
        std::cout << "\nDivergence: " << report.value("not_measured", "not measured") << '\n';
    std::vector<json> tensors = report.at("tensors");
    std::ranges::stable_sort(tensors, std::greater(), [](const json& tensor) {
        return tensor.at("relative_rms_error").get<double>();
    });
    std::erase_if(tensors, [](const json& t) { return t.at("relative_rms_error") == 0; });
    if (tensors.empty())
        return;
    std::vector<std::vector<std::string>> rows;
    for (size_t i = 0; i < std::min(kShownTensors, tensors.size()); ++i)
        rows.push_back({tensors[i].at("key"), tensors[i].at("dtype"),
                        scientific(tensors[i].at("relative_rms_error")),
                        scientific(tensors[i].at("largest_error"))});
    std::cout << "Changed most, of " << tensors.size() << " tensors (--json lists all):\n";
    printTable({"TENSOR", "TYPE", "RELATIVE RMS ERROR", "LARGEST"}, rows);
}

core::Status inspectModel(CommandContext& context, const std::string& target) {
    CORE_ASSIGN(const json report, inspect(context, target));
    if (context.json) {
        printJson(report);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& [name, value] : report.items())
        if (name != "quantisation")
            fields.emplace_back(name, readable(name, value));
    printFields(fields);
    if (const json* packing = core::findField(report, "quantisation"))
        printQuantisation(*packing);
    return {};
}

}  // namespace

void addModelCommands(CLI::App& cli, CommandContext& context) {
    auto* model = cli.add_subcommand("model", "models that the node serves");
    model->require_subcommand(1);

    addAddCommand(*model, context);
    auto name = std::make_shared<std::string>();

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
        "show", "architecture, sizes and precision of a model, or of a directory (no node needed)");
    show->alias("inspect");
    show->add_option("model", *target, "a name or a directory")->required();
    show->callback([&context, target] {
        context.action = [&context, target] { return inspectModel(context, *target); };
    });
    addModelPlanCommand(*model, context);
    addPrivateModelCommands(*model, context);
    addPackCommand(*model, context);
}

}  // namespace hearth::app

// `hearth model merge` and `hearth model export`: private models made and taken along.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/operation_watch.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/formats/weight_source.h"

namespace hearth::app {
namespace {

using nlohmann::json;

std::string modelPath(const std::string& name) {
    return std::string(core::paths::kAdminModels) + "/" + pathSegment(name);
}

struct MergeOptions {
    std::string adapter;
    std::string name;
    std::string precision;
};

core::Status mergeAdapter(CommandContext& context, const MergeOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    json body = {{"name", options.name}};
    if (!options.precision.empty())
        body["precision"] = options.precision;
    CORE_ASSIGN(const json begun, client->post(modelPath(options.adapter) + "/merge", body));
    CORE_TRY(operationResult(context, *client, begun));
    if (!context.json) {
        std::cout << "Serving " << options.name << ", encrypted at rest.\n";
        return {};
    }
    CORE_ASSIGN(const json model, client->get(modelPath(options.name)));
    printJson(model);
    return {};
}

struct ExportOptions {
    std::string model;
    std::filesystem::path directory;
};

/// The connection may have ended early: is it whole?
core::Status checkWhole(const std::filesystem::path& target, const std::string& sha256) {
    if (target.filename() == "model.safetensors") {
        // Made as it is sent, so that its hash is not known before; its header says where it ends.
        const auto weights = engine::openSafetensors(target);
        return weights ? core::Status() : weights.error();
    }
    CORE_ASSIGN(const std::string hash, core::sha256HexOfFile(target));
    if (hash == sha256)
        return {};
    return core::Error{core::ErrorCode::DataCorrupt, "the file did not come whole; try again",
                       target.string()};
}

core::Status exportModel(CommandContext& context, const ExportOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    const std::string path = modelPath(options.model);
    CORE_ASSIGN(const json model, client->get(path));
    CORE_TRY(core::createDirectories(options.directory));
    json written = json::array();
    for (const json& file : model.at("files")) {
        std::string name = file.at("name");
        if (name == "model.hearth")
            name = "model.safetensors";  // what others read
        CORE_ASSIGN(const auto target, core::pathBeneath(options.directory, name));
        CORE_TRY(client->downloadTo(path + "/files/" + pathSegment(name), target));
        CORE_TRY(checkWhole(target, file.at("sha256")));
        written.push_back(target.string());
    }
    if (context.json)
        printJson({{"out", options.directory.string()}, {"files", std::move(written)}});
    else
        std::cout << "Wrote " << written.size() << " files to " << options.directory.string()
                  << ". They are not encrypted.\n";
    return {};
}

}  // namespace

void addPrivateModelCommands(CLI::App& model, CommandContext& context) {
    auto merge = std::make_shared<MergeOptions>();
    auto* mergeCommand = model.add_subcommand(
        "merge", "make a model of an adapter and its base, encrypted at rest, and serve it");
    mergeCommand->add_option("adapter", merge->adapter, "the adapter's name")->required();
    mergeCommand->add_option("name", merge->name, "of the new model")->required();
    mergeCommand->add_option("--precision", merge->precision,
                             "of its weights; default: the base's, bf16 for exact");
    mergeCommand->callback([&context, merge] {
        context.action = [&context, merge] { return mergeAdapter(context, *merge); };
    });

    auto options = std::make_shared<ExportOptions>();
    auto* exportCommand = model.add_subcommand(
        "export",
        "write an adapter or a private model of the node as plain files: a PEFT or a "
        "Hugging Face directory");
    exportCommand->add_option("model", options->model, "its name")->required();
    exportCommand->add_option("directory", options->directory, "made when it is missing")
        ->required();
    exportCommand->callback([&context, options] {
        context.action = [&context, options] { return exportModel(context, *options); };
    });
}

}  // namespace hearth::app

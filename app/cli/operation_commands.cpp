// `hearth operation`: what the node does in the background, such as probes and merges.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/operation_watch.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

std::string textOf(const json& operation) {
    if (const json* error = core::findField(operation, "error"))
        return error->value("message", "");
    const json* stage = core::findField(operation, "stage");
    return stage ? stage->get<std::string>() : "-";
}

void show(const CommandContext& context, const json& operation) {
    if (context.json)
        return printJson(operation);
    std::cout << operation.at("id").get<std::string>() << ": "
              << operation.at("status").get<std::string>() << '\n';
}

core::Status listOperations(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kOperations) + "?limit=100"));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& operation : list.at("data"))
        rows.push_back({operation.at("id"), operation.at("kind"), operation.at("subject"),
                        operation.at("status"),
                        formatTime(operation.at("created_at").get<int64_t>()), textOf(operation)});
    printTable({"ID", "KIND", "OF", "STATUS", "CREATED", "NOTE"}, rows);
    return {};
}

core::Status watch(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json operation, watchOperation(context, *client, id));
    show(context, operation);
    return {};
}

core::Status cancel(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    const std::string path = std::string(core::paths::kOperations) + "/" + pathSegment(id);
    CORE_TRY(client->post(path + "/cancel", json::object()));
    return watch(context, id);
}

}  // namespace

void addOperationCommands(CLI::App& cli, CommandContext& context) {
    auto* operation = cli.add_subcommand(
        "operation", "what the node does in the background: probes, verifications, merges");
    operation->require_subcommand(1);
    operation->add_subcommand("list", "list operations, the newest first")->callback([&context] {
        context.action = [&context] { return listOperations(context); };
    });
    const auto withId = [&](const char* name, const char* help, auto run) {
        auto id = std::make_shared<std::string>();
        auto* command = operation->add_subcommand(name, help);
        command->add_option("operation", *id, "the operation's id")->required();
        command->callback([&context, id, run] {
            context.action = [&context, id, run] { return run(context, *id); };
        });
    };
    withId("watch", "show progress until it ends", watch);
    withId("cancel", "end it", cancel);
}

}  // namespace hearth::app

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/services/node/node_setup.h"
#include "core/api/paths.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kStopPoll{100};
constexpr int kStopPolls = 300;

core::Status initNode(CommandContext& context, const NodeSetup& setup) {
    CORE_ASSIGN(const NewNode node, setUpNode(setup));
    CORE_TRY(
        writeProfile(localProfileFile(setup.directory), {node.url, "tls/ca.pem", node.localKey}));
    if (context.json) {
        printJson({{"url", node.url},
                   {"administrator", setup.administrator},
                   {"password", node.password},
                   {"ca_file", (setup.directory / "tls/ca.pem").string()}});
        return {};
    }
    std::cout << "Node made in " << setup.directory.string() << ".\n"
              << "Address:        " << node.url << '\n'
              << "Administrator:  " << setup.administrator << '\n';
    if (!node.password.empty())
        std::cout << "Password:       " << node.password << "   (shown once; write it down)\n";
    std::cout << "Start it with:  hearthd --data " << setup.directory.string() << '\n';
    return {};
}

core::Status nodeStatus(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json status, client->get(std::string(core::paths::kNodeStatus)));
    if (context.json) {
        printJson(status);
        return {};
    }
    printFields({{"Status", status.at("status")},
                 {"Version", status.at("version")},
                 {"Process", std::to_string(status.at("pid").get<int64_t>())},
                 {"Running for", formatSeconds(status.at("uptime_s").get<double>())},
                 {"Data", status.at("data_directory")},
                 {"Jobs running", std::to_string(status.at("jobs_running").get<int64_t>())}});
    for (const json& model : status.at("models"))
        std::cout << "Model  " << model.at("id").get<std::string>() << "  "
                  << formatBytes(model.at("weight_bytes").get<int64_t>()) << "  "
                  << model.at("running").get<int64_t>() << " running, "
                  << model.at("waiting").get<int64_t>() << " waiting, "
                  << model.at("generated_tokens").get<int64_t>() << " tokens generated\n";
    return {};
}

/// Returns when the node no longer answers.
core::Status stopNode(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json answer,
                client->post(std::string(core::paths::kNodeStop), json::object()));
    for (int i = 0; i < kStopPolls; ++i) {
        const auto health = client->get(std::string(core::paths::kHealth));
        if (!health && health.error().code == core::ErrorCode::Unavailable) {
            if (context.json)
                printJson({{"status", "stopped"}});
            else
                std::cout << "Stopped.\n";
            return {};
        }
        std::this_thread::sleep_for(kStopPoll);
    }
    return core::Error{core::ErrorCode::DeadlineExceeded,
                       "the node still answers; it waits for running requests", ""};
}

void addInit(CLI::App& node, CommandContext& context) {
    auto setup = std::make_shared<NodeSetup>();
    auto* init = node.add_subcommand("init", "make a node's data directory (no node needed)");
    init->add_option("directory", setup->directory, "new or empty directory")->required();
    init->add_option("--address", setup->config.address, "IP address to listen on");
    init->add_option("--port", setup->config.port, "TCP port")->check(CLI::Range(1, 65535));
    init->add_option("--name", setup->names,
                     "further host name or IP address for the certificate; may be repeated");
    init->add_option("--admin", setup->administrator, "the administrator's name");
    init->add_option("--password-file", setup->passwordFile,
                     "file with the administrator's password (default: a random one, shown once)")
        ->check(CLI::ExistingFile);
    init->callback([&context, setup] {
        context.action = [&context, setup] { return initNode(context, *setup); };
    });
}

}  // namespace

void addNodeCommands(CLI::App& cli, CommandContext& context) {
    auto* node = cli.add_subcommand("node", "make, watch and stop a node");
    node->require_subcommand(1);
    addInit(*node, context);
    node->add_subcommand("status", "what the node is doing")->callback([&context] {
        context.action = [&context] { return nodeStatus(context); };
    });
    node->add_subcommand("stop", "stop the node; running jobs go on at its next start")
        ->callback([&context] { context.action = [&context] { return stopNode(context); }; });
}

}  // namespace hearth::app

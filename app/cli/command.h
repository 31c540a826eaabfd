// What every command of `hearth` shares: global options, the connection, how it ends.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/cli/api_client.h"
#include "core/result.h"

namespace CLI {
class App;
}

namespace hearth::app {

/// Options that stand before the command.
struct CommandContext {
    std::filesystem::path dataDirectory;
    bool json = false;

    /// The connection, opened at its first use.
    core::Result<ApiClient*> connect();

    /// What the chosen command does; set while arguments are parsed, run once after.
    std::function<core::Status()> action;

private:
    std::unique_ptr<ApiClient> m_client;
};

// One function a group of commands, each in its own file.
void addNodeCommands(CLI::App& cli, CommandContext& context);
void addModelCommands(CLI::App& cli, CommandContext& context);
void addExportCommand(CLI::App& cli, CommandContext& context);       // after addModelCommands
void addModelPlanCommand(CLI::App& model, CommandContext& context);  // below `hearth model`
void addKeyCommands(CLI::App& cli, CommandContext& context);
void addDatasetCommands(CLI::App& cli, CommandContext& context);
// Of `hearth dataset`.
void addDatasetCheckCommand(CLI::App& dataset, CommandContext& context);
void addDatasetVersionCommands(CLI::App& dataset, CommandContext& context);
/// The id of the file that "NAME@NUMBER" stands for; another text as it is. Errors: NotFound.
core::Result<std::string> fileOfVersion(ApiClient& client, const std::string& text);
void addFinetuneCommands(CLI::App& cli, CommandContext& context);
/// `verify`, `compare`, `tensorboard` and `mlflow` of the finetune command.
void addRunCommands(CLI::App& finetune, CommandContext& context);
void addTensorboardCommand(CLI::App& finetune, CommandContext& context);
void addMlflowCommand(CLI::App& finetune, CommandContext& context);
void addOperationCommands(CLI::App& cli, CommandContext& context);
void addScheduleCommands(CLI::App& cli, CommandContext& context);
void addChatCommand(CLI::App& cli, CommandContext& context);
void addLogitsCommand(CLI::App& cli, CommandContext& context);
void addBenchCommand(CLI::App& cli, CommandContext& context);
// Of `hearth model`.
void addAddCommand(CLI::App& model, CommandContext& context);
/// --precision, and the two budgets that pick one instead; at most one of the three is given.
void addPrecisionOptions(CLI::App& command, std::string& precision, uint64_t& sizeBudget,
                         double& klBudget);
/// `merge` and `export`.
void addPrivateModelCommands(CLI::App& model, CommandContext& context);
void addPackCommand(CLI::App& model, CommandContext& context);

/// Parses and runs. Returns the exit status: 0, 1 for an error, 2 for wrong arguments.
int runCli(int argc, char** argv);

}  // namespace hearth::app

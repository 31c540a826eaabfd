#include "app/cli/command.h"

#include <CLI/CLI.hpp>

#include "app/cli/terminal.h"

namespace hearth::app {

core::Result<ApiClient*> CommandContext::connect() {
    if (!m_client) {
        CORE_ASSIGN(auto profile, resolveProfile(dataDirectory));
        m_client = std::make_unique<ApiClient>(std::move(profile));
    }
    return m_client.get();
}

int runCli(int argc, char** argv) {
    CLI::App cli("Hearth: serve and fine-tune language models on your own machines.", "hearth");
    CommandContext context;
    cli.add_option("--data", context.dataDirectory,
                   "data directory of a node on this machine; its local key is used")
        ->envname("HEARTH_DATA");
    cli.add_flag("--json", context.json, "print JSON for programs");
    cli.require_subcommand(1);
    cli.fallthrough();
    addNodeCommands(cli, context);
    addModelCommands(cli, context);
    addExportCommand(cli, context);
    addKeyCommands(cli, context);
    addDatasetCommands(cli, context);
    addFinetuneCommands(cli, context);
    addScheduleCommands(cli, context);
    addOperationCommands(cli, context);
    addChatCommand(cli, context);
    addLogitsCommand(cli, context);
    addBenchCommand(cli, context);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return cli.exit(e) == 0 ? 0 : 2;
    }
    try {
        const core::Status status = context.action();
        if (!status) {
            printError(status.error(), context.json);
            return 1;
        }
    } catch (const core::Exception& e) {
        printError(e.error(), context.json);
        return 1;
    }
    return 0;
}

}  // namespace hearth::app

// `hearth finetune tensorboard`: a job's curves for TensorBoard.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/file.h"

namespace hearth::app {
namespace {

using nlohmann::json;

struct TensorboardOptions {
    std::string job;
    std::filesystem::path directory;
};

core::Status exportCurves(CommandContext& context, const TensorboardOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    const std::string job = pathSegment(options.job);
    CORE_ASSIGN(const json known, client->get(std::string(core::paths::kJobs) + "/" + job));
    CORE_ASSIGN(const std::string events, client->download("/api/v1/jobs/" + job + "/tensorboard"));
    // The job's time, not now: TensorBoard reads every event file of a folder, and a second export
    // beside the first would show each point twice.
    const std::string name =
        "events.out.tfevents." + std::to_string(known.at("created_at").get<int64_t>()) + ".hearth";
    CORE_TRY(core::createDirectories(options.directory));
    CORE_ASSIGN(const auto folder,
                core::pathBeneath(options.directory, known.at("id").get<std::string>()));
    CORE_TRY(core::createDirectories(folder));
    CORE_TRY(core::writeFileAtomic(folder / name, events));
    if (context.json)
        printJson({{"out", (folder / name).string()}, {"bytes", events.size()}});
    else
        std::cout << "Wrote " << (folder / name).string() << ", "
                  << formatBytes(int64_t(events.size())) << ".\n";
    return {};
}

}  // namespace

void addTensorboardCommand(CLI::App& finetune, CommandContext& context) {
    auto options = std::make_shared<TensorboardOptions>();
    auto* command = finetune.add_subcommand(
        "tensorboard",
        "write a job's curves to DIRECTORY/JOB for `tensorboard --logdir DIRECTORY`");
    command->add_option("job", options->job, "the job's id")->required();
    command->add_option("directory", options->directory, "made when it is missing")->required();
    command->callback([&context, options] {
        context.action = [&context, options] { return exportCurves(context, *options); };
    });
}

}  // namespace hearth::app

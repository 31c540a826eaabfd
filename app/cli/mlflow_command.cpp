// `hearth finetune mlflow`: a job as a run of an MLflow tracking server.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/job_watch.h"
#include "app/cli/mlflow_server.h"
#include "app/cli/terminal.h"

namespace hearth::app {
namespace {

using nlohmann::json;

struct MlflowOptions {
    std::string job;
    std::string server;
    std::string experiment = "hearth";
};

/// All points of a job, page by page.
core::Result<json> readCurves(ApiClient& client, const std::string& path) {
    json series = json::object();
    for (int64_t after = -1;;) {
        CORE_ASSIGN(const json page, client.get(path + "?after=" + std::to_string(after)));
        for (const auto& [name, columns] : page.at("series").items())
            for (const auto& [column, values] : columns.items()) {
                json& all = series[name][column];
                for (const json& value : values)
                    all.push_back(value);
            }
        if (!page.value("has_more", false))
            return series;
        after = page.at("last_step");
    }
}

core::Result<MlflowRun> readRun(ApiClient& client, const std::string& id) {
    const std::string path = "/api/v1/jobs/" + pathSegment(id);
    // The job first: what it tells of its end is then true of the curves that follow.
    CORE_ASSIGN(const json job, client.get(jobPath(id)));
    CORE_ASSIGN(const json record, client.get(path + "/record"));
    CORE_ASSIGN(const json series, readCurves(client, path + "/metrics"));
    return mlflowRunOf(job, record.at("record"), series);
}

core::Status exportRun(CommandContext& context, const MlflowOptions& options) {
    CORE_ASSIGN(const MlflowProfile profile, resolveMlflowProfile(options.server));
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const MlflowRun run, readRun(*client, options.job));
    if (exposesCredentials(profile))
        std::cerr << "hearth: the credentials travel unencrypted to " << profile.url << '\n';
    MlflowServer server(profile);
    CORE_ASSIGN(const MlflowExport done, exportToMlflow(server, options.experiment, run));
    if (context.json)
        printJson({{"run_id", done.runId},
                   {"experiment_id", done.experimentId},
                   {"outcome", done.outcome},
                   {"points", done.sentPoints}});
    else
        std::cout << "Run " << done.runId << " of experiment " << options.experiment << ' '
                  << done.outcome << ", " << done.sentPoints << " points sent.\n";
    return {};
}

}  // namespace

void addMlflowCommand(CLI::App& finetune, CommandContext& context) {
    auto options = std::make_shared<MlflowOptions>();
    auto* command = finetune.add_subcommand(
        "mlflow", "send a job as a run to an MLflow tracking server, or bring that run up to date");
    command->add_option("job", options->job, "the job's id")->required();
    command->add_option("--server", options->server,
                        "URL of the server (MLFLOW_TRACKING_URI). Credentials are read from "
                        "MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD, its "
                        "authority's PEM file from MLFLOW_TRACKING_SERVER_CERT_PATH");
    command->add_option("--experiment", options->experiment, "made when it is missing (hearth)");
    command->callback([&context, options] {
        context.action = [&context, options] { return exportRun(context, *options); };
    });
}

}  // namespace hearth::app

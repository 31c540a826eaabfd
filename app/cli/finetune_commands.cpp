#include <CLI/CLI.hpp>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/job_watch.h"
#include "app/cli/operation_watch.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/file.h"
#include "core/json.h"
#include "core/number_text.h"

namespace hearth::app {
namespace {

using nlohmann::json;

struct CreateOptions {
    std::string model;
    std::string trainingFile;
    std::string method;
    std::string suffix;
    std::vector<std::string> evaluations;  // NAME=FILE_ID
    std::filesystem::path settings;        // JSON that is merged into the request
    bool full = false;
    bool watch = false;
    bool probe = false;
};

core::Result<json> createBody(const CreateOptions& options) {
    json body = json::object();
    if (!options.settings.empty()) {
        CORE_ASSIGN(const auto text, core::readTextFile(options.settings));
        CORE_ASSIGN(body, core::parseJson(text, options.settings.string()));
    }
    body["model"] = options.model;
    body["training_file"] = options.trainingFile;
    if (!options.method.empty())
        body["method"]["type"] = options.method;
    if (options.full)
        body["hearth"]["full"] = true;
    if (!options.suffix.empty())
        body["suffix"] = options.suffix;
    for (const std::string& evaluation : options.evaluations) {
        const size_t equals = evaluation.find('=');
        if (equals == std::string::npos || equals == 0)
            return core::Error{core::ErrorCode::InvalidArgument, "--evaluate takes NAME=FILE_ID",
                               evaluation};
        body["evaluations"].push_back(
            {{"name", evaluation.substr(0, equals)}, {"file_id", evaluation.substr(equals + 1)}});
    }
    return body;
}

core::Status probeJob(const CommandContext& context, ApiClient& client, const json& body) {
    CORE_ASSIGN(const json begun,
                client.post(std::string(core::paths::kJobProbe), {{"job", body}}));
    CORE_ASSIGN(const json probe, operationResult(context, client, begun));
    if (context.json) {
        printJson(probe);
        return {};
    }
    const auto number = [&](const char* name) { return probe.at(name).get<double>(); };
    std::cout << "about " << formatSeconds(number("seconds")) << " for " << probe.at("total_steps")
              << " steps of " << core::fixedText(number("seconds_per_step"), 2) << " s ("
              << core::fixedText(number("tokens_per_s"), 0)
              << " tokens/s), evaluations not counted\n"
              << formatBytes(probe.at("planned_bytes")) << " of memory by the plan; "
              << probe.at("steps") << " steps took " << formatBytes(probe.at("peak_bytes"))
              << " with the program\n";
    return {};
}

core::Status createJob(CommandContext& context, const CreateOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(json body, createBody(options));
    CORE_ASSIGN(body["training_file"], fileOfVersion(*client, options.trainingFile));
    if (options.probe)
        return probeJob(context, *client, body);
    CORE_ASSIGN(const json job, client->post(std::string(core::paths::kJobs), body));
    const std::string id = job.at("id");
    if (options.watch)
        return watchJob(context, id);
    if (context.json)
        printJson(job);
    else
        std::cout << id << '\n';
    return {};
}

core::Status cancelJob(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json job, client->post(jobPath(id) + "/cancel", json::object()));
    if (context.json)
        printJson(job);
    else
        std::cout << "Job " << id << ": " << job.at("status").get<std::string>() << '\n';
    return {};
}

/// When the job ended, or about when it will.
std::string endText(const json& job) {
    if (const json* end = core::findField(job, "finished_at"))
        return formatTime(end->get<int64_t>());
    const json* forecast = core::findField(job, "forecast");
    const json* end = forecast ? core::findField(*forecast, "end") : nullptr;
    return end ? "about " + formatTime(end->get<int64_t>()) : "-";
}

/// "queued from 2026-12-01 20:00" while it may not run yet.
std::string statusText(const json& job) {
    const json* from = core::findField(job, "runnable_from");
    const bool later = from && from->get<int64_t>() > std::time(nullptr);
    return job.at("status").get<std::string>() +
           (later ? " from " + formatTime(from->get<int64_t>()) : "");
}

core::Status listJobs(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kJobs) + "?limit=100"));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& job : list.at("data")) {
        const json* tuned = core::findField(job, "fine_tuned_model");
        rows.push_back({job.at("id"), job.at("model"), statusText(job),
                        formatTime(job.at("created_at").get<int64_t>()), endText(job),
                        tuned ? tuned->get<std::string>() : "-"});
    }
    printTable({"ID", "BASE", "STATUS", "CREATED", "END", "MODEL"}, rows);
    return {};
}

void addCreate(CLI::App& finetune, CommandContext& context) {
    auto options = std::make_shared<CreateOptions>();
    auto* create = finetune.add_subcommand(
        "create", "start a fine-tuning job, of a LoRA adapter unless --full");
    create->add_option("--model", options->model, "the base model's name")->required();
    create
        ->add_option("--training-file", options->trainingFile,
                     "a file id from `hearth dataset add`, or NAME@NUMBER")
        ->required();
    create->add_option(
        "--method", options->method,
        "supervised (the default), dpo, reinforcement, distillation, or pretraining, "
        "which goes on with texts and Markdown");
    create->add_option("--suffix", options->suffix, "part of the new model's name");
    create->add_option("--evaluate", options->evaluations,
                       "NAME=FILE_ID: questions answered before and after; may be repeated");
    create
        ->add_option("--settings", options->settings,
                     "JSON file with hyperparameters and other fields of the request")
        ->check(CLI::ExistingFile);
    create->add_flag("--full", options->full,
                     "train every weight; the result is a model that is encrypted at rest");
    auto* watch = create->add_flag("--watch", options->watch, "show the job until it ends");
    create
        ->add_flag("--probe", options->probe,
                   "create nothing: train three steps and say what time and memory all would take")
        ->excludes(watch);
    create->callback([&context, options] {
        context.action = [&context, options] { return createJob(context, *options); };
    });
}

}  // namespace

void addFinetuneCommands(CLI::App& cli, CommandContext& context) {
    auto* finetune = cli.add_subcommand("finetune", "fine-tuning jobs");
    finetune->require_subcommand(1);
    addCreate(*finetune, context);
    addRunCommands(*finetune, context);

    const auto withId = [&](const char* name, const char* help, auto run) {
        auto id = std::make_shared<std::string>();
        auto* command = finetune->add_subcommand(name, help);
        command->add_option("job", *id, "the job's id")->required();
        command->callback([&context, id, run] {
            context.action = [&context, id, run] { return run(context, *id); };
        });
    };
    withId("watch", "show progress until the job ends", watchJob);
    withId("cancel", "stop a job for good", cancelJob);

    finetune->add_subcommand("list", "list jobs")->callback([&context] {
        context.action = [&context] { return listJobs(context); };
    });
}

}  // namespace hearth::app

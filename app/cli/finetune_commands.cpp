#include <CLI/CLI.hpp>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kPoll{500};

struct CreateOptions {
    std::string model;
    std::string trainingFile;
    std::string suffix;
    std::vector<std::string> evaluations;  // NAME=FILE_ID
    std::filesystem::path settings;        // JSON that is merged into the request
    bool watch = false;
};

std::string jobPath(const std::string& id) {
    return std::string(core::paths::kJobs) + "/" + pathSegment(id);
}

bool isOver(const json& job) {
    const std::string status = job.at("status");
    return status == "succeeded" || status == "failed" || status == "cancelled";
}

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string progressText(const json& metrics) {
    std::string text = "step " + std::to_string(metrics.value("step", int64_t(0))) + "/" +
                       std::to_string(metrics.value("total", int64_t(0)));
    text += metrics.contains("train_reward")  // whose loss is about zero at any time
                ? "  reward " + fixed(metrics["train_reward"].get<double>(), 3)
                : "  loss " + fixed(metrics.value("train_loss", 0.0), 4);
    if (metrics.contains("tokens_per_s"))
        text += "  " + fixed(metrics["tokens_per_s"].get<double>(), 0) + " tokens/s";
    if (metrics.contains("eta_s"))
        text += "  " + formatSeconds(metrics["eta_s"].get<double>()) + " left";
    return text;
}

/// Shows one event, a message as a line and metrics as the progress bar.
void showEvent(const json& event, ProgressLine& progress) {
    if (event.at("type") == "metrics") {
        const json& data = event.at("data");
        if (data.contains("step") && data.value("total", int64_t(0)) > 0)
            progress.update(data["step"].get<double>() / data["total"].get<double>(),
                            progressText(data));
        return;
    }
    progress.finish();
    std::cout << event.at("message").get<std::string>() << std::endl;
}

/// Events newer than `last`, oldest first; moves `last` on.
core::Result<std::vector<json>> newEvents(ApiClient& client, const std::string& id,
                                          std::string& last) {
    std::vector<json> fresh;
    std::string after;
    for (bool more = true; more;) {
        CORE_ASSIGN(const json page,
                    client.get(jobPath(id) + "/events?limit=100" +
                               (after.empty() ? "" : "&after=" + pathSegment(after))));
        more = page.at("has_more");
        for (const json& event : page.at("data")) {
            if (event.at("id") == last) {
                more = false;
                break;
            }
            after = event.at("id");
            fresh.push_back(event);
        }
    }
    std::reverse(fresh.begin(), fresh.end());
    if (!fresh.empty())
        last = fresh.back().at("id");
    return fresh;
}

void showOutcome(const json& job) {
    std::cout << "Job " << job.at("id").get<std::string>() << ": "
              << job.at("status").get<std::string>() << '\n';
    if (const json* model = core::findField(job, "fine_tuned_model"))
        std::cout << "Model: " << model->get<std::string>() << '\n';
    for (const json& e : job.value("evaluations", json::array())) {
        const auto percent = [&](const char* when) {
            const json* value = core::findField(e, when);
            return value && value->contains("accuracy")
                       ? fixed(100 * (*value)["accuracy"].get<double>(), 1) + " %"
                       : std::string("-");
        };
        std::cout << "  " << e.at("name").get<std::string>() << ": " << percent("before") << " -> "
                  << percent("after") << '\n';
    }
}

/// An error when the job did not succeed, so that scripts see it in the exit status.
core::Status outcome(const json& job) {
    if (job.at("status") == "succeeded")
        return {};
    std::string reason = "the job was " + job.at("status").get<std::string>();
    if (const json* error = core::findField(job, "error"); error && error->contains("message"))
        reason += ": " + (*error)["message"].get<std::string>();
    return core::Error{core::ErrorCode::Internal, reason, job.at("id")};
}

core::Status watchJob(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    ProgressLine progress;
    std::string last;
    for (;;) {
        // The job first: whatever it did before this state is among the events.
        CORE_ASSIGN(const json job, client->get(jobPath(id)));
        CORE_ASSIGN(const auto events, newEvents(*client, id, last));
        for (const json& event : events)
            context.json ? printJson(event) : showEvent(event, progress);
        if (isOver(job)) {
            progress.finish();
            context.json ? printJson(job) : showOutcome(job);
            return outcome(job);
        }
        std::this_thread::sleep_for(kPoll);
    }
}

core::Result<json> createBody(const CreateOptions& options) {
    json body = json::object();
    if (!options.settings.empty()) {
        CORE_ASSIGN(const auto text, core::readTextFile(options.settings));
        CORE_ASSIGN(body, core::parseJson(text, options.settings.string()));
    }
    body["model"] = options.model;
    body["training_file"] = options.trainingFile;
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

core::Status createJob(CommandContext& context, const CreateOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(json body, createBody(options));
    CORE_ASSIGN(body["training_file"], fileOfVersion(*client, options.trainingFile));
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
    auto* create = finetune.add_subcommand("create", "start a LoRA fine-tuning job");
    create->add_option("--model", options->model, "the base model's name")->required();
    create
        ->add_option("--training-file", options->trainingFile,
                     "a file id from `hearth dataset add`, or NAME@NUMBER")
        ->required();
    create->add_option("--suffix", options->suffix, "part of the new model's name");
    create->add_option("--evaluate", options->evaluations,
                       "NAME=FILE_ID: questions answered before and after; may be repeated");
    create
        ->add_option("--settings", options->settings,
                     "JSON file with hyperparameters and other fields of the request")
        ->check(CLI::ExistingFile);
    create->add_flag("--watch", options->watch, "show the job until it ends");
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

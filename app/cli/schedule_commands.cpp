#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// When it starts and may run.
struct WhenOptions {
    std::string cron;
    std::string at;
    std::string after;
    std::string onChange;
    std::string timeZone;
    std::vector<std::string> windows;
    std::vector<std::string> blackouts;
};

struct CreateOptions {
    WhenOptions when;
    std::string name;
    std::string missed;
    int missedLimit = 0;
    std::string overlap;
    std::string priority;
    std::vector<std::string> retries;  // CLASS=N
    bool afterAnyEnd = false;
    std::string dataSet;
    std::string model;
    std::string trainingFile;
    std::string suffix;
    std::filesystem::path job;  // JSON: other fields of the job's request
};

core::Error invalid(const std::string& message, const std::string& what) {
    return {core::ErrorCode::InvalidArgument, message, what};
}

std::string schedulePath(const std::string& id) {
    return std::string(core::paths::kSchedules) + "/" + pathSegment(id);
}

void set(json& object, const char* field, const std::string& value) {
    if (!value.empty())
        object[field] = value;
}

json whenBody(const WhenOptions& options) {
    json when = json::object();
    set(when, "cron", options.cron);
    set(when, "at", options.at);
    set(when, "after", options.after);
    set(when, "on_change", options.onChange);
    json body = {{"when", when}, {"windows", options.windows}, {"blackouts", options.blackouts}};
    set(body, "time_zone", options.timeZone);
    return body;
}

core::Result<json> createBody(const CreateOptions& options) {
    json job = json::object();
    if (!options.job.empty()) {
        CORE_ASSIGN(const auto text, core::readTextFile(options.job));
        CORE_ASSIGN(job, core::parseJson(text, options.job.string()));
    }
    set(job, "model", options.model);
    set(job, "training_file", options.trainingFile);
    set(job, "suffix", options.suffix);
    json body = whenBody(options.when);
    body["name"] = options.name;
    body["job"] = job;
    set(body, "missed", options.missed);
    set(body, "overlap", options.overlap);
    set(body, "priority", options.priority);
    set(body, "data_set", options.dataSet);
    if (options.missedLimit > 0)
        body["missed_limit"] = options.missedLimit;
    if (options.afterAnyEnd)
        body["after_status"] = "ended";
    for (const std::string& retry : options.retries) {
        const size_t equals = retry.find('=');
        const std::string count = equals == std::string::npos ? "" : retry.substr(equals + 1);
        if (count.empty() || count.size() > 3 ||
            count.find_first_not_of("0123456789") != std::string::npos)
            return invalid("--retry takes CLASS=N, such as worker_lost=5", retry);
        body["retry"][retry.substr(0, equals)] = std::stoi(count);
    }
    return body;
}

/// "30 2 * * *", "after ftjob-...".
std::string whenText(const json& schedule) {
    const json& when = schedule.at("when");
    const std::string key = when.begin().key();
    const std::string value = when.begin()->get<std::string>();
    if (key == "after")
        return "after " + value;
    return key == "on_change" ? "on change of " + value : value;
}

std::string timeOr(const json& object, const char* field, const std::string& otherwise) {
    const json* value = core::findField(object, field);
    return value ? formatTime(value->get<int64_t>()) : otherwise;
}

std::string joined(const json& texts) {
    std::string all;
    for (const json& text : texts)
        all += (all.empty() ? "" : "; ") + text.get<std::string>();
    return all.empty() ? "-" : all;
}

void showSchedule(const json& schedule) {
    const json* last = core::findField(schedule, "last_start");
    std::vector<std::pair<std::string, std::string>> fields{
        {"Schedule", schedule.at("id")},
        {"Name", schedule.at("name")},
        {"Status", schedule.at("status")},
        {"Starts", whenText(schedule)},
        {"Time zone", schedule.at("time_zone")},
        {"Windows", joined(schedule.at("windows"))},
        {"Blackouts", joined(schedule.at("blackouts"))},
        {"Priority", schedule.at("priority")},
        {"Missed starts", schedule.at("missed").get<std::string>() + ", " +
                              std::to_string(schedule.at("missed_starts").get<int64_t>()) +
                              " left out so far"},
        {"Next start", timeOr(schedule, "next_start", "-")},
        {"Last start", last ? timeOr(*last, "due_at", "-") : "-"},
    };
    if (last && core::findField(*last, "job_id"))
        fields.emplace_back("Last job", last->at("job_id"));
    if (const json* note = core::findField(schedule, "note"))
        fields.emplace_back("Note", note->get<std::string>());
    printFields(fields);
}

core::Status show(CommandContext& context, const json& schedule) {
    context.json ? printJson(schedule) : showSchedule(schedule);
    return {};
}

core::Status createSchedule(CommandContext& context, const CreateOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json body, createBody(options));
    CORE_ASSIGN(const json schedule, client->post(std::string(core::paths::kSchedules), body));
    return show(context, schedule);
}

core::Status getSchedule(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json schedule, client->get(schedulePath(id)));
    return show(context, schedule);
}

core::Status changeSchedule(CommandContext& context, const std::string& id, const char* action) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json schedule, client->post(schedulePath(id) + "/" + action, json::object()));
    return show(context, schedule);
}

core::Status deleteSchedule(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json answer, client->remove(schedulePath(id)));
    if (context.json)
        printJson(answer);
    else
        std::cout << "Deleted " << id << ". Jobs that it started go on.\n";
    return {};
}

core::Status listSchedules(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kSchedules) + "?limit=100"));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& schedule : list.at("data"))
        rows.push_back({schedule.at("id"), schedule.at("name"), schedule.at("status"),
                        whenText(schedule), schedule.at("time_zone"),
                        timeOr(schedule, "next_start", "-")});
    printTable({"ID", "NAME", "STATUS", "STARTS", "TIME ZONE", "NEXT"}, rows);
    return {};
}

void showComing(CommandContext& context, const json& list) {
    if (context.json)
        return printJson(list);
    const std::string zone = list.at("time_zone");
    std::vector<std::vector<std::string>> rows;
    for (const json& start : list.at("data")) {
        const json* runs = core::findField(start, "runs_from_local");
        rows.push_back({start.at("local"), runs ? runs->get<std::string>() : "never"});
    }
    printTable({"START (" + zone + ")", "RUNS FROM"}, rows);
}

core::Status comingStarts(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(schedulePath(id) + "/coming"));
    showComing(context, list);
    return {};
}

core::Status preview(CommandContext& context, const WhenOptions& options, int count) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->post(std::string(core::paths::kSchedulePreview) +
                                                  "?count=" + std::to_string(count),
                                              whenBody(options)));
    showComing(context, list);
    return {};
}

core::Status pastStarts(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(schedulePath(id) + "/starts?limit=100"));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& start : list.at("data")) {
        const json* job = core::findField(start, "job_id");
        rows.push_back({timeOr(start, "due_at", "-"), timeOr(start, "started_at", "-"),
                        job ? job->get<std::string>() : "left out: jobs before it wait or run"});
    }
    printTable({"DUE", "STARTED", "JOB"}, rows);
    return {};
}

void addWhenOptions(CLI::App& command, WhenOptions& options) {
    auto* when = command.add_option_group("when", "exactly one of these");
    when->add_option("--cron", options.cron,
                     "minute hour day month weekday, e.g. '30 2 * * mon-fri'");
    when->add_option("--at", options.at, "once, e.g. 2026-12-01T02:00, or now");
    when->add_option("--after", options.after, "the id of a job or schedule to start after");
    when->add_option("--on-change", options.onChange,
                     "when a new file of this name is uploaded; it is trained on");
    when->require_option(1);
    command.add_option("--time-zone", options.timeZone,
                       "an IANA name, e.g. Europe/Berlin (default: UTC)");
    command.add_option("--window", options.windows,
                       "when jobs may run, e.g. 'weekdays 20:00-06:00'; may be repeated");
    command.add_option("--blackout", options.blackouts,
                       "when nothing runs, e.g. 2026-12-24..2027-01-02; may be repeated");
}

void addCreate(CLI::App& schedule, CommandContext& context) {
    auto options = std::make_shared<CreateOptions>();
    auto* create = schedule.add_subcommand("create", "start fine-tuning jobs by a calendar");
    create->add_option("name", options->name, "what it is for")->required();
    addWhenOptions(*create, options->when);
    create->add_option("--model", options->model, "the base model's name")->required();
    auto* file = create->add_option("--training-file", options->trainingFile,
                                    "a file id from `hearth dataset add`");
    create
        ->add_option("--data-set", options->dataSet,
                     "a file's name: each job takes the newest file of it")
        ->excludes(file);
    create->add_option("--suffix", options->suffix, "part of the new models' names");
    create->add_option("--job", options->job, "JSON file with other fields of the job's request")
        ->check(CLI::ExistingFile);
    create->add_option("--missed", options->missed,
                       "starts that came while the node was down: once (default), skip, all");
    create->add_option("--missed-limit", options->missedLimit, "at most so many with all")
        ->check(CLI::Range(1, 100));
    create->add_option("--overlap", options->overlap,
                       "while a job of it waits or runs: queue (default), skip");
    create->add_option("--priority", options->priority, "low, normal, high or urgent");
    create->add_option("--retry", options->retries,
                       "CLASS=N, e.g. worker_lost=5: how often such an error is tried again");
    create->add_flag("--after-any-end", options->afterAnyEnd,
                     "with --after: also when that job failed");
    create->callback([&context, options] {
        context.action = [&context, options] { return createSchedule(context, *options); };
    });
}

void addPreview(CLI::App& schedule, CommandContext& context) {
    auto options = std::make_shared<WhenOptions>();
    auto count = std::make_shared<int>(10);
    auto* command = schedule.add_subcommand("preview", "show starts without making a schedule");
    addWhenOptions(*command, *options);
    command->add_option("--count", *count, "how many")->check(CLI::Range(1, 100));
    command->callback([&context, options, count] {
        context.action = [&context, options, count] { return preview(context, *options, *count); };
    });
}

}  // namespace

void addScheduleCommands(CLI::App& cli, CommandContext& context) {
    auto* schedule = cli.add_subcommand("schedule", "fine-tuning by a calendar");
    schedule->require_subcommand(1);
    addCreate(*schedule, context);
    addPreview(*schedule, context);
    schedule->add_subcommand("list", "list schedules")->callback([&context] {
        context.action = [&context] { return listSchedules(context); };
    });

    const auto withId = [&](const char* name, const char* help, auto run) {
        auto id = std::make_shared<std::string>();
        auto* command = schedule->add_subcommand(name, help);
        command->add_option("schedule", *id, "the schedule's id")->required();
        command->callback([&context, id, run] {
            context.action = [&context, id, run] { return run(context, *id); };
        });
    };
    withId("show", "show a schedule", getSchedule);
    withId("coming", "its next starts", comingStarts);
    withId("starts", "its starts so far, and their jobs", pastStarts);
    withId("pause", "start nothing until it is resumed",
           [](CommandContext& c, const std::string& id) { return changeSchedule(c, id, "pause"); });
    withId(
        "resume", "go on; what came meanwhile is left out",
        [](CommandContext& c, const std::string& id) { return changeSchedule(c, id, "resume"); });
    withId("delete", "remove it; its jobs stay", deleteSchedule);
}

}  // namespace hearth::app

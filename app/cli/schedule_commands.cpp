#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/schedule_options.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

std::string schedulePath(const std::string& id) {
    return std::string(core::paths::kSchedules) + "/" + pathSegment(id);
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

core::Status editSchedule(CommandContext& context, const EditOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json before, client->get(schedulePath(options.id)));
    CORE_ASSIGN(const json body, editBody(options, before));
    CORE_ASSIGN(const json schedule, client->post(schedulePath(options.id), body));
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

void addCreate(CLI::App& schedule, CommandContext& context) {
    auto options = std::make_shared<CreateOptions>();
    auto* create = schedule.add_subcommand("create", "start fine-tuning jobs by a calendar");
    addCreateOptions(*create, *options);
    create->callback([&context, options] {
        context.action = [&context, options] { return createSchedule(context, *options); };
    });
}

void addEdit(CLI::App& schedule, CommandContext& context) {
    auto options = std::make_shared<EditOptions>();
    auto* edit = schedule.add_subcommand(
        "edit", "change what is given; jobs that it has started go on as they were");
    addEditOptions(*edit, *options);
    edit->callback([&context, options] {
        context.action = [&context, options] { return editSchedule(context, *options); };
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
    addEdit(*schedule, context);
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

// `hearth finetune verify` and `compare`: what runs of jobs were.
#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/command.h"
#include "app/cli/operation_watch.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"
#include "core/number_text.h"

namespace hearth::app {

namespace {

using nlohmann::json;

struct VerifyOptions {
    std::string job;
    int64_t steps = 10;
    std::optional<int64_t> from;
};

/// An error when it did not come out equal, so that scripts see it.
core::Status showVerification(const CommandContext& context, const json& verification) {
    const std::string status = verification.at("status"), message = verification.at("message");
    if (context.json)
        printJson(verification);
    if (status != "equal")
        return core::Error{core::ErrorCode::Internal, message, verification.at("job_id")};
    if (!context.json)
        std::cout << message << '\n';
    return {};
}

core::Status verifyJob(CommandContext& context, const VerifyOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    const std::string path = "/api/v1/jobs/" + pathSegment(options.job) + "/verification";
    json body = {{"steps", options.steps}};
    if (options.from)
        body["from"] = *options.from;
    CORE_ASSIGN(const json begun, client->post(path, body));
    CORE_TRY(watchOperation(context, *client, begun.at("operation_id")));
    CORE_ASSIGN(const json verification, client->get(path));
    return showVerification(context, verification);
}

void addVerify(CLI::App& finetune, CommandContext& context) {
    auto options = std::make_shared<VerifyOptions>();
    auto* verify = finetune.add_subcommand(
        "verify", "train recorded steps of a job again and compare every bit");
    verify->add_option("job", options->job, "the job's id")->required();
    verify->add_option("--steps", options->steps, "how many (10)")->check(CLI::PositiveNumber);
    verify
        ->add_option("--from", options->from,
                     "step of the checkpoint to start at; 0: the beginning")
        ->check(CLI::NonNegativeNumber);
    verify->callback([&context, options] {
        context.action = [&context, options] { return verifyJob(context, *options); };
    });
}

std::string cellOf(const json& value) {
    if (value.is_null())
        return "-";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Of a curve's last point; empty without one.
std::string lastOf(const json& run, const std::string& curve) {
    const json* values = core::findField(run.at("curves"), curve);
    const json* points = values ? core::findField(*values, "values") : nullptr;
    if (!points || points->empty())
        return "-";
    const auto last = points->back().get<double>();
    return core::fixedText(last, last == std::floor(last) ? 0 : 4);
}

/// What the runs are made of where they differ, and what came of them.
void showComparison(const json& comparison) {
    std::vector<std::string> headings = {""};
    std::vector<std::vector<std::string>> rows;
    std::set<std::string> curves;
    for (const json& run : comparison.at("runs")) {
        headings.push_back(run.at("job_id"));
        for (const auto& curve : run.at("curves").items())
            curves.insert(curve.key());
    }
    for (const json& difference : comparison.at("differences")) {
        rows.push_back({difference.at("field")});
        for (const json& value : difference.at("values"))
            rows.back().push_back(cellOf(value));
    }
    for (const std::string& curve : curves) {
        rows.push_back({curve + " (last)"});
        for (const json& run : comparison.at("runs"))
            rows.back().push_back(lastOf(run, curve));
    }
    for (const char* field : {"steps", "published_step", "stop_reason", "trained_tokens", "seconds",
                              "peak_memory_bytes"}) {
        rows.push_back({field});
        for (const json& run : comparison.at("runs")) {
            const json* result = core::findField(run.at("record"), "result");
            rows.back().push_back(cellOf(result ? result->value(field, json()) : json()));
        }
    }
    printTable(headings, rows);
}

core::Status compareJobs(CommandContext& context, const std::vector<std::string>& ids) {
    CORE_ASSIGN(auto* client, context.connect());
    std::string list;
    for (const std::string& id : ids)
        list += (list.empty() ? "" : ",") + pathSegment(id);
    CORE_ASSIGN(const json comparison,
                client->get(std::string(core::paths::kRunComparison) + "?jobs=" + list));
    context.json ? printJson(comparison) : showComparison(comparison);
    return {};
}

void addCompare(CLI::App& finetune, CommandContext& context) {
    auto ids = std::make_shared<std::vector<std::string>>();
    auto* compare = finetune.add_subcommand(
        "compare", "what jobs were made from where they differ, and what came of them");
    compare->add_option("jobs", *ids, "two to eight job ids")->required()->expected(2, 8);
    compare->callback([&context, ids] {
        context.action = [&context, ids] { return compareJobs(context, *ids); };
    });
}

}  // namespace

void addRunCommands(CLI::App& finetune, CommandContext& context) {
    addVerify(finetune, context);
    addCompare(finetune, context);
    addTensorboardCommand(finetune, context);
    addMlflowCommand(finetune, context);
}

}  // namespace hearth::app

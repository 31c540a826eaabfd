#include "app/cli/schedule_options.h"

#include "core/file.h"
#include "core/json.h"

namespace hearth::app {

using nlohmann::json;

namespace {

core::Error invalid(const std::string& message, const std::string& what) {
    return {core::ErrorCode::InvalidArgument, message, what};
}

void set(json& object, const char* field, const std::string& value) {
    if (!value.empty())
        object[field] = value;
}

/// The fields of CreateOptions that are no argument and not required.
void addFieldOptions(CLI::App& command, CreateOptions& options) {
    auto* file = command.add_option("--training-file", options.trainingFile,
                                    "a file id from `hearth dataset add`");
    command
        .add_option("--data-set", options.dataSet,
                    "a file's name: each job takes the newest file of it")
        ->excludes(file);
    command.add_option("--suffix", options.suffix, "part of the new models' names");
    command.add_option("--job", options.job, "JSON file with other fields of the job's request")
        ->check(CLI::ExistingFile);
    command.add_option("--missed", options.missed,
                       "starts that came while the node was down: once (default), skip, all");
    command.add_option("--missed-limit", options.missedLimit, "at most so many with all")
        ->check(CLI::Range(1, 100));
    command.add_option("--overlap", options.overlap,
                       "while a job of it waits or runs: queue (default), skip");
    command.add_option("--priority", options.priority, "low, normal, high or urgent");
    command.add_option("--retry", options.retries,
                       "CLASS=N, e.g. worker_lost=5: how often such an error is tried again");
    command.add_flag("--after-any-end", options.afterAnyEnd,
                     "with --after: also when that job failed");
}

core::Result<json> retryBody(const std::vector<std::string>& retries) {
    json body = json::object();
    for (const std::string& retry : retries) {
        const size_t equals = retry.find('=');
        const std::string count = equals == std::string::npos ? "" : retry.substr(equals + 1);
        if (count.empty() || count.size() > 3 ||
            count.find_first_not_of("0123456789") != std::string::npos)
            return invalid("--retry takes CLASS=N, such as worker_lost=5", retry);
        body[retry.substr(0, equals)] = std::stoi(count);
    }
    return body;
}

/// What was given, but for the job.
core::Result<json> givenFields(const CreateOptions& options) {
    json body = whenBody(options.when);
    set(body, "name", options.name);
    set(body, "missed", options.missed);
    set(body, "overlap", options.overlap);
    set(body, "priority", options.priority);
    set(body, "data_set", options.dataSet);
    if (options.missedLimit > 0)
        body["missed_limit"] = options.missedLimit;
    if (options.afterAnyEnd)
        body["after_status"] = "ended";
    if (!options.retries.empty()) {
        CORE_ASSIGN(body["retry"], retryBody(options.retries));
    }
    return body;
}

/// `job`, or that of the file, with what was given beside it.
core::Result<json> givenJob(const CreateOptions& options, json job) {
    if (!options.job.empty()) {
        CORE_ASSIGN(const auto text, core::readTextFile(options.job));
        CORE_ASSIGN(job, core::parseJson(text, options.job.string()));
    }
    if (!options.dataSet.empty() && job.is_object())
        job.erase("training_file");
    set(job, "model", options.model);
    set(job, "training_file", options.trainingFile);
    set(job, "suffix", options.suffix);
    return job;
}

}  // namespace

void addWhenOptions(CLI::App& command, WhenOptions& options, bool required) {
    auto* when = command.add_option_group(
        "when", required ? "exactly one of these" : "at most one of these");
    when->add_option("--cron", options.cron,
                     "minute hour day month weekday, e.g. '30 2 * * mon-fri'");
    when->add_option("--at", options.at, "once, e.g. 2026-12-01T02:00, or now");
    when->add_option("--after", options.after, "the id of a job or schedule to start after");
    when->add_option("--on-change", options.onChange,
                     "when a new file of this name is uploaded; it is trained on");
    when->require_option(required ? 1 : 0, 1);
    command.add_option("--time-zone", options.timeZone,
                       "an IANA name, e.g. Europe/Berlin (default: UTC)");
    command.add_option("--window", options.windows,
                       "when jobs may run, e.g. 'weekdays 20:00-06:00'; may be repeated");
    command.add_option("--blackout", options.blackouts,
                       "when nothing runs, e.g. 2026-12-24..2027-01-02; may be repeated");
}

void addCreateOptions(CLI::App& create, CreateOptions& options) {
    create.add_option("name", options.name, "what it is for")->required();
    addWhenOptions(create, options.when);
    create.add_option("--model", options.model, "the base model's name")->required();
    addFieldOptions(create, options);
}

void addEditOptions(CLI::App& edit, EditOptions& options) {
    edit.add_option("schedule", options.id, "the schedule's id")->required();
    edit.add_option("--name", options.fields.name, "what it is for");
    addWhenOptions(edit, options.fields.when, false);
    edit.add_option("--model", options.fields.model, "the base model's name");
    addFieldOptions(edit, options.fields);
    edit.add_option("--clear", options.clear, "a field to take away, e.g. windows; may be repeated")
        ->check(CLI::IsMember({"windows", "blackouts", "time_zone", "missed", "missed_limit",
                               "overlap", "priority", "retry", "data_set", "after_status"}));
}

json whenBody(const WhenOptions& options) {
    json when = json::object();
    set(when, "cron", options.cron);
    set(when, "at", options.at);
    set(when, "after", options.after);
    set(when, "on_change", options.onChange);
    json body = json::object();
    if (!when.empty())
        body["when"] = std::move(when);
    if (!options.windows.empty())
        body["windows"] = options.windows;
    if (!options.blackouts.empty())
        body["blackouts"] = options.blackouts;
    set(body, "time_zone", options.timeZone);
    return body;
}

core::Result<json> createBody(const CreateOptions& options) {
    CORE_ASSIGN(json body, givenFields(options));
    CORE_ASSIGN(body["job"], givenJob(options, json::object()));
    return body;
}

core::Result<json> editBody(const EditOptions& options, const json& schedule) {
    CORE_ASSIGN(json body, givenFields(options.fields));
    const json current = schedule.value("job", json::object());
    CORE_ASSIGN(json job, givenJob(options.fields, current));
    if (job != current)
        body["job"] = std::move(job);
    if (!options.fields.trainingFile.empty())
        body["data_set"] = nullptr;
    for (const std::string& field : options.clear)
        body[field] = nullptr;
    return body;
}

}  // namespace hearth::app

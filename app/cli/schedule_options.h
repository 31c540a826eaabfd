// What `hearth schedule create`, `edit` and `preview` take, and the requests that it becomes.
#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::app {

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

/// The same, where only what is given changes.
struct EditOptions {
    std::string id;
    CreateOptions fields;
    std::vector<std::string> clear;  // fields of the request that get their default
};

/// Of "when": one of its options, or none where it is not `required`.
void addWhenOptions(CLI::App& command, WhenOptions& options, bool required = true);
void addCreateOptions(CLI::App& create, CreateOptions& options);
void addEditOptions(CLI::App& edit, EditOptions& options);

nlohmann::json whenBody(const WhenOptions& options);
/// Errors: InvalidArgument (a retry, the job's file); NotFound.
core::Result<nlohmann::json> createBody(const CreateOptions& options);
/// schedule: as the node shows it. Errors: those of createBody.
core::Result<nlohmann::json> editBody(const EditOptions& options, const nlohmann::json& schedule);

}  // namespace hearth::app

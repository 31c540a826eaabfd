// Versions of data sets: `hearth dataset commit`, versions, diff, split, mix, lineage.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using nlohmann::json;

std::string datasetPath(const std::string& name, const char* rest = "") {
    return std::string(core::paths::kDatasets) + "/" + pathSegment(name) + rest;
}

core::Error wrong(const std::string& message, const std::string& text) {
    return {core::ErrorCode::InvalidArgument, message, text};
}

/// "name", "name@3": the version is 0 where none is given.
struct VersionName {
    std::string dataset;
    int64_t number = 0;
};
core::Result<VersionName> parseVersionName(const std::string& text) {
    const size_t at = text.find('@');
    VersionName name{text.substr(0, at), 0};
    if (at == std::string::npos)
        return name;
    try {
        name.number = std::stoll(text.substr(at + 1));
    } catch (const std::exception&) {
        name.number = 0;
    }
    if (name.number < 1)
        return wrong("a version is written as NAME@NUMBER", text);
    return name;
}

/// "text=0.5".
core::Result<std::pair<std::string, double>> parseShare(const std::string& text) {
    const size_t equals = text.rfind('=');
    try {
        if (equals != std::string::npos && equals > 0)
            return std::pair(text.substr(0, equals), std::stod(text.substr(equals + 1)));
    } catch (const std::exception&) {
        // Told below.
    }
    return wrong("write NAME=NUMBER", text);
}

std::string sourceText(const json& source) {
    if (source.contains("split"))
        return "part " + source["split"]["part"].get<std::string>() + " of " +
               source["split"]["of"]["dataset"].get<std::string>() + "@" +
               source["split"]["of"]["version"].dump();
    if (!source.contains("mix"))
        return source.value("filename", "");
    std::string text = "mix of";
    for (const json& one : source["mix"]["sources"])
        text += " " + one["dataset"].get<std::string>() + "@" + one["version"].dump();
    return text;
}

void showVersions(CommandContext& context, const json& answer, const json& versions) {
    if (context.json) {
        printJson(answer);
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& version : versions)
        rows.push_back({version.at("number").dump(), version.at("kind"), version.at("rows").dump(),
                        version.at("sha256").get<std::string>().substr(0, 12),
                        version.at("file_id"), formatTime(version.at("created_at")),
                        sourceText(version.at("source"))});
    printTable({"VERSION", "KIND", "ROWS", "SHA256", "FILE", "CREATED", "MADE OF"}, rows);
}

core::Status commitVersion(CommandContext& context, const std::string& name,
                           const std::string& file) {
    CORE_ASSIGN(auto* client, context.connect());
    std::string id = file;
    if (std::filesystem::is_regular_file(file)) {
        CORE_ASSIGN(const json uploaded,
                    client->upload(std::string(core::paths::kFiles), "fine-tune", file));
        id = uploaded.at("id");
    }
    CORE_ASSIGN(const json version, client->post(std::string(core::paths::kDatasets),
                                                 {{"name", name}, {"file_id", id}}));
    showVersions(context, version, json::array({version}));
    return {};
}

core::Status listVersions(CommandContext& context, const std::string& name) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(datasetPath(name, "/versions?limit=100")));
    showVersions(context, list, list.at("data"));
    return {};
}

void showRow(char sign, const json& row) {
    std::cout << sign << " row " << row.at("row") << ": "
              << core::printable(core::dumpJson(row.at("value")), 400) << '\n';
}

core::Status diffVersions(CommandContext& context, const std::string& name, int64_t from,
                          int64_t to) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json diff, client->get(datasetPath(name, "/diff?from=") +
                                             std::to_string(from) + "&to=" + std::to_string(to)));
    if (context.json) {
        printJson(diff);
        return {};
    }
    std::cout << name << '@' << diff.at("from") << " to " << name << '@' << diff.at("to") << ": "
              << diff.at("added") << " added, " << diff.at("removed") << " removed, "
              << diff.at("changed") << " changed, " << diff.at("unchanged") << " as before\n";
    for (const json& row : diff.at("removed_rows"))
        showRow('-', row);
    for (const json& row : diff.at("added_rows"))
        showRow('+', row);
    for (const json& row : diff.at("changed_rows")) {
        showRow('<', row.at("before"));
        showRow('>', row.at("after"));
    }
    return {};
}

core::Status splitDataset(CommandContext& context, const std::string& text, uint64_t seed,
                          const std::vector<std::string>& parts) {
    CORE_ASSIGN(const VersionName name, parseVersionName(text));
    json body = {{"seed", seed}, {"parts", json::object()}};
    if (name.number > 0)
        body["version"] = name.number;
    for (const std::string& part : parts) {
        CORE_ASSIGN(const auto share, parseShare(part));
        body["parts"][share.first] = share.second;
    }
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->post(datasetPath(name.dataset, "/split"), body));
    showVersions(context, list, list.at("data"));
    return {};
}

core::Status mixDatasets(CommandContext& context, const std::string& name, uint64_t seed,
                         int64_t rows, const std::vector<std::string>& sources) {
    json body = {{"name", name}, {"seed", seed}, {"sources", json::array()}};
    if (rows > 0)
        body["rows"] = rows;
    for (const std::string& source : sources) {
        CORE_ASSIGN(const auto weight, parseShare(source));
        CORE_ASSIGN(const VersionName version, parseVersionName(weight.first));
        json entry = {{"dataset", version.dataset}, {"weight", weight.second}};
        if (version.number > 0)
            entry["version"] = version.number;
        body["sources"].push_back(std::move(entry));
    }
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json version, client->post(std::string(core::paths::kDatasetMix), body));
    showVersions(context, version, json::array({version}));
    return {};
}

core::Status showLineage(CommandContext& context, const std::string& hash) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json found, client->get("/api/v1/lineage/" + pathSegment(hash)));
    if (context.json) {
        printJson(found);
        return {};
    }
    for (const json& file : found.at("files")) {
        std::cout << "held by " << file.at("file_id").get<std::string>() << " ("
                  << core::printable(file.at("filename").get<std::string>());
        if (file.contains("version"))
            std::cout << '@' << file.at("version");
        std::cout << (file.at("deleted") == true ? ", deleted)\n" : ")\n");
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& job : found.at("jobs")) {
        const json* model = core::findField(job, "fine_tuned_model");
        rows.push_back({job.at("job_id"), job.at("status"), job.at("role"), job.at("file_id"),
                        model ? model->get<std::string>() : "-"});
    }
    printTable({"JOB", "STATUS", "ROLE", "FILE", "MODEL"}, rows);
    return {};
}

void addCommit(CLI::App& dataset, CommandContext& context) {
    auto name = std::make_shared<std::string>(), file = std::make_shared<std::string>();
    auto* commit = dataset.add_subcommand("commit", "make a file the next version of a data set");
    commit->add_option("name", *name, "the data set; made when there is none")->required();
    commit->add_option("file", *file, "a file, or the id of a stored one")->required();
    commit->callback([&context, name, file] {
        context.action = [&context, name, file] { return commitVersion(context, *name, *file); };
    });
}

void addDiff(CLI::App& dataset, CommandContext& context) {
    auto name = std::make_shared<std::string>();
    auto from = std::make_shared<int64_t>(1), to = std::make_shared<int64_t>(0);
    auto* diff = dataset.add_subcommand("diff", "what distinguishes two versions");
    diff->add_option("name", *name, "the data set")->required();
    diff->add_option("from", *from, "the older version")->required();
    diff->add_option("to", *to, "the newer version; the newest unless given");
    diff->callback([&context, name, from, to] {
        context.action = [&context, name, from, to] {
            return diffVersions(context, *name, *from, *to);
        };
    });
}

void addSplit(CLI::App& dataset, CommandContext& context) {
    auto name = std::make_shared<std::string>();
    auto seed = std::make_shared<uint64_t>(0);
    auto parts = std::make_shared<std::vector<std::string>>();
    auto* split = dataset.add_subcommand(
        "split",
        "make parts, each a data set NAME.PART; rows stay in their part in later versions");
    split->add_option("name", *name, "NAME or NAME@VERSION")->required();
    split->add_option("--part", *parts, "PART=SHARE, as test=0.1; may be repeated")->required();
    split->add_option("--seed", *seed, "another seed is another split");
    split->callback([&context, name, seed, parts] {
        context.action = [&context, name, seed, parts] {
            return splitDataset(context, *name, *seed, *parts);
        };
    });
}

void addMix(CLI::App& dataset, CommandContext& context) {
    auto name = std::make_shared<std::string>();
    auto seed = std::make_shared<uint64_t>(0);
    auto rows = std::make_shared<int64_t>(0);
    auto sources = std::make_shared<std::vector<std::string>>();
    auto* mix = dataset.add_subcommand("mix", "make a data set out of others, by weights");
    mix->add_option("name", *name, "the data set that becomes of it")->required();
    mix->add_option("--source", *sources, "NAME=WEIGHT or NAME@VERSION=WEIGHT; may be repeated")
        ->required();
    mix->add_option("--seed", *seed, "another seed draws other rows");
    mix->add_option("--rows", *rows, "unless given, as many as there are without repeating one");
    mix->callback([&context, name, seed, rows, sources] {
        context.action = [&context, name, seed, rows, sources] {
            return mixDatasets(context, *name, *seed, *rows, *sources);
        };
    });
}

}  // namespace

core::Result<std::string> fileOfVersion(ApiClient& client, const std::string& text) {
    if (text.find('@') == std::string::npos)
        return text;
    CORE_ASSIGN(const VersionName name, parseVersionName(text));
    std::string after;
    for (bool more = true; more;) {
        CORE_ASSIGN(const json page,
                    client.get(datasetPath(name.dataset, "/versions?limit=100") +
                               (after.empty() ? "" : "&after=" + pathSegment(after))));
        for (const json& version : page.at("data")) {
            after = version.at("id");
            if (version.at("number") == name.number)
                return version.at("file_id").get<std::string>();
        }
        more = page.at("has_more");
    }
    return core::Error{core::ErrorCode::NotFound, "there is no such version", text};
}

void addDatasetVersionCommands(CLI::App& dataset, CommandContext& context) {
    addCommit(dataset, context);
    addDiff(dataset, context);
    addSplit(dataset, context);
    addMix(dataset, context);
    const auto withText = [&](const char* command, const char* help, const char* option, auto run) {
        auto text = std::make_shared<std::string>();
        auto* added = dataset.add_subcommand(command, help);
        added->add_option(option, *text)->required();
        added->callback([&context, text, run] {
            context.action = [&context, text, run] { return run(context, *text); };
        });
    };
    withText("versions", "list a data set's versions", "name", listVersions);
    withText("lineage", "which files, jobs and models have a row, by its hash", "row_hash",
             showLineage);
}

}  // namespace hearth::app

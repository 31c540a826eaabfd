// `hearth dataset check`: what there is to know of training data before it is used.
#include <CLI/CLI.hpp>
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

struct CheckOptions {
    std::string file;     // of this machine, or the id of a stored one
    std::string model;    // optional
    std::string against;  // as file
    int64_t maxSeqLen = 0;
    bool truncate = false;
    int64_t preview = 1;
};

bool isLocal(const std::string& file) {
    return std::filesystem::is_regular_file(file);
}

std::string queryOf(const CheckOptions& options) {
    std::string query = "?preview=" + std::to_string(options.preview);
    if (!options.model.empty())
        query += "&model=" + pathSegment(options.model);
    if (options.maxSeqLen > 0)
        query += "&max_seq_len=" + std::to_string(options.maxSeqLen);
    if (options.truncate)
        query += "&truncate=1";
    if (!options.against.empty() && !isLocal(options.against))
        query += "&against=" + pathSegment(options.against);
    return query;
}

core::Result<json> askForReport(ApiClient& client, const CheckOptions& options) {
    if (isLocal(options.file)) {
        std::map<std::string, std::filesystem::path> files{{"file", options.file}};
        if (isLocal(options.against))
            files["against"] = options.against;
        return client.postFiles(std::string(core::paths::kFileCheck) + queryOf(options), files);
    }
    if (isLocal(options.against))
        return core::Error{core::ErrorCode::InvalidArgument,
                           "a stored file is compared with stored files; give the other one's id",
                           "--against"};
    return client.get("/api/v1/files/" + pathSegment(options.file) + "/report" + queryOf(options));
}

std::string listText(const json& values) {
    std::string text;
    for (const json& value : values)
        text += (text.empty() ? "" : ", ") +
                (value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

void showFindings(const json& findings) {
    for (const json& finding : findings) {
        std::cout << (finding.at("severity") == "error" ? "ERROR    " : "warning  ")
                  << finding.at("code").get<std::string>() << ": "
                  << core::printable(finding.at("message").get<std::string>(), 1000);
        if (!finding.at("lines").empty())
            std::cout << " (line " << listText(finding.at("lines")) << ')';
        std::cout << '\n';
        if (finding.contains("samples"))
            std::cout << "         " << core::printable(listText(finding.at("samples"))) << '\n';
    }
}

void showLengths(const json& report) {
    const json* lengths = core::findField(report, "lengths");
    if (!lengths)
        return;
    std::cout << "Lengths in " << lengths->at("unit").get<std::string>() << ": ";
    for (const char* which : {"min", "p50", "p90", "p99", "max"})
        std::cout << which << ' ' << lengths->at(which) << "  ";
    std::cout << "sum " << lengths->at("sum") << '\n';
    if (report.contains("learned_tokens"))
        std::cout << "Learned tokens: " << report.at("learned_tokens") << '\n';
}

/// What is learned stands in [brackets], on a terminal also in another colour.
void showMasks(const json& report) {
    const bool colour = outputIsTerminal();
    for (const json& mask : report.value("masks", json::array())) {
        std::cout << "Line " << mask.at("line") << ' ' << mask.value("part", "") << ": ";
        for (const json& run : mask.at("runs")) {
            const bool learned = run.at("learned");
            const std::string text = core::printable(run.at("text").get<std::string>(), 4000);
            std::cout << (learned ? colour ? "\x1b[32m[" : "[" : "") << text
                      << (learned ? colour ? "]\x1b[0m" : "]" : "");
        }
        std::cout << '\n';
    }
}

core::Status checkDataset(CommandContext& context, const CheckOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json report, askForReport(*client, options));
    if (context.json) {
        printJson(report);
    } else {
        std::cout << report.at("rows") << " rows of " << report.at("kind").get<std::string>()
                  << ", recognised as " << report.at("form").get<std::string>() << " in "
                  << report.at("container").get<std::string>() << '\n';
        showLengths(report);
        showFindings(report.at("findings"));
        showMasks(report);
    }
    if (report.at("trainable") == true)
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       "this data cannot be trained on before the errors are mended", options.file};
}

}  // namespace

void addDatasetCheckCommand(CLI::App& dataset, CommandContext& context) {
    auto options = std::make_shared<CheckOptions>();
    auto* check = dataset.add_subcommand(
        "check", "report on training data: errors, duplicates, private data, lengths, overlap");
    check->add_option("file", options->file, "a file, or the id of a stored one")->required();
    check->add_option("--model", options->model,
                      "a served model: count its tokens and show which are learned");
    check->add_option("--against", options->against,
                      "another file or id, such as a test set, to look for overlap with");
    check->add_option("--max-seq-len", options->maxSeqLen,
                      "tokens of an example; the model's context unless given");
    check->add_flag("--truncate", options->truncate, "longer examples are cut, not refused");
    check->add_option("--preview", options->preview, "rows whose tokens are shown")
        ->check(CLI::Range(0, 20));
    check->callback([&context, options] {
        context.action = [&context, options] { return checkDataset(context, *options); };
    });
}

}  // namespace hearth::app

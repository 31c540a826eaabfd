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

/// Beside the id, which scripts take from the standard output.
void showForm(const json& file) {
    std::cerr << file.at("lines") << " rows of " << file.at("kind").get<std::string>()
              << ", recognised as " << file.at("form").get<std::string>() << " in "
              << file.at("container").get<std::string>() << "; they begin as\n";
    for (const json& row : file.value("preview", json::array()))
        std::cerr << "  line " << row.at("line") << ": "
                  << core::printable(core::dumpJson(row.at("row"))) << '\n';
}

core::Status addDataset(CommandContext& context, const std::filesystem::path& file,
                        const std::string& purpose) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json answer, client->upload(std::string(core::paths::kFiles), purpose, file));
    if (context.json) {
        printJson(answer);
        return {};
    }
    std::cout << answer.at("id").get<std::string>() << '\n';
    if (answer.contains("form"))
        showForm(answer);
    return {};
}

core::Status listDatasets(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kFiles)));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& file : list.at("data"))
        rows.push_back({file.at("id"), file.at("filename"), file.at("purpose"),
                        formatBytes(file.at("bytes").get<int64_t>()),
                        formatTime(file.at("created_at").get<int64_t>()), file.at("status")});
    printTable({"ID", "FILE", "PURPOSE", "SIZE", "CREATED", "STATUS"}, rows);
    return {};
}

}  // namespace

void addDatasetCommands(CLI::App& cli, CommandContext& context) {
    auto* dataset = cli.add_subcommand("dataset", "private data, stored encrypted on the node");
    dataset->require_subcommand(1);

    auto file = std::make_shared<std::filesystem::path>();
    auto purpose = std::make_shared<std::string>("fine-tune");
    auto* add = dataset->add_subcommand("add", "check and store a file; prints its id");
    add->add_option("file", *file, "JSONL, JSON, CSV, text or Markdown")
        ->required()
        ->check(CLI::ExistingFile);
    add->add_option("--purpose", *purpose,
                    "fine-tune (training data) or evals (questions, as JSONL)")
        ->check(CLI::IsMember({"fine-tune", "evals"}));
    add->callback([&context, file, purpose] {
        context.action = [&context, file, purpose] { return addDataset(context, *file, *purpose); };
    });

    addDatasetCheckCommand(*dataset, context);
    addDatasetVersionCommands(*dataset, context);

    dataset->add_subcommand("list", "list stored files")->callback([&context] {
        context.action = [&context] { return listDatasets(context); };
    });
}

}  // namespace hearth::app

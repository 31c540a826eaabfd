#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"

namespace hearth::app {
namespace {

using nlohmann::json;

struct CreateOptions {
    std::string name;
    std::vector<std::string> permissions;
    int days = 0;
    double weight = 1.0;
};

std::string joined(const json& list) {
    std::string text;
    for (const auto& entry : list)
        text += (text.empty() ? "" : ", ") + entry.get<std::string>();
    return text;
}

core::Status createKey(CommandContext& context, const CreateOptions& options) {
    CORE_ASSIGN(auto* client, context.connect());
    json body = {{"name", options.name}};
    if (!options.permissions.empty())
        body["permissions"] = options.permissions;
    if (options.days > 0)
        body["expires_in_days"] = options.days;
    if (options.weight != 1.0)
        body["weight"] = options.weight;
    CORE_ASSIGN(const json key, client->post(std::string(core::paths::kKeys), body));
    if (context.json) {
        printJson(key);
        return {};
    }
    std::cout << key.at("key").get<std::string>() << '\n';
    std::cerr << "This key is shown once. Keep it where only your application can read it.\n";
    return {};
}

core::Status listKeys(CommandContext& context) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json list, client->get(std::string(core::paths::kKeys)));
    if (context.json) {
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json& key : list.at("data"))
        rows.push_back({key.at("id"), key.at("name"), key.at("prefix"),
                        formatTime(key.at("created_at").get<int64_t>()),
                        key.at("revoked").get<bool>() ? "revoked" : "active",
                        joined(key.at("permissions"))});
    printTable({"ID", "NAME", "KEY", "CREATED", "STATE", "PERMISSIONS"}, rows);
    return {};
}

core::Status revokeKey(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    CORE_ASSIGN(const json answer,
                client->remove(std::string(core::paths::kKeys) + "/" + pathSegment(id)));
    if (context.json)
        printJson(answer);
    else
        std::cout << "Revoked " << id << ".\n";
    return {};
}

}  // namespace

void addKeyCommands(CLI::App& cli, CommandContext& context) {
    auto* key = cli.add_subcommand("key", "API keys for applications");
    key->require_subcommand(1);

    auto options = std::make_shared<CreateOptions>();
    auto* create = key->add_subcommand("create", "make a key and print it once");
    create->add_option("name", options->name, "what the key is for")->required();
    create->add_option("--permission", options->permissions,
                       "a permission of the key, e.g. models.use; may be repeated (default: use "
                       "models, files and fine-tuning)");
    create->add_option("--days", options->days, "days until the key expires (default: never)")
        ->check(CLI::Range(1, 3650));
    create
        ->add_option("--weight", options->weight,
                     "how large a share of serving its requests get beside other users' (1)")
        ->check(CLI::Range(0.01, 100.0));
    create->callback([&context, options] {
        context.action = [&context, options] { return createKey(context, *options); };
    });

    key->add_subcommand("list", "list keys")->callback([&context] {
        context.action = [&context] { return listKeys(context); };
    });

    auto id = std::make_shared<std::string>();
    auto* revoke = key->add_subcommand("revoke", "end a key at once");
    revoke->add_option("id", *id, "the key's id, from `hearth key list`")->required();
    revoke->callback(
        [&context, id] { context.action = [&context, id] { return revokeKey(context, *id); }; });
}

}  // namespace hearth::app

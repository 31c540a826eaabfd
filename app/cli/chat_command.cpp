#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/api/paths.h"

namespace hearth::app {
namespace {

using nlohmann::json;

struct ChatOptions {
    std::string model;
    std::string prompt;
    std::string system;
    double temperature = 0.0;
    int64_t maxTokens = 256;
};

json chatBody(const ChatOptions& options, const json& messages) {
    return {{"model", options.model},
            {"messages", messages},
            {"temperature", options.temperature},
            {"max_tokens", options.maxTokens}};
}

/// Prints the answer as it comes; returns it whole.
core::Result<std::string> streamAnswer(ApiClient& client, json body) {
    body["stream"] = true;
    std::string answer;
    CORE_TRY(
        client.stream(std::string(core::paths::kChatCompletions), body, [&](const json& chunk) {
            for (const json& choice : chunk.at("choices")) {
                const std::string piece = choice.at("delta").value("content", std::string());
                answer += piece;
                std::cout << piece << std::flush;
            }
            return true;
        }));
    std::cout << std::endl;
    return answer;
}

core::Status chatOnce(CommandContext& context, const ChatOptions& options, json messages) {
    CORE_ASSIGN(auto* client, context.connect());
    messages.push_back({{"role", "user"}, {"content", options.prompt}});
    if (context.json) {
        CORE_ASSIGN(const json answer, client->post(std::string(core::paths::kChatCompletions),
                                                    chatBody(options, messages)));
        printJson(answer);
        return {};
    }
    CORE_ASSIGN(const std::string ignored, streamAnswer(*client, chatBody(options, messages)));
    return {};
}

/// A conversation, until the end of the input.
core::Status converse(CommandContext& context, const ChatOptions& options, json messages) {
    CORE_ASSIGN(auto* client, context.connect());
    for (std::string line; std::cout << "> " << std::flush, std::getline(std::cin, line);) {
        if (line.empty())
            continue;
        messages.push_back({{"role", "user"}, {"content", line}});
        CORE_ASSIGN(std::string answer, streamAnswer(*client, chatBody(options, messages)));
        messages.push_back({{"role", "assistant"}, {"content", std::move(answer)}});
    }
    std::cout << std::endl;
    return {};
}

}  // namespace

void addChatCommand(CLI::App& cli, CommandContext& context) {
    auto options = std::make_shared<ChatOptions>();
    auto* chat = cli.add_subcommand("chat", "ask a model; without a question, a conversation");
    chat->add_option("model", options->model, "a name from `hearth model list`")->required();
    chat->add_option("question", options->prompt, "one question");
    chat->add_option("--system", options->system, "the system message");
    chat->add_option("--temperature", options->temperature, "0 (default) to 2")
        ->check(CLI::Range(0.0, 2.0));
    chat->add_option("--max-tokens", options->maxTokens, "length of an answer")
        ->check(CLI::Range(1, 1 << 20));
    chat->callback([&context, options] {
        context.action = [&context, options]() -> core::Status {
            json messages = json::array();
            if (!options->system.empty())
                messages.push_back({{"role", "system"}, {"content", options->system}});
            return options->prompt.empty() ? converse(context, *options, messages)
                                           : chatOnce(context, *options, messages);
        };
    });
}

}  // namespace hearth::app

#include "engine/formats/chat_capabilities.h"

#include <nlohmann/json.hpp>

namespace hearth::engine {

namespace {

using Json = nlohmann::ordered_json;

// Words that no template has of its own.
constexpr const char* kTool = "hearth_probe_tool";
constexpr const char* kArgument = "hearth_probe_argument";

Json toolDefinition() {
    return {{"type", "function"},
            {"function",
             {{"name", kTool},
              {"description", "Probes."},
              {"parameters",
               {{"type", "object"},
                {"properties", {{kArgument, {{"type", "string"}, {"description", "What."}}}}},
                {"required", Json::array({kArgument})}}}}}};
}

Json conversation(const Json& arguments, const Json& content) {
    const Json call = {{"id", "call00000"},
                       {"type", "function"},
                       {"function", {{"name", kTool}, {"arguments", arguments}}}};
    Json assistant = {{"role", "assistant"}, {"content", content}};
    if (!arguments.is_null())
        assistant["tool_calls"] = Json::array({call});
    return Json::array({{{"role", "user"}, {"content", "Go on."}}, std::move(assistant)});
}

/// What the template makes of the messages; empty where it refuses them.
std::string rendered(const ChatTemplate& chatTemplate, const nlohmann::json& specialTokens,
                     const Json& messages, const Json& tools) {
    Json context = {{"messages", messages}, {"tools", tools}, {"documents", nullptr}};
    context["add_generation_prompt"] = false;
    for (const auto& [name, value] : specialTokens.items())
        context[name] = value;
    auto result = chatTemplate.render(context);
    return result ? std::move(*result) : std::string();
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Whether the arguments were printed, and not as Python writes a dictionary.
bool printsArguments(const std::string& text) {
    return has(text, kArgument) && !has(text, std::string("'") + kArgument + "'");
}

void adaptArguments(Json& call, bool asText) {
    if (!call.is_object() || !call.contains("function") || !call["function"].is_object())
        return;
    Json& function = call["function"];
    const auto arguments = function.find("arguments");
    if (arguments == function.end())
        return;
    if (asText && arguments->is_object()) {
        *arguments = arguments->dump(-1, ' ', false, Json::error_handler_t::replace);
        return;
    }
    if (asText || !arguments->is_string())
        return;
    Json parsed = Json::parse(arguments->get_ref<const std::string&>(), nullptr, false);
    if (parsed.is_object())
        *arguments = std::move(parsed);
}

}  // namespace

ChatCapabilities ChatCapabilities::probe(const ChatTemplate& chatTemplate,
                                         const nlohmann::json& specialTokens) {
    const auto render = [&](const Json& messages, const Json& tools) {
        return rendered(chatTemplate, specialTokens, messages, tools);
    };
    const Json arguments = {{kArgument, "value"}};
    ChatCapabilities found;
    const Json question = Json::array({{{"role", "user"}, {"content", "Go on."}}});
    found.tools = has(render(question, Json::array({toolDefinition()})), kTool);
    for (const Json& content : {Json(), Json("")}) {
        const bool asObject = printsArguments(render(conversation(arguments, content), nullptr));
        const bool asText =
            printsArguments(render(conversation(arguments.dump(), content), nullptr));
        if (!asObject && !asText)
            continue;
        found.toolCalls = true;
        found.argumentsAsText = !asObject;
        break;
    }
    Json call;
    if (found.toolCalls)
        call = found.argumentsAsText ? Json(arguments.dump()) : arguments;
    // Templates treat a turn before the last question in another way than the last turn.
    for (const bool isPast : {false, true}) {
        const auto withContent = [&](const Json& content) {
            Json messages = conversation(call, content);
            if (isPast)
                messages.push_back(question[0]);
            return render(messages, nullptr);
        };
        const std::string withNull = withContent(nullptr);
        const bool badWithNull = withNull.empty() || has(withNull, "None");
        found.emptyForNoContent =
            found.emptyForNoContent || (badWithNull && !withContent("").empty());
    }
    return found;
}

void adaptMessages(const ChatCapabilities& capabilities, Json& messages) {
    for (Json& message : messages) {
        if (!message.is_object() || !message.contains("role") || message["role"] != "assistant")
            continue;
        const auto content = message.find("content");
        if (capabilities.emptyForNoContent && (content == message.end() || content->is_null()))
            message["content"] = "";
        const auto calls = message.find("tool_calls");
        if (calls == message.end() || !calls->is_array())
            continue;
        for (Json& call : *calls)
            adaptArguments(call, capabilities.argumentsAsText);
    }
}

}  // namespace hearth::engine

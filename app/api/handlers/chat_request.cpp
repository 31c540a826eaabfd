#include "app/api/handlers/chat_request.h"

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxMessages = 4096;

/// A string, or a list of {"type": "text", "text": ...} parts that are joined.
core::Result<std::string> readContent(const json& content, const std::string& where) {
    if (content.is_string())
        return content.get<std::string>();
    const core::Error wrong = invalidField(
        where, where +
                   " must be a string or a list of parts of type \"text\"; this node's models "
                   "read text only");
    if (!content.is_array())
        return wrong;
    std::string text;
    for (const json& part : content) {
        if (!part.is_object() || part.value("type", json()) != "text" || !part.contains("text") ||
            !part["text"].is_string())
            return wrong;
        text += part["text"].get_ref<const std::string&>();
    }
    return text;
}

core::Result<json> readMessage(const json& message, const std::string& where) {
    if (!message.is_object())
        return invalidField(where, where + " must be an object with role and content");
    const json* role = core::findField(message, "role");
    if (!role || !role->is_string() ||
        (*role != "system" && *role != "developer" && *role != "user" && *role != "assistant"))
        return invalidField(where + ".role", where +
                                                 ".role must be system, developer, user or "
                                                 "assistant; tools are not supported yet");
    if (core::findField(message, "tool_calls"))
        return invalidField(where + ".tool_calls", "tool calls are not supported yet");
    const json* content = core::findField(message, "content");
    if (!content)
        return invalidField(where + ".content", where + ".content is missing");
    CORE_ASSIGN(auto text, readContent(*content, where + ".content"));
    // Templates know "system"; "developer" is its newer name.
    const std::string name = *role == "developer" ? "system" : role->get<std::string>();
    return json{{"role", name}, {"content", std::move(text)}};
}

core::Result<json> readMessages(const json& body) {
    const json* field = core::findField(body, "messages");
    if (!field || !field->is_array() || field->empty() || field->size() > kMaxMessages)
        return invalidField("messages", "messages must be a list of 1 to " +
                                            std::to_string(kMaxMessages) + " messages");
    json messages = json::array();
    for (size_t i = 0; i < field->size(); ++i) {
        CORE_ASSIGN(auto message, readMessage((*field)[i], "messages[" + std::to_string(i) + "]"));
        messages.push_back(std::move(message));
    }
    return messages;
}

/// What this version cannot do is refused, never silently dropped. The values that ask for
/// nothing special are fine.
core::Status refuseUnsupported(const json& body) {
    if (const json* tools = core::findField(body, "tools"); tools && !tools->empty())
        return invalidField("tools", "tools are not supported yet");
    if (const json* format = core::findField(body, "response_format");
        format && (!format->is_object() || format->value("type", json()) != "text"))
        return invalidField("response_format",
                            "only response_format {\"type\": \"text\"} is supported");
    return rejectUnknownGenerationFields(
        body, {"messages", "max_completion_tokens", "logprobs", "top_logprobs", "tools",
               "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort"});
}

}  // namespace

core::Result<ChatRequest> parseChatRequest(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    ChatRequest request;
    CORE_ASSIGN(request.common, readGenerationFields(body));
    CORE_TRY(refuseUnsupported(body));
    CORE_ASSIGN(request.messages, readMessages(body));
    const char* limit =
        core::findField(body, "max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    if (core::findField(body, limit)) {
        CORE_ASSIGN(request.maxTokens, core::readInt(body, limit, 1, INT32_MAX));
    }
    CORE_ASSIGN(const bool logprobs, core::readBool(body, "logprobs", false));
    CORE_ASSIGN(const int64_t top, core::readInt(body, "top_logprobs", 0, 20, 0));
    if (top > 0 && !logprobs)
        return invalidField("top_logprobs", "top_logprobs needs logprobs to be true");
    if (logprobs)
        request.common.sampling.top_logprobs = int32_t(top);
    return request;
}

}  // namespace hearth::app

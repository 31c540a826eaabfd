#include "finetune/data/chat_dataset.h"

#include "finetune/data/example_reader.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

/// {"type": "text", "text": ...} parts joined; a string as it is.
core::Result<std::string> flattenContent(const json& content, const std::string& where) {
    if (content.is_string())
        return content.get<std::string>();
    if (!content.is_array())
        return invalid(where + ".content must be a string or a list of text parts");
    std::string text;
    for (const json& part : content) {
        if (!part.is_object() || part.value("type", json()) != "text" ||
            !part.value("text", json()).is_string())
            return invalid(where + ".content may only hold parts of type text");
        text += part["text"].get<std::string>();
    }
    return text;
}

core::Result<std::string> readRole(const json& message, const std::string& where) {
    const auto role = message.find("role");
    if (role == message.end() || !role->is_string())
        return invalid(where + ".role must be a string");
    const std::string name = role->get<std::string>();
    if (name == "developer")
        return std::string("system");
    if (name != "system" && name != "user" && name != "assistant" && name != "tool")
        return invalid(where + ".role must be system, developer, user, assistant or tool");
    return name;
}

core::Result<bool> readWeight(const json& message, bool assistant, const std::string& where) {
    const auto weight = message.find("weight");
    if (weight == message.end())
        return true;
    if (!assistant)
        return invalid(where + ".weight is only known for assistant messages");
    if (*weight != 0 && *weight != 1)
        return invalid(where + ".weight must be 0 or 1");
    return *weight == 1;
}

core::Status addMessage(const json& source, const std::string& where, ChatExample& example) {
    if (!source.is_object())
        return invalid(where + " must be an object");
    CORE_ASSIGN(const std::string role, readRole(source, where));
    const bool assistant = role == "assistant";
    CORE_ASSIGN(const bool learned, readWeight(source, assistant, where));

    json message = source;
    message.erase("weight");
    message["role"] = role;
    const bool callsTools = assistant && source.contains("tool_calls");
    const json content = source.value("content", json());
    if (content.is_null() && callsTools) {
        message["content"] = nullptr;
    } else {
        CORE_ASSIGN(message["content"], flattenContent(content, where));
        if (assistant && !callsTools && message["content"].get_ref<const std::string&>().empty())
            return invalid(where + ".content is empty");
    }
    if (assistant)
        example.learned.push_back(learned);
    example.messages.push_back(std::move(message));
    return {};
}

core::Result<ChatExample> plainExample(const json& row) {
    if (!row["prompt"].is_string() || !row.contains("completion") ||
        !row["completion"].is_string() || row["completion"] == "")
        return invalid("prompt and completion must be texts, the completion not an empty one");
    ChatExample example;
    example.text = {row["prompt"].get<std::string>(), row["completion"].get<std::string>()};
    return example;
}

}  // namespace

core::Status appendMessages(const json& messages, const std::string& field, ChatExample& example) {
    if (!messages.is_array() || messages.empty())
        return invalid(field + " must be a list with at least one message");
    if (messages.size() + example.messages.size() > kMaxMessages)
        return invalid("there are " + std::to_string(messages.size() + example.messages.size()) +
                       " messages, more than " + std::to_string(kMaxMessages));
    for (size_t i = 0; i < messages.size(); ++i)
        CORE_TRY(addMessage(messages[i], field + "[" + std::to_string(i) + "]", example));
    return {};
}

core::Result<ChatExample> parseChatRow(const json& row) {
    if (row.contains("prompt") && !row.contains("messages"))
        return plainExample(row);
    if (!row.contains("messages"))
        return invalid("has no \"messages\"");
    ChatExample example;
    CORE_TRY(appendMessages(row["messages"], "messages", example));
    const auto& learned = example.learned;
    if (std::find(learned.begin(), learned.end(), true) == learned.end())
        return invalid("there is no assistant message to learn from");
    example.tools = row.value("tools", json());
    if (!example.tools.is_null() && !example.tools.is_array())
        return invalid("tools must be a list");
    return example;
}

core::Result<std::vector<ChatExample>> readChatDataset(std::string_view text,
                                                       const std::string& label) {
    return readExamples<ChatExample>(text, DataKind::Chat, label, parseChatRow);
}

}  // namespace hearth::finetune

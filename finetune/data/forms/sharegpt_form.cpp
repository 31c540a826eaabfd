// {"conversations": [{"from": "human", "value": "..."}, {"from": "gpt", ...}], "system", "tools"}.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

const char* roleOf(const std::string& speaker) {
    static const std::pair<const char*, const char*> kRoles[] = {
        {"human", "user"},        {"user", "user"},           {"gpt", "assistant"},
        {"chatgpt", "assistant"}, {"assistant", "assistant"}, {"model", "assistant"},
        {"system", "system"},     {"tool", "tool"},           {"observation", "tool"}};
    for (const auto& [name, role] : kRoles)
        if (speaker == name)
            return role;
    return nullptr;
}

core::Result<json> mapTurn(const json& turn, const std::string& where) {
    if (!turn.is_object() || !isText(turn, "from") || !isText(turn, "value"))
        return badRow(where + " must have the texts \"from\" and \"value\"");
    const std::string speaker = turn["from"];
    const char* role = roleOf(speaker);
    if (!role)
        return badRow(where + ".from is '" + speaker +
                      "'; known are human, gpt, system and tool (user, assistant, observation)");
    json mapped = message(role, turn["value"]);
    if (turn.contains("weight"))
        mapped["weight"] = turn["weight"];
    return mapped;
}

core::Result<json> mapConversation(const json& row) {
    CORE_ASSIGN(const json turns, listOf(row, "conversations"));
    if (!turns.is_array() || turns.empty())
        return badRow("conversations must be a list with at least one {\"from\", \"value\"}");
    CORE_ASSIGN(const std::string system, textOf(row, "system"));
    json messages = json::array();
    if (!system.empty())
        messages.push_back(message("system", system));
    for (size_t i = 0; i < turns.size(); ++i) {
        CORE_ASSIGN(json turn, mapTurn(turns[i], "conversations[" + std::to_string(i) + "]"));
        messages.push_back(std::move(turn));
    }
    json mapped = {{"messages", std::move(messages)}};
    CORE_ASSIGN(json tools, listOf(row, "tools"));
    if (!tools.is_null())
        mapped["tools"] = std::move(tools);
    return mapped;
}

}  // namespace

extern const Form kShareGptForm;
const Form kShareGptForm{
    .name = "sharegpt",
    .kind = DataKind::Chat,
    .fields = "conversations of {from, value}",
    .fits = [](const json& row) { return row.contains("conversations"); },
    .map = mapConversation,
};

}  // namespace hearth::finetune

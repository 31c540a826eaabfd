#include "finetune/data/row_text.h"

#include <nlohmann/json.hpp>

namespace hearth::finetune {

namespace {

using nlohmann::json;

void append(std::string& text, const std::string& part) {
    text += (text.empty() || part.empty() ? "" : "\n") + part;
}

std::string contentOf(const json& message) {
    const auto content = message.find("content");
    if (content == message.end())
        return {};
    if (content->is_string())
        return *content;
    std::string text;
    if (content->is_array())
        for (const json& part : *content)
            if (part.is_object() && part.contains("text") && part["text"].is_string())
                append(text, part["text"]);
    return text;
}

void addMessages(const json& messages, RowText& text) {
    for (const json& message : messages) {
        if (!message.is_object() || !message.contains("role"))
            continue;
        const json& role = message["role"];
        if (role == "system" || role == "developer")
            continue;
        const std::string content = contentOf(message);
        append(text.whole, content);
        if (role == "user")
            append(text.prompt, content);
    }
}

/// A text or a list of messages.
void add(const json& row, const char* field, bool prompt, RowText& text) {
    const auto value = row.find(field);
    if (value == row.end())
        return;
    if (value->is_array())
        return addMessages(*value, text);
    if (!value->is_string())
        return;
    append(text.whole, *value);
    if (prompt)
        append(text.prompt, *value);
}

}  // namespace

RowText rowText(const json& row) {
    RowText text;
    add(row, "messages", true, text);
    add(row, "prompt", true, text);
    add(row, "question", true, text);
    if (row.contains("input") && row["input"].is_object())
        add(row["input"], "messages", true, text);
    for (const char* answer :
         {"completion", "preferred_output", "non_preferred_output", "chosen", "rejected", "text"})
        add(row, answer, false, text);
    return text;
}

}  // namespace hearth::finetune

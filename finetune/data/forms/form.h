// A form is a way in which training data is spelled: OpenAI's chats, alpaca, ... Each has one file
// here and one line in form.cpp. It turns a row into the row that Hearth trains on:
//   chat        {"messages": [...], "tools": [...]}, or {"prompt": "...", "completion": "..."}
//   preference  {"prompt", "chosen", "rejected"} or OpenAI's {"input", "preferred_output", ...}
//   prompt      {"messages": [...], ...} that ends before its answer
//   text        {"text": "..."}
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "core/result.h"
#include "finetune/data/data_kind.h"

namespace hearth::finetune {

struct Form {
    const char* name;    // as the API says it
    DataKind kind;       // of the mapped rows
    const char* fields;  // what a row has, for errors
    /// Whether a row looks as if it were meant to be of this form.
    bool (*fits)(const nlohmann::json& row);
    /// The mapped row. Errors: InvalidArgument without the line's number. A row that does not fit
    /// gets an error that names what it lacks.
    core::Result<nlohmann::json> (*map)(const nlohmann::json& row);
};

/// All forms; the first that fits a row is the row's.
std::span<const Form* const> allForms();
/// Null: there is none of that name.
const Form* findForm(const std::string& name);
/// Null: no form fits. REQUIRES: row is an object.
const Form* formOfRow(const nlohmann::json& row);

// For the files of forms.

inline core::Error badRow(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}
inline bool isText(const nlohmann::json& row, const char* field) {
    const auto found = row.find(field);
    return found != row.end() && found->is_string();
}
inline bool isList(const nlohmann::json& row, const char* field) {
    const auto found = row.find(field);
    return found != row.end() && found->is_array();
}
/// An absent or null field is an empty text. Errors: it is no text.
core::Result<std::string> textOf(const nlohmann::json& row, const char* field);
/// The field with JSON text read, which is how a table's cell holds a list; null when absent or
/// empty. Errors: the text is no JSON.
core::Result<nlohmann::json> listOf(const nlohmann::json& row, const char* field);
nlohmann::json message(const char* role, std::string content);

}  // namespace hearth::finetune

// {"instruction", "input", "output"}, perhaps with "system" and "history": [["question",
// "answer"]]. The input follows the instruction after an empty line.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Status addHistory(const json& row, json& messages) {
    CORE_ASSIGN(const json history, listOf(row, "history"));
    if (history.is_null())
        return {};
    if (!history.is_array())
        return badRow("history must be a list of [question, answer]");
    for (const json& turn : history) {
        if (!turn.is_array() || turn.size() != 2 || !turn[0].is_string() || !turn[1].is_string())
            return badRow("history must be a list of [question, answer]");
        messages.push_back(message("user", turn[0]));
        messages.push_back(message("assistant", turn[1]));
        messages.back()["weight"] = 0;  // only the output is learned
    }
    return {};
}

core::Result<json> mapInstruction(const json& row) {
    if (!isText(row, "instruction") || !isText(row, "output"))
        return badRow("must have the texts \"instruction\" and \"output\"");
    CORE_ASSIGN(const std::string system, textOf(row, "system"));
    CORE_ASSIGN(const std::string input, textOf(row, "input"));
    std::string question = row["instruction"];
    if (!input.empty())
        question += (question.empty() ? "" : "\n\n") + input;
    if (question.empty())
        return badRow("instruction and input are both empty");
    json messages = json::array();
    if (!system.empty())
        messages.push_back(message("system", system));
    CORE_TRY(addHistory(row, messages));
    messages.push_back(message("user", std::move(question)));
    messages.push_back(message("assistant", row["output"]));
    return json{{"messages", std::move(messages)}};
}

}  // namespace

extern const Form kAlpacaForm;
const Form kAlpacaForm{
    .name = "alpaca",
    .kind = DataKind::Chat,
    .fields = "instruction, input, output",
    .fits = [](const json& row) { return row.contains("instruction") && row.contains("output"); },
    .map = mapInstruction,
};

}  // namespace hearth::finetune

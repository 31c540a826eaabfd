// {"text": "..."}: a document of which every token is learned.
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Result<json> mapText(const json& row) {
    CORE_ASSIGN(const std::string text, textOf(row, "text"));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return badRow("text is empty");
    return json{{"text", text}};
}

}  // namespace

extern const Form kTextForm;
const Form kTextForm{
    .name = "text",
    .kind = DataKind::Text,
    .fields = "text",
    .fits = [](const json& row) { return row.contains("text"); },
    .map = mapText,
};

}  // namespace hearth::finetune

#include "finetune/data/forms/form.h"

#include "core/json.h"

namespace hearth::finetune {

// What names its parts most precisely comes first: an alpaca row may have an "input", too.
extern const Form kOpenAiPreferenceForm;
extern const Form kTrlPreferenceForm;
extern const Form kChatForm;
extern const Form kPromptForm;
extern const Form kShareGptForm;
extern const Form kAlpacaForm;
extern const Form kTrlCompletionForm;
extern const Form kTrlPromptForm;
extern const Form kTextForm;

std::span<const Form* const> allForms() {
    static constexpr const Form* kAll[] = {
        &kOpenAiPreferenceForm, &kTrlPreferenceForm, &kPromptForm,    &kChatForm, &kShareGptForm,
        &kAlpacaForm,           &kTrlCompletionForm, &kTrlPromptForm, &kTextForm};
    return kAll;
}

const Form* findForm(const std::string& name) {
    for (const Form* form : allForms())
        if (name == form->name)
            return form;
    return nullptr;
}

const Form* formOfRow(const nlohmann::json& row) {
    for (const Form* form : allForms())
        if (form->fits(row))
            return form;
    return nullptr;
}

const char* dataKindName(DataKind kind) {
    switch (kind) {
        case DataKind::Chat:
            return "chat";
        case DataKind::Preference:
            return "preference";
        case DataKind::Prompt:
            return "prompt";
        case DataKind::Text:
            break;
    }
    return "text";
}

core::Result<std::string> textOf(const nlohmann::json& row, const char* field) {
    const nlohmann::json* value = core::findField(row, field);
    if (!value)
        return std::string();
    if (!value->is_string())
        return badRow(std::string(field) + " must be a text");
    return value->get<std::string>();
}

core::Result<nlohmann::json> listOf(const nlohmann::json& row, const char* field) {
    const nlohmann::json* value = core::findField(row, field);
    if (!value)
        return nlohmann::json();
    if (!value->is_string())
        return *value;
    const auto& text = value->get_ref<const std::string&>();
    if (text.empty())
        return nlohmann::json();
    auto parsed = core::parseJson(text, field);
    if (!parsed)
        return badRow(std::string(field) + " must be a list, as JSON");
    return std::move(*parsed);
}

nlohmann::json message(const char* role, std::string content) {
    return {{"role", role}, {"content", std::move(content)}};
}

}  // namespace hearth::finetune

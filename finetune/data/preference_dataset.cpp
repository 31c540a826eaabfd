#include "finetune/data/preference_dataset.h"

#include <algorithm>

#include "finetune/data/example_reader.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

const json& fieldOf(const json& object, const char* name) {
    static const json kNull;
    const auto found = object.find(name);
    return found == object.end() ? kNull : *found;
}

/// The fields of a line, whatever they are called.
struct Fields {
    json prompt;  // null: what both answers begin with
    json chosen;
    json rejected;
    json tools;
    // Their names, for errors.
    const char* promptName;
    const char* chosenName;
    const char* rejectedName;
};

core::Result<Fields> readFields(const json& line) {
    if (line.contains("preferred_output") || line.contains("non_preferred_output")) {
        const json& input = fieldOf(line, "input");
        if (!input.is_object())
            return invalid("has no \"input\" object");
        Fields fields{fieldOf(input, "messages"),
                      fieldOf(line, "preferred_output"),
                      fieldOf(line, "non_preferred_output"),
                      fieldOf(input, "tools"),
                      "input.messages",
                      "preferred_output",
                      "non_preferred_output"};
        if (!fields.prompt.is_array() || !fields.chosen.is_array() || !fields.rejected.is_array())
            return invalid(
                "input.messages, preferred_output and non_preferred_output must be lists of "
                "messages");
        return fields;
    }
    if (!line.contains("chosen") || !line.contains("rejected"))
        return invalid(
            "must have \"input\", \"preferred_output\" and \"non_preferred_output\", or "
            "\"prompt\", \"chosen\" and \"rejected\"");
    return Fields{fieldOf(line, "prompt"),
                  fieldOf(line, "chosen"),
                  fieldOf(line, "rejected"),
                  fieldOf(line, "tools"),
                  "prompt",
                  "chosen",
                  "rejected"};
}

/// Takes the messages that both answers begin with, up to their last common one, into the prompt.
core::Status splitPrompt(Fields& fields) {
    size_t common = 0;
    while (common < fields.chosen.size() && common < fields.rejected.size() &&
           fields.chosen[common] == fields.rejected[common])
        ++common;
    if (common == 0)
        return invalid("has no \"prompt\", and chosen and rejected begin differently");
    fields.prompt = json::array();
    for (size_t i = 0; i < common; ++i)
        fields.prompt.push_back(fields.chosen[i]);
    fields.chosen.erase(fields.chosen.begin(), fields.chosen.begin() + long(common));
    fields.rejected.erase(fields.rejected.begin(), fields.rejected.begin() + long(common));
    return {};
}

core::Result<ChatExample> conversation(const Fields& fields, const json& answer,
                                       const char* answerName) {
    ChatExample example;
    CORE_TRY(appendMessages(fields.prompt, fields.promptName, example));
    std::fill(example.learned.begin(), example.learned.end(), false);
    const size_t before = example.learned.size();
    CORE_TRY(appendMessages(answer, answerName, example));
    if (std::find(example.learned.begin() + long(before), example.learned.end(), true) ==
        example.learned.end())
        return invalid(std::string(answerName) + " has no assistant message");
    example.tools = fields.tools;
    if (!example.tools.is_null() && !example.tools.is_array())
        return invalid("tools must be a list");
    return example;
}

core::Result<PreferenceExample> plainText(const Fields& fields) {
    PreferenceExample example;
    const auto prompt = fields.prompt.get<std::string>();
    example.chosen.text = {prompt, fields.chosen.get<std::string>()};
    example.rejected.text = {prompt, fields.rejected.get<std::string>()};
    if (example.chosen.text->answer.empty() || example.rejected.text->answer.empty())
        return invalid("chosen and rejected must not be empty");
    return example;
}

core::Result<PreferenceExample> conversations(Fields& fields) {
    if (fields.prompt.is_null())
        CORE_TRY(splitPrompt(fields));
    PreferenceExample example;
    CORE_ASSIGN(example.chosen, conversation(fields, fields.chosen, fields.chosenName));
    CORE_ASSIGN(example.rejected, conversation(fields, fields.rejected, fields.rejectedName));
    return example;
}

/// Both answers of a pair.
core::Status tokenizePair(const engine::ChatFormat& format, const PreferenceExample& example,
                          const TokenizeOptions& options, TokenizedDataset& dataset) {
    int64_t truncated = 0;
    CORE_ASSIGN(TokenizedExample chosen,
                tokenizeChatExample(format, example.chosen, options, truncated));
    CORE_ASSIGN(TokenizedExample rejected,
                tokenizeChatExample(format, example.rejected, options, truncated));
    if (chosen.ids == rejected.ids && chosen.labels == rejected.labels)
        return invalid(truncated > 0 ? "the answers are equal after truncation to max_seq_len"
                                     : "the answers are equal, so that nothing can be learned");
    dataset.truncated += truncated;
    dataset.examples.push_back(std::move(chosen));
    dataset.examples.push_back(std::move(rejected));
    return {};
}

}  // namespace

core::Result<PreferenceExample> parsePreferenceRow(const json& row) {
    CORE_ASSIGN(Fields fields, readFields(row));
    if (fields.prompt.is_string() && fields.chosen.is_string() && fields.rejected.is_string())
        return plainText(fields);
    const bool lists = fields.chosen.is_array() && fields.rejected.is_array() &&
                       (fields.prompt.is_null() || fields.prompt.is_array());
    if (!lists)
        return invalid(
            "prompt, chosen and rejected must be three strings or three lists of "
            "messages");
    return conversations(fields);
}

core::Result<std::vector<PreferenceExample>> readPreferenceDataset(std::string_view text,
                                                                   const std::string& label) {
    return readExamples<PreferenceExample>(text, DataKind::Preference, label, parsePreferenceRow);
}

bool isPreferenceDataset(std::string_view text) {
    const auto form = recogniseForm(text);
    return form && form->form->kind == DataKind::Preference;
}

core::Result<TokenizedDataset> tokenizePreferences(const engine::ChatFormat& format,
                                                   const std::vector<PreferenceExample>& examples,
                                                   const TokenizeOptions& options) {
    TokenizedDataset dataset;
    LineProblems problems;
    for (const PreferenceExample& example : examples) {
        if (const auto status = tokenizePair(format, example, options, dataset); !status)
            problems.add(example.line, status.error().message);
        if (problems.full())
            break;
    }
    CORE_TRY(problems.status({}));
    return dataset;
}

}  // namespace hearth::finetune

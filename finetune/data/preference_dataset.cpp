#include "finetune/data/preference_dataset.h"

#include <algorithm>

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
                                       const char* answerName, const ChatDatasetLimits& limits) {
    ChatExample example;
    CORE_TRY(appendMessages(fields.prompt, fields.promptName, limits, example));
    std::fill(example.learned.begin(), example.learned.end(), false);
    const size_t before = example.learned.size();
    CORE_TRY(appendMessages(answer, answerName, limits, example));
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
    example.text = {fields.prompt.get<std::string>(), fields.chosen.get<std::string>(),
                    fields.rejected.get<std::string>()};
    if (example.text->chosen.empty() || example.text->rejected.empty())
        return invalid("chosen and rejected must not be empty");
    return example;
}

core::Result<PreferenceExample> conversations(Fields& fields, const ChatDatasetLimits& limits) {
    if (fields.prompt.is_null())
        CORE_TRY(splitPrompt(fields));
    PreferenceExample example;
    CORE_ASSIGN(example.chosen, conversation(fields, fields.chosen, fields.chosenName, limits));
    CORE_ASSIGN(example.rejected,
                conversation(fields, fields.rejected, fields.rejectedName, limits));
    return example;
}

core::Result<TokenizedExample> tokenizeText(const engine::Tokenizer& tokenizer,
                                            const std::string& prompt, const std::string& answer,
                                            const TokenizeOptions& options, int64_t& truncated) {
    // All of it is literal: a control token's name in it is ordinary text.
    const auto encode = [&](const std::string& text, bool continues) {
        const engine::TextRange literal{0, text.size()};
        return tokenizer.encodeMarked(text, {&literal, 1}, continues);
    };
    std::vector<int32_t> ids;
    if (const auto bos = tokenizer.bosId())
        ids.push_back(*bos);
    const auto head = encode(prompt, false), tail = encode(answer, !prompt.empty());
    ids.insert(ids.end(), head.begin(), head.end());
    const size_t learnedFrom = ids.size();
    ids.insert(ids.end(), tail.begin(), tail.end());
    if (const auto eos = tokenizer.eosId())
        ids.push_back(*eos);
    std::vector<uint8_t> mask(ids.size(), 0);
    std::fill(mask.begin() + long(learnedFrom), mask.end(), uint8_t{1});
    return fitted(labelledExample(ids, mask), options, truncated);
}

/// Both answers of a pair.
core::Status tokenizePair(const engine::ChatFormat& format, const PreferenceExample& example,
                          const TokenizeOptions& options, TokenizedDataset& dataset) {
    int64_t truncated = 0;
    const auto one = [&](const ChatExample& chat, const std::string& answer) {
        return example.text ? tokenizeText(format.tokenizer(), example.text->prompt, answer,
                                           options, truncated)
                            : tokenizeChatExample(format, chat, options, truncated);
    };
    CORE_ASSIGN(TokenizedExample chosen,
                one(example.chosen, example.text ? example.text->chosen : ""));
    CORE_ASSIGN(TokenizedExample rejected,
                one(example.rejected, example.text ? example.text->rejected : ""));
    if (chosen.ids == rejected.ids && chosen.labels == rejected.labels)
        return invalid(truncated > 0 ? "the answers are equal after truncation to max_seq_len"
                                     : "the answers are equal, so that nothing can be learned");
    dataset.truncated += truncated;
    dataset.examples.push_back(std::move(chosen));
    dataset.examples.push_back(std::move(rejected));
    return {};
}

}  // namespace

core::Result<PreferenceExample> parsePreferenceLine(std::string_view line,
                                                    const ChatDatasetLimits& limits) {
    CORE_ASSIGN(const json document, parseExampleLine(line, limits));
    CORE_ASSIGN(Fields fields, readFields(document));
    if (fields.prompt.is_string() && fields.chosen.is_string() && fields.rejected.is_string())
        return plainText(fields);
    const bool lists = fields.chosen.is_array() && fields.rejected.is_array() &&
                       (fields.prompt.is_null() || fields.prompt.is_array());
    if (!lists)
        return invalid(
            "prompt, chosen and rejected must be three strings or three lists of "
            "messages");
    return conversations(fields, limits);
}

core::Result<std::vector<PreferenceExample>> readPreferenceDataset(
    std::string_view text, const std::string& label, const ChatDatasetLimits& limits) {
    LineProblems problems;
    std::vector<PreferenceExample> examples;
    forEachLine(text, [&](int64_t number, std::string_view line) {
        if (isBlank(line))
            return true;
        auto example = parsePreferenceLine(line, limits);
        if (example) {
            example->line = number;
            examples.push_back(std::move(*example));
        } else {
            problems.add(number, example.error().message);
        }
        return !problems.full();
    });
    CORE_TRY(problems.status(label));
    if (examples.empty())
        return core::Error{core::ErrorCode::InvalidArgument, "the data set has no example", label};
    return examples;
}

bool isPreferenceDataset(std::string_view text) {
    bool preferences = false;
    forEachLine(text, [&](int64_t, std::string_view line) {
        if (isBlank(line))
            return true;
        const auto document = parseExampleLine(line, {});
        preferences = document.ok() &&
                      (document->contains("preferred_output") ||
                       document->contains("non_preferred_output") || document->contains("chosen"));
        return false;
    });
    return preferences;
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

#include "finetune/eval/choice_set.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "finetune/data/line_problems.h"
#include "finetune/eval/likelihood.h"
#include "finetune/eval/question_lines.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

constexpr size_t kMostChoices = 64;
constexpr size_t kMostBytes = 1 << 20;

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

core::Result<std::vector<std::string>> readList(const json& document) {
    const json* list = core::findField(document, "choices");
    const core::Error wrong =
        invalid("choices must be a list of 2 to " + std::to_string(kMostChoices) +
                " different texts, none of them empty");
    if (!list || !list->is_array() || list->size() < 2 || list->size() > kMostChoices)
        return wrong;
    std::vector<std::string> choices;
    for (const json& choice : *list) {
        const std::string text = choice.is_string() ? choice.get<std::string>() : "";
        if (text.empty() || std::ranges::find(choices, text) != choices.end())
            return wrong;
        choices.push_back(text);
    }
    return choices;
}

core::Result<ChoiceQuestion> parseChoice(std::string_view line) {
    CORE_ASSIGN(const json document, core::parseJson(line, "question"));
    if (!document.is_object())
        return invalid("must be a JSON object");
    const bool chat = core::findField(document, "question");
    if (chat == bool(core::findField(document, "prompt")))
        return invalid("must hold a question or a prompt, and not both");
    ChoiceQuestion question{.chat = chat};
    CORE_ASSIGN(question.text,
                core::readString(document, chat ? "question" : "prompt", kMostBytes));
    if (question.text.empty())
        return invalid("the question is empty");
    CORE_ASSIGN(question.choices, readList(document));
    const auto last = int64_t(question.choices.size()) - 1;
    CORE_ASSIGN(const int64_t answer, core::readInt(document, "answer", 0, last));
    question.answer = size_t(answer);
    return question;
}

core::Result<Continuation> tokensOf(const engine::ChatFormat& format,
                                    const ChoiceQuestion& question, const std::string& choice) {
    if (!question.chat)
        return continuationOf(format.tokenizer(), question.text, " " + choice);
    const json message = {{"role", "user"}, {"content", question.text}};
    CORE_ASSIGN(std::vector<int32_t> ids, format.encodeChat(json::array({message})));
    return answerTo(format.tokenizer(), std::move(ids), choice);
}

size_t characters(const std::string& text) {
    return size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

ChoiceResult resultOf(const ChoiceQuestion& question, std::vector<double> logps) {
    std::vector<double> byLength;
    for (size_t i = 0; i < logps.size(); ++i)
        byLength.push_back(logps[i] / double(characters(question.choices[i])));
    const auto isRight = [&](const std::vector<double>& values) {
        return size_t(std::ranges::max_element(values) - values.begin()) == question.answer;
    };
    const bool correct = isRight(logps), correctByLength = isRight(byLength);
    return {std::move(logps), correct, correctByLength};
}

}  // namespace

core::Result<std::vector<ChoiceQuestion>> readChoices(std::string_view text,
                                                      const std::string& label) {
    return readQuestionLines(text, label, parseChoice);
}

bool holdsChoices(std::string_view text) {
    bool found = false;
    forEachLine(text, [&](int64_t, std::string_view line) {
        const auto document = core::parseJson(line, "question");
        if (!document || !document->is_object())
            return true;
        found = core::findField(*document, "choices");
        return false;
    });
    return found;
}

core::Result<std::vector<ChoiceResult>> chooseAnswers(
    engine::Backend& backend, engine::Model& model, std::shared_ptr<const engine::Adapter> adapter,
    const engine::ChatFormat& format, const std::vector<ChoiceQuestion>& questions,
    const std::atomic<bool>& cancel) {
    std::vector<Continuation> continuations;
    for (const ChoiceQuestion& question : questions)
        for (const std::string& choice : question.choices) {
            CORE_ASSIGN(Continuation tokens, tokensOf(format, question, choice));
            continuations.push_back(std::move(tokens));
        }
    CORE_ASSIGN(const auto logps,
                continuationLogps(backend, model, std::move(adapter), continuations, cancel));
    std::vector<ChoiceResult> results;
    auto next = logps.begin();
    for (const ChoiceQuestion& question : questions) {
        const auto end = next + int64_t(question.choices.size());
        results.push_back(resultOf(question, {next, end}));
        next = end;
    }
    return results;
}

}  // namespace hearth::finetune

#include "finetune/eval/question_set.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "finetune/eval/answer_match.h"
#include "finetune/eval/greedy_generator.h"
#include "finetune/eval/question_lines.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

/// A string or a list of strings, added to `values`.
core::Status addStrings(const json& source, const char* field, std::vector<std::string>& values) {
    const json* value = core::findField(source, field);
    if (!value)
        return {};
    const json list = value->is_array() ? *value : json::array({*value});
    for (const json& item : list) {
        if (!item.is_string())
            return invalid(std::string(field) + " must be a string or a list of strings");
        values.push_back(item.get<std::string>());
    }
    return {};
}

core::Result<Question> parseQuestion(std::string_view line) {
    CORE_ASSIGN(const json document, core::parseJson(line, "question"));
    if (!document.is_object())
        return invalid("must be a JSON object");
    const json* text = core::findField(document, "question");
    if (!text || !text->is_string())
        return invalid("question must be a string");
    Question question{text->get<std::string>(), {}, {}};
    CORE_TRY(addStrings(document, "expected", question.expected));
    CORE_TRY(addStrings(document, "alternatives", question.expected));
    if (const json* fact = core::findField(document, "fact"); fact && fact->is_string())
        question.fact = fact->get<std::string>();
    for (const std::string& value : question.expected)
        if (!answerWords(value).empty())
            return question;
    return invalid("expected holds nothing that an answer could contain");
}

bool isRight(const std::string& answer, const Question& question) {
    return std::any_of(question.expected.begin(), question.expected.end(),
                       [&](const std::string& value) { return answerContains(answer, value); });
}

}  // namespace

core::Result<std::vector<Question>> readQuestions(std::string_view text, const std::string& label) {
    return readQuestionLines(text, label, parseQuestion);
}

core::Result<std::vector<Answer>> answerQuestions(engine::Backend& backend, engine::Model& model,
                                                  std::shared_ptr<const engine::Adapter> adapter,
                                                  const engine::ChatFormat& format,
                                                  const std::vector<Question>& questions,
                                                  const QuestionOptions& options,
                                                  const std::atomic<bool>& cancel) {
    std::vector<std::vector<int32_t>> prompts;
    for (const Question& question : questions) {
        const json messages = {{{"role", "user"}, {"content", question.question}}};
        CORE_ASSIGN(std::vector<int32_t> prompt, format.encodeChat(messages));
        prompts.push_back(std::move(prompt));
    }
    const GreedyOptions greedy{.max_new_tokens = options.max_new_tokens,
                               .stop_tokens = stopTokens(model, format.tokenizer())};
    CORE_ASSIGN(const auto generated,
                generateGreedy(backend, model, std::move(adapter), prompts, greedy, cancel));

    std::vector<Answer> answers;
    for (size_t i = 0; i < questions.size(); ++i) {
        std::string text = format.tokenizer().decode(generated[i]);
        const bool correct = isRight(text, questions[i]);
        answers.push_back({std::move(text), correct});
    }
    return answers;
}

}  // namespace hearth::finetune

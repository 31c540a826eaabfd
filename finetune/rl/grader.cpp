#include "finetune/rl/grader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"
#include "finetune/eval/answer_match.h"
#include "finetune/rl/answer_pattern.h"
#include "finetune/rl/answer_schema.h"
#include "finetune/rl/answer_text.h"
#include "finetune/rl/grader_kinds.h"

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;
using Answer = std::string_view;

constexpr const char* kWholeAnswer = "{{sample.output_text}}";

/// Judges each answer by itself.
class RuleGrader : public Grader {
public:
    core::Result<std::vector<double>> grade(std::span<const AnswerToGrade> answers) const final {
        std::vector<double> rewards;
        for (const AnswerToGrade& answer : answers)
            rewards.push_back(gradeOne(answer.text, *answer.item));
        return rewards;
    }

protected:
    virtual double gradeOne(Answer answer, const Json& item) const = 0;
};

class StringCheck : public RuleGrader {
public:
    static ParsedGrader parse(const Json& grader, const JudgeFinder&) {
        CORE_TRY(
            core::rejectUnknownFields(grader, {"type", "name", "operation", "input", "reference"}));
        auto check = std::make_unique<StringCheck>();
        CORE_ASSIGN(check->m_operation, core::readString(grader, "operation", 16));
        if (const auto& o = check->m_operation;
            o != "eq" && o != "ne" && o != "like" && o != "ilike")
            return invalidGrader("operation must be eq, ne, like or ilike", "operation");
        CORE_ASSIGN(check->m_input, readGraderText(grader, "input", kWholeAnswer));
        CORE_ASSIGN(check->m_reference, readGraderText(grader, "reference"));
        return ParsedGrader(std::move(check));
    }
    double gradeOne(Answer answer, const Json& item) const override {
        std::string input = filledText(m_input, answer, item);
        std::string reference = filledText(m_reference, answer, item);
        if (m_operation == "ilike")
            for (std::string* text : {&input, &reference})
                std::ranges::transform(*text, text->begin(), [](char c) {
                    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
                });
        if (m_operation == "eq" || m_operation == "ne")
            return (input == reference) == (m_operation == "eq") ? 1.0 : 0.0;
        return input.find(reference) != std::string::npos ? 1.0 : 0.0;
    }

private:
    std::string m_operation, m_input, m_reference;
};

class TextSimilarity : public RuleGrader {
public:
    static ParsedGrader parse(const Json& grader, const JudgeFinder&) {
        CORE_TRY(core::rejectUnknownFields(
            grader, {"type", "name", "evaluation_metric", "input", "reference", "pass_threshold"}));
        auto check = std::make_unique<TextSimilarity>();
        CORE_ASSIGN(const std::string metric, core::readString(grader, "evaluation_metric", 32));
        if (metric != "fuzzy_match" && metric != "rouge_l")
            return invalidGrader("evaluation_metric must be fuzzy_match or rouge_l",
                                 "evaluation_metric");
        check->m_contains = metric == "fuzzy_match";
        CORE_ASSIGN(check->m_input, readGraderText(grader, "input", kWholeAnswer));
        CORE_ASSIGN(check->m_reference, readGraderText(grader, "reference"));
        CORE_ASSIGN(check->m_threshold, core::readNumber(grader, "pass_threshold", 0.0, 1.0, 0.0));
        return ParsedGrader(std::move(check));
    }
    double gradeOne(Answer answer, const Json& item) const override {
        const std::string input = filledText(m_input, answer, item);
        const std::string reference = filledText(m_reference, answer, item);
        const double score =
            m_contains ? double(answerContains(input, reference)) : rougeL(input, reference);
        return score >= m_threshold ? score : 0.0;
    }

private:
    bool m_contains = false;
    std::string m_input, m_reference;
    double m_threshold = 0.0;
};

class RegexGrader : public RuleGrader {
public:
    explicit RegexGrader(AnswerPattern pattern) : m_pattern(std::move(pattern)) {}
    static ParsedGrader parse(const Json& grader, const JudgeFinder&) {
        CORE_TRY(
            core::rejectUnknownFields(grader, {"type", "name", "pattern", "input", "reference"}));
        CORE_ASSIGN(const std::string text, core::readString(grader, "pattern", kMostGraderBytes));
        CORE_ASSIGN(AnswerPattern pattern, AnswerPattern::compile(text));
        auto check = std::make_unique<RegexGrader>(std::move(pattern));
        CORE_ASSIGN(check->m_input, readGraderText(grader, "input", kWholeAnswer));
        if (core::findField(grader, "reference")) {
            CORE_ASSIGN(check->m_reference, readGraderText(grader, "reference"));
        }
        return ParsedGrader(std::move(check));
    }
    double gradeOne(Answer answer, const Json& item) const override {
        const auto found = m_pattern.find(filledText(m_input, answer, item));
        if (!found)
            return 0.0;
        return !m_reference || *found == filledText(*m_reference, answer, item) ? 1.0 : 0.0;
    }

private:
    AnswerPattern m_pattern;
    std::string m_input;
    std::optional<std::string> m_reference;
};

class SchemaGrader : public RuleGrader {
public:
    explicit SchemaGrader(AnswerSchema schema) : m_schema(std::move(schema)) {}
    static ParsedGrader parse(const Json& grader, const JudgeFinder&) {
        CORE_TRY(core::rejectUnknownFields(grader, {"type", "name", "schema", "input"}));
        const Json* schema = core::findField(grader, "schema");
        if (!schema)
            return invalidGrader("schema is required", "schema");
        CORE_ASSIGN(AnswerSchema compiled, AnswerSchema::compile(*schema));
        auto check = std::make_unique<SchemaGrader>(std::move(compiled));
        CORE_ASSIGN(check->m_input, readGraderText(grader, "input", kWholeAnswer));
        return ParsedGrader(std::move(check));
    }
    double gradeOne(Answer answer, const Json& item) const override {
        const Json value = Json::parse(filledText(m_input, answer, item), nullptr, false);
        return !value.is_discarded() && m_schema.accepts(value) ? 1.0 : 0.0;
    }

private:
    AnswerSchema m_schema;
    std::string m_input;
};

struct Kind {
    const char* type;
    ParsedGrader (*parse)(const Json& grader, const JudgeFinder& judges);
};

constexpr Kind kKinds[] = {{"string_check", StringCheck::parse},
                           {"text_similarity", TextSimilarity::parse},
                           {"regex", RegexGrader::parse},
                           {"json_schema", SchemaGrader::parse},
                           {"score_model", parseScoreModel},
                           {"label_model", parseLabelModel},
                           {"multi", parseMulti}};

}  // namespace

ParsedGrader parseGrader(const Json& grader, const JudgeFinder& judges) {
    if (!grader.is_object())
        return invalidGrader("a grader must be an object with a type", "grader");
    CORE_ASSIGN(const std::string type, core::readString(grader, "type", 64));
    std::string known;
    for (const Kind& kind : kKinds) {
        if (type == kind.type)
            return kind.parse(grader, judges);
        known += (known.empty() ? "" : ", ") + std::string(kind.type);
    }
    return core::Error{core::ErrorCode::Unsupported,
                       "grader type \"" + type + "\" is not known; known are: " + known, "type"};
}

}  // namespace hearth::finetune

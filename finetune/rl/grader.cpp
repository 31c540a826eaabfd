#include "finetune/rl/grader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"
#include "finetune/eval/answer_match.h"
#include "finetune/rl/answer_pattern.h"
#include "finetune/rl/answer_schema.h"
#include "finetune/rl/answer_text.h"

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;
using Answer = std::string_view;
using Parsed = core::Result<std::unique_ptr<Grader>>;

constexpr size_t kMostBytes = 64 << 10;  // of a text of a grader
constexpr const char* kWholeAnswer = "{{sample.output_text}}";

core::Error invalid(const std::string& message, const std::string& field) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Result<std::string> readText(const Json& grader, const std::string& field,
                                   std::optional<std::string> fallback = {}) {
    CORE_ASSIGN(std::string text, core::readString(grader, field, kMostBytes, std::move(fallback)));
    if (const auto places = checkPlaces(text); !places)
        return invalid(places.error().message, field);
    return text;
}

class StringCheck : public Grader {
public:
    static Parsed parse(const Json& grader) {
        CORE_TRY(
            core::rejectUnknownFields(grader, {"type", "name", "operation", "input", "reference"}));
        auto check = std::make_unique<StringCheck>();
        CORE_ASSIGN(check->m_operation, core::readString(grader, "operation", 16));
        if (const auto& o = check->m_operation;
            o != "eq" && o != "ne" && o != "like" && o != "ilike")
            return invalid("operation must be eq, ne, like or ilike", "operation");
        CORE_ASSIGN(check->m_input, readText(grader, "input", kWholeAnswer));
        CORE_ASSIGN(check->m_reference, readText(grader, "reference"));
        return Parsed(std::move(check));
    }
    double grade(Answer answer, const Json& item) const override {
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

class TextSimilarity : public Grader {
public:
    static Parsed parse(const Json& grader) {
        CORE_TRY(core::rejectUnknownFields(
            grader, {"type", "name", "evaluation_metric", "input", "reference", "pass_threshold"}));
        auto check = std::make_unique<TextSimilarity>();
        CORE_ASSIGN(const std::string metric, core::readString(grader, "evaluation_metric", 32));
        if (metric != "fuzzy_match" && metric != "rouge_l")
            return invalid("evaluation_metric must be fuzzy_match or rouge_l", "evaluation_metric");
        check->m_contains = metric == "fuzzy_match";
        CORE_ASSIGN(check->m_input, readText(grader, "input", kWholeAnswer));
        CORE_ASSIGN(check->m_reference, readText(grader, "reference"));
        CORE_ASSIGN(check->m_threshold, core::readNumber(grader, "pass_threshold", 0.0, 1.0, 0.0));
        return Parsed(std::move(check));
    }
    double grade(Answer answer, const Json& item) const override {
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

class RegexGrader : public Grader {
public:
    explicit RegexGrader(AnswerPattern pattern) : m_pattern(std::move(pattern)) {}
    static Parsed parse(const Json& grader) {
        CORE_TRY(
            core::rejectUnknownFields(grader, {"type", "name", "pattern", "input", "reference"}));
        CORE_ASSIGN(const std::string text, core::readString(grader, "pattern", kMostBytes));
        CORE_ASSIGN(AnswerPattern pattern, AnswerPattern::compile(text));
        auto check = std::make_unique<RegexGrader>(std::move(pattern));
        CORE_ASSIGN(check->m_input, readText(grader, "input", kWholeAnswer));
        if (core::findField(grader, "reference")) {
            CORE_ASSIGN(check->m_reference, readText(grader, "reference"));
        }
        return Parsed(std::move(check));
    }
    double grade(Answer answer, const Json& item) const override {
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

class SchemaGrader : public Grader {
public:
    explicit SchemaGrader(AnswerSchema schema) : m_schema(std::move(schema)) {}
    static Parsed parse(const Json& grader) {
        CORE_TRY(core::rejectUnknownFields(grader, {"type", "name", "schema", "input"}));
        const Json* schema = core::findField(grader, "schema");
        if (!schema)
            return invalid("schema is required", "schema");
        CORE_ASSIGN(AnswerSchema compiled, AnswerSchema::compile(*schema));
        auto check = std::make_unique<SchemaGrader>(std::move(compiled));
        CORE_ASSIGN(check->m_input, readText(grader, "input", kWholeAnswer));
        return Parsed(std::move(check));
    }
    double grade(Answer answer, const Json& item) const override {
        const Json value = Json::parse(filledText(m_input, answer, item), nullptr, false);
        return !value.is_discarded() && m_schema.accepts(value) ? 1.0 : 0.0;
    }

private:
    AnswerSchema m_schema;
    std::string m_input;
};

class MultiGrader : public Grader {
public:
    static Parsed parse(const Json& grader) {
        CORE_TRY(core::rejectUnknownFields(grader, {"type", "name", "graders", "weights"}));
        const Json* graders = core::findField(grader, "graders");
        if (!graders || !graders->is_object() || graders->empty())
            return invalid("graders must be an object of graders", "graders");
        const Json none = Json::object();
        const Json* weights = core::findField(grader, "weights");
        auto multi = std::make_unique<MultiGrader>();
        for (const auto& [name, part] : graders->items()) {
            auto parsed = parseGrader(part);
            if (!parsed)
                return invalid(parsed.error().message,
                               "graders." + name + "." + parsed.error().context);
            CORE_ASSIGN(const double weight,
                        core::readNumber(weights ? *weights : none, name, 0.0, 1e6, 1.0));
            multi->m_parts.push_back({std::move(parsed).value(), weight});
            multi->m_total += weight;
        }
        if (weights)
            for (const auto& [name, weight] : weights->items())
                if (!graders->contains(name))
                    return invalid("weights names no grader of this name", "weights." + name);
        if (multi->m_total <= 0.0)
            return invalid("some weight must be above 0", "weights");
        return Parsed(std::move(multi));
    }
    double grade(Answer answer, const Json& item) const override {
        double sum = 0.0;
        for (const auto& [grader, weight] : m_parts)
            sum += weight * grader->grade(answer, item);
        return sum / m_total;
    }

private:
    std::vector<std::pair<std::unique_ptr<Grader>, double>> m_parts;
    double m_total = 0.0;
};

struct Kind {
    const char* type;
    Parsed (*parse)(const Json& grader);
};

constexpr Kind kKinds[] = {{"string_check", StringCheck::parse},
                           {"text_similarity", TextSimilarity::parse},
                           {"regex", RegexGrader::parse},
                           {"json_schema", SchemaGrader::parse},
                           {"multi", MultiGrader::parse}};

}  // namespace

Parsed parseGrader(const Json& grader) {
    if (!grader.is_object())
        return invalid("a grader must be an object with a type", "grader");
    CORE_ASSIGN(const std::string type, core::readString(grader, "type", 64));
    std::string known;
    for (const Kind& kind : kKinds) {
        if (type == kind.type)
            return kind.parse(grader);
        known += (known.empty() ? "" : ", ") + std::string(kind.type);
    }
    return core::Error{core::ErrorCode::Unsupported,
                       "grader type \"" + type + "\" is not known; known are: " + known, "type"};
}

}  // namespace hearth::finetune

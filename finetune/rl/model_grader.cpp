// Graders that ask a model: score_model and label_model.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/number_text.h"
#include "core/strings.h"
#include "finetune/rl/answer_text.h"
#include "finetune/rl/grader_kinds.h"

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;

constexpr size_t kMostMessages = 64;
constexpr size_t kMostLabels = 64;
constexpr int64_t kJudgeTokens = 64;  // of a judge's answer, unless the grader says otherwise

/// The first number of a text: "7" of "Score: 7/10".
std::optional<double> firstNumber(std::string_view text) {
    const size_t digit = text.find_first_of("0123456789");
    if (digit == std::string_view::npos)
        return {};
    size_t begin = digit;
    if (begin > 0 && text[begin - 1] == '.')
        --begin;
    if (begin > 0 && text[begin - 1] == '-')
        --begin;
    double value = 0.0;
    const auto [end, error] =
        std::from_chars(text.data() + begin, text.data() + text.size(), value);
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

/// [{"role", "content"}], with places in the content.
core::Result<Json> readMessages(const Json& grader) {
    const Json* list = core::findField(grader, "input");
    if (!list || !list->is_array() || list->empty() || list->size() > kMostMessages)
        return invalidGrader("input must be a list of messages {\"role\", \"content\"}", "input");
    Json messages = Json::array();
    for (size_t i = 0; i < list->size(); ++i) {
        const std::string field = "input[" + std::to_string(i) + "].";
        const auto role = core::readString(list->at(i), "role", 16);
        if (!role ||
            (*role != "system" && *role != "developer" && *role != "user" && *role != "assistant"))
            return invalidGrader("role must be system, developer, user or assistant",
                                 field + "role");
        const auto content = readGraderText(list->at(i), "content");
        if (!content)
            return invalidGrader(content.error().message, field + content.error().context);
        messages.push_back(
            {{"role", *role == "developer" ? "system" : *role}, {"content", *content}});
    }
    return messages;
}

/// What both kinds have: whom to ask, and what.
class ModelGrader : public Grader {
protected:
    core::Status parseCommon(const Json& grader, const JudgeFinder& judges) {
        CORE_ASSIGN(m_model, core::readString(grader, "model", 256));
        CORE_ASSIGN(m_messages, readMessages(grader));
        if (judges) {
            CORE_ASSIGN(m_judge, judges(m_model));
        }
        return {};
    }
    std::vector<Json> conversations(std::span<const AnswerToGrade> answers) const {
        std::vector<Json> all;
        for (const AnswerToGrade& answer : answers) {
            all.push_back(m_messages);
            for (Json& message : all.back())
                message["content"] = filledText(message["content"].get_ref<const std::string&>(),
                                                answer.text, *answer.item);
        }
        return all;
    }
    const std::string& model() const { return m_model; }
    Judge& judge() const {
        CORE_ASSERT(m_judge != nullptr);
        return *m_judge;
    }

private:
    std::string m_model;
    Json m_messages;
    std::shared_ptr<Judge> m_judge;
};

class ScoreModel : public ModelGrader {
public:
    core::Status parse(const Json& grader, const JudgeFinder& judges) {
        CORE_TRY(core::rejectUnknownFields(
            grader, {"type", "name", "model", "input", "range", "sampling_params"}));
        CORE_TRY(readRange(grader));
        if (const Json* params = core::findField(grader, "sampling_params"))
            CORE_TRY(readSampling(*params));
        return parseCommon(grader, judges);
    }

    core::Result<std::vector<double>> grade(std::span<const AnswerToGrade> answers) const override {
        CORE_ASSIGN(const auto said, judge().answers(conversations(answers), m_tokens));
        std::vector<double> rewards;
        for (const std::string& text : said) {
            const auto number = firstNumber(text);
            if (!number || *number < m_low || *number > m_high)
                return invalidGrader(
                    "the judge \"" + model() + "\" answered \"" + core::printable(text) +
                        "\", which does not begin with a number from " +
                        core::significantText(m_low, 6) + " to " +
                        core::significantText(m_high, 6) +
                        "; have the grader's input ask for such a number and nothing else, or "
                        "take a model that follows it",
                    "input");
            rewards.push_back(*number);
        }
        return rewards;
    }

private:
    core::Status readRange(const Json& grader) {
        const Json* range = core::findField(grader, "range");
        if (!range)
            return {};
        if (!range->is_array() || range->size() != 2 || !range->at(0).is_number() ||
            !range->at(1).is_number() || range->at(0) >= range->at(1))
            return invalidGrader("range must be two numbers, the lower one first", "range");
        m_low = range->at(0);
        m_high = range->at(1);
        return {};
    }
    /// Nothing that would make two judgements of one answer differ.
    core::Status readSampling(const Json& params) {
        if (!params.is_object())
            return invalidGrader("sampling_params must be an object", "sampling_params");
        CORE_TRY(core::rejectUnknownFields(
            params, {"temperature", "top_p", "seed", "max_completions_tokens"}));
        if (const Json* temperature = core::findField(params, "temperature");
            temperature && *temperature != 0)
            return invalidGrader("temperature must be 0: a judge gives its likeliest answer",
                                 "sampling_params.temperature");
        CORE_ASSIGN(m_tokens,
                    core::readInt(params, "max_completions_tokens", 1, 4096, kJudgeTokens));
        return {};
    }

    double m_low = 0.0, m_high = 1.0;
    int64_t m_tokens = kJudgeTokens;
};

class LabelModel : public ModelGrader {
public:
    core::Status parse(const Json& grader, const JudgeFinder& judges) {
        CORE_TRY(core::rejectUnknownFields(
            grader, {"type", "name", "model", "input", "labels", "passing_labels"}));
        CORE_ASSIGN(m_labels, readLabels(grader, "labels"));
        CORE_ASSIGN(m_passing, readLabels(grader, "passing_labels"));
        for (const std::string& label : m_passing)
            if (std::ranges::find(m_labels, label) == m_labels.end())
                return invalidGrader("passing_labels must be among labels", "passing_labels");
        return parseCommon(grader, judges);
    }

    core::Result<std::vector<double>> grade(std::span<const AnswerToGrade> answers) const override {
        CORE_ASSIGN(const auto chosen, judge().likeliest(conversations(answers), m_labels));
        std::vector<double> rewards;
        for (const size_t label : chosen)
            rewards.push_back(
                std::ranges::find(m_passing, m_labels[label]) != m_passing.end() ? 1.0 : 0.0);
        return rewards;
    }

private:
    static core::Result<std::vector<std::string>> readLabels(const Json& grader,
                                                             const std::string& field) {
        const Json* list = core::findField(grader, field);
        std::vector<std::string> labels;
        if (list && list->is_array() && list->size() <= kMostLabels)
            for (const Json& label : *list)
                if (label.is_string() && !label.get_ref<const std::string&>().empty())
                    labels.push_back(label);
        if (labels.empty() || labels.size() != list->size())
            return invalidGrader(field + " must be a list of texts", field);
        return labels;
    }

    std::vector<std::string> m_labels, m_passing;
};

template <typename Kind>
ParsedGrader parseKind(const Json& grader, const JudgeFinder& judges) {
    auto kind = std::make_unique<Kind>();
    CORE_TRY(kind->parse(grader, judges));
    return ParsedGrader(std::move(kind));
}

}  // namespace

ParsedGrader parseScoreModel(const Json& grader, const JudgeFinder& judges) {
    return parseKind<ScoreModel>(grader, judges);
}

ParsedGrader parseLabelModel(const Json& grader, const JudgeFinder& judges) {
    return parseKind<LabelModel>(grader, judges);
}

std::vector<std::string> modelsOfGrader(const Json& grader) {
    std::vector<std::string> models;
    const auto add = [&](const std::string& model) {
        if (std::ranges::find(models, model) == models.end())
            models.push_back(model);
    };
    if (const Json* model = core::findField(grader, "model"))
        add(model->get<std::string>());
    if (const Json* parts = core::findField(grader, "graders"))
        for (const Json& part : *parts)
            std::ranges::for_each(modelsOfGrader(part), add);
    return models;
}

}  // namespace hearth::finetune

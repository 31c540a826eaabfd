// Several graders' scores as one, and what the kinds of graders share.
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/number_text.h"
#include "finetune/rl/answer_text.h"
#include "finetune/rl/grader_kinds.h"
#include "finetune/rl/score_formula.h"

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;

class MultiGrader : public Grader {
public:
    core::Status parse(const Json& grader, const JudgeFinder& judges) {
        CORE_TRY(core::rejectUnknownFields(
            grader, {"type", "name", "graders", "weights", "calculate_output"}));
        const Json* graders = core::findField(grader, "graders");
        if (!graders || !graders->is_object() || graders->empty())
            return invalidGrader("graders must be an object of graders", "graders");
        for (const auto& [name, part] : graders->items()) {
            auto parsed = parseGrader(part, judges);
            if (!parsed)
                return core::Error{parsed.error().code, parsed.error().message,
                                   "graders." + name + "." + parsed.error().context};
            m_names.push_back(name);
            m_graders.push_back(std::move(parsed).value());
        }
        const Json* weights = core::findField(grader, "weights");
        if (!core::findField(grader, "calculate_output"))
            return readWeights(weights);
        if (weights)
            return invalidGrader("give either weights or calculate_output", "calculate_output");
        CORE_ASSIGN(const std::string text,
                    core::readString(grader, "calculate_output", kMostGraderBytes));
        auto formula = ScoreFormula::parse(text, m_names);
        if (!formula)
            return invalidGrader(formula.error().message, "calculate_output");
        m_formula = std::move(*formula);
        return {};
    }

    core::Result<std::vector<double>> grade(std::span<const AnswerToGrade> answers) const override {
        std::vector<std::vector<double>> scores;
        for (const auto& grader : m_graders) {
            CORE_ASSIGN(auto ofGrader, grader->grade(answers));
            scores.push_back(std::move(ofGrader));
        }
        std::vector<double> rewards, ofAnswer(scores.size());
        for (size_t i = 0; i < answers.size(); ++i) {
            for (size_t k = 0; k < scores.size(); ++k)
                ofAnswer[k] = scores[k][i];
            const double reward = m_formula ? m_formula->value(ofAnswer) : weightedMean(ofAnswer);
            if (!std::isfinite(reward))
                return noNumber(ofAnswer);
            rewards.push_back(reward);
        }
        return rewards;
    }

private:
    core::Status readWeights(const Json* weights) {
        const Json none = Json::object();
        for (const std::string& name : m_names) {
            CORE_ASSIGN(const double weight,
                        core::readNumber(weights ? *weights : none, name, 0.0, 1e6, 1.0));
            m_weights.push_back(weight);
            m_total += weight;
        }
        if (weights)
            for (const auto& [name, weight] : weights->items())
                if (std::ranges::find(m_names, name) == m_names.end())
                    return invalidGrader("weights names no grader of this name", "weights." + name);
        if (m_total <= 0.0)
            return invalidGrader("some weight must be above 0", "weights");
        return {};
    }

    double weightedMean(std::span<const double> scores) const {
        double sum = 0.0;
        for (size_t i = 0; i < scores.size(); ++i)
            sum += m_weights[i] * scores[i];
        return sum / m_total;
    }

    core::Error noNumber(std::span<const double> scores) const {
        std::string text;
        for (size_t i = 0; i < scores.size(); ++i)
            text += (i > 0 ? ", " : "") + m_names[i] + " = " + core::significantText(scores[i], 6);
        return invalidGrader("calculate_output gives no finite number where " + text,
                             "calculate_output");
    }

    std::vector<std::string> m_names;
    std::vector<std::unique_ptr<Grader>> m_graders;
    std::vector<double> m_weights;
    double m_total = 0.0;
    std::optional<ScoreFormula> m_formula;
};

}  // namespace

ParsedGrader parseMulti(const Json& grader, const JudgeFinder& judges) {
    auto multi = std::make_unique<MultiGrader>();
    CORE_TRY(multi->parse(grader, judges));
    return ParsedGrader(std::move(multi));
}

core::Error invalidGrader(const std::string& message, const std::string& field) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Result<std::string> readGraderText(const Json& grader, const std::string& field,
                                         std::optional<std::string> fallback) {
    CORE_ASSIGN(std::string text,
                core::readString(grader, field, kMostGraderBytes, std::move(fallback)));
    if (const auto places = checkPlaces(text); !places)
        return invalidGrader(places.error().message, field);
    return text;
}

}  // namespace hearth::finetune

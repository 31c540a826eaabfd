// Rewards of answers by rules and by models, written as OpenAI's graders are.
#pragma once
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/rl/judge.h"

namespace hearth::finetune {

struct AnswerToGrade {
    std::string_view text;                 // what the model said
    const nlohmann::json* item = nullptr;  // its line of the data set, an object
};

/// A grader is an object with a "type":
///   string_check     operation eq, ne, like (contains) or ilike; input, reference: 1 or 0
///   text_similarity  evaluation_metric fuzzy_match (answerContains) or rouge_l; input, reference;
///                    pass_threshold (0): less gives 0
///   regex            pattern, found in input: 1 or 0; with reference: what the first group
///                    matched must equal it
///   json_schema      schema: 1 where input is JSON that fits, 0 where not
///   score_model      model, input (messages), range ([0, 1]), sampling_params (temperature 0,
///                    max_completions_tokens): the first number in the model's likeliest answer
///   label_model      model, input, labels, passing_labels: 1 where the label that the model finds
///                    likeliest passes, 0 where not
///   multi            graders (an object), and either weights (an object of numbers; absent: all
///                    alike): the weighted mean; or calculate_output: a formula of their names
///                    (finetune/rl/score_formula.h)
/// input, reference, pattern and the messages' content are texts with {{sample.output_text}},
/// {{sample.output_json.a.b}} and {{item.a.b}} in them, item being the line of the data set. But
/// for models, input may be left out: {{sample.output_text}}.
class Grader {
public:
    virtual ~Grader() = default;
    /// One reward an answer: of rules in [0, 1], of models in their range, of a formula any finite
    /// number. The same answers get the same rewards. Errors: of the judge; InvalidArgument when a
    /// model's answer holds no number of its range, or a formula gives none. REQUIRES: judges were
    /// there when it was parsed, if it has models.
    virtual core::Result<std::vector<double>> grade(
        std::span<const AnswerToGrade> answers) const = 0;
};

/// judges: empty: the grader is only checked, and no model is loaded.
/// Errors: InvalidArgument naming the field; Unsupported naming the type and the known ones; those
/// of finding a judge.
core::Result<std::unique_ptr<Grader>> parseGrader(const nlohmann::json& grader,
                                                  const JudgeFinder& judges = {});

/// Names of the models that a grader, or a part of it, has. REQUIRES: parseGrader accepts it.
std::vector<std::string> modelsOfGrader(const nlohmann::json& grader);

}  // namespace hearth::finetune

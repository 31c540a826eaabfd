// Rewards of answers by rules, written as OpenAI's graders are.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::finetune {

/// Immutable; may be used from several threads at once.
///
/// A grader is an object with a "type":
///   string_check     operation eq, ne, like (contains) or ilike; input, reference: 1 or 0
///   text_similarity  evaluation_metric fuzzy_match (answerContains) or rouge_l; input, reference;
///                    pass_threshold (0): less gives 0
///   regex            pattern, found in input: 1 or 0; with reference: what the first group
///                    matched must equal it
///   json_schema      schema: 1 where input is JSON that fits, 0 where not
///   multi            graders (an object), weights (an object of numbers; absent: all alike):
///                    the weighted mean
/// input, reference and pattern are texts with {{sample.output_text}}, {{sample.output_json.a.b}}
/// and {{item.a.b}} in them, item being the line of the data set. input may be left out:
/// {{sample.output_text}}.
class Grader {
public:
    virtual ~Grader() = default;
    /// In [0, 1]. answer: what the model said. item: an object.
    virtual double grade(std::string_view answer, const nlohmann::json& item) const = 0;
};

/// Errors: InvalidArgument naming the field; Unsupported naming the type and the known ones.
core::Result<std::unique_ptr<Grader>> parseGrader(const nlohmann::json& grader);

}  // namespace hearth::finetune

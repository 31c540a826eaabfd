// Texts with places for parts of an answer and of its line in the data set.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::finetune {

/// The whole answer as JSON, or its first JSON object or list, in a code block or not; discarded
/// (nlohmann) when there is none.
nlohmann::json answerJson(std::string_view answer);

/// `text` with every {{...}} filled in: sample.output_text, sample.output_json.PATH, item.PATH. A
/// string is put as it is, other values as JSON; what is not there as nothing.
std::string filledText(std::string_view text, std::string_view answer, const nlohmann::json& item);

/// Whether every {{...}} of a text is one of these. Errors: InvalidArgument naming the other.
core::Status checkPlaces(std::string_view text);

}  // namespace hearth::finetune

// Parts of parseGrader, and what they share.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "finetune/rl/grader.h"

namespace hearth::finetune {

using ParsedGrader = core::Result<std::unique_ptr<Grader>>;

inline constexpr size_t kMostGraderBytes = 64 << 10;  // of a text of a grader

ParsedGrader parseScoreModel(const nlohmann::json& grader, const JudgeFinder& judges);
ParsedGrader parseLabelModel(const nlohmann::json& grader, const JudgeFinder& judges);
ParsedGrader parseMulti(const nlohmann::json& grader, const JudgeFinder& judges);

core::Error invalidGrader(const std::string& message, const std::string& field);

/// A text with places (answer_text.h). Errors: InvalidArgument naming the field.
core::Result<std::string> readGraderText(const nlohmann::json& grader, const std::string& field,
                                         std::optional<std::string> fallback = {});

}  // namespace hearth::finetune

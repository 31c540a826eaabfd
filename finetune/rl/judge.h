// Models that judge answers.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

/// Used by one thread. conversations: lists of {role, content} each. What it says of one does not
/// depend on those beside it.
class Judge {
public:
    virtual ~Judge() = default;
    /// The likeliest answers, without their ends. Errors: Cancelled; InvalidArgument for a
    /// conversation that is longer than the model's context.
    virtual core::Result<std::vector<std::string>> answers(
        const std::vector<nlohmann::json>& conversations, int64_t maxTokens) = 0;
    /// Which of the texts is the likeliest answer; of equal ones the first.
    virtual core::Result<std::vector<size_t>> likeliest(
        const std::vector<nlohmann::json>& conversations,
        const std::vector<std::string>& texts) = 0;
};

/// By the model's name in the grader. Errors: NotFound; of loading.
using JudgeFinder = std::function<core::Result<std::shared_ptr<Judge>>(const std::string& model)>;

}  // namespace hearth::finetune

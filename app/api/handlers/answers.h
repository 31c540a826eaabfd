// Runs the generations of one request and answers, whole or as a stream. What differs between
// chat completions and completions is in an AnswerFormatter.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/api/handlers/generation_fields.h"
#include "app/api/http/request.h"
#include "app/api/http/response.h"
#include "app/services/serving/generation.h"
#include "app/services/serving/serving_context.h"

namespace hearth::app {

/// Builds one API's objects. Used by one request only.
class AnswerFormatter {
public:
    virtual ~AnswerFormatter() = default;
    virtual const char* idPrefix() const = 0;
    virtual const char* objectName() const = 0;
    virtual const char* chunkName() const = 0;

    /// One of a whole answer's choices. REQUIRES: answer.result.
    virtual nlohmann::json choice(int64_t index, const engine::TextPiece& answer,
                                  const Generation& generation) const = 0;
    /// A stream's choices: before the first text (null: none), text, and the end.
    virtual nlohmann::json opening(int64_t index) const = 0;
    virtual nlohmann::json delta(int64_t index, const engine::TextPiece& piece) = 0;
    virtual nlohmann::json closing(int64_t index, const engine::TextPiece& last) const = 0;
};

/// generations: one a choice, all of the same target. context outlives the response.
core::Result<Response> answer(const ServingContext& context, const Request& http,
                              const ServingTarget& target, const GenerationFields& fields,
                              std::vector<std::unique_ptr<Generation>> generations,
                              std::unique_ptr<AnswerFormatter> formatter);

}  // namespace hearth::app

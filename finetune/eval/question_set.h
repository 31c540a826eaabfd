// Questions with known answers: {"question": "...", "expected": "value" or ["a", "b"],
// "alternatives": [...], "fact": "id"}, one a line.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/formats/chat_format.h"
#include "engine/models/model.h"

namespace hearth::finetune {

struct Question {
    std::string question;
    std::vector<std::string> expected;  // any of them is right
    std::string fact;
};

/// Errors: InvalidArgument listing the first bad lines, or saying that there is no question.
core::Result<std::vector<Question>> readQuestions(std::string_view text, const std::string& label);

struct Answer {
    std::string text;
    bool correct = false;
};

struct QuestionOptions {
    int64_t max_new_tokens = 48;
};

/// Greedy answers, in order. A question is one user message; an answer is right when it
/// contains an expected value (answerContains). Errors: those of generateGreedy; Unsupported
/// without a chat template.
core::Result<std::vector<Answer>> answerQuestions(engine::Backend& backend, engine::Model& model,
                                                  std::shared_ptr<const engine::Adapter> adapter,
                                                  const engine::ChatFormat& format,
                                                  const std::vector<Question>& questions,
                                                  const QuestionOptions& options,
                                                  const std::atomic<bool>& cancel);

}  // namespace hearth::finetune

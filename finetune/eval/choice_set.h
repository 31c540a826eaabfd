// Questions with several answers to choose from, one a line:
//   {"prompt": "The sky is", "choices": ["blue", "green"], "answer": 0}
//   {"question": "What colour has the sky?", "choices": ["Blue.", "Green."], "answer": 0}
// A choice follows a `prompt` as plain text, after one space; a `question` is one user message, and
// a choice the assistant's answer to it.
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

struct ChoiceQuestion {
    std::string text;
    bool chat = false;  // a `question`
    std::vector<std::string> choices;
    size_t answer = 0;  // index of the right one
};

/// Errors: InvalidArgument listing the first bad lines, or saying that there is no question.
core::Result<std::vector<ChoiceQuestion>> readChoices(std::string_view text,
                                                      const std::string& label);

/// Whether lines are questions of this kind, by the first one that is an object.
bool holdsChoices(std::string_view text);

struct ChoiceResult {
    std::vector<double> logps;     // of the choices
    bool correct = false;          // the likeliest one is right; of equal ones the first counts
    bool correctByLength = false;  // the one with the greatest log-probability a character
};

/// By the serving engine, in order. The two ways of choosing are lm-evaluation-harness's acc and
/// acc_norm. Errors: those of runGenerations; Unsupported for
/// a `question` without a chat template.
core::Result<std::vector<ChoiceResult>> chooseAnswers(
    engine::Backend& backend, engine::Model& model, std::shared_ptr<const engine::Adapter> adapter,
    const engine::ChatFormat& format, const std::vector<ChoiceQuestion>& questions,
    const std::atomic<bool>& cancel);

}  // namespace hearth::finetune

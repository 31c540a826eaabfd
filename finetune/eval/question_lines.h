#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {

/// Questions of a file, one a line, blank lines left out. parse: of a line, gives a core::Result of
/// a question. Errors: InvalidArgument listing the first bad lines, or saying that there is none.
template <typename Parse>
auto readQuestionLines(std::string_view text, const std::string& label, Parse&& parse)
    -> core::Result<std::vector<std::decay_t<decltype(*parse(text))>>> {
    std::vector<std::decay_t<decltype(*parse(text))>> questions;
    LineProblems problems;
    forEachLine(text, [&](int64_t number, std::string_view line) {
        if (isBlank(line))
            return true;
        if (auto question = parse(line))
            questions.push_back(std::move(*question));
        else
            problems.add(number, question.error().message);
        return !problems.full();
    });
    CORE_TRY(problems.status(label));
    if (questions.empty())
        return core::Error{core::ErrorCode::InvalidArgument, "there is no question", label};
    return questions;
}

}  // namespace hearth::finetune

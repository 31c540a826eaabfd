#include "finetune/data/line_problems.h"

namespace hearth::finetune {

void LineProblems::add(int64_t line, std::string message) {
    if (!full())
        m_problems.push_back({line, std::move(message)});
}

core::Status LineProblems::status(const std::string& label) const {
    if (empty())
        return {};
    std::string text;
    for (const LineProblem& problem : m_problems)
        text += (text.empty() ? "" : "; ") + ("line " + std::to_string(problem.line)) + ": " +
                problem.message;
    if (full())
        text += "; further lines were not checked";
    return core::Error{core::ErrorCode::InvalidArgument, text, label, m_problems};
}

}  // namespace hearth::finetune

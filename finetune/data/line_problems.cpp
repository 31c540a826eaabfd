#include "finetune/data/line_problems.h"

#include <algorithm>

namespace hearth::finetune {

namespace {

/// The message with each number as '#', so that messages[3] and messages[14] are one problem.
std::string shapeOf(std::string_view message) {
    std::string shape;
    bool within = false;
    for (const char c : message) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit)
            shape += c;
        else if (!within)
            shape += '#';
        within = digit;
    }
    return shape;
}

}  // namespace

std::string RepeatedProblem::text() const {
    if (count == 1)
        return message;
    return message + " (and " + std::to_string(count - 1) + " more like it, up to line " +
           std::to_string(lastLine) + ")";
}

void LineProblems::add(int64_t line, std::string message) {
    std::string shape = shapeOf(message);
    const auto known = std::find(m_shapes.begin(), m_shapes.end(), shape);
    if (known != m_shapes.end()) {
        RepeatedProblem& problem = m_problems[size_t(known - m_shapes.begin())];
        ++problem.count;
        problem.lastLine = line;
    } else if (!full()) {
        m_problems.push_back({line, std::move(message), 1, line});
        m_shapes.push_back(std::move(shape));
    }
}

int64_t LineProblems::lines() const {
    int64_t sum = 0;
    for (const RepeatedProblem& problem : m_problems)
        sum += problem.count;
    return sum;
}

core::Status LineProblems::status(const std::string& label) const {
    if (empty())
        return {};
    std::string text;
    std::vector<LineProblem> problems;
    for (const RepeatedProblem& problem : m_problems) {
        problems.push_back({problem.line, problem.text()});
        text += (text.empty() ? "" : "; ") + ("line " + std::to_string(problem.line)) + ": " +
                problems.back().message;
    }
    if (full())
        text += "; further lines were not checked";
    return core::Error{core::ErrorCode::InvalidArgument, text, label, std::move(problems)};
}

}  // namespace hearth::finetune

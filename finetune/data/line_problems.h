// Collects what is wrong with a line-oriented data set, so that one pass shows its user the
// first mistakes together instead of one a try.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

using core::LineProblem;

/// A problem that perhaps many lines have.
struct RepeatedProblem {
    int64_t line = 0;     // the first that has it
    std::string message;  // of that line
    int64_t count = 1;
    int64_t lastLine = 0;

    /// The message, with the number of lines where there are several.
    std::string text() const;
};

class LineProblems {
public:
    static constexpr size_t kMax = 20;  // kinds of problems

    /// Messages that differ in their numbers only are one kind. Beyond kMax kinds they are dropped.
    void add(int64_t line, std::string message);
    bool empty() const { return m_problems.empty(); }
    /// True when further lines need not be looked at.
    bool full() const { return m_problems.size() >= kMax; }
    /// In the order of their first lines.
    const std::vector<RepeatedProblem>& list() const { return m_problems; }
    /// Lines with a problem.
    int64_t lines() const;

    /// InvalidArgument with "line 17: ..." for each problem, when there is any; the error carries
    /// them one by one too.
    core::Status status(const std::string& label) const;

private:
    std::vector<RepeatedProblem> m_problems;
    std::vector<std::string> m_shapes;  // of their messages: without numbers
};

/// Walks the lines of a text: without their ends (LF or CRLF) and without a leading byte order
/// mark. visit(number, line) returns false to stop.
template <typename Visit>
void forEachLine(std::string_view text, Visit&& visit) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF")
        text.remove_prefix(3);
    for (int64_t number = 1; !text.empty(); ++number) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (!visit(number, line))
            return;
    }
}

inline bool isBlank(std::string_view line) {
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace hearth::finetune

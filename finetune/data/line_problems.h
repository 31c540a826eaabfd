// Collects what is wrong with a line-oriented data set, so that one pass shows its user the
// first mistakes together instead of one a try.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

using core::LineProblem;

class LineProblems {
public:
    static constexpr size_t kMax = 20;

    void add(int64_t line, std::string message);
    bool empty() const { return m_problems.empty(); }
    /// True when further lines need not be looked at.
    bool full() const { return m_problems.size() >= kMax; }
    const std::vector<LineProblem>& list() const { return m_problems; }

    /// InvalidArgument with "line 17: ..." for each problem, when there is any; the error carries
    /// them one by one too.
    core::Status status(const std::string& label) const;

private:
    std::vector<LineProblem> m_problems;
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

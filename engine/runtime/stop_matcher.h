// Finds stop strings in text that arrives in pieces.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hearth::engine {

/// Text that might be the beginning of a stop string is held back until it is known.
class StopMatcher {
public:
    /// Empty strings are ignored.
    explicit StopMatcher(std::vector<std::string> stops);

    /// Text that is safe to show. Once stopped() it is empty.
    std::string push(std::string_view text);
    /// What was held back, at the end of the answer.
    std::string flush();
    /// A stop string came; neither it nor what follows is shown.
    bool stopped() const { return m_stopped; }

private:
    size_t possibleStopLength() const;

    std::vector<std::string> m_stops;
    std::string m_held;
    bool m_stopped = false;
};

}  // namespace hearth::engine

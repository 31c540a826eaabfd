#include "engine/runtime/stop_matcher.h"

#include <algorithm>

namespace hearth::engine {

StopMatcher::StopMatcher(std::vector<std::string> stops) : m_stops(std::move(stops)) {
    std::erase(m_stops, std::string());
}

std::string StopMatcher::push(std::string_view text) {
    if (m_stopped)
        return {};
    m_held += text;
    size_t first = std::string::npos;
    for (const std::string& stop : m_stops)
        first = std::min(first, m_held.find(stop));
    m_stopped = first != std::string::npos;
    const size_t safe = m_stopped ? first : m_held.size() - possibleStopLength();
    std::string shown = m_held.substr(0, safe);
    m_held.erase(0, m_stopped ? m_held.size() : safe);
    return shown;
}

std::string StopMatcher::flush() {
    return std::exchange(m_held, {});
}

/// Length of the longest end of the held text that begins a stop string.
size_t StopMatcher::possibleStopLength() const {
    size_t longest = 0;
    for (const std::string& stop : m_stops) {
        const size_t most = std::min(stop.size() - 1, m_held.size());
        for (size_t length = most; length > longest; --length) {
            if (m_held.compare(m_held.size() - length, length, stop, 0, length) == 0) {
                longest = length;
                break;
            }
        }
    }
    return longest;
}

}  // namespace hearth::engine

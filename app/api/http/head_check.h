// Checks over the raw bytes of a request's head, before any parser reads them. What two
// programs could read in two ways (the root of request smuggling) is refused here.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hearth::app {

struct HeadLimits {
    std::size_t maxHeadBytes = 65536;
    std::size_t maxTargetBytes = 8192;
    std::size_t maxNameBytes = 256;
    std::size_t maxValueBytes = 8192;
    std::size_t maxFields = 100;
};

/// Why a request cannot be read. The connection is closed after the answer, because
/// nobody knows where its next request would begin.
struct Rejection {
    int status;
    std::string message;
};

/// Looks for the end of a head in bytes that arrive piece by piece, and refuses at the
/// first byte that no head may have.
class HeadScanner {
public:
    explicit HeadScanner(const HeadLimits& limits) : m_limits(limits) {}

    /// `buffer` begins with the head and only grows between calls.
    std::optional<Rejection> scan(std::string_view buffer);

    /// The length of the head with its empty line, once that has arrived.
    std::optional<std::size_t> headBytes() const { return m_headBytes; }

private:
    HeadLimits m_limits;
    std::size_t m_scanned = 0;
    std::size_t m_lineBegin = 0;
    std::optional<std::size_t> m_headBytes;
};

/// REQUIRES: `head` ends with the empty line, as HeadScanner found it.
std::optional<Rejection> checkHead(std::string_view head, const HeadLimits& limits);

}  // namespace hearth::app

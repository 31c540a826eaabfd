#include "app/api/handlers/query.h"

#include <charconv>

namespace hearth::app {
namespace {

constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kMaxTime = int64_t(1) << 40;  // far enough, and a thousandfold is no overflow

}  // namespace

core::Result<int64_t> readQueryInt(const RequestHead& head, const std::string& name, int64_t min,
                                   int64_t max, int64_t fallback) {
    const auto text = head.queryValue(name);
    if (!text)
        return fallback;
    int64_t value = 0;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || stop != end || value < min || value > max)
        return core::Error{
            core::ErrorCode::InvalidArgument,
            name + " must be a number from " + std::to_string(min) + " to " + std::to_string(max),
            name};
    return value;
}

core::Result<TimeRange> readTimeRange(const RequestHead& head, int64_t now) {
    TimeRange range;
    CORE_ASSIGN(range.to, readQueryInt(head, "to", 0, kMaxTime, now));
    CORE_ASSIGN(range.from, readQueryInt(head, "from", 0, kMaxTime, range.to - kDaySeconds));
    if (range.from > range.to)
        return core::Error{core::ErrorCode::InvalidArgument, "from must not be after to", "from"};
    return range;
}

}  // namespace hearth::app

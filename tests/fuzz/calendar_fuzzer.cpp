// What people write into a schedule, and time zone files: a cron expression, a window, a blackout,
// a POSIX rule, and the rest as a TZif file, between lines of "====".
#include <span>

#include "core/assert.h"
#include "core/calendar/start_times.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;

namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'800'000'000)};

std::shared_ptr<const core::TimeZone> zoneOf(std::string_view bytes) {
    if (auto zone = core::TimeZone::parse("fuzzed", std::as_bytes(std::span(bytes))))
        return *zone;
    return core::TimeZone::find("UTC").valueOrThrow();
}

/// Whatever a zone does, a time's first instant never falls, and shows that time or a later one.
void checkZone(const core::TimeZone& zone) {
    auto last = std::chrono::sys_seconds::min();
    for (int quarter = 0; quarter < 400; ++quarter) {
        const auto local = zone.toLocal(kNow) + std::chrono::minutes(15 * quarter);
        const auto first = zone.firstInstant(local);
        CORE_ASSERT(first >= last);
        CORE_ASSERT(zone.toLocal(first) >= local);
        CORE_ASSERT(zone.latestShown(first) >= local);
        last = first;
    }
}

void checkHours(const core::OpenHours& hours) {
    const auto open = hours.nextOpen(kNow);
    if (!open)
        return;
    CORE_ASSERT(*open >= kNow && hours.isOpen(*open));
    if (const auto closes = hours.closesAfter(*open))
        CORE_ASSERT(*closes > *open && !hours.isOpen(*closes));
}

void checkStarts(const core::StartTimes& times, const core::OpenHours& hours) {
    auto last = kNow;
    for (const auto start : times.nextAfter(kNow, 5)) {
        CORE_ASSERT(start > last && !hours.isBlackout(start));
        last = start;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto parts = fuzz::sections(data, size);
    const auto part = [&](size_t index) { return std::string(fuzz::sectionOr(parts, index, "")); };
    const auto zone = zoneOf(part(4));
    checkZone(*zone);
    if (const auto rule = core::parsePosixRule(part(3)))
        CORE_ASSERT(rule->changesOf(std::chrono::year(2028)).size() <= 2);
    (void)core::parseLocal(part(0));
    const auto cron = core::CronExpression::parse(part(0));
    if (!cron)
        CORE_ASSERT(cron.error().code == core::ErrorCode::InvalidArgument);
    std::vector<std::string> windows;
    std::vector<std::string> blackouts;
    if (!part(1).empty())
        windows.push_back(part(1));
    if (!part(2).empty())
        blackouts.push_back(part(2));
    const auto hours = core::OpenHours::parse(zone, windows, blackouts);
    if (!hours)
        return 0;
    checkHours(*hours);
    if (cron)
        checkStarts({zone, *cron, *hours}, *hours);
    return 0;
}

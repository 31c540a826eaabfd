#include "core/calendar/time_zone.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>

#include "core/calendar/tzif.h"
#include "core/file.h"

namespace hearth::core {
namespace {

using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr const char* kDatabase = "/usr/share/zoneinfo";
constexpr std::size_t kMaxNameBytes = 64;
// Offsets stay within 26 hours either way (the reader of TZif files sees to it), so clocks cannot
// have shown a time that far away.
constexpr std::chrono::hours kLargestChange{52};
constexpr sys_seconds kEver = sys_seconds::max();

/// Nothing else may become part of a path.
bool isZoneName(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '/';
    });
    return plain && !name.empty() && name.size() <= kMaxNameBytes && name.front() != '/' &&
           name.back() != '/' && name.find("//") == std::string::npos;
}

Error unknownZone(const std::string& name) {
    return {ErrorCode::InvalidArgument,
            "there is no time zone '" + name.substr(0, kMaxNameBytes) +
                "'; give a name of the IANA database, such as Europe/Berlin, Asia/Seoul or UTC",
            "time_zone"};
}

}  // namespace

Result<std::shared_ptr<const TimeZone>> TimeZone::parse(std::string name,
                                                        std::span<const std::byte> tzif) {
    auto data = parseTzif(tzif);
    if (!data)
        return Error{data.error().code, data.error().message, name};
    std::shared_ptr<TimeZone> zone(new TimeZone(std::move(name)));
    zone->m_first = data->first;
    zone->m_changes = std::move(data->changes);
    zone->m_rule = data->rule;
    return std::shared_ptr<const TimeZone>(std::move(zone));
}

Result<std::shared_ptr<const TimeZone>> TimeZone::find(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<const TimeZone>> zones{
        {"UTC", std::shared_ptr<const TimeZone>(new TimeZone("UTC"))}};
    std::lock_guard lock(mutex);
    if (const auto known = zones.find(name); known != zones.end())
        return known->second;
    if (!isZoneName(name))
        return unknownZone(name);
    if (!std::filesystem::is_directory(kDatabase))
        return Error{ErrorCode::Unavailable,
                     std::string("time zones need the tz database, and there is none in ") +
                         kDatabase + "; install Debian's package tzdata",
                     "time_zone"};
    const auto file = std::filesystem::path(kDatabase) / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        return unknownZone(name);
    CORE_ASSIGN(const std::string text, readTextFile(file));
    // The folder has lists beside the zones.
    if (!text.starts_with("TZif"))
        return unknownZone(name);
    CORE_ASSIGN(auto zone, parse(name, std::as_bytes(std::span(text))));
    return zones[name] = std::move(zone);
}

TimeZone::Span TimeZone::spanAt(sys_seconds instant) const {
    const auto next =
        std::upper_bound(m_changes.begin(), m_changes.end(), instant,
                         [](sys_seconds at, const OffsetChange& change) { return at < change.at; });
    if (next == m_changes.end() && m_rule)
        return ruledSpanAt(instant);
    const sys_seconds end = next == m_changes.end() ? kEver : next->at;
    if (next == m_changes.begin())
        return {sys_seconds::min(), end, m_first};
    return {std::prev(next)->at, end, std::prev(next)->offset};
}

/// REQUIRES: `instant` is not before the last change of the table.
TimeZone::Span TimeZone::ruledSpanAt(sys_seconds instant) const {
    const sys_seconds tableEnd = m_changes.empty() ? sys_seconds::min() : m_changes.back().at;
    Span span{tableEnd, kEver, m_rule->standard};
    if (!m_rule->summer)
        return span;
    const std::chrono::year year =
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(instant)).year();
    std::vector<OffsetChange> changes;
    for (int i = -1; i <= 1; ++i)
        for (const OffsetChange& change : m_rule->changesOf(year + std::chrono::years(i)))
            changes.push_back(change);
    // A rule may name a time days before its year begins.
    std::stable_sort(changes.begin(), changes.end(),
                     [](const OffsetChange& a, const OffsetChange& b) { return a.at < b.at; });
    for (const OffsetChange& change : changes) {
        if (change.at > instant) {
            span.end = change.at;
            break;
        }
        span.begin = std::max(tableEnd, change.at);
        span.offset = change.offset;
    }
    return span;
}

sys_seconds TimeZone::firstInstant(local_seconds local) const {
    const sys_seconds asUtc(local.time_since_epoch());
    Span span = spanAt(asUtc - kLargestChange);
    while (span.end != kEver && local_seconds(span.end.time_since_epoch() + span.offset) <= local)
        span = spanAt(span.end);
    return std::max(span.begin, asUtc - span.offset);
}

local_seconds TimeZone::latestShown(sys_seconds instant) const {
    local_seconds latest = toLocal(instant);
    Span span = spanAt(instant - kLargestChange);
    while (span.end <= instant) {
        latest =
            std::max(latest, local_seconds(span.end.time_since_epoch() + span.offset) - seconds(1));
        span = spanAt(span.end);
    }
    return latest;
}

std::string formatLocal(local_seconds local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    char text[48];
    int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d", int(date.year()),
                               unsigned(date.month()), unsigned(date.day()),
                               int(time.hours().count()), int(time.minutes().count()));
    if (time.seconds().count() != 0)
        length += std::snprintf(text + length, sizeof text - std::size_t(length), ":%02d",
                                int(time.seconds().count()));
    return {text, std::size_t(length)};
}

std::optional<local_seconds> parseLocal(std::string_view text) {
    // "YYYY-MM-DDTHH:MM", perhaps ":SS": digits where they belong, and nothing else.
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    if (text.size() != kForm.size() && text.size() != kForm.size() - 3)
        return {};
    int parts[6] = {};
    int part = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == '0' && digit)
            parts[part] = parts[part] * 10 + (text[i] - '0');
        else if (kForm[i] != '0' && (text[i] == kForm[i] || (kForm[i] == 'T' && text[i] == ' ')))
            ++part;
        else
            return {};
    }
    const std::chrono::year_month_day date{std::chrono::year(parts[0]),
                                           std::chrono::month(unsigned(parts[1])),
                                           std::chrono::day(unsigned(parts[2]))};
    if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
        return {};
    return std::chrono::local_days(date) + seconds(parts[3] * 3600 + parts[4] * 60 + parts[5]);
}

}  // namespace hearth::core

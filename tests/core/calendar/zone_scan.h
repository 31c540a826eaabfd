// What clocks show, minute by minute, told by the C library: it reads the same database with code
// of its own, so that what is expected shares nothing with what is tested.
#pragma once
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

namespace hearth::test {

/// Sets TZ while it lives. Tests that use it do not run threads.
class ProcessZone {
public:
    explicit ProcessZone(const std::string& name);
    ~ProcessZone();
    ProcessZone(const ProcessZone&) = delete;
    ProcessZone& operator=(const ProcessZone&) = delete;

    /// Seconds east of UTC.
    static long offsetAt(std::time_t instant);
};

/// One minute of UTC, and the latest local time that clocks have shown until then.
struct ScannedMinute {
    std::time_t utc;
    std::int64_t latestLocal;  // in seconds, as if it were UTC
};

/// REQUIRES: `from` is a quarter of an hour; the zone's offsets are whole minutes in that time.
std::vector<ScannedMinute> scanMinutes(const std::string& zone, std::time_t from, std::time_t to);

/// The fields of a local minute.
struct LocalFields {
    int year = 0;
    int month = 0;  // 1 to 12
    int day = 0;
    int weekday = 0;  // 0: Sunday
    int hour = 0;
    int minute = 0;
    bool lastOfMonth = false;

    int minuteOfDay() const { return hour * 60 + minute; }
};

/// The fields of many minutes, computed once.
class LocalTable {
public:
    /// REQUIRES: midnights.
    LocalTable(std::int64_t from, std::int64_t to);
    const LocalFields& at(std::int64_t local) const {
        return m_fields[std::size_t((local - m_from) / 60)];
    }

private:
    std::int64_t m_from;
    std::vector<LocalFields> m_fields;
};

}  // namespace hearth::test

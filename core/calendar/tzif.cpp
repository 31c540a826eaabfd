#include "core/calendar/tzif.h"

#include <cstdint>
#include <string_view>

namespace hearth::core {
namespace {

constexpr std::size_t kHeaderBytes = 44;
// Real offsets stay within 26 hours (RFC 8536, section 3.2).
constexpr std::int32_t kMaxOffset = 26 * 3600;
// About the year 292 million; what a change further out means would overflow arithmetic.
constexpr std::int64_t kMaxTime = std::int64_t{1} << 59;

Error corrupt(const std::string& what) {
    return {ErrorCode::DataCorrupt, "the time zone file is damaged: " + what, "tzdata"};
}

std::uint64_t bigEndian(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes)
        value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
}

struct Counts {
    std::size_t utcFlags, standardFlags, leaps, changes, types, characters;

    std::size_t blockBytes(std::size_t timeBytes) const {
        return changes * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) +
               standardFlags + utcFlags;
    }
};

Result<Counts> readHeader(std::span<const std::byte> bytes) {
    if (bytes.size() < kHeaderBytes)
        return corrupt("it is cut short");
    if (std::string_view(reinterpret_cast<const char*>(bytes.data()), 4) != "TZif")
        return corrupt("it does not begin with TZif");
    if (std::to_integer<char>(bytes[4]) < '2')
        return Error{ErrorCode::Unsupported,
                     "the time zone file has version 1; install a tzdata of this century",
                     "tzdata"};
    std::size_t counts[6];
    for (std::size_t i = 0; i < 6; ++i)
        counts[i] = std::size_t(bigEndian(bytes.subspan(20 + 4 * i, 4)));
    return Counts{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
}

Result<std::vector<std::chrono::seconds>> readTypes(std::span<const std::byte> bytes,
                                                    std::size_t count) {
    std::vector<std::chrono::seconds> offsets;
    for (std::size_t i = 0; i < count; ++i) {
        const auto offset = std::int32_t(bigEndian(bytes.subspan(6 * i, 4)));
        if (offset < -kMaxOffset || offset > kMaxOffset)
            return corrupt("an offset is beyond 26 hours");
        offsets.emplace_back(offset);
    }
    return offsets;
}

/// The footer: a line feed, the rule, a line feed.
Result<std::optional<PosixRule>> readFooter(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.size() < 2 || text.front() != '\n' || text.find('\n', 1) == std::string_view::npos)
        return corrupt("its footer is cut short");
    const std::string_view rule = text.substr(1, text.find('\n', 1) - 1);
    if (rule.empty())
        return std::optional<PosixRule>();
    CORE_ASSIGN(const PosixRule parsed, parsePosixRule(rule));
    return std::optional<PosixRule>(parsed);
}

}  // namespace

Result<TzifData> parseTzif(std::span<const std::byte> bytes) {
    // A block with times of four bytes comes first, for old readers.
    CORE_ASSIGN(const Counts old, readHeader(bytes));
    if (bytes.size() - kHeaderBytes < old.blockBytes(4))
        return corrupt("it is cut short");
    bytes = bytes.subspan(kHeaderBytes + old.blockBytes(4));
    CORE_ASSIGN(const Counts counts, readHeader(bytes));
    bytes = bytes.subspan(kHeaderBytes);
    if (bytes.size() < counts.blockBytes(8))
        return corrupt("it is cut short");
    if (counts.types == 0)
        return corrupt("it has no offset");
    if (counts.leaps != 0)
        return Error{ErrorCode::Unsupported,
                     "zones below right/ count leap seconds, which clocks here do not; leave "
                     "right/ out of the name",
                     "time_zone"};

    const auto times = bytes.subspan(0, counts.changes * 8);
    const auto kinds = bytes.subspan(times.size(), counts.changes);
    CORE_ASSIGN(const auto offsets, readTypes(bytes.subspan(counts.changes * 9), counts.types));
    TzifData data{.first = offsets[0], .changes = {}, .rule = {}};
    for (std::size_t i = 0; i < counts.changes; ++i) {
        const auto time = std::int64_t(bigEndian(times.subspan(8 * i, 8)));
        const auto kind = std::to_integer<std::size_t>(kinds[i]);
        if (kind >= offsets.size())
            return corrupt("a change has no offset");
        if (time < -kMaxTime || time > kMaxTime)
            return corrupt("a change is beyond all calendars");
        const std::chrono::sys_seconds at{std::chrono::seconds(time)};
        if (!data.changes.empty() && data.changes.back().at >= at)
            return corrupt("its changes are not in order");
        data.changes.push_back({at, offsets[kind]});
    }
    CORE_ASSIGN(data.rule, readFooter(bytes.subspan(counts.blockBytes(8))));
    return data;
}

}  // namespace hearth::core

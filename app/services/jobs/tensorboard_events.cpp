#include "app/services/jobs/tensorboard_events.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>

namespace hearth::app {
namespace {

using storage::Sample;

// Protocol buffers' wire types.
enum class Wire : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

// Fields of Event, of Summary and of Summary.Value.
constexpr uint32_t kEventWallTime = 1;
constexpr uint32_t kEventStep = 2;
constexpr uint32_t kEventFileVersion = 3;
constexpr uint32_t kEventSummary = 5;
constexpr uint32_t kSummaryValue = 1;
constexpr uint32_t kValueTag = 1;
constexpr uint32_t kValueSimple = 2;

constexpr std::array<uint32_t, 256> kCrcTable = [] {
    constexpr uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, bits reversed
    std::array<uint32_t, 256> table{};
    for (uint32_t byte = 0; byte < 256; ++byte) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit)
            rest = (rest >> 1) ^ ((rest & 1) ? kPolynomial : 0);
        table[byte] = rest;
    }
    return table;
}();

/// TFRecord's disguise, which keeps the checksum of bytes that hold checksums from being trivial.
uint32_t masked(uint32_t crc) {
    return std::rotr(crc, 15) + 0xa282ead8u;
}

template <typename Unsigned>
void appendLittleEndian(std::string& out, Unsigned value) {
    for (size_t i = 0; i < sizeof value; ++i)
        out.push_back(char(uint8_t(value >> (8 * i))));
}

void appendVarint(std::string& out, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out.push_back(char(uint8_t(value | 0x80)));
    out.push_back(char(uint8_t(value)));
}

void appendKey(std::string& out, uint32_t field, Wire wire) {
    appendVarint(out, (field << 3) | uint32_t(wire));
}

void appendBytes(std::string& out, uint32_t field, std::string_view bytes) {
    appendKey(out, field, Wire::Bytes);
    appendVarint(out, bytes.size());
    out += bytes;
}

/// What does not fit is infinite: the language leaves that conversion open.
float singlePrecision(double value) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    if (std::abs(value) > kLargest)
        return std::copysign(std::numeric_limits<float>::infinity(),
                             float(std::signbit(value) ? -1 : 1));
    return float(value);
}

std::string valueOf(const Sample& sample) {
    std::string value;
    appendBytes(value, kValueTag, sample.series);
    appendKey(value, kValueSimple, Wire::Fixed32);
    appendLittleEndian(value, std::bit_cast<uint32_t>(singlePrecision(sample.value)));
    return value;
}

std::string eventAt(int64_t timeMs) {
    std::string event;
    appendKey(event, kEventWallTime, Wire::Fixed64);
    appendLittleEndian(event, std::bit_cast<uint64_t>(double(timeMs) / 1000));
    return event;
}

auto inOrder(const Sample& sample) {
    return std::tie(sample.step, sample.timeMs, sample.series);
}

auto moment(const Sample& sample) {
    return std::tie(sample.step, sample.timeMs);
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
    uint32_t crc = ~0u;
    for (const char byte : bytes)
        crc = (crc >> 8) ^ kCrcTable[(crc ^ uint8_t(byte)) & 0xff];
    return ~crc;
}

std::string tensorboardRecord(std::string_view bytes) {
    std::string record;
    appendLittleEndian(record, uint64_t(bytes.size()));
    appendLittleEndian(record, masked(crc32c(record)));
    record += bytes;
    appendLittleEndian(record, masked(crc32c(bytes)));
    return record;
}

std::string tensorboardBeginning(int64_t timeMs) {
    std::string first = eventAt(timeMs);
    appendBytes(first, kEventFileVersion, "brain.Event:2");
    return tensorboardRecord(first);
}

std::string tensorboardEvents(std::vector<Sample> samples) {
    const auto first = std::ranges::min_element(samples, {}, inOrder);
    std::string file = tensorboardBeginning(first == samples.end() ? 0 : first->timeMs);
    return file + tensorboardSteps(std::move(samples));
}

std::string tensorboardSteps(std::vector<Sample> samples) {
    std::ranges::sort(samples, {}, inOrder);
    std::string file;
    for (size_t begin = 0, end = 0; begin < samples.size(); begin = end) {
        std::string summary;
        for (; end < samples.size() && moment(samples[end]) == moment(samples[begin]); ++end)
            appendBytes(summary, kSummaryValue, valueOf(samples[end]));
        std::string event = eventAt(samples[begin].timeMs);
        appendKey(event, kEventStep, Wire::Varint);
        appendVarint(event, uint64_t(samples[begin].step));
        appendBytes(event, kEventSummary, summary);
        file += tensorboardRecord(event);
    }
    return file;
}

}  // namespace hearth::app

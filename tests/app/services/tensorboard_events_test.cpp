#include "app/services/jobs/tensorboard_events.h"

#include <gtest/gtest.h>

#include <numeric>

namespace hearth::app {
namespace {

using storage::Sample;

std::string bytesOf(std::initializer_list<int> bytes) {
    std::string text;
    for (const int byte : bytes)
        text.push_back(char(byte));
    return text;
}

Sample sampleOf(const std::string& series, int64_t step, int64_t timeMs, double value) {
    return {.jobId = "job",
            .series = series,
            .owner = {},
            .step = step,
            .timeMs = timeMs,
            .value = value};
}

// RFC 3720, appendix B.4.
TEST(Crc32c, AgreesWithPublishedVectors) {
    std::string rising(32, '\0');
    std::iota(rising.begin(), rising.end(), '\0');
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
    EXPECT_EQ(crc32c(rising), 0x46dd794eu);
    EXPECT_EQ(crc32c(std::string(rising.rbegin(), rising.rend())), 0x113fdb5cu);
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
    EXPECT_EQ(crc32c(""), 0u);
}

// Every expected byte below was written by the RecordWriter and the messages of PyPI's tensorboard
// 2.21.0 from the same values.
TEST(TensorboardEvents, FramesARecord) {
    EXPECT_EQ(tensorboardRecord(""), bytesOf({0, 0, 0, 0, 0, 0, 0, 0,     // length
                                              0x29, 0x03, 0x98, 0x07,     // its checksum
                                              0xd8, 0xea, 0x82, 0xa2}));  // the bytes' checksum
}

const std::string kVersionRecord =
    bytesOf({0x18, 0,   0, 0, 0, 0, 0,    0,    0xa3, 0x7f, 0x4b, 0x22,  // 24 bytes
             0x09, 0,   0, 0, 0, 0, 0x44, 0x8f, 0x40,                    // wall_time: 1000.5
             0x1a, 0x0d}) +                                              // file_version
    "brain.Event:2" +
    bytesOf({0xab, 0xa3, 0x33, 0x45});

TEST(TensorboardEvents, WritesAStepByteByByte) {
    const std::string event =
        bytesOf({0x1b, 0,    0,    0,    0,    0,   0,    0,    0x1a, 0x0d, 0x9e, 0x13,  // 27
                 0x09, 0,    0,    0,    0,    0,   0x44, 0x8f, 0x40,  // wall_time
                 0x10, 0xac, 0x02,                                     // step: 300
                 0x2a, 0x0d, 0x0a, 0x0b,                               // summary, value
                 0x0a, 0x04, 'l',  'o',  's',  's',                    // tag
                 0x15, 0,    0,    0,    0x3f,                         // simple_value: 0.5
                 0x7c, 0xcb, 0xa8, 0x54});
    EXPECT_EQ(tensorboardEvents({sampleOf("loss", 300, 1000'500, 0.5)}), kVersionRecord + event);
}

TEST(TensorboardEvents, SharesAnEventOnlyWithinAMoment) {
    const Sample a = sampleOf("a", 1, 5, 1), b = sampleOf("b", 1, 5, 2);
    const Sample later = sampleOf("a", 1, 6, 1), next = sampleOf("a", 2, 6, 1);
    const auto bytesBeside = [&](const Sample& sample) {
        return tensorboardEvents({a, sample}).size() - tensorboardEvents({a}).size();
    };
    constexpr size_t kValue = 2 + 3 + 5;                // its key and length, tag, number
    constexpr size_t kEvent = 16 + 9 + 2 + 2 + kValue;  // framing, time, step, summary
    EXPECT_EQ(bytesBeside(b), kValue);
    EXPECT_EQ(bytesBeside(later), kEvent);
    EXPECT_EQ(bytesBeside(next), kEvent);
    EXPECT_EQ(tensorboardEvents({next, b, later, a}), tensorboardEvents({a, b, later, next}));
}

TEST(TensorboardEvents, ValuesBeyondSinglePrecisionAreInfinite) {
    const std::string up = tensorboardEvents({sampleOf("a", 1, 5, 1e300)});
    const std::string down = tensorboardEvents({sampleOf("a", 1, 5, -1e300)});
    EXPECT_EQ(up.substr(up.size() - 8, 4), bytesOf({0, 0, 0x80, 0x7f}));
    EXPECT_EQ(down.substr(down.size() - 8, 4), bytesOf({0, 0, 0x80, 0xff}));
}

TEST(TensorboardEvents, WithoutSamplesThereIsTheVersionAlone) {
    EXPECT_EQ(tensorboardEvents({}).size(), kVersionRecord.size());
}

}  // namespace
}  // namespace hearth::app

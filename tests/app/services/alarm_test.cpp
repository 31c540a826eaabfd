#include "app/services/node/alarm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::app {
namespace {

constexpr int64_t kNow = 1'800'000'000;
constexpr int64_t kDay = 86'400;
constexpr int64_t kGb = 1'000'000'000;

/// A node with nothing to complain about.
AlarmFacts healthy() {
    AlarmFacts facts;
    facts.now = kNow;
    facts.memory = {.rssBytes = kGb, .availableBytes = 8 * kGb, .totalBytes = 16 * kGb};
    facts.disk = {.freeBytes = 500 * kGb, .totalBytes = 1000 * kGb};
    facts.certificateExpires = kNow + 400 * kDay;
    facts.maxWaiting = 100;
    facts.modelsLoaded = facts.modelsKnown = 1;
    return facts;
}

/// The only alarm of these facts.
Alarm only(const AlarmFacts& facts) {
    const auto alarms = alarmsOf(facts);
    EXPECT_EQ(alarms.size(), 1u);
    if (alarms.empty())
        return {};
    EXPECT_FALSE(alarms[0].message.empty());
    EXPECT_FALSE(alarms[0].action.empty());
    return alarms[0];
}

TEST(AlarmTest, AHealthyNodeIsQuiet) {
    EXPECT_TRUE(alarmsOf(healthy()).empty());
}

TEST(AlarmTest, ADiskIsLowByShareOrBySize) {
    const auto disk = [](int64_t free, int64_t total) {
        AlarmFacts facts = healthy();
        facts.disk = {.freeBytes = free, .totalBytes = total};
        return alarmsOf(facts);
    };
    EXPECT_TRUE(disk(100 * kGb, 1000 * kGb).empty());
    EXPECT_EQ(disk(99 * kGb, 1000 * kGb).at(0).severity, AlarmSeverity::Attention);
    EXPECT_EQ(disk(19 * kGb, 1000 * kGb).at(0).severity, AlarmSeverity::Bad);
    EXPECT_EQ(disk(4 * kGb, 8 * kGb).at(0).severity, AlarmSeverity::Attention);
    EXPECT_EQ(disk(kGb / 2, kGb).at(0).severity, AlarmSeverity::Bad);
    EXPECT_EQ(disk(99 * kGb, 1000 * kGb).at(0).code, "disk_low");
    EXPECT_EQ(disk(99 * kGb, 1000 * kGb).at(0).values.at("free_bytes"), 99 * kGb);
}

TEST(AlarmTest, ACertificateIsSeenComingToItsEnd) {
    const auto certificate = [](int64_t left) {
        AlarmFacts facts = healthy();
        facts.certificateExpires = kNow + left;
        return facts;
    };
    EXPECT_TRUE(alarmsOf(certificate(30 * kDay)).empty());
    const Alarm soon = only(certificate(29 * kDay));
    EXPECT_EQ(soon.code, "certificate_expires");
    EXPECT_EQ(soon.severity, AlarmSeverity::Attention);
    EXPECT_EQ(soon.since, kNow - kDay);
    EXPECT_EQ(soon.values.at("days"), 29);
    EXPECT_EQ(only(certificate(6 * kDay)).severity, AlarmSeverity::Bad);
    EXPECT_EQ(only(certificate(-1)).severity, AlarmSeverity::Bad);
    EXPECT_EQ(only(certificate(-1)).values.at("days"), 0);
}

TEST(AlarmTest, MemoryIsLowBelowEightPercent) {
    AlarmFacts facts = healthy();
    facts.memory.availableBytes = facts.memory.totalBytes * 8 / 100 - 1;
    EXPECT_EQ(only(facts).code, "memory_low");
}

TEST(AlarmTest, ANodeWithoutAModelSaysWhatToDo) {
    AlarmFacts facts = healthy();
    facts.modelsLoaded = 0;
    EXPECT_EQ(only(facts).code, "no_model");
    EXPECT_EQ(only(facts).severity, AlarmSeverity::Attention);
    facts.modelsKnown = 0;
    EXPECT_EQ(only(facts).severity, AlarmSeverity::Information);
    facts.starting = true;
    EXPECT_TRUE(alarmsOf(facts).empty());
}

TEST(AlarmTest, AQueueIsFullWhenNearItsEnd) {
    AlarmFacts facts = healthy();
    facts.queues = {{"m", 89}};
    EXPECT_TRUE(alarmsOf(facts).empty());
    facts.queues = {{"m", 90}};
    const Alarm near = only(facts);
    EXPECT_EQ(near.id(), "queue_full:m");
    EXPECT_EQ(near.severity, AlarmSeverity::Attention);
    facts.queues = {{"m", 100}};
    EXPECT_EQ(only(facts).severity, AlarmSeverity::Bad);
}

TEST(AlarmTest, AFailedJobIsNewsForADay) {
    AlarmFacts facts = healthy();
    facts.failedJobs = {{"j1", "m", "reason", kNow - kDay - 1}, {"j2", "m", "reason", kNow - kDay}};
    const Alarm alarm = only(facts);
    EXPECT_EQ(alarm.code, "job_failed");
    EXPECT_EQ(alarm.subjectKind, "job");
    EXPECT_EQ(alarm.subjectId, "j2");
    EXPECT_EQ(alarm.since, kNow - kDay);
}

TEST(AlarmTest, AJobsWarningIsNewsForADay) {
    AlarmFacts facts = healthy();
    facts.jobWarnings = {{"j1", "m", "old", kNow - kDay - 1}, {"j2", "m", "dead experts", kNow}};
    const Alarm alarm = only(facts);
    EXPECT_EQ(alarm.code, "job_warns");
    EXPECT_EQ(alarm.subjectId, "j2");
    EXPECT_THAT(alarm.message, testing::HasSubstr("dead experts"));
}

TEST(AlarmTest, AKeyIsSeenExpiringForAWeek) {
    AlarmFacts facts = healthy();
    facts.keys = {{"k1", "over", kNow},
                  {"k2", "soon", kNow + 7 * kDay},
                  {"k3", "later", kNow + 7 * kDay + 1}};
    const Alarm alarm = only(facts);
    EXPECT_EQ(alarm.code, "key_expires");
    EXPECT_EQ(alarm.subjectId, "k2");
    EXPECT_EQ(alarm.values.at("name"), "soon");
}

TEST(AlarmTest, TheWorstComesFirst) {
    AlarmFacts facts = healthy();
    facts.modelsLoaded = facts.modelsKnown = 0;           // information
    facts.keys = {{"k", "soon", kNow + kDay}};            // attention
    facts.notServed = {{"m", "a tensor is missing", 5}};  // bad
    const auto alarms = alarmsOf(facts);
    ASSERT_EQ(alarms.size(), 3u);
    EXPECT_EQ(alarms[0].code, "model_not_served");
    EXPECT_EQ(alarms[1].code, "key_expires");
    EXPECT_EQ(alarms[2].code, "no_model");
}

}  // namespace
}  // namespace hearth::app

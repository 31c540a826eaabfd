#include "app/services/jobs/retry_policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hearth::app {
namespace {

using nlohmann::json;

/// Delays until it gives up.
std::vector<int64_t> delays(const RetryPolicy& policy, ErrorClass errorClass) {
    std::vector<int64_t> all;
    while (const auto delay = policy.delayAfter(errorClass, int64_t(all.size())))
        all.push_back(*delay);
    return all;
}

using Delays = std::vector<int64_t>;

TEST(RetryPolicyTest, EachClassHasItsTriesAndItsPatience) {
    const RetryPolicy policy;
    EXPECT_EQ(delays(policy, ErrorClass::WorkerLost), (Delays{1, 10, 100}));
    EXPECT_EQ(delays(policy, ErrorClass::OutOfMemory), (Delays{60, 300}));
    EXPECT_EQ(delays(policy, ErrorClass::DiskFull), (Delays{60, 180, 540, 1620, 3600}));
    EXPECT_EQ(delays(policy, ErrorClass::Unavailable), (Delays{10, 30, 90, 270, 810}));
    EXPECT_EQ(delays(policy, ErrorClass::Data), Delays{});
    EXPECT_EQ(delays(policy, ErrorClass::Internal), Delays{});
}

TEST(RetryPolicyTest, ASchedulesCountsGoOverTheDefaults) {
    const json object = {{"worker_lost", 6}, {"internal", 1}, {"disk_full", 0}};
    const auto policy = RetryPolicy::parse(&object).valueOrThrow();
    EXPECT_EQ(delays(policy, ErrorClass::WorkerLost), (Delays{1, 10, 100, 1000, 3600, 3600}));
    EXPECT_EQ(delays(policy, ErrorClass::Internal), Delays{60});
    EXPECT_EQ(delays(policy, ErrorClass::DiskFull), Delays{});
    EXPECT_EQ(delays(policy, ErrorClass::OutOfMemory), (Delays{60, 300}));
    EXPECT_EQ(policy.toJson(), object);
    for (const json& bad : {json{{"data", 0}}, json{{"unknown", 1}}, json{{"internal", -1}},
                            json{{"internal", 21}}, json{{"internal", "x"}}, json(3)})
        EXPECT_FALSE(RetryPolicy::parse(&bad).ok()) << bad;
}

TEST(RetryPolicyTest, EveryCodeHasAClass) {
    EXPECT_EQ(errorClassOf("resource_exhausted"), ErrorClass::OutOfMemory);
    EXPECT_EQ(errorClassOf("disk_full"), ErrorClass::DiskFull);
    EXPECT_EQ(errorClassOf("unavailable"), ErrorClass::Unavailable);
    EXPECT_EQ(errorClassOf("internal"), ErrorClass::Internal);
    for (const char* code : {"invalid_argument", "data_corrupt", "not_found", "unsupported", "?"})
        EXPECT_EQ(errorClassOf(code), ErrorClass::Data) << code;
}

TEST(RetryPolicyTest, AWorkersEndHasAClass) {
    EXPECT_EQ(failureOf({"signal 9", false}, {}).errorClass, ErrorClass::WorkerLost);
    EXPECT_EQ(failureOf({"signal 9", true}, {}).errorClass, ErrorClass::OutOfMemory);
    EXPECT_EQ(failureOf({"signal 11", true}, {}).errorClass, ErrorClass::WorkerLost);
    EXPECT_EQ(failureOf({"exit status 0", false}, {}).message,
              "the worker was lost (exit status 0)");
    // What it said itself counts more than how it went.
    const finetune::FailedEvent said{"invalid_argument", "line 3 is bad"};
    EXPECT_EQ(failureOf({"signal 9", true}, said).errorClass, ErrorClass::Data);
    EXPECT_EQ(failureOf({"exit status 1", false}, said).message, "line 3 is bad");
}

TEST(RetryCountsTest, CountByClassAndReadBack) {
    RetryCounts counts;
    counts.add(ErrorClass::WorkerLost);
    counts.add(ErrorClass::WorkerLost);
    counts.add(ErrorClass::DiskFull);
    const RetryCounts read = RetryCounts::parse(counts.toJson());
    EXPECT_EQ(read.of(ErrorClass::WorkerLost), 2);
    EXPECT_EQ(read.of(ErrorClass::DiskFull), 1);
    EXPECT_EQ(read.of(ErrorClass::OutOfMemory), 0);
    EXPECT_EQ(RetryCounts::parse("damaged").of(ErrorClass::WorkerLost), 0);
}

}  // namespace
}  // namespace hearth::app

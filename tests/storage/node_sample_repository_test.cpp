#include "storage/node_sample_repository.h"

#include <gtest/gtest.h>

#include "storage/migrations/migrations.h"
#include "storage/sqlite/connection.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {
namespace {

class NodeSampleRepositoryTest : public ::testing::Test {
protected:
    void SetUp() override { migrate(*m_database, metricsMigrations()).orThrow(); }

    const test::TempDir m_dir;
    const std::unique_ptr<Connection> m_database =
        Connection::open(m_dir / "m.db", Durability::Normal).valueOrThrow();
    NodeSampleRepository m_rows{*m_database};
};

TEST_F(NodeSampleRepositoryTest, ABucketHasRatesOfItsIntervalsAndMeansOfItsLevels) {
    m_rows.add({.time = 100,
                .intervalMs = 10'000,
                .promptTokens = 50,
                .generatedTokens = 10,
                .requests = 2,
                .firstTokens = 1,
                .firstTokenMs = 90,
                .running = 4,
                .waiting = 1,
                .kvBytesUsed = 1000,
                .rssBytes = 7,
                .cpuShare = 0.25},
               0);
    m_rows.add({.time = 110,
                .intervalMs = 5'000,
                .promptTokens = 100,
                .generatedTokens = 20,
                .requests = 1,
                .firstTokens = 2,
                .firstTokenMs = 30,
                .running = 2,
                .waiting = 0,
                .kvBytesUsed = 3000,
                .rssBytes = 9,
                .cpuShare = 0.75},
               0);
    const auto buckets = m_rows.buckets(0, 1000, 100);
    ASSERT_EQ(buckets.size(), 1u);
    EXPECT_EQ(buckets[0].time, 110);
    EXPECT_DOUBLE_EQ(buckets[0].promptTokensPerS, 10);
    EXPECT_DOUBLE_EQ(buckets[0].generatedTokensPerS, 2);
    EXPECT_DOUBLE_EQ(buckets[0].requestsPerS, 0.2);
    EXPECT_DOUBLE_EQ(buckets[0].running, 3);
    EXPECT_DOUBLE_EQ(buckets[0].waiting, 0.5);
    EXPECT_DOUBLE_EQ(buckets[0].kvBytesUsed, 2000);
    EXPECT_DOUBLE_EQ(buckets[0].rssBytes, 8);
    EXPECT_DOUBLE_EQ(buckets[0].cpuShare, 0.5);
    EXPECT_DOUBLE_EQ(buckets[0].firstTokenMs.value(), 40);
}

TEST_F(NodeSampleRepositoryTest, AGapStaysAGap) {
    for (const int64_t time : {100, 110, 190, 200})
        m_rows.add({.time = time, .intervalMs = 10'000}, 0);
    const auto buckets = m_rows.buckets(100, 200, 20);
    ASSERT_EQ(buckets.size(), 3u);
    EXPECT_EQ(buckets[0].time, 110);
    EXPECT_EQ(buckets[1].time, 190);
    EXPECT_EQ(buckets[2].time, 200);
    EXPECT_FALSE(buckets[0].firstTokenMs.has_value());
    EXPECT_EQ(m_rows.buckets(101, 199, 10).size(), 2u);
}

TEST_F(NodeSampleRepositoryTest, OldSamplesAreForgotten) {
    m_rows.add({.time = 100, .intervalMs = 1}, 0);
    m_rows.add({.time = 200, .intervalMs = 1}, 101);
    m_rows.add({.time = 200, .intervalMs = 2}, 101);  // replaces
    EXPECT_EQ(m_rows.buckets(0, 300, 10).size(), 1u);
}

}  // namespace
}  // namespace hearth::storage

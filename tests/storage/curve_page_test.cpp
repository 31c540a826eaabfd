#include "storage/metrics_repository.h"

#include <gtest/gtest.h>
#include <set>

#include "storage/migrations/migrations.h"
#include "storage/sqlite/connection.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {
namespace {

class CurvePageTest : public testing::Test {
protected:
    CurvePageTest() {
        migrate(*m_database, metricsMigrations()).orThrow();
        std::vector<Sample> samples;
        for (const char* series : {"accuracy", "loss", "rate"})
            for (int64_t step = 1; step <= 10; ++step)
                samples.push_back({"job", series, {"nora", "north"}, step, 1000 * step, 0.5});
        m_metrics.addSamples(samples);
    }
    /// What a client gets that goes on until there is no more.
    std::vector<Sample> paged(int64_t limit, int64_t& pages) {
        std::vector<Sample> all;
        for (std::optional<int64_t> after = -1; after; ++pages) {
            CurvePage page = m_metrics.curves(Scope::everything(), "job", *after, limit);
            EXPECT_FALSE(page.samples.empty());
            after = page.moreAfter;
            all.insert(all.end(), page.samples.begin(), page.samples.end());
        }
        return all;
    }

    test::TempDir m_dir;
    std::unique_ptr<Connection> m_database =
        Connection::open(m_dir / "metrics.db", Durability::Normal).valueOrThrow();
    MetricsRepository m_metrics{*m_database};
};

TEST_F(CurvePageTest, OnePageHoldsWhatFits) {
    const CurvePage page = m_metrics.curves(Scope::everything(), "job", -1, 30);
    EXPECT_EQ(page.samples.size(), 30u);
    EXPECT_FALSE(page.moreAfter);
    EXPECT_EQ(page.samples[0].series, "accuracy");
    EXPECT_EQ(page.samples[9].step, 10);
    EXPECT_TRUE(m_metrics.curves(Scope::department("south"), "job", -1, 30).samples.empty());
    EXPECT_EQ(m_metrics.curves(Scope::everything(), "job", 8, 30).samples.size(), 6u);
}

TEST_F(CurvePageTest, PagesEndBetweenStepsAndLoseNothing) {
    const CurvePage page = m_metrics.curves(Scope::everything(), "job", -1, 10);
    EXPECT_EQ(page.samples.size(), 12u) << "four whole steps of every curve";
    EXPECT_EQ(page.moreAfter, 4);
    for (const int64_t limit : {1, 2, 3, 7, 10, 29}) {
        int64_t pages = 0;
        const auto all = paged(limit, pages);
        EXPECT_EQ(all.size(), 30u) << limit;
        std::set<std::pair<std::string, int64_t>> seen;
        for (const Sample& sample : all)
            seen.emplace(sample.series, sample.step);
        EXPECT_EQ(seen.size(), 30u) << limit;
        EXPECT_EQ(pages, (10 + (limit + 2) / 3 - 1) / ((limit + 2) / 3)) << limit;
    }
}

}  // namespace
}  // namespace hearth::storage

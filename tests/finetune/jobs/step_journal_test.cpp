#include "finetune/jobs/step_journal.h"

#include <gtest/gtest.h>
#include <cmath>

#include "tests/support/temp_dir.h"

namespace hearth::finetune {
namespace {

class StepJournalTest : public testing::Test {
protected:
    StepRecord recordAt(int64_t step) const {
        return {step, 1.0 / 3.0 + double(step), std::nextafter(2.0, 3.0), 100 * step};
    }
    StepJournal open(const std::string& fingerprint = "ours") {
        auto journal = StepJournal::open(m_path, fingerprint);
        EXPECT_TRUE(journal) << journal.error().text();
        return std::move(*journal);
    }
    StepRecords read(const std::string& fingerprint = "ours") {
        auto records = readStepJournal(m_path, fingerprint);
        EXPECT_TRUE(records) << records.error().text();
        return std::move(*records);
    }

    test::TempDir m_dir;
    std::filesystem::path m_path = m_dir / "job.checkpoints/steps.log";
};

TEST_F(StepJournalTest, KeepsEveryBit) {
    {
        StepJournal journal = open();
        for (const int64_t step : {1, 2, 3})
            ASSERT_TRUE(journal.add(recordAt(step)));
        ASSERT_TRUE(journal.sync());
    }
    const StepRecords records = read();
    ASSERT_EQ(records.size(), 3u);
    EXPECT_TRUE(records.at(2).sameAs(recordAt(2)));
    StepRecord other = recordAt(2);
    other.loss = std::nextafter(other.loss, 10.0);
    EXPECT_FALSE(records.at(2).sameAs(other));
}

TEST_F(StepJournalTest, GoesOnBehindAnUnfinishedLine) {
    ASSERT_TRUE(open().add(recordAt(1)));
    test::spit(m_path, test::slurp(m_path) + "2 loss 0x1.8");
    EXPECT_EQ(read().size(), 1u);
    StepJournal journal = open();
    EXPECT_TRUE(journal.find(1));
    EXPECT_FALSE(journal.find(2));
    ASSERT_TRUE(journal.add(recordAt(2)));
    EXPECT_EQ(read().size(), 2u);
}

TEST_F(StepJournalTest, TheLastOfSeveralLinesCounts) {
    StepJournal journal = open();
    StepRecord again = recordAt(1);
    again.loss = 0.5;
    ASSERT_TRUE(journal.add(recordAt(1)));
    ASSERT_TRUE(journal.add(again));
    EXPECT_TRUE(journal.find(1)->sameAs(again));
    EXPECT_TRUE(read().at(1).sameAs(again));
}

TEST_F(StepJournalTest, AnotherJobsRecordsAreNotOurs) {
    ASSERT_TRUE(open("theirs").add(recordAt(1)));
    EXPECT_TRUE(read().empty());
    EXPECT_FALSE(open().find(1));
    EXPECT_TRUE(read("theirs").empty());
}

TEST_F(StepJournalTest, NumbersADamagedLine) {
    ASSERT_TRUE(open().add(recordAt(1)));
    test::spit(m_path, test::slurp(m_path) + "nonsense\n");
    const auto records = readStepJournal(m_path, "ours");
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(records.error().context.find("steps.log:3"), std::string::npos);
    EXPECT_FALSE(open().find(1));  // begins anew
}

}  // namespace
}  // namespace hearth::finetune

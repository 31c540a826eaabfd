#include "storage/run_record_repository.h"

#include <gtest/gtest.h>

#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

TEST(RunRecordRepository, KeepsTheLastRecordOfAJobForItsDepartment) {
    TestDatabase test;
    JobRepository jobs(*test.control);
    RunRecordRepository records(*test.control);
    JobRow job;
    job.id = "n";
    job.owner = test.north;
    job.modelId = "base";
    job.trainingFile = "file-1";
    ASSERT_TRUE(jobs.create(job));
    EXPECT_FALSE(records.find(test.seesNorth, "n"));
    records.put(job, R"({"runs": 1})");
    records.put(job, R"({"runs": 2})");
    EXPECT_EQ(records.find(test.seesNorth, "n"), R"({"runs": 2})");
    EXPECT_EQ(records.find(test.seesAll, "n"), R"({"runs": 2})");
    EXPECT_FALSE(records.find(test.seesSouth, "n"));
}

}  // namespace
}  // namespace hearth::storage

#include "storage/operation_repository.h"

#include <gtest/gtest.h>

#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

class OperationRepositoryTest : public testing::Test {
protected:
    OperationRow add(const std::string& id, OperationKind kind, const std::string& subject) {
        OperationRow row{
            .id = id, .owner = m_test.north, .kind = kind, .subject = subject, .createdAt = 5};
        m_rows.create(row).orThrow();
        return row;
    }
    void end(OperationRow row) {
        row.status = OperationStatus::Succeeded;
        row.result = "{}";
        row.finishedAt = 6;
        m_rows.finish(row).orThrow();
    }

    TestDatabase m_test;
    OperationRepository m_rows{*m_test.control};
};

TEST_F(OperationRepositoryTest, AnOutcomeIsKept) {
    OperationRow row = add("op-1", OperationKind::Merge, "merged");
    row.status = OperationStatus::Failed;
    row.error = core::Error{core::ErrorCode::DiskFull, "no room", "name"};
    row.finishedAt = 9;
    ASSERT_TRUE(m_rows.finish(row).ok());
    const OperationRow found = m_rows.find(m_test.seesNorth, "op-1").valueOrThrow();
    EXPECT_EQ(found.kind, OperationKind::Merge);
    EXPECT_EQ(found.subject, "merged");
    EXPECT_EQ(found.status, OperationStatus::Failed);
    EXPECT_EQ(found.error->code, core::ErrorCode::DiskFull);
    EXPECT_EQ(found.error->message, "no room");
    EXPECT_EQ(found.error->context, "name");
    EXPECT_EQ(found.finishedAt, 9);
    EXPECT_FALSE(found.result);
    EXPECT_EQ(m_rows.finish(row).error().code, core::ErrorCode::NotFound);  // it has ended
    EXPECT_FALSE(m_rows.find(m_test.seesSouth, "op-1").ok());
    EXPECT_TRUE(m_rows.list(m_test.seesSouth, {}).items.empty());
}

TEST_F(OperationRepositoryTest, WhatRanWhenTheNodeEndedHasFailed) {
    end(add("op-1", OperationKind::Probe, "base"));
    add("op-2", OperationKind::Probe, "base");
    EXPECT_EQ(m_rows.failRunning({core::ErrorCode::Unavailable, "the node ended", ""}, 7), 1);
    EXPECT_EQ(m_rows.find(m_test.seesAll, "op-1")->status, OperationStatus::Succeeded);
    const OperationRow failed = m_rows.find(m_test.seesAll, "op-2").valueOrThrow();
    EXPECT_EQ(failed.status, OperationStatus::Failed);
    EXPECT_EQ(failed.error->message, "the node ended");
    EXPECT_EQ(m_rows.last(OperationKind::Probe, "base")->id, "op-2");
}

TEST_F(OperationRepositoryTest, EachSubjectsNewestIsKept) {
    end(add("op-1", OperationKind::Verification, "job-1"));
    end(add("op-2", OperationKind::Verification, "job-2"));
    end(add("op-3", OperationKind::Verification, "job-2"));
    end(add("op-4", OperationKind::Probe, "base"));
    m_rows.forgetOld(OperationKind::Verification, 1);
    EXPECT_TRUE(m_rows.find(m_test.seesAll, "op-1").ok());
    EXPECT_FALSE(m_rows.find(m_test.seesAll, "op-2").ok());
    EXPECT_TRUE(m_rows.find(m_test.seesAll, "op-3").ok());
    EXPECT_TRUE(m_rows.find(m_test.seesAll, "op-4").ok());
}

}  // namespace
}  // namespace hearth::storage

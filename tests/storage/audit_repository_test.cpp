#include "storage/audit_repository.h"

#include <gtest/gtest.h>

#include "storage/user_repository.h"
#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

class AuditRepositoryTest : public ::testing::Test {
protected:
    void SetUp() override {
        for (int i = 1; i <= 5; ++i)
            m_audit.append({i * 10, i % 2 ? m_test.north : m_test.south, "key.create",
                            "key-" + std::to_string(i), "{}", "req-" + std::to_string(i)});
    }
    // The chain after somebody has used a SQLite shell on it.
    core::Status tamper(const std::string& sql) {
        m_test.control->executeScript(sql);
        return m_audit.verify();
    }

    TestDatabase m_test;
    AuditRepository m_audit{*m_test.control};
};

TEST_F(AuditRepositoryTest, AnUntouchedChainVerifies) {
    EXPECT_TRUE(m_audit.verify().ok());
    EXPECT_TRUE(m_audit.verify(m_audit.head()).ok());
    EXPECT_EQ(m_audit.head().seq, 5);
    EXPECT_TRUE(m_audit.verify(AuditHead{}).ok());
}

TEST_F(AuditRepositoryTest, EveryEditedColumnIsFound) {
    for (const char* column : {"time_ms", "owner_id", "department_id", "action", "object", "detail",
                               "request_id", "prev_hash", "hash"}) {
        Transaction undone(*m_test.control);
        const auto verified =
            tamper("UPDATE audit SET " + std::string(column) + " = '77' WHERE seq = 3");
        ASSERT_FALSE(verified.ok()) << column;
        EXPECT_EQ(verified.error().code, core::ErrorCode::DataCorrupt);
        EXPECT_EQ(verified.error().context, "row 3") << column;
    }
    EXPECT_TRUE(m_audit.verify().ok());
}

TEST_F(AuditRepositoryTest, TextMovedBetweenFieldsIsFound) {
    EXPECT_FALSE(
        tamper("UPDATE audit SET action = 'key.createk', object = 'ey-3' WHERE seq = 3").ok());
}

TEST_F(AuditRepositoryTest, DeletedRowsAreFound) {
    EXPECT_EQ(tamper("DELETE FROM audit WHERE seq = 2").error().context, "row 2");
}

TEST_F(AuditRepositoryTest, ADeletedFirstRowIsFound) {
    EXPECT_EQ(tamper("DELETE FROM audit WHERE seq = 1").error().context, "row 1");
}

TEST_F(AuditRepositoryTest, ARowDeletedAndTheRestRenumberedIsFound) {
    EXPECT_FALSE(
        tamper("DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2")
            .ok());
}

TEST_F(AuditRepositoryTest, SwappedRowsAreFound) {
    EXPECT_FALSE(tamper("UPDATE audit SET seq = 99 WHERE seq = 2;"
                        "UPDATE audit SET seq = 2 WHERE seq = 3;"
                        "UPDATE audit SET seq = 3 WHERE seq = 99")
                     .ok());
}

TEST_F(AuditRepositoryTest, ACutTailIsFoundWithAHeadKeptElsewhere) {
    const AuditHead head = m_audit.head();
    EXPECT_TRUE(tamper("DELETE FROM audit WHERE seq > 3").ok());  // alone it cannot be seen
    EXPECT_FALSE(m_audit.verify(head).ok());
    m_audit.append({99, m_test.north, "a", "b", "c", "d"});
    m_audit.append({99, m_test.north, "a", "b", "c", "d"});
    EXPECT_TRUE(m_audit.verify().ok());
    EXPECT_FALSE(m_audit.verify(head).ok());  // as long again, but not the same
}

TEST_F(AuditRepositoryTest, AnActionAndItsEntryStandOrFallTogether) {
    UserRepository users(*m_test.control);
    {
        Transaction refused(*m_test.control);
        ASSERT_TRUE(users.setDisabled("nora", true, 1).ok());
        m_audit.append({99, m_test.north, "user.disable", "nora", "{}", "r"});
    }
    EXPECT_FALSE(users.find("nora")->disabled);
    EXPECT_EQ(m_audit.head().seq, 5);
    EXPECT_TRUE(m_audit.verify().ok());
}

TEST_F(AuditRepositoryTest, ListsByDepartment) {
    EXPECT_EQ(m_audit.list(m_test.seesAll, 0, 100).size(), 5u);
    const auto south = m_audit.list(m_test.seesSouth, 2, 100);
    ASSERT_EQ(south.size(), 1u);
    EXPECT_EQ(south[0].seq, 4);
    EXPECT_EQ(south[0].entry.object, "key-4");
}

}  // namespace
}  // namespace hearth::storage

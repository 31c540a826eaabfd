#include "storage/migrations/migrations.h"

#include <gtest/gtest.h>

#include <set>

#include "storage/sqlite/connection.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {
namespace {

const Migration kFirst{1, "first", "CREATE TABLE a(id INTEGER); INSERT INTO a VALUES(7);"};
const Migration kSecond{2, "second", "ALTER TABLE a ADD COLUMN name TEXT NOT NULL DEFAULT 'x';"};
const Migration kBroken{2, "broken", "CREATE TABLE b(id INTEGER); INSERT INTO nowhere VALUES(1);"};

class MigrationsTest : public ::testing::Test {
protected:
    bool hasTable(const std::string& name) {
        return m_database->prepare("SELECT 1 FROM sqlite_master WHERE name = ?1", name).step();
    }

    const test::TempDir m_dir;
    const std::unique_ptr<Connection> m_database =
        Connection::open(m_dir / "a.db", Durability::Normal).valueOrThrow();
};

TEST_F(MigrationsTest, UpgradesAnOlderDatabaseAndKeepsItsRows) {
    const Migration old[] = {kFirst};
    ASSERT_TRUE(migrate(*m_database, old).ok());
    EXPECT_EQ(schemaVersion(*m_database), 1);
    const Migration both[] = {kFirst, kSecond};
    ASSERT_TRUE(migrate(*m_database, both).ok());
    ASSERT_TRUE(migrate(*m_database, both).ok());  // nothing left to do
    EXPECT_EQ(schemaVersion(*m_database), 2);
    auto query = m_database->prepare("SELECT id, name FROM a");
    ASSERT_TRUE(query.step());
    EXPECT_EQ(query.integer(0), 7);
    EXPECT_EQ(query.text(1), "x");
    EXPECT_FALSE(query.step());
}

TEST_F(MigrationsTest, AFailedStepLeavesTheVersionBefore) {
    const Migration both[] = {kFirst, kBroken};
    EXPECT_THROW((void)migrate(*m_database, both), core::Exception);
    EXPECT_EQ(schemaVersion(*m_database), 1);
    EXPECT_FALSE(hasTable("b"));
}

TEST_F(MigrationsTest, RefusesADatabaseOfANewerProgram) {
    const Migration both[] = {kFirst, kSecond};
    ASSERT_TRUE(migrate(*m_database, both).ok());
    const Migration old[] = {kFirst};
    const auto refused = migrate(*m_database, old);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::Unsupported);
    EXPECT_NE(refused.error().message.find("newer Hearth"), std::string::npos);
}

TEST_F(MigrationsTest, OurVersionsCountUpWithoutHoles) {
    for (const auto& all : {controlMigrations(), metricsMigrations()}) {
        int expected = 0;
        for (const Migration& migration : all)
            EXPECT_EQ(migration.version, ++expected) << migration.name;
    }
}

// The rule of the schema, checked against the schema itself: a new table that forgets it fails.
TEST_F(MigrationsTest, EveryTableOfTenantsDataHasOwnerAndDepartment) {
    const std::set<std::string> ofTheNode{"schema_version", "departments", "sqlite_sequence",
                                          "node_samples"};
    const auto metrics = Connection::open(m_dir / "m.db", Durability::Normal).valueOrThrow();
    ASSERT_TRUE(migrate(*m_database, controlMigrations()).ok());
    ASSERT_TRUE(migrate(*metrics, metricsMigrations()).ok());
    int checked = 0;
    for (Connection* database : {m_database.get(), metrics.get()}) {
        auto tables = database->prepare("SELECT name FROM sqlite_master WHERE type = 'table'");
        while (tables.step()) {
            const std::string table = tables.text(0);
            if (ofTheNode.count(table))
                continue;
            std::set<std::string> columns;
            auto info = database->prepare("SELECT name FROM pragma_table_info(?1)", table);
            while (info.step())
                columns.insert(info.text(0));
            EXPECT_TRUE(columns.count("department_id")) << table;
            const bool ownsItself = table == "users";
            EXPECT_TRUE(ownsItself || columns.count("owner_id")) << table;
            ++checked;
        }
    }
    EXPECT_GE(checked, 12);
}

}  // namespace
}  // namespace hearth::storage

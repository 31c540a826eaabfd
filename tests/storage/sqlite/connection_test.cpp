#include "storage/sqlite/connection.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/support/fault_vfs.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

std::unique_ptr<Connection> openTable(const std::filesystem::path& file) {
    auto database = Connection::open(file, Durability::Full).valueOrThrow();
    database->executeScript(
        "CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, v TEXT UNIQUE, n REAL, b BLOB)");
    return database;
}

std::int64_t count(Connection& database) {
    auto query = database.prepare("SELECT count(*) FROM t");
    return query.step() ? query.integer(0) : -1;
}

ErrorCode codeOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const core::Exception& failed) {
        return failed.error().code;
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::Cancelled;
}

TEST(ConnectionTest, ValuesOfEveryTypeReadBack) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}};
    const std::string text("a\0'b", 4);
    database->execute("INSERT INTO t VALUES(?1, ?2, ?3, ?4)", INT64_MIN, text, 0.1, bytes);
    database->execute("INSERT INTO t VALUES(?1, ?2, ?3, ?4)", 2, std::optional<std::string>(),
                      nullptr, std::vector<std::byte>());
    auto query = database->prepare("SELECT id, v, n, b FROM t ORDER BY id");
    ASSERT_TRUE(query.step());
    EXPECT_EQ(query.integer(0), INT64_MIN);
    EXPECT_EQ(query.text(1), text);
    EXPECT_EQ(query.number(2), 0.1);
    EXPECT_EQ(query.blob(3), bytes);
    ASSERT_TRUE(query.step());
    EXPECT_FALSE(query.optionalText(1).has_value());
    EXPECT_FALSE(query.optionalInteger(2).has_value());
    EXPECT_FALSE(query.isNull(3));
    EXPECT_FALSE(query.step());
}

TEST(ConnectionTest, HasTheSettingsThatTheDesignRelyOn) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    const auto pragma = [&](const std::string& name) {
        auto query = database->prepare("PRAGMA " + name);
        return query.step() ? query.text(0) : "";
    };
    EXPECT_EQ(pragma("journal_mode"), "wal");
    EXPECT_EQ(pragma("foreign_keys"), "1");
    EXPECT_EQ(pragma("synchronous"), "2");  // FULL
    EXPECT_EQ(pragma("secure_delete"), "1");
    struct stat info {};
    for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
        ASSERT_EQ(::stat((dir / name).c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 077, 0u) << name;
    }
}

TEST(ConnectionTest, TransactionsRollBackUnlessCommitted) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    {
        Transaction abandoned(*database);
        database->execute("INSERT INTO t(v) VALUES('lost')");
    }
    EXPECT_EQ(count(*database), 0);
    Transaction outer(*database);
    database->execute("INSERT INTO t(v) VALUES('kept')");
    {
        Transaction inner(*database);
        database->execute("INSERT INTO t(v) VALUES('lost')");
    }
    {
        Transaction inner(*database);
        database->execute("INSERT INTO t(v) VALUES('kept too')");
        inner.commit();
    }
    outer.commit();
    EXPECT_EQ(count(*database), 2);
}

TEST(ConnectionTest, ErrorsAreTranslated) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    database->execute("INSERT INTO t(v) VALUES('x')");
    EXPECT_EQ(codeOf([&] { database->execute("INSERT INTO t(v) VALUES('x')"); }),
              ErrorCode::AlreadyExists);
    EXPECT_EQ(codeOf([&] { database->execute("nonsense"); }), ErrorCode::Internal);
    database->executeScript("CREATE TABLE u(t INTEGER REFERENCES t(id))");
    EXPECT_EQ(codeOf([&] { database->execute("INSERT INTO u VALUES(99)"); }), ErrorCode::Conflict);

    test::spit(dir / "not.db", std::string(8192, 'x'));
    EXPECT_EQ(Connection::open(dir / "not.db", Durability::Full).error().code,
              ErrorCode::DataCorrupt);
    EXPECT_EQ(Connection::open(dir / "none/a.db", Durability::Full).error().code,
              ErrorCode::NotFound);
}

TEST(ConnectionTest, ADamagedPageIsReported) {
    const test::TempDir dir;
    {
        const auto database = openTable(dir / "a.db");
        for (int i = 0; i < 200; ++i)
            database->execute("INSERT INTO t(v) VALUES(?1)",
                              std::string(500, 'a') + std::to_string(i));
    }
    std::string content = test::slurp(dir / "a.db");
    for (std::size_t at = 4096; at + 4096 <= content.size(); at += 4096)
        content.replace(at, 100, std::string(100, '\xee'));
    test::spit(dir / "a.db", content);
    const auto database = Connection::open(dir / "a.db", Durability::Full);
    ASSERT_TRUE(database.ok());
    EXPECT_EQ(codeOf([&] { count(**database); }), ErrorCode::DataCorrupt);
}

TEST(ConnectionTest, ThreadsTakeTurns) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    std::atomic<int> wrongChanges{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                Transaction transaction(*database);
                const auto before = count(*database);
                wrongChanges += database->execute("INSERT INTO t(v) VALUES(?1)",
                                                  std::to_string(t * 1000 + i)) != 1;
                wrongChanges += count(*database) != before + 1;
                transaction.commit();
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(wrongChanges, 0);
    EXPECT_EQ(count(*database), 100);
}

// The disk fills up at every possible moment: what was acknowledged stays, what failed left
// nothing behind, the connection goes on working once there is room, and the file is sound.
TEST(ConnectionTest, ADiskThatFillsAtAnyMomentLosesNothing) {
    int faults = 0;
    for (int allowed = 0; allowed < 400; ++allowed) {
        const test::TempDir dir;
        test::FaultVfs vfs;
        std::int64_t acknowledged = 0;
        {
            const auto database = openTable(dir / "a.db");
            database->executeScript("PRAGMA wal_autocheckpoint=8");  // so that one is hit, too
            vfs.failAfter(allowed);
            try {
                for (int i = 0; i < 10; ++i) {
                    Transaction transaction(*database);
                    database->execute("INSERT INTO t(v) VALUES(?1)",
                                      std::string(3000, 'v') + std::to_string(i));
                    transaction.commit();
                    acknowledged = i + 1;
                }
            } catch (const core::Exception& failed) {
                EXPECT_EQ(failed.error().code, ErrorCode::DiskFull) << failed.what();
            }
            faults += vfs.hasFailed();
            vfs.heal();
            ASSERT_EQ(count(*database), acknowledged) << "after " << allowed;
            database->execute("INSERT INTO t(v) VALUES('after')");
        }
        const auto database = openTable(dir / "a.db");
        ASSERT_EQ(count(*database), acknowledged + 1) << "after " << allowed;
        auto check = database->prepare("PRAGMA integrity_check");
        ASSERT_TRUE(check.step());
        EXPECT_EQ(check.text(0), "ok");
        if (acknowledged == 10)
            break;
    }
    EXPECT_GT(faults, 20);
}

TEST(ConnectionTest, AFullDiskIsCalledThat) {
    const test::TempDir dir;
    const auto database = openTable(dir / "a.db");
    const test::FileSizeLimit limit(200'000);
    EXPECT_EQ(codeOf([&] {
                  for (int i = 0; i < 1000; ++i)
                      database->execute("INSERT INTO t(v) VALUES(?1)",
                                        std::string(5000, 'v') + std::to_string(i));
              }),
              ErrorCode::DiskFull);
}

}  // namespace
}  // namespace hearth::storage

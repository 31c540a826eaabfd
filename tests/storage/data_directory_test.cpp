#include "storage/data_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "storage/user_repository.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

class DataDirectoryTest : public ::testing::Test {
protected:
    void create() { DataDirectory::create(m_root, {}, {"localhost"}).orThrow(); }

    const test::TempDir m_dir;
    const std::filesystem::path m_root = m_dir / "a node with spaces";
};

TEST_F(DataDirectoryTest, ANewOneIsCompleteAndPrivate) {
    create();
    const DataPaths paths(m_root);
    struct stat info {};
    for (const auto& path : {paths.config(), paths.controlDatabase(), paths.metricsDatabase(),
                             paths.masterKey(), paths.ballast(), paths.tls() / "server.key"}) {
        ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
        EXPECT_EQ(info.st_mode & 0777, 0600u) << path;
    }
    for (const auto& path : {paths.root, paths.secrets(), paths.blobs(), paths.models()}) {
        ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
        EXPECT_EQ(info.st_mode & 0777, 0700u) << path;
    }
    EXPECT_EQ(DataDirectory::create(m_root, {}, {"localhost"}).error().code,
              ErrorCode::AlreadyExists);
}

TEST_F(DataDirectoryTest, WhatWasStoredIsThereAfterReopening) {
    create();
    std::string blob;
    {
        const auto opened = DataDirectory::open(m_root).valueOrThrow();
        blob = opened->blobs().put({"system", "default"}, core::asBytes("data")).valueOrThrow();
        test::spit(opened->paths().temporary() / "left over", "x");
    }
    const auto opened = DataDirectory::open(m_root).valueOrThrow();
    EXPECT_EQ(core::asText(opened->blobs().read(Scope::everything(), blob).valueOrThrow()), "data");
    EXPECT_EQ(UserRepository(opened->control()).departments().size(), 1u);
    EXPECT_EQ(test::countFiles(opened->paths().temporary()), 0u);
    EXPECT_EQ(opened->config().port, 8443);
}

TEST_F(DataDirectoryTest, ASecondProcessIsRefusedAndToldWhoHoldsIt) {
    create();
    const auto opened = DataDirectory::open(m_root).valueOrThrow();
    const std::string expected = "in use by process " + std::to_string(::getpid());
    const pid_t child = ::fork();
    if (child == 0) {
        const auto second = DataDirectory::open(m_root);
        const bool refused = !second && second.error().code == ErrorCode::Conflict &&
                             second.error().message.find(expected) != std::string::npos;
        ::_exit(refused ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(DataDirectoryTest, TheLockGoesWithItsHolder) {
    create();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto opened = DataDirectory::open(m_root);
        ::_exit(opened.ok() ? 0 : 1);  // no destructor runs, as after kill -9
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(DataDirectory::open(m_root).ok());
}

TEST_F(DataDirectoryTest, SaysWhatIsWrongWithADirectory) {
    EXPECT_EQ(DataDirectory::open(m_root).error().code, ErrorCode::NotFound);
    create();
    const DataPaths paths(m_root);
    ::chmod(paths.masterKey().c_str(), 0644);
    EXPECT_EQ(DataDirectory::open(m_root).error().code, ErrorCode::PermissionDenied);
    ::chmod(paths.masterKey().c_str(), 0600);
    const std::string config = test::slurp(paths.config());
    test::spit(paths.config(), "[server]\nport = 99999\n");
    EXPECT_NE(DataDirectory::open(m_root).error().context.find("line 2"), std::string::npos);
    test::spit(paths.config(), config);
    test::spit(paths.controlDatabase(), std::string(5000, 'x'));
    EXPECT_EQ(DataDirectory::open(m_root).error().code, ErrorCode::DataCorrupt);
}

TEST_F(DataDirectoryTest, ACreationThatFailedCanBeRepeated) {
    EXPECT_EQ(DataDirectory::create(m_root, {}, {"not a name"}).error().code,
              ErrorCode::InvalidArgument);
    const std::string key = test::slurp(DataPaths(m_root).masterKey());
    create();
    EXPECT_EQ(test::slurp(DataPaths(m_root).masterKey()), key);
    EXPECT_TRUE(DataDirectory::open(m_root).ok());
}

TEST_F(DataDirectoryTest, TheBallastIsRealAndComesBack) {
    create();
    const auto opened = DataDirectory::open(m_root).valueOrThrow();
    struct stat info {};
    ASSERT_EQ(::stat(opened->paths().ballast().c_str(), &info), 0);
    EXPECT_GE(info.st_blocks * 512, 16 << 20);
    EXPECT_TRUE(opened->releaseBallast());
    EXPECT_FALSE(opened->releaseBallast());
    {
        const test::FileSizeLimit limit(1 << 20);
        EXPECT_EQ(opened->restoreBallast().error().code, ErrorCode::DiskFull);
    }
    EXPECT_FALSE(std::filesystem::exists(opened->paths().ballast()));
    EXPECT_TRUE(opened->restoreBallast().ok());
    EXPECT_TRUE(opened->releaseBallast());
}

}  // namespace
}  // namespace hearth::storage

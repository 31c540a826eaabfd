#include "core/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

using test::FileSizeLimit;
using test::slurp;
using test::spit;
using test::TempDir;

TEST(FileTest, AtomicWriteReplacesContentAndSetsMode) {
    const TempDir dir;
    spit(dir / "f", "old");
    ASSERT_TRUE(writeFileAtomic(dir / "f", "new content", 0640).ok());
    EXPECT_EQ(slurp(dir / "f"), "new content");
    struct stat info {};
    ASSERT_EQ(::stat((dir / "f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640u);
    EXPECT_EQ(test::countFiles(dir.path()), 1u);
}

TEST(FileTest, FullDiskKeepsTheOldFileAndNoTemporaryOne) {
    const TempDir dir;
    spit(dir / "f", "old");
    const std::string big(100'000, 'x');
    Status written;
    {
        const FileSizeLimit limit(50'000);
        written = writeFileAtomic(dir / "f", big);
    }
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code, ErrorCode::DiskFull);
    EXPECT_NE(written.error().message.find("free some space"), std::string::npos);
    EXPECT_EQ(slurp(dir / "f"), "old");
    EXPECT_EQ(test::countFiles(dir.path()), 1u);
}

TEST(FileTest, AbandonedAtomicFileLeavesNothing) {
    const TempDir dir;
    {
        auto file = AtomicFile::create(dir / "f");
        ASSERT_TRUE(file.ok());
        ASSERT_TRUE(file->write(asBytes("half")).ok());
    }
    EXPECT_EQ(test::countFiles(dir.path()), 0u);
}

TEST(FileTest, ReadsUpToTheLimitAndNotBeyond) {
    const TempDir dir;
    spit(dir / "f", "12345");
    EXPECT_EQ(readTextFile(dir / "f", 5).valueOrThrow(), "12345");
    EXPECT_EQ(readTextFile(dir / "f", 4).error().code, ErrorCode::PayloadTooLarge);
    EXPECT_EQ(readFile(dir / "f").valueOrThrow().size(), 5u);
    EXPECT_EQ(readTextFile(dir / "none").error().code, ErrorCode::NotFound);
    EXPECT_EQ(readTextFile(dir.path()).error().code, ErrorCode::InvalidArgument);
    EXPECT_FALSE(readTextFile("/proc/self/status").valueOrThrow().empty());  // st_size is 0
}

TEST(FileTest, PathBeneathRefusesEveryWayOut) {
    const TempDir dir;
    std::filesystem::create_directory_symlink("/etc", dir / "link");
    for (const char* bad : {"", "..", "../x", "a/../../x", "/etc/passwd", "link/passwd", "link"})
        EXPECT_FALSE(pathBeneath(dir.path(), bad).ok()) << bad;
    EXPECT_FALSE(pathBeneath(dir.path(), std::string_view("a\0b", 3)).ok());
    EXPECT_EQ(pathBeneath(dir.path(), "a/b.txt").valueOrThrow(), dir.path() / "a/b.txt");
}

TEST(FileTest, ReadAtReportsAFileThatEndsEarly) {
    const TempDir dir;
    spit(dir / "f", "12345");
    const UniqueFd fd = openFile(dir / "f", 0).valueOrThrow();
    std::array<std::byte, 4> out;
    EXPECT_TRUE(readAt(fd.get(), 1, out, "f").ok());
    EXPECT_EQ(asText(out), "2345");
    EXPECT_EQ(readAt(fd.get(), 2, out, "f").error().code, ErrorCode::DataCorrupt);
}

TEST(FileTest, CreateDirectoriesMakesPrivateParents) {
    const TempDir dir;
    ASSERT_TRUE(createDirectories(dir / "a/b/c").ok());
    struct stat info {};
    ASSERT_EQ(::stat((dir / "a/b").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    EXPECT_TRUE(createDirectories(dir / "a/b/c").ok());
    spit(dir / "file", "");
    EXPECT_FALSE(createDirectories(dir / "file/x").ok());
}

}  // namespace
}  // namespace hearth::core

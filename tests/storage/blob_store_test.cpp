#include "storage/blobs/blob_store.h"

#include <gtest/gtest.h>

#include "core/crypto/random.h"
#include "core/file.h"
#include "tests/storage/test_database.h"
#include "tests/support/fault_vfs.h"

namespace hearth::storage {
namespace {

using core::asBytes;
using core::asText;
using core::ErrorCode;

class BlobStoreTest : public ::testing::Test {
protected:
    std::string put(const std::string& content) {
        return m_store.put(m_test.north, asBytes(content)).valueOrThrow();
    }
    std::filesystem::path fileOf(const std::string& id) {
        return m_store.locate(m_test.seesAll, id).valueOrThrow().path;
    }

    TestDatabase m_test;
    const std::filesystem::path m_directory = m_test.dir / "blobs";
    const core::SecureBytes m_master = core::randomKey();
    BlobStore m_store{(std::filesystem::create_directory(m_directory), m_directory),
                      *m_test.control, core::SecureBytes::copyOf(m_master.span())};
};

TEST_F(BlobStoreTest, ContentReadsBackAndIsNotOnTheDisk) {
    const std::string content = "the pump's fault code is E-417";
    const std::string id = put(content);
    EXPECT_EQ(asText(m_store.read(m_test.seesNorth, id).valueOrThrow()), content);
    EXPECT_EQ(fileOf(id), m_directory / id.substr(0, 2) / id.substr(2));
    EXPECT_EQ(test::slurp(fileOf(id)).find("E-417"), std::string::npos);
    EXPECT_EQ(m_store.open(m_test.seesNorth, id)->size(), content.size());
    EXPECT_NE(put(content), id);
}

TEST_F(BlobStoreTest, AnotherDepartmentGetsNothing) {
    const std::string id = put("x");
    EXPECT_EQ(m_store.read(m_test.seesSouth, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_store.locate(m_test.seesSouth, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_store.remove(m_test.seesSouth, id).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(m_store.read(m_test.seesNorth, id).ok());
    for (const char* odd : {"", "../../control.db", "x"})
        EXPECT_EQ(m_store.read(m_test.seesAll, odd).error().code, ErrorCode::NotFound) << odd;
}

TEST_F(BlobStoreTest, AFileMovedUnderAnotherIdDoesNotOpen) {
    const std::string a = put("a"), b = put("b");
    std::filesystem::copy_file(fileOf(a), fileOf(b),
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(m_store.read(m_test.seesAll, b).error().code, ErrorCode::DataCorrupt);
    m_test.control->execute(
        "UPDATE blobs SET wrapped_key = (SELECT wrapped_key FROM blobs WHERE id = ?1) "
        "WHERE id = ?2",
        a, b);
    EXPECT_EQ(m_store.read(m_test.seesAll, b).error().code, ErrorCode::DataCorrupt);
}

TEST_F(BlobStoreTest, AnotherMasterKeyIsNoticedAtOnce) {
    EXPECT_TRUE(m_store.checkMasterKey().ok());
    const std::string id = put("a");
    EXPECT_TRUE(m_store.checkMasterKey().ok());
    BlobStore stranger(m_directory, *m_test.control, core::randomKey());
    EXPECT_EQ(stranger.checkMasterKey().error().code, ErrorCode::DataCorrupt);
    EXPECT_EQ(stranger.read(m_test.seesAll, id).error().code, ErrorCode::DataCorrupt);
}

TEST_F(BlobStoreTest, FilesAndStreamsAreStored) {
    const std::string content(3'000'000, 'q');
    test::spit(m_test.dir / "upload", content);
    const std::string fromFile =
        m_store.putFile(m_test.north, m_test.dir / "upload").valueOrThrow();
    EXPECT_EQ(asText(m_store.read(m_test.seesNorth, fromFile).valueOrThrow()), content);
    EXPECT_EQ(m_store.putFile(m_test.north, m_test.dir / "none").error().code, ErrorCode::NotFound);

    auto writer = m_store.startWrite(m_test.north).valueOrThrow();
    ASSERT_TRUE(writer.write(asBytes("one ")).ok());
    ASSERT_TRUE(writer.write(asBytes("two")).ok());
    const std::string streamed = writer.commit().valueOrThrow();
    EXPECT_EQ(asText(m_store.read(m_test.seesNorth, streamed).valueOrThrow()), "one two");
}

TEST_F(BlobStoreTest, AnAbandonedWriteLeavesNothing) {
    {
        auto writer = m_store.startWrite(m_test.north).valueOrThrow();
        ASSERT_TRUE(writer.write(asBytes("half")).ok());
    }
    EXPECT_EQ(test::countFiles(m_directory), 0u);
}

TEST_F(BlobStoreTest, AFullDiskLeavesNothing) {
    const std::string content(3'000'000, 'q');
    core::Result<std::string> stored = std::string();
    {
        const test::FileSizeLimit limit(1'500'000);
        stored = m_store.put(m_test.north, asBytes(content));
    }
    EXPECT_EQ(stored.error().code, ErrorCode::DiskFull);
    EXPECT_EQ(test::countFiles(m_directory), 0u);
    EXPECT_EQ(m_store.sweep()->missingBlobs.size(), 0u);
    put("there is room again");
}

TEST_F(BlobStoreTest, ARowThatCannotBeWrittenTakesTheFileWithIt) {
    EXPECT_FALSE(m_store.put({"nobody", "north"}, asBytes("x")).ok());
    EXPECT_EQ(test::countFiles(m_directory), 0u);
}

TEST_F(BlobStoreTest, RemoveTakesRowAndFile) {
    const std::string id = put("x");
    ASSERT_TRUE(m_store.remove(m_test.seesNorth, id).ok());
    EXPECT_EQ(test::countFiles(m_directory), 0u);
    EXPECT_EQ(m_store.remove(m_test.seesNorth, id).error().code, ErrorCode::NotFound);
}

TEST_F(BlobStoreTest, SweepRemovesStraysAndReportsLosses) {
    const std::string kept = put("kept"), lost = put("lost");
    std::filesystem::remove(fileOf(lost));
    const std::string stray(64, 'e');
    std::filesystem::create_directories(m_directory / "ee");
    test::spit(m_directory / "ee" / stray.substr(2), "no row");
    test::spit(m_directory / "ee" / (stray.substr(2) + ".tmp-1-2"), "half-written");
    const SweepReport report = m_store.sweep().valueOrThrow();
    EXPECT_EQ(report.removedFiles, 2u);
    EXPECT_EQ(report.missingBlobs, std::vector<std::string>{lost});
    EXPECT_TRUE(m_store.read(m_test.seesAll, kept).ok());
    EXPECT_EQ(test::countFiles(m_directory), 1u);
}

// A database that fails at the commit of the row: afterwards there is the whole blob or none.
TEST(BlobStoreFaultTest, ADatabaseThatFailsAtAnyMomentLeavesRowsAndFilesEqual) {
    int faults = 0;
    for (int allowed = 0; allowed < 12; ++allowed) {
        test::FaultVfs vfs;
        TestDatabase test;
        std::filesystem::create_directory(test.dir / "blobs");
        BlobStore store(test.dir / "blobs", *test.control, core::randomKey());
        vfs.failAfter(allowed);
        const auto stored = store.put(test.north, asBytes("x"));
        faults += vfs.hasFailed();
        vfs.heal();
        EXPECT_TRUE(stored.ok() || stored.error().code == ErrorCode::DiskFull);
        EXPECT_EQ(test::countFiles(test.dir / "blobs"), stored.ok() ? 1u : 0u) << allowed;
        EXPECT_TRUE(store.sweep()->missingBlobs.empty()) << allowed;
        EXPECT_TRUE(store.put(test.north, asBytes("y")).ok()) << allowed;
    }
    EXPECT_GT(faults, 0);
}

}  // namespace
}  // namespace hearth::storage

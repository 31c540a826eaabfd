#include "storage/dataset_repository.h"

#include <gtest/gtest.h>

#include "storage/blob_repository.h"
#include "storage/file_repository.h"
#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

class DatasetRepositoryTest : public ::testing::Test {
protected:
    std::string addBlob(const Owner& owner) {
        const std::string id = std::string(60, 'b') + std::to_string(1000 + m_count++);
        EXPECT_TRUE(m_blobs.create({id, owner, std::vector<std::byte>(60), 3, 1}).ok());
        return id;
    }
    std::string addFile(const Owner& owner) {
        StoredFile file;
        file.id = "file-" + std::to_string(m_count++);
        file.owner = owner;
        file.blobId = addBlob(owner);
        file.filename = "handbook";
        file.purpose = "fine-tune";
        file.sha256 = std::string(64, '0');
        EXPECT_TRUE(m_files.create(file).ok());
        return file.id;
    }
    core::Status addVersion(const std::string& dataset, std::int64_t number, const Owner& owner) {
        return m_datasets.addVersion({.id = dataset + "-" + std::to_string(number),
                                      .datasetId = dataset,
                                      .owner = owner,
                                      .number = number,
                                      .fileId = addFile(owner),
                                      .sha256 = std::string(64, 'a'),
                                      .kind = "chat",
                                      .rowCount = 5,
                                      .source = "{\"file_id\":\"file-x\"}",
                                      .createdAt = 9});
    }

    TestDatabase m_test;
    BlobRepository m_blobs{*m_test.control};
    FileRepository m_files{*m_test.control};
    DatasetRepository m_datasets{*m_test.control};
    int m_count = 0;
};

TEST_F(DatasetRepositoryTest, FindsByIdAndByNameWithinItsDepartment) {
    const std::string north = m_test.north.departmentId;
    ASSERT_TRUE(m_datasets.create({"ds-1", m_test.north, "handbook", 7}).ok());
    for (const char* key : {"ds-1", "handbook"})
        EXPECT_EQ(m_datasets.find(m_test.seesNorth, north, key).valueOrThrow().id, "ds-1");
    EXPECT_EQ(m_datasets.find(m_test.seesSouth, m_test.south.departmentId, "ds-1").error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(m_datasets.create({"ds-2", m_test.north, "handbook", 7}).error().code,
              ErrorCode::AlreadyExists);
    // Another department's may have the name; who sees both gets the own one.
    ASSERT_TRUE(m_datasets.create({"ds-3", m_test.south, "handbook", 7}).ok());
    const Scope all = Scope::everything();
    EXPECT_EQ(m_datasets.find(all, north, "handbook").valueOrThrow().id, "ds-1");
    EXPECT_EQ(m_datasets.find(all, m_test.south.departmentId, "handbook").valueOrThrow().id,
              "ds-3");
    EXPECT_EQ(m_datasets.list(m_test.seesNorth, {}).items.size(), 1u);
}

TEST_F(DatasetRepositoryTest, VersionsReadBackAndTheirFilesStay) {
    ASSERT_TRUE(m_datasets.create({"ds-1", m_test.north, "handbook", 7}).ok());
    ASSERT_TRUE(addVersion("ds-1", 1, m_test.north).ok());
    ASSERT_TRUE(addVersion("ds-1", 2, m_test.north).ok());
    EXPECT_EQ(addVersion("ds-1", 2, m_test.north).error().code, ErrorCode::AlreadyExists);
    const auto newest = m_datasets.newestVersion(m_test.seesNorth, "ds-1");
    ASSERT_TRUE(newest);
    EXPECT_EQ(newest->number, 2);
    EXPECT_EQ(newest->kind, "chat");
    EXPECT_EQ(newest->rowCount, 5);
    EXPECT_EQ(newest->source, "{\"file_id\":\"file-x\"}");
    EXPECT_EQ(m_datasets.version(m_test.seesNorth, "ds-1", 1).valueOrThrow().number, 1);
    EXPECT_FALSE(m_datasets.version(m_test.seesNorth, "ds-1", 3));
    EXPECT_EQ(m_datasets.versions(m_test.seesNorth, "ds-1", {}).items.size(), 2u);
    EXPECT_TRUE(m_datasets.versions(m_test.seesSouth, "ds-1", {}).items.empty());
    EXPECT_EQ(m_datasets.versionOfFile(m_test.seesNorth, newest->fileId)->id, newest->id);

    EXPECT_EQ(m_files.remove(m_test.seesNorth, newest->fileId).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(m_datasets.removeVersion(m_test.seesNorth, newest->id).ok());
    EXPECT_TRUE(m_files.remove(m_test.seesNorth, newest->fileId).ok());
}

TEST_F(DatasetRepositoryTest, RowHashesOutliveTheirFile) {
    const std::string file = addFile(m_test.north);
    m_datasets.keepRowHashes({file, "handbook", m_test.north, addBlob(m_test.north)});
    ASSERT_TRUE(m_files.remove(m_test.seesNorth, file).ok());
    ASSERT_TRUE(m_datasets.rowHashes(m_test.seesNorth, file));
    EXPECT_EQ(m_datasets.rowHashes(m_test.seesNorth, file)->filename, "handbook");
    EXPECT_FALSE(m_datasets.rowHashes(m_test.seesSouth, file));
    EXPECT_EQ(m_datasets.allRowHashes(m_test.seesNorth).size(), 1u);
    EXPECT_TRUE(m_datasets.allRowHashes(m_test.seesSouth).empty());
    m_datasets.dropRowHashes(m_test.seesSouth, file);
    EXPECT_TRUE(m_datasets.rowHashes(m_test.seesNorth, file));
    m_datasets.dropRowHashes(m_test.seesNorth, file);
    EXPECT_FALSE(m_datasets.rowHashes(m_test.seesNorth, file));
}

}  // namespace
}  // namespace hearth::storage

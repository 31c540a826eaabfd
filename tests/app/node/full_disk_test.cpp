#include <gmock/gmock.h>
#include <sys/mount.h>

#include <fstream>

#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

/// A node whose data directory is a small file system of its own. Needs root to mount it.
class FullDiskTest : public NodeFixture {
protected:
    void SetUp() override {
        std::filesystem::create_directories(folder / "disk");
        m_mounted = mount("tmpfs", (folder / "disk").c_str(), "tmpfs", 0, "size=48m") == 0;
        if (!m_mounted)
            GTEST_SKIP() << "a small file system cannot be mounted here";
        dataDirectory = folder / "disk" / "node";
        NodeFixture::SetUp();
    }
    void TearDown() override {
        stopNode();
        if (m_mounted)
            umount2((folder / "disk").c_str(), MNT_DETACH);  // the log file is still open
    }
    void fillDisk() {
        std::ofstream file(folder / "disk" / "filler", std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), std::streamsize(block.size())).flush()) {
        }
    }

    bool m_mounted = false;
};

TEST_F(FullDiskTest, AnUploadIsRefusedWholeAndADeletionStillWorks) {
    const std::string kept = upload("kept.jsonl", sampleConversations(5000));
    const auto blobs = test::countFiles(dataDirectory / "blobs");
    fillDisk();

    test::spit(folder / "more.jsonl", sampleConversations(5000));
    const auto refused = client()->upload("/v1/files", "fine-tune", folder / "more.jsonl");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::DiskFull) << refused.error().text();
    EXPECT_EQ(test::countFiles(dataDirectory / "blobs"), blobs);

    const auto removed = client()->remove("/v1/files/" + kept);
    EXPECT_TRUE(removed.ok()) << removed.error().text();
    EXPECT_TRUE(client()->get("/v1/files")->at("data").empty());
    EXPECT_EQ(test::countFiles(dataDirectory / "blobs"), blobs - 1);
}

}  // namespace
}  // namespace hearth::app

#include "finetune/jobs/checkpoint_store.h"

#include <gtest/gtest.h>
#include <fstream>

#include "core/crypto/random.h"
#include "tests/support/temp_dir.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;

class CheckpointStoreTest : public testing::Test {
protected:
    CheckpointState stateAt(int64_t step, int64_t best) const {
        return {step, 2 * step, 100 * step, "fingerprint", {{"train_loss", 0.5}}, {best, 0.25, 1}};
    }

    core::Result<fs::path> save(CheckpointStore& store, int64_t step, int64_t best = 0) {
        m_values.assign(1000, float(step));
        return store.save(stateAt(step, best),
                          {{"w", engine::DType::F32, {1000}, std::as_bytes(std::span(m_values))}});
    }

    std::optional<LoadedCheckpoint> load(const CheckpointStore& store) {
        m_warnings.clear();
        return store.loadNewest("fingerprint", m_warnings);
    }

    test::TempDir m_dir;
    fs::path m_path = m_dir / "job.checkpoints";
    std::vector<float> m_values;
    std::vector<std::string> m_warnings;
};

void flipByte(const fs::path& file, int64_t fromEnd) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(-fromEnd, std::ios::end);
    const char byte = char(stream.get() ^ 1);
    stream.seekp(-fromEnd, std::ios::end);
    stream.put(byte);
}

TEST_F(CheckpointStoreTest, ReturnsTheNewest) {
    CheckpointStore store(m_path, nullptr);
    EXPECT_FALSE(load(store));
    ASSERT_TRUE(save(store, 5));
    ASSERT_TRUE(save(store, 10));
    const auto checkpoint = load(store);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->state.step, 10);
    EXPECT_EQ(checkpoint->state.batches, 20);
    EXPECT_EQ(checkpoint->state.trained_tokens, 1000);
    EXPECT_EQ(checkpoint->tensors->find("w")->toFloats(), std::vector<float>(1000, 10.0f));
}

TEST_F(CheckpointStoreTest, KeepsTheBestOnesThatTheLastTwoName) {
    CheckpointStore store(m_path, nullptr);
    ASSERT_TRUE(save(store, 5, 5));
    ASSERT_TRUE(save(store, 10, 5));
    ASSERT_TRUE(save(store, 15, 5));
    EXPECT_EQ(store.steps(), (std::vector<int64_t>{5, 10, 15}));
    ASSERT_TRUE(save(store, 20, 20));
    EXPECT_EQ(store.steps(), (std::vector<int64_t>{5, 15, 20}));
    ASSERT_TRUE(save(store, 25, 20));
    ASSERT_TRUE(save(store, 30, 20));
    EXPECT_EQ(store.steps(), (std::vector<int64_t>{20, 25, 30}));
    const auto best = store.load(20);
    ASSERT_TRUE(best);
    EXPECT_EQ(best->state.stopping.best_step, 20);
    EXPECT_EQ(best->state.stopping.best_loss, 0.25);
    EXPECT_EQ(best->state.stopping.stale_evaluations, 1);
    EXPECT_FALSE(store.load(15));
}

TEST_F(CheckpointStoreTest, KeepsTheLastTwo) {
    CheckpointStore store(m_path, nullptr);
    for (const int64_t step : {5, 10, 15, 20})
        ASSERT_TRUE(save(store, step));
    EXPECT_EQ(std::distance(fs::directory_iterator(m_path), fs::directory_iterator()), 2);
    EXPECT_EQ(load(store)->state.step, 20);
}

TEST_F(CheckpointStoreTest, PassesOverACorruptedOneWithAWarning) {
    CheckpointStore store(m_path, nullptr);
    for (const char* file : {"tensors.safetensors", "state.json", "manifest.json"}) {
        ASSERT_TRUE(save(store, 5));
        const auto newest = save(store, 10);
        ASSERT_TRUE(newest);
        flipByte(*newest / file, 20);
        const auto checkpoint = load(store);
        ASSERT_TRUE(checkpoint) << file;
        EXPECT_EQ(checkpoint->state.step, 5) << file;
        ASSERT_EQ(m_warnings.size(), 1u) << file;
        EXPECT_NE(m_warnings[0].find("passed over"), std::string::npos);
        store.removeAll();
    }
}

TEST_F(CheckpointStoreTest, PassesOverATruncatedOrUnfinishedOne) {
    CheckpointStore store(m_path, nullptr);
    ASSERT_TRUE(save(store, 5));
    ASSERT_TRUE(save(store, 10));
    fs::resize_file(m_path / "step-0000000010" / "tensors.safetensors", 100);
    EXPECT_EQ(load(store)->state.step, 5);
    fs::remove(m_path / "step-0000000010" / "manifest.json");
    EXPECT_EQ(load(store)->state.step, 5);
    // What a kill in the middle of a save leaves is not even looked at.
    fs::rename(m_path / "step-0000000010", m_path / "step-0000000010.pending");
    EXPECT_EQ(load(store)->state.step, 5);
    EXPECT_TRUE(m_warnings.empty());
}

TEST_F(CheckpointStoreTest, ANewSaveOutlivesOnesThatWerePassedOver) {
    CheckpointStore store(m_path, nullptr);
    ASSERT_TRUE(save(store, 30));
    ASSERT_TRUE(save(store, 40));
    ASSERT_TRUE(save(store, 10));
    EXPECT_EQ(load(store)->state.step, 10);
}

TEST_F(CheckpointStoreTest, IgnoresAnotherJobsCheckpoint) {
    CheckpointStore store(m_path, nullptr);
    ASSERT_TRUE(save(store, 5));
    EXPECT_FALSE(store.loadNewest("another", m_warnings));
    ASSERT_EQ(m_warnings.size(), 1u);
    EXPECT_NE(m_warnings[0].find("other data, model or settings"), std::string::npos);
}

TEST_F(CheckpointStoreTest, SealedOnesHideTheirContentAndNeedTheKey) {
    const core::SecureBytes key = core::randomKey();
    CheckpointStore store(m_path, &key);
    const auto path = save(store, 5);
    ASSERT_TRUE(path);
    EXPECT_EQ(test::slurp(*path / "tensors.safetensors").find("\"w\""), std::string::npos);
    EXPECT_EQ(test::slurp(*path / "state.json").find("fingerprint"), std::string::npos);
    EXPECT_EQ(load(store)->tensors->find("w")->toFloats(), std::vector<float>(1000, 5.0f));

    const core::SecureBytes other = core::randomKey();
    EXPECT_FALSE(load(CheckpointStore(m_path, &other)));
}

TEST_F(CheckpointStoreTest, AFullDiskLeavesTheEarlierOnesAndNothingElse) {
    CheckpointStore store(m_path, nullptr);
    ASSERT_TRUE(save(store, 5));
    const size_t files = test::countFiles(m_path);
    {
        const test::FileSizeLimit limit(1000);
        const auto failed = save(store, 10);
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, core::ErrorCode::DiskFull) << failed.error().text();
    }
    EXPECT_EQ(test::countFiles(m_path), files);
    EXPECT_EQ(load(store)->state.step, 5);
    ASSERT_TRUE(save(store, 10));
    EXPECT_EQ(load(store)->state.step, 10);
}

}  // namespace
}  // namespace hearth::finetune

// Loading a packed file that was hashed before: when its stamp is believed, and what happens when
// the file is damaged all the same.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/formats/packed_stamp.h"
#include "engine/models/pack_model.h"
#include "engine/models/weight_guard.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSomeByte = 10'000;  // of the data, far from its ends

class StampedModelTest : public ::testing::Test {
protected:
    void SetUp() override {
        const ModelConfig config = testing_models::tinyConfig();
        const auto source = m_dir / "source";
        fs::create_directories(source);
        testing_models::writeCheckpoint(source, config, testing_models::MemoryWeights(config));
        const PackRequest request{.source = source,
                                  .directory = directory(),
                                  .precision = "exact",
                                  .size_budget = {},
                                  .kl_budget = {},
                                  .measure = false};
        ASSERT_TRUE(packModel(*m_backend, request, {}).ok());
        settle();
    }

    fs::path directory() { return m_dir / "packed"; }
    fs::path file() { return directory() / kPackedFileName; }
    fs::path stampFile() { return packedStampPath(file()); }
    core::Result<std::unique_ptr<Model>> load() { return loadModel(*m_backend, directory()); }
    bool stamped() { return isStamped(*PackedFile::open(file()).valueOrThrow()); }

    /// Until another write would leave other times.
    static void settle() { std::this_thread::sleep_for(kStampAge * 2); }
    /// One byte changes in place and the time of the last write is set back.
    void damage() {
        struct stat before {};
        ASSERT_EQ(::stat(file().c_str(), &before), 0);
        const core::UniqueFd fd = core::openFile(file(), O_RDWR).valueOrThrow();
        char byte = 0;
        ASSERT_EQ(::pread(fd.get(), &byte, 1, kSomeByte), 1);
        byte ^= 1;
        ASSERT_EQ(::pwrite(fd.get(), &byte, 1, kSomeByte), 1);
        const timespec times[] = {before.st_atim, before.st_mtim};
        ASSERT_EQ(::futimens(fd.get(), times), 0);
    }
    /// Damaged behind the file system's back: the stamp is that of the damaged file.
    void damageUnseen() {
        damage();
        settle();
        stamp(*PackedFile::open(file()).valueOrThrow());
        ASSERT_TRUE(stamped());
    }
    void expectRefused() {
        const auto model = load();
        ASSERT_FALSE(model.ok());
        EXPECT_EQ(model.error().code, core::ErrorCode::DataCorrupt);
        EXPECT_NE(model.error().message.find("chunk 0 "), std::string::npos)
            << model.error().text();
        EXPECT_FALSE(stamped());
    }

    test::TempDir m_dir;
    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1});
};

TEST_F(StampedModelTest, TheFirstLoadStampsAndTheNextNeedsNoHash) {
    EXPECT_FALSE(stamped());
    const auto first = load();
    ASSERT_TRUE(first.ok()) << first.error().text();
    EXPECT_TRUE((*first)->health().ok());
    EXPECT_TRUE(stamped());
    const auto second = load();
    ASSERT_TRUE(second.ok()) << second.error().text();
    EXPECT_TRUE((*second)->health().ok());
    EXPECT_EQ((*first)->weightBytes(), (*second)->weightBytes());
}

TEST_F(StampedModelTest, ADamagedFileWithoutAStampIsRefusedAndGetsNone) {
    damage();
    settle();
    expectRefused();
    EXPECT_FALSE(fs::exists(stampFile()));
}

TEST_F(StampedModelTest, AWriteVoidsTheStampThoughTheTimeIsSetBack) {
    ASSERT_TRUE(load().ok());
    ASSERT_TRUE(stamped());
    const auto written = fs::last_write_time(file());
    damage();
    EXPECT_EQ(fs::last_write_time(file()), written);
    expectRefused();
}

TEST_F(StampedModelTest, AnotherFileInItsPlaceHasNoStamp) {
    ASSERT_TRUE(load().ok());
    std::string other = test::slurp(file());
    other[kSomeByte] ^= 1;
    test::spit(m_dir / "other", other);
    fs::last_write_time(m_dir / "other", fs::last_write_time(file()));
    fs::rename(m_dir / "other", file());
    expectRefused();
}

TEST_F(StampedModelTest, ACopyOfTheSameBytesIsHashedAndStampedAnew) {
    ASSERT_TRUE(load().ok());
    test::spit(m_dir / "copy", test::slurp(file()));
    fs::rename(m_dir / "copy", file());
    EXPECT_FALSE(stamped());
    settle();
    ASSERT_TRUE(load().ok());
    EXPECT_TRUE(stamped());
}

TEST_F(StampedModelTest, WhatIsNoStampIsNotBelieved) {
    ASSERT_TRUE(load().ok());
    const std::string good = test::slurp(stampFile());
    damage();
    for (const std::string& text :
         {std::string(), std::string("{}"), good, good.substr(0, good.size() / 2), good + good,
          std::string(10'000, '{'), std::string("\0\xff\x80", 3)}) {
        test::spit(stampFile(), text);
        SCOPED_TRACE(text.substr(0, 100));
        expectRefused();
    }
    fs::remove(stampFile());
    fs::create_directory(stampFile());
    expectRefused();
}

TEST_F(StampedModelTest, AFileThatWasJustWrittenGetsNoStamp) {
    // A machine that stalls between the two lines proves nothing; then once more.
    for (int tries = 0; tries < 50; ++tries) {
        ::utimensat(AT_FDCWD, file().c_str(), nullptr, 0);
        const auto young = PackedFile::open(file()).valueOrThrow();
        if (young->openedNs() - young->identity().changed_ns >
            std::chrono::nanoseconds(kStampAge).count())
            continue;
        stamp(*young);
        EXPECT_FALSE(stamped());
        return;
    }
    FAIL() << "fifty stalls";
}

TEST_F(StampedModelTest, TheGuardFindsWhatWentWrongUnseen) {
    {
        const WeightGuard guard(PackedFile::open(file()).valueOrThrow());
        EXPECT_TRUE(guard.wait().ok());
    }
    damageUnseen();
    const WeightGuard guard(PackedFile::open(file()).valueOrThrow());
    const core::Status found = guard.wait();
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(found.error().message.find("chunk 0 "), std::string::npos) << found.error().text();
    EXPECT_EQ(found.error().context, file().string());
    EXPECT_EQ(guard.status().error().message, found.error().message);
    EXPECT_FALSE(fs::exists(stampFile()));
}

TEST_F(StampedModelTest, AModelThatIsFoundDamagedRunsNoMoreSteps) {
    damageUnseen();
    const auto loaded = load();
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    Model& model = **loaded;
    for (int tries = 0; tries < 1000 && model.health().ok(); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_FALSE(model.health().ok());
    KvCache cache(*m_backend, model.config(), 1, DType::F32);
    const std::vector<int32_t> ids = {1, 2}, pages = {0};
    const StepSequence sequence{.tokens = ids, .pages = pages};
    try {
        model.step(std::span(&sequence, 1), cache, nullptr);
        FAIL() << "a step ran";
    } catch (const core::Exception& e) {
        EXPECT_EQ(e.error().code, core::ErrorCode::DataCorrupt);
    }
    expectRefused();
}

}  // namespace
}  // namespace hearth::engine

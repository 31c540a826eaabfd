// A model whose packed file is sealed computes what the plain one does.
#include <gtest/gtest.h>

#include "core/crypto/key_ring.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/formats/packed_stamp.h"
#include "engine/formats/safetensors_stream.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"
#include "engine/models/served_types.h"
#include "tests/support/temp_dir.h"

namespace hearth::test {
namespace {

using namespace engine;

const std::filesystem::path kReference =
    std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3";

std::vector<float> logitsOf(Backend& backend, Model& model) {
    std::vector<int32_t> ids(24);
    for (size_t i = 0; i < ids.size(); ++i)
        ids[i] = int32_t((i * 7 + 3) % size_t(model.config().vocab_size));
    KvCache cache(backend, model.config(), 1, DType::F32);
    const std::vector<int32_t> pages = {0};
    const StepSequence sequence{.tokens = ids,
                                .start = 0,
                                .pages = pages,
                                .prefill = true,
                                .logits_rows = int64_t(ids.size())};
    return downloadFloats(backend, model.step(std::span(&sequence, 1), cache, nullptr));
}

class PrivateModelTest : public ::testing::TestWithParam<const char*> {
protected:
    void pack(const std::filesystem::path& directory, const core::SecureBytes* key) {
        std::filesystem::create_directories(directory);
        const auto source = openPackSource(kReference, nullptr).valueOrThrow();
        const auto recipe = PackRecipe::find(GetParam(), source.model.config).valueOrThrow();
        packWeights(source, recipe, directory / kPackedFileName, nullptr, key).orThrow();
        for (const auto& [name, text] : source.texts)
            core::writeFileAtomic(directory / name, text).orThrow();
    }

    TempDir m_dir;
    const std::filesystem::path m_plain = m_dir / "plain", m_sealed = m_dir / "sealed";
    const core::SecureBytes m_key = core::randomKey();
    std::unique_ptr<Backend> m_backend = createCpuBackend();
};

TEST_P(PrivateModelTest, LogitsAreThoseOfThePlainFileToTheBit) {
    pack(m_plain, nullptr);
    pack(m_sealed, &m_key);
    EXPECT_EQ(loadModel(*m_backend, m_sealed).error().code, core::ErrorCode::PermissionDenied);
    const auto plain = loadModel(*m_backend, m_plain).valueOrThrow();
    std::unique_ptr<Model> sealed;
    {
        const auto held = core::KeyRing::instance().hold(m_sealed, m_key);
        sealed = loadModel(*m_backend, m_sealed).valueOrThrow();
        EXPECT_EQ(servedTypes(m_sealed).valueOrThrow(), servedTypes(m_plain).valueOrThrow());
    }
    std::filesystem::remove_all(m_sealed);  // it lives in memory alone
    EXPECT_EQ(logitsOf(*m_backend, *sealed), logitsOf(*m_backend, *plain));
    EXPECT_EQ(sealed->weightBytes(), plain->weightBytes());
    EXPECT_TRUE(sealed->health().ok());
}

TEST_P(PrivateModelTest, LoadingLeavesNothingBesideTheFile) {
    pack(m_sealed, &m_key);
    const size_t files = countFiles(m_sealed);
    const auto held = core::KeyRing::instance().hold(m_sealed, m_key);
    std::this_thread::sleep_for(2 * kStampAge);  // what a stamp would wait for
    ASSERT_TRUE(loadModel(*m_backend, m_sealed).ok());
    EXPECT_EQ(countFiles(m_sealed), files);
}

TEST_P(PrivateModelTest, ADamagedChunkLoadsNothing) {
    pack(m_sealed, &m_key);
    std::string content = slurp(m_sealed / kPackedFileName);
    content[content.size() / 3] ^= 1;
    spit(m_sealed / kPackedFileName, content);
    const auto held = core::KeyRing::instance().hold(m_sealed, m_key);
    EXPECT_EQ(loadModel(*m_backend, m_sealed).error().code, core::ErrorCode::DataCorrupt);
}

TEST_P(PrivateModelTest, TheExportedWeightsAreThoseThatAreServed) {
    pack(m_sealed, &m_key);
    const auto held = core::KeyRing::instance().hold(m_sealed, m_key);
    const auto weights =
        packedWeights(PackedFile::open(m_sealed / kPackedFileName).valueOrThrow()).valueOrThrow();
    std::vector<std::byte> file;
    streamSafetensors(
        *weights, [](const std::string&) { return DType::F32; },
        [&](std::span<const std::byte> bytes) {
            file.insert(file.end(), bytes.begin(), bytes.end());
            return true;
        })
        .orThrow();
    const auto parsed = parseSafetensors(file, "exported").valueOrThrow();
    ASSERT_EQ(parsed->names(), weights->names());
    for (const std::string& name : weights->names()) {
        EXPECT_EQ(parsed->find(name)->shape, weights->find(name)->shape) << name;
        EXPECT_EQ(parsed->find(name)->toFloats(), weights->find(name)->toFloats()) << name;
    }
    const auto stopped = streamSafetensors(
        *weights, [](const std::string&) { return DType::BF16; },
        [&](std::span<const std::byte>) { return false; });
    EXPECT_EQ(stopped.error().code, core::ErrorCode::Cancelled);
}

INSTANTIATE_TEST_SUITE_P(Recipes, PrivateModelTest, ::testing::Values("exact", "int8", "int4"));

}  // namespace
}  // namespace hearth::test

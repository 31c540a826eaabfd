// Adapters over weights that stay where they are stored: the same bits as over the same values in
// memory, whatever the weights are stored as.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/pack_model.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"
#include "finetune/model/trainable_model.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::adapterBytes;
using test::RecordingSink;
using test::TinyWorld;

class StoredBaseTest : public testing::Test {
protected:
    /// The base, packed, in a directory of its own without the checkpoint.
    std::string packed(const std::string& precision) {
        const fs::path directory = m_world.path("packed-" + precision);
        if (!fs::exists(directory)) {
            fs::create_directory(directory);
            const auto report = engine::packModel(*m_backend, {.source = m_world.baseModel(),
                                                               .directory = directory,
                                                               .precision = precision,
                                                               .measure = false});
            EXPECT_TRUE(report.ok()) << report.error().text();
        }
        return directory.string();
    }
    /// Gradients of a batch after a little noise on every adapter's value.
    std::vector<float> gradients(const std::string& precision, BaseStorage base, bool dora) {
        auto file = engine::PackedFile::open(fs::path(packed(precision)) / engine::kPackedFileName);
        const auto weights = engine::packedWeights(std::move(*file)).valueOrThrow();
        const auto config = engine::readModelConfig(m_world.baseModel()).valueOrThrow();
        const auto model =
            loadTrainableModel(
                *m_backend, config, *weights,
                {.part = TrainedPart::Lora, .base = base, .lora = {.r = 3, .dora = dora}})
                .valueOrThrow();
        float noise = 0.0f;
        for (float& value : model->trained().values()) {
            noise += 0.37f;
            value += 0.01f * (noise - std::floor(noise));
        }
        PackedBatch batch;
        const std::vector<int32_t> ids = {40, 50, 60, 70, 80, 90, 100, 41, 52};
        batch.append(ids, {50, 60, 70, 80, 90, 100, 41, 52, 63});
        batch.append(ids, {50, 60, 70, 80, 90, 100, 41, 52, 63});
        model->accumulate(batch);
        const auto all = model->trained().gradients();
        return {all.begin(), all.end()};
    }

    TinyWorld m_world;
    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 2});
};

TEST_F(StoredBaseTest, GivesTheGradientsOfTheSameValuesInMemory) {
    for (const char* precision : {"bf16", "int8", "int4"})
        for (const bool dora : {false, true}) {
            const auto stored = gradients(precision, BaseStorage::Source, dora);
            EXPECT_EQ(stored, gradients(precision, BaseStorage::Memory, dora))
                << precision << (dora ? " dora" : "");
            EXPECT_NE(stored.back(), 0.0f);
        }
}

TEST_F(StoredBaseTest, AJobOverInt4LearnsAndResumesToTheSameBits) {
    const auto specOf = [&](const std::string& output) {
        JobSpec spec = m_world.sftSpec(packed("int4"), output, 12);
        spec.hyperparameters.base_storage = BaseKept::Source;
        return spec;
    };
    JobSpec unpacked = specOf("unpacked");
    unpacked.hyperparameters.base_storage = BaseKept::Memory;
    EXPECT_NE(TinyWorld::fail(unpacked).message.find("base_storage source"), std::string::npos);

    const JobSpec whole = specOf("whole"), killed = specOf("killed");
    const RecordingSink sink = TinyWorld::run(whole);
    const auto progress = sink.all<ProgressEvent>();
    EXPECT_LT(progress.back().loss, 0.8 * progress.front().loss);
    EXPECT_GT(sink.metric("adapter_effect"), 0.0);
    EXPECT_GT(sink.metric("peak_resident_bytes"), 1e6);
    test::runAndKill(killed, 6);
    TinyWorld::run(killed);
    EXPECT_EQ(adapterBytes(killed), adapterBytes(whole));
}

TEST_F(StoredBaseTest, ACheckpointMayStayStoredToo) {
    JobSpec memory = m_world.sftSpec(m_world.baseModel(), "memory", 6);
    JobSpec source = m_world.sftSpec(m_world.baseModel(), "source", 6);
    source.hyperparameters.base_storage = BaseKept::Source;
    TinyWorld::run(memory);
    TinyWorld::run(source);
    EXPECT_EQ(adapterBytes(memory), adapterBytes(source));
}

TEST_F(StoredBaseTest, OnlyAnAdapterLeavesItsBaseStored) {
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), "out");
    spec.hyperparameters.base_storage = BaseKept::Source;
    spec.full = true;
    EXPECT_NE(TinyWorld::fail(spec).message.find("its own weights cannot be trained"),
              std::string::npos);
    spec = m_world.pretrainSpec("out");
    spec.hyperparameters.base_storage = BaseKept::Source;
    EXPECT_NE(TinyWorld::fail(spec).message.find("cannot be trained"), std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune

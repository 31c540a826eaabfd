#include "engine/runtime/model_speed.h"

#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "tests/engine/models/test_models.h"

namespace hearth::engine {
namespace {

class ModelSpeedTest : public ::testing::Test {
protected:
    core::Result<std::vector<SpeedCase>> measure(const SpeedOptions& options) {
        return measureSpeed(*m_backend, *m_model, options);
    }
    std::string refusal(const SpeedOptions& options) {
        const auto result = measure(options);
        return result ? "" : result.error().message;
    }

    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1});
    std::unique_ptr<Model> m_model =
        loadModel(*m_backend, testing_models::tinyConfig(),
                  testing_models::MemoryWeights(testing_models::tinyConfig()))
            .valueOrThrow();
};

TEST_F(ModelSpeedTest, MeasuresEveryContextWithEveryNumberOfStreams) {
    const auto cases = measure({.prefill = 9,
                                .decode = 3,
                                .streams = {1, 3},
                                .contexts = {0, 33},
                                .chunk = 4,
                                .repeats = 1})
                           .valueOrThrow();
    ASSERT_EQ(cases.size(), 4u);
    EXPECT_EQ(cases[1].streams, 3);
    EXPECT_EQ(cases[1].context, 0);
    EXPECT_EQ(cases[2].context, 64) << "whole pages";
    for (const SpeedCase& c : cases) {
        EXPECT_GT(c.prefill_tps, 0);
        EXPECT_GT(c.decode_tps, 0);
    }
}

TEST_F(ModelSpeedTest, AContextOfRandomNumbersSuitsEveryCacheType) {
    for (const DType type : {DType::F32, DType::BF16, DType::Q8}) {
        const auto cases = measure({.prefill = 1,
                                    .decode = 2,
                                    .contexts = {0, 33},
                                    .repeats = 1,
                                    .random_context = true,
                                    .cache_dtype = type})
                               .valueOrThrow();
        ASSERT_EQ(cases.size(), 2u);
        EXPECT_EQ(cases[1].context, 64);
        EXPECT_GT(cases[1].decode_tps, 0);
    }
}

TEST_F(ModelSpeedTest, RefusesWhatTheModelCannotRun) {
    EXPECT_NE(refusal({.contexts = {1 << 20}}).find("context holds"), std::string::npos);
    EXPECT_NE(refusal({.streams = {0}}).find("stream"), std::string::npos);
    EXPECT_NE(refusal({.decode = 0}).find("at least 1"), std::string::npos);
}

}  // namespace
}  // namespace hearth::engine

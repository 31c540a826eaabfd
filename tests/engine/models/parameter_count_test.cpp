#include "engine/models/parameter_count.h"

#include <gtest/gtest.h>

#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

std::filesystem::path referenceModel(const std::string& name) {
    return std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models" / name;
}

class ParameterCountTest : public testing::TestWithParam<const char*> {};

TEST_P(ParameterCountTest, IsWhatTheCheckpointHolds) {
    const auto directory = referenceModel(GetParam());
    const auto config = readModelConfig(directory).valueOrThrow();
    const auto weights = openWeightDirectory(directory).valueOrThrow();
    int64_t stored = 0;
    for (const TensorSpec& spec : tensorSpecs(config)) {
        const StoredTensor* tensor = weights->find(spec.name);
        if (tensor && !spec.optional)
            stored += int64_t(tensor->bytes.size()) / dtypeSize(tensor->dtype);
    }
    const ParameterCount count = countParameters(config);
    EXPECT_EQ(count.total, stored);
    EXPECT_LT(count.active, count.total);
}

INSTANTIATE_TEST_SUITE_P(ReferenceModels, ParameterCountTest,
                         testing::Values("deepseek_v3", "deepseek_v3_mtp", "moonlight"));

TEST(ParameterCountTest, ActiveLeavesOutMtpLayersAndExpertsThatAreNotChosen) {
    auto config = readModelConfig(referenceModel("deepseek_v3_mtp")).valueOrThrow();
    const ParameterCount with = countParameters(config);
    config.num_nextn_predict_layers = 0;
    const ParameterCount without = countParameters(config);
    EXPECT_GT(with.total, without.total);
    EXPECT_EQ(with.active, without.active);
    config.num_experts_per_tok = config.n_routed_experts;
    EXPECT_EQ(countParameters(config).active, countParameters(config).total);
}

}  // namespace
}  // namespace hearth::engine

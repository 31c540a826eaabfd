#include "finetune/jobs/routing_drift.h"

#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "tests/finetune/model/tiny_model.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

using test::kLargeInit;
using test::TinyWorld;

double largest(const std::vector<double>& shares) {
    return *std::ranges::max_element(shares);
}

std::vector<double> driftOf(const std::vector<ProgressEvent>& progress) {
    std::vector<double> drift;
    for (const ProgressEvent& event : progress) {
        double most = 0.0;
        for (const LayerHealth& layer : event.experts)
            most = std::max(most, layer.drift);
        drift.push_back(most);
    }
    return drift;
}

TEST(RoutingDriftTest, AnAdapterMovesWhatTheBaseChose) {
    const auto backend = engine::createCpuBackend({.threads = 2});
    const auto model = test::tinyModel(
        *backend, {.part = TrainedPart::Lora, .lora = {.r = 4}, .initializer_range = kLargeInit});
    const RoutingDrift drift(*model, test::tinyBatch({30, 20}));
    ASSERT_EQ(drift.measure().size(), model->expertUse().size());
    EXPECT_EQ(largest(drift.measure()), 0.0);
    for (float& value : model->trained().values())
        value += 0.3f;
    const double moved = largest(drift.measure());
    EXPECT_GT(moved, 0.0);
    EXPECT_LE(moved, 1.0);
    // Also of an adapter that is there already: the base is the model without it.
    EXPECT_EQ(largest(RoutingDrift(*model, test::tinyBatch({30, 20})).measure()), moved);
}

TEST(RoutingDriftTest, TheMtpLayersRouterIsWatchedToo) {
    const auto backend = engine::createCpuBackend({.threads = 2});
    const auto model =
        test::tinyModel(*backend, {.initializer_range = kLargeInit, .mtp_lambda = 0.3});
    const RoutingDrift drift(*model, test::tinyBatch({30, 20}));
    ASSERT_EQ(drift.measure().size(), model->expertUse().size());
    for (const Parameter& parameter : model->trained().entries())
        if (parameter.name.ends_with("gate.weight"))
            for (float& value : model->trained().values(parameter))
                value = -value;
    for (const double share : drift.measure())
        EXPECT_GT(share, 0.0);
}

TEST(RoutingDriftTest, ASampleIsSpreadOverTheDataAndBounded) {
    TokenizedDataset dataset;
    for (int32_t i = 0; i < 100; ++i)
        dataset.examples.push_back({std::vector<int32_t>(50, i), std::vector<int32_t>(50, i)});
    const PackedBatch sample = routingSample(dataset, 80);
    EXPECT_EQ(sample.tokens(), 80);
    ASSERT_EQ(sample.segments.size(), 8u);
    EXPECT_EQ(sample.ids.front(), 0);
    EXPECT_EQ(sample.ids.back(), 87);
    EXPECT_EQ(routingSample(dataset, 4).tokens(), 8);  // one of each text at the least
}

TEST(RoutingDriftTest, AJobMeasuresItFromItsFirstStepAndAfterItsResumption) {
    TinyWorld world;
    JobSpec spec = world.sftSpec(world.baseModel(), "out", 24);
    spec.full = true;
    spec.hyperparameters.learning_rate = 0.02;  // far from the base after one step
    const auto drift = driftOf(TinyWorld::run(spec).all<ProgressEvent>());
    ASSERT_EQ(drift.size(), 24u);
    EXPECT_GT(drift[0], 0.0) << "the base is the model before the first step";
    EXPECT_EQ(drift[14], drift[0]) << "until it is measured again";

    JobSpec killed = spec;
    killed.output_directory = world.path("killed");
    test::runAndKill(killed, 10);
    const auto resumed = driftOf(TinyWorld::run(killed).all<ProgressEvent>());
    ASSERT_LT(resumed.size(), drift.size());
    EXPECT_GT(resumed[0], 0.0);
    EXPECT_EQ(resumed.back(), drift.back()) << "against the base, not where it went on";
    EXPECT_EQ(resumed[resumed.size() - 9], drift[15]);
}

}  // namespace
}  // namespace hearth::finetune

#include "finetune/jobs/expert_health.h"

#include <gmock/gmock.h>
#include <cmath>

namespace hearth::finetune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One layer of four experts; entropy as a share of its greatest value.
std::vector<ExpertUse> use(std::vector<int64_t> loads, double entropy = 1.0) {
    return {{.layer = 3,
             .loads = std::move(loads),
             .entropy = 100 * entropy * std::log(4.0),
             .tokens = 100}};
}

ExpertHealth afterSteps(int64_t steps) {
    ExpertHealth health(use({0, 0, 0, 0}));
    for (int64_t step = 1; step <= steps; ++step)
        health.add(step, use({50, 50, 50, 50}));
    return health;
}

double metric(const ExpertHealth& health, const std::string& name) {
    for (const auto& [key, value] : health.metrics())
        if (key == name)
            return value;
    return NAN;
}

TEST(ExpertHealthTest, EvenRoutingIsHealthy) {
    ExpertHealth health = afterSteps(20);
    EXPECT_NEAR(metric(health, "expert_load"), 1.0, 1e-6);
    EXPECT_NEAR(metric(health, "router_entropy"), 1.0, 1e-6);
    EXPECT_EQ(metric(health, "dead_experts"), 0.0);
    EXPECT_NEAR(metric(health, "router_drift"), 0.0, 1e-6);
    EXPECT_THAT(health.takeAlarms(), IsEmpty());
    EXPECT_EQ(health.layers().at(0).layer, 3);
}

TEST(ExpertHealthTest, AnExpertThatDiesIsSaidOnce) {
    ExpertHealth health = afterSteps(8);
    for (int64_t step = 9; step < 100; ++step)
        health.add(step, use({0, 68, 66, 66}));
    EXPECT_EQ(metric(health, "dead_experts"), 1.0);
    EXPECT_THAT(health.takeAlarms(),
                ElementsAre("experts of layer 3: 1 experts get (almost) no tokens any more, 0 did "
                            "not at the start"));
    health.add(100, use({0, 68, 66, 66}));
    EXPECT_THAT(health.takeAlarms(), IsEmpty());
}

TEST(ExpertHealthTest, ACollapseIsSaid) {
    ExpertHealth health = afterSteps(8);
    for (int64_t step = 9; step < 30; ++step)
        health.add(step, use({170, 10, 10, 10}, 0.3));
    health.setDrift(std::vector<double>{0.6});
    EXPECT_EQ(metric(health, "router_drift"), 0.6);
    EXPECT_THAT(health.takeAlarms(),
                testing::UnorderedElementsAre(HasSubstr("60.00 % of the choices"),
                                              HasSubstr("the busiest expert gets"),
                                              HasSubstr("entropy fell from 1.00 to 0.30")));
}

TEST(ExpertHealthTest, FewTokensAreNoDeaths) {
    ExpertHealth health(use({0, 0, 0, 0}));
    health.add(1, use({4, 0, 0, 0}));
    EXPECT_EQ(metric(health, "dead_experts"), 0.0);
}

TEST(ExpertHealthTest, GoesOnFromItsState) {
    ExpertHealth whole = afterSteps(5), first = afterSteps(5), second(use({0, 0, 0, 0}));
    std::vector<std::vector<float>> state;
    first.forEachState([&](const std::string&, std::span<float> values) {
        state.emplace_back(values.begin(), values.end());
    });
    size_t place = 0;
    second.forEachState([&](const std::string&, std::span<float> values) {
        std::ranges::copy(state[place++], values.begin());
    });
    for (ExpertHealth* health : {&whole, &second})
        for (int64_t step = 6; step < 12; ++step)
            health->add(step, use({90, 50, 30, 30}));
    EXPECT_EQ(whole.metrics(), second.metrics());
}

TEST(ExpertHealthTest, AModelWithoutExpertsHasNone) {
    ExpertHealth health({});
    health.add(1, {});
    EXPECT_THAT(health.metrics(), IsEmpty());
}

}  // namespace
}  // namespace hearth::finetune

// What keeps the experts' loads even.
#include <cmath>
#include <numeric>

#include "finetune/optim/adamw.h"
#include "tests/finetune/model/trainable_fixture.h"

namespace hearth::test {
namespace {

using finetune::ExpertUse;

TEST_F(TrainableModelTest, CorrectionBiasMovesAgainstTheLoad) {
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const finetune::PackedBatch batch = tinyBatch({30});
    model->accumulate(batch);
    const std::vector<ExpertUse> layers = model->expertUse();
    ASSERT_EQ(layers.size(), 2u);
    model->balanceExperts(0.5);
    for (const ExpertUse& use : layers) {
        const std::vector<int64_t>& loads = use.loads;
        const int64_t total = std::accumulate(loads.begin(), loads.end(), int64_t{0});
        EXPECT_EQ(total, batch.tokens() * tinyConfig().num_experts_per_tok);
        std::vector<float> bias;
        model->forEachState([&](const std::string& name, std::span<float> values) {
            if (name ==
                "model.layers." + std::to_string(use.layer) + ".mlp.gate.e_score_correction_bias")
                bias.assign(values.begin(), values.end());
        });
        ASSERT_EQ(bias.size(), loads.size());
        for (size_t e = 0; e < bias.size(); ++e) {
            const int64_t excess = loads[e] * int64_t(bias.size()) - total;
            EXPECT_FLOAT_EQ(bias[e], excess > 0 ? -0.5f : excess < 0 ? 0.5f : 0.0f);
        }
        // Distributions of random weights are about even.
        EXPECT_EQ(use.tokens, batch.tokens());
        EXPECT_GT(use.entropy / double(use.tokens), 0.5 * std::log(double(loads.size())));
        EXPECT_LE(use.entropy / double(use.tokens), std::log(double(loads.size())) + 1e-6);
    }
    model->zeroGradients();
    for (const ExpertUse& use : model->expertUse()) {
        EXPECT_EQ(use.loads, std::vector<int64_t>(use.loads.size(), 0));
        EXPECT_EQ(use.tokens, 0);
    }
}

TEST_F(TrainableModelTest, TheBalanceLossEvensOutTheLoads) {
    const finetune::PackedBatch batch = tinyBatch({40, 24});
    const auto loadAfter = [&](double alpha) {
        const auto model =
            tinyModel(*backend, {.initializer_range = kLargeInit, .balance_alpha = alpha});
        finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
        double loss = 0.0;
        for (int step = 0; step < 30; ++step) {
            model->zeroGradients();
            loss = model->accumulate(batch).balance_loss / double(batch.labelCount());
            optimiser.step(1e-2);
        }
        // The least is about 1 for each of the two layers.
        if (alpha > 0.0) {
            EXPECT_LT(loss, alpha * 2.0 * 1.2);
        }
        int64_t busiest = 0;
        for (const ExpertUse& use : model->expertUse())
            busiest = std::max(busiest, *std::ranges::max_element(use.loads));
        return busiest;
    };
    EXPECT_LT(loadAfter(1.0), loadAfter(0.0));
}

}  // namespace
}  // namespace hearth::test

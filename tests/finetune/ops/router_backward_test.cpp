#include "finetune/ops/router_backward.h"

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

using engine::RouterScoring;

struct Case {
    const char* name;
    RouterScoring scoring;
    bool norm_topk_prob;
};

class RouterBackwardTest : public GradientTest, public testing::WithParamInterface<Case> {};

TEST_P(RouterBackwardTest, MatchesFiniteDifferences) {
    constexpr int64_t kTokens = 6, kExperts = 8, kChoices = 3;
    const Case& given = GetParam();
    const reference::RouterSettings settings{
        .softmax = given.scoring == RouterScoring::Softmax,
        .n_group = 2,
        .topk_group = 1,
        .k = kChoices,
        .norm_topk_prob = given.norm_topk_prob,
        .routed_scaling_factor = 2.5,
        .softmax_of_chosen = given.scoring == RouterScoring::SoftmaxOfChosen};
    Matrix logits = randomMatrix(kTokens, kExperts, 1);
    const std::vector<double> bias = randomMatrix(1, kExperts, 2).values;
    const Matrix dweights = randomMatrix(kTokens, kChoices, 3);
    const auto route = [&](int64_t t) {
        const Matrix row = logits.rowSlice(t, t + 1);
        return reference::router(
            row.values, given.scoring == RouterScoring::Sigmoid ? bias : std::vector<double>(),
            settings);
    };
    std::vector<int32_t> experts;
    for (int64_t t = 0; t < kTokens; ++t)
        for (int32_t expert : route(t).experts)
            experts.push_back(expert);

    const auto dlogits = zeros(kTokens, kExperts);
    finetune::routerBackward(pool(), {.logits = upload(logits),
                                      .experts = ints(experts, kTokens),
                                      .dweights = upload(dweights),
                                      .dlogits = dlogits,
                                      .scoring = given.scoring,
                                      .norm_topk_prob = given.norm_topk_prob,
                                      .routed_scaling_factor = 2.5f});
    const auto loss = [&] {
        double sum = 0.0;
        for (int64_t t = 0; t < kTokens; ++t) {
            const std::vector<double> weights = route(t).weights;
            for (int64_t j = 0; j < kChoices; ++j)
                sum += weights[size_t(j)] * dweights.at(t, j);
        }
        return sum;
    };
    expectGradient(download(dlogits), logits, loss, given.name);
}

INSTANTIATE_TEST_SUITE_P(
    Scorings, RouterBackwardTest,
    testing::Values(Case{"SigmoidNormed", RouterScoring::Sigmoid, true},
                    Case{"Sigmoid", RouterScoring::Sigmoid, false},
                    Case{"SoftmaxNormed", RouterScoring::Softmax, true},
                    Case{"Softmax", RouterScoring::Softmax, false},
                    Case{"SoftmaxOfChosenNormed", RouterScoring::SoftmaxOfChosen, true},
                    Case{"SoftmaxOfChosen", RouterScoring::SoftmaxOfChosen, false}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::test

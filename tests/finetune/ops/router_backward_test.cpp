#include "finetune/ops/router_backward.h"

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

struct Case {
    const char* name;
    bool softmax;
    bool norm_topk_prob;
};

class RouterBackwardTest : public GradientTest, public testing::WithParamInterface<Case> {};

TEST_P(RouterBackwardTest, MatchesFiniteDifferences) {
    constexpr int64_t kTokens = 6, kExperts = 8, kChoices = 3;
    const Case& given = GetParam();
    const reference::RouterSettings settings{.softmax = given.softmax,
                                             .n_group = 2,
                                             .topk_group = 1,
                                             .k = kChoices,
                                             .norm_topk_prob = given.norm_topk_prob,
                                             .routed_scaling_factor = 2.5};
    Matrix logits = randomMatrix(kTokens, kExperts, 1);
    const std::vector<double> bias = randomMatrix(1, kExperts, 2).values;
    const Matrix dweights = randomMatrix(kTokens, kChoices, 3);
    const auto route = [&](int64_t t) {
        const Matrix row = logits.rowSlice(t, t + 1);
        return reference::router(row.values, given.softmax ? std::vector<double>() : bias,
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
                                      .scoring = given.softmax ? engine::RouterScoring::Softmax
                                                               : engine::RouterScoring::Sigmoid,
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

INSTANTIATE_TEST_SUITE_P(Scorings, RouterBackwardTest,
                         testing::Values(Case{"SigmoidNormed", false, true},
                                         Case{"Sigmoid", false, false},
                                         Case{"SoftmaxNormed", true, true},
                                         Case{"Softmax", true, false}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::test

#include <limits>

#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

class ExpertsTest : public BackendTest {
protected:
    struct Routing {
        std::vector<int32_t> experts;
        std::vector<float> weights;
    };

    Routing route(const Matrix& logits, const std::vector<float>& bias,
                  const reference::RouterSettings& s) {
        const Tensor experts = allocate(backend(), DType::I32, {logits.rows, s.k});
        const Tensor weights = empty(logits.rows, s.k);
        RouterParams params{
            .logits = upload(logits), .bias = {}, .experts = experts, .weights = weights};
        if (!bias.empty())
            params.bias = uploadFloats(backend(), bias, {int64_t(bias.size())});
        params.scoring = s.softmax_of_chosen ? RouterScoring::SoftmaxOfChosen
                         : s.softmax         ? RouterScoring::Softmax
                                             : RouterScoring::Sigmoid;
        params.group_scoring = s.group_by_best ? GroupScoring::Max : GroupScoring::TopTwoSum;
        params.n_group = s.n_group;
        params.topk_group = s.topk_group;
        params.norm_topk_prob = s.norm_topk_prob;
        params.routed_scaling_factor = float(s.routed_scaling_factor);
        ops::router(backend(), params);
        return {downloadInts(backend(), experts), download(weights)};
    }

    ExpertGroups group(const std::vector<int32_t>& experts, int64_t choices, int64_t count) {
        const int64_t pairs = int64_t(experts.size());
        ExpertGroups groups{.row_pair = allocate(backend(), DType::I32, {pairs}),
                            .row_token = allocate(backend(), DType::I32, {pairs}),
                            .offsets = allocate(backend(), DType::I32, {count + 1})};
        const Tensor ids = uploadInts(backend(), experts).reshaped({pairs / choices, choices});
        ops::groupByExpert(backend(), {.experts = ids, .groups = groups});
        return groups;
    }
};

TEST_P(ExpertsTest, RouterMatchesReference) {
    const reference::RouterSettings settings[] = {
        {.k = 1},
        {.k = 4, .routed_scaling_factor = 2.5},
        {.n_group = 4, .topk_group = 2, .k = 6, .routed_scaling_factor = 2.5},
        {.n_group = 8, .topk_group = 3, .k = 5, .norm_topk_prob = false},
        {.softmax = true, .k = 6, .norm_topk_prob = false},
        {.softmax = true, .n_group = 2, .topk_group = 1, .k = 2},
        {.softmax = true,
         .n_group = 8,
         .topk_group = 3,
         .k = 6,
         .routed_scaling_factor = 16.0,
         .group_by_best = true},
        {.n_group = 16, .topk_group = 4, .k = 4, .group_by_best = true},
        {.k = 4, .norm_topk_prob = false, .softmax_of_chosen = true},
        {.n_group = 4, .topk_group = 2, .k = 3, .softmax_of_chosen = true},
        {.k = 1, .norm_topk_prob = false, .softmax_of_chosen = true},
    };
    RandomValues random(1);
    for (const auto& s : settings) {
        for (int64_t experts : {16, 64, 256}) {
            const Matrix logits = random.matrix(20, experts, 4.0);
            const Matrix bias = random.matrix(1, experts, 0.2);
            const Routing actual = route(logits, {bias.values.begin(), bias.values.end()}, s);
            for (int64_t t = 0; t < 20; ++t) {
                const auto expected =
                    reference::router(logits.rowSlice(t, t + 1).values, bias.values, s);
                for (int64_t j = 0; j < s.k; ++j) {
                    const size_t i = size_t(t * s.k + j);
                    ASSERT_EQ(actual.experts[i], expected.experts[size_t(j)])
                        << "token " << t << ", choice " << j << " of " << experts;
                    const double weight = expected.weights[size_t(j)];
                    ASSERT_NEAR(double(actual.weights[i]), weight,
                                (8 + double(s.k)) * kEpsilon * std::abs(weight));
                }
            }
        }
    }
}

TEST_P(ExpertsTest, GroupsCountByTheirBestOrByTheirTwoBest) {
    Matrix logits(1, 4);
    logits.values = {3.0, -3.0, 2.0, 1.9};
    const reference::RouterSettings two{.n_group = 2, .topk_group = 1, .k = 1};
    reference::RouterSettings best = two;
    best.group_by_best = true;
    EXPECT_EQ(route(logits, {}, two).experts, (std::vector<int32_t>{2}));
    EXPECT_EQ(route(logits, {}, best).experts, (std::vector<int32_t>{0}));
}

TEST_P(ExpertsTest, SoftmaxOfChosenIgnoresTheOthers) {
    Matrix logits(1, 4);
    logits.values = {1.0, 2.0, 1.0 - 1e-3, 0.5};
    const Routing actual =
        route(logits, {}, {.k = 2, .norm_topk_prob = false, .softmax_of_chosen = true});
    EXPECT_EQ(actual.experts, (std::vector<int32_t>{1, 0}));
    EXPECT_NEAR(actual.weights[0], 1 / (1 + std::exp(-1.0)), 1e-7);
    EXPECT_NEAR(actual.weights[1], 1 / (1 + std::exp(1.0)), 1e-7);
}

TEST_P(ExpertsTest, RouterGivesTiesToTheLowerIndex) {
    const Routing actual = route(Matrix(1, 8), {}, {.k = 3});
    EXPECT_EQ(actual.experts, (std::vector<int32_t>{0, 1, 2}));
    EXPECT_FLOAT_EQ(actual.weights[0], 1.0f / 3);
}

TEST_P(ExpertsTest, RouterChoosesByBiasButWeighsWithoutIt) {
    Matrix logits(1, 4);
    logits.values = {2.0, 1.0, 0.0, -1.0};
    const Routing actual = route(logits, {0, 0, 0, 10}, {.k = 2, .norm_topk_prob = false});
    EXPECT_EQ(actual.experts, (std::vector<int32_t>{3, 0}));
    EXPECT_NEAR(actual.weights[0], 1 / (1 + std::exp(1.0)), 1e-7);
}

TEST_P(ExpertsTest, RouterIgnoresMaskedExperts) {
    Matrix logits(1, 4);
    logits.values.assign(4, -std::numeric_limits<double>::infinity());
    logits.values[2] = 0.5;
    const Routing actual = route(logits, {}, {.softmax = true, .k = 1});
    EXPECT_EQ(actual.experts, (std::vector<int32_t>{2}));
    EXPECT_EQ(actual.weights, (std::vector<float>{1.0f}));
}

TEST_P(ExpertsTest, RouterPicksInRangeEvenFromNan) {
    Matrix logits(2, 8);
    logits.values.assign(16, double(NAN));
    for (int32_t expert : route(logits, {}, {.n_group = 2, .topk_group = 1, .k = 2}).experts) {
        EXPECT_GE(expert, 0);
        EXPECT_LT(expert, 8);
    }
}

TEST_P(ExpertsTest, GroupsAreStableAndMayBeEmpty) {
    const ExpertGroups groups = group({3, 1, 1, 3, 5, 1}, 2, 6);
    EXPECT_EQ(downloadInts(backend(), groups.offsets), (std::vector<int32_t>{0, 0, 3, 3, 5, 5, 6}));
    EXPECT_EQ(downloadInts(backend(), groups.row_pair), (std::vector<int32_t>{1, 2, 5, 0, 3, 4}));
    EXPECT_EQ(downloadInts(backend(), groups.row_token), (std::vector<int32_t>{0, 1, 2, 0, 1, 2}));
}

TEST_P(ExpertsTest, EveryExpertsRowsGetItsOwnBias) {
    RandomValues random(3);
    // Experts without rows at the start, in the middle and at the end; wide enough that threads
    // start inside an expert's rows.
    for (int64_t width : {1, 45, 9000}) {
        const std::vector<int32_t> offsets = {0, 0, 3, 3, 3, 7, 8, 8};
        const Matrix x = random.matrix(8, width), bias = random.matrix(7, width);
        Matrix expected = x;
        for (int64_t e = 0; e < 7; ++e) {
            for (int64_t row = offsets[size_t(e)]; row < offsets[size_t(e) + 1]; ++row) {
                for (int64_t i = 0; i < width; ++i)
                    expected.at(row, i) += bias.at(e, i);
            }
        }
        const Tensor target = upload(x);
        ops::addBias(
            backend(),
            {.x = target, .bias = upload(bias), .offsets = uploadInts(backend(), offsets)});
        expectNear(download(target), expected, [](int64_t, int64_t) { return 2 * kEpsilon; });
    }
}

TEST_P(ExpertsTest, CombineAddsTheWeightedRowsOfEachToken) {
    RandomValues random(2);
    const int64_t width = 45;
    const std::vector<int32_t> experts = {2, 0, 0, 3, 2, 1, 1, 0};
    const ExpertGroups groups = group(experts, 2, 4);
    const std::vector<int32_t> rowPair = downloadInts(backend(), groups.row_pair);
    const Matrix rows = random.matrix(8, width), weights = random.matrix(4, 2);
    const Matrix start = random.matrix(4, width);
    Matrix added(4, width);
    for (int64_t row = 0; row < 8; ++row) {
        const int64_t token = rowPair[size_t(row)] / 2, choice = rowPair[size_t(row)] % 2;
        for (int64_t i = 0; i < width; ++i)
            added.at(token, i) += weights.at(token, choice) * rows.at(row, i);
    }
    for (float scale : {1.0f, 0.22f}) {
        Matrix expected = start;
        for (size_t i = 0; i < expected.values.size(); ++i)
            expected.values[i] += double(scale) * added.values[i];
        const Tensor out = upload(start);
        ops::combineExperts(backend(), {.rows = upload(rows),
                                        .row_pair = groups.row_pair,
                                        .weights = upload(weights),
                                        .out = out,
                                        .scale = scale});
        expectNear(download(out), expected, [](int64_t, int64_t) { return 6 * kEpsilon; });
    }
}

HEARTH_ON_EVERY_BACKEND(ExpertsTest);

}  // namespace
}  // namespace hearth::test

// The MTP module with its rows in the paged cache against its pass over a whole text without one.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/config_reader.h"
#include "engine/models/model.h"
#include "tests/engine/models/test_models.h"

namespace hearth::engine {
namespace {

using testing_models::MemoryWeights;

constexpr int64_t kTokens = 75;  // two whole pages and a part of the third

struct Family {
    std::string name;
    std::string directory;  // whose config it has, with an MTP layer; the weights are random
};

class MtpCacheTest : public testing::TestWithParam<Family> {
protected:
    MtpCacheTest() {
        ModelConfig config = readModelConfig(std::filesystem::path(HEARTH_TEST_DATA_DIR) /
                                             "reference/models" / GetParam().directory)
                                 .valueOrThrow();
        config.num_nextn_predict_layers = 1;
        model = loadModel(*backend, config, MemoryWeights(config)).valueOrThrow();
        for (int64_t i = 0; i <= kTokens; ++i)
            tokens.push_back(int32_t((i * i * 7 + i * 3) % 400));
        whole = downloadFloats(*backend, model->mtpLogits(std::span(tokens).first(kTokens),
                                                          std::span(tokens).last(kTokens)));
        cache.emplace(*backend, model->config(), 4, DType::F32, true);
    }

    std::span<const int32_t> slice(int64_t begin, int64_t count) const {
        return std::span(tokens).subspan(size_t(begin), size_t(count));
    }
    /// Runs positions [start, start + ids.size()) of the main model.
    Tensor run(int64_t start, std::span<const int32_t> ids, bool prefill) {
        Tensor hidden;
        const StepSequence s{.tokens = ids,
                             .start = start,
                             .pages = pages,
                             .prefill = prefill,
                             .logits_rows = 0,
                             .hidden = &hidden};
        model->step(std::span(&s, 1), *cache);
        return hidden;
    }
    Draft draft(int64_t start, std::span<const int32_t> next, std::span<const Tensor> hidden,
                bool prefill) {
        const DraftSequence s{.next = {.tokens = next,
                                       .start = start,
                                       .pages = pages,
                                       .prefill = prefill,
                                       .logits_rows = int64_t(next.size())},
                              .hidden = hidden};
        return model->draft(std::span(&s, 1), *cache);
    }
    /// Positions [begin, begin + count), main model first. Logits of all of them.
    std::vector<float> both(int64_t begin, int64_t count, bool prefill) {
        const Tensor hidden = run(begin, slice(begin, count), prefill);
        return downloadFloats(
            *backend, draft(begin, slice(begin + 1, count), std::span(&hidden, 1), prefill).logits);
    }
    std::span<const float> wholeRows(int64_t begin, int64_t count) const {
        const size_t vocab = size_t(model->config().vocab_size);
        return std::span(whole).subspan(size_t(begin) * vocab, size_t(count) * vocab);
    }
    /// Largest difference to the whole pass, in units of its largest logit.
    double difference(int64_t begin, const std::vector<float>& logits) const {
        const auto expected = wholeRows(begin, int64_t(logits.size()) / model->config().vocab_size);
        float worst = 0.0f, largest = 0.0f;
        for (size_t i = 0; i < logits.size(); ++i) {
            worst = std::max(worst, std::abs(logits[i] - expected[i]));
            largest = std::max(largest, std::abs(expected[i]));
        }
        return double(worst) / double(largest);
    }

    // Decode arithmetic sums in another order than prefill. F32 rounds by 6e-8, and four layers of
    // sums of up to some hundred products, each an input of the next, made 3e-6 of it here. A
    // row that is missing or in the wrong place moves the logits by more than a hundredth, which
    // AWrongRowShows proves.
    static constexpr double kTolerance = 1e-4;

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 2});
    std::unique_ptr<Model> model;
    std::vector<int32_t> tokens;
    std::vector<float> whole;
    std::optional<KvCache> cache;
    const std::vector<int32_t> pages{2, 0, 3};
};

TEST_P(MtpCacheTest, ChunksOfAPromptGiveTheBitsOfTheWholePass) {
    int64_t begin = 0;
    for (const int64_t count : {1, 6, 25, 32, 11}) {
        const auto logits = both(begin, count, true);
        const auto expected = wholeRows(begin, count);
        EXPECT_TRUE(std::equal(logits.begin(), logits.end(), expected.begin(), expected.end()))
            << "chunk at " << begin;
        begin += count;
    }
    EXPECT_EQ(begin, kTokens);
}

TEST_P(MtpCacheTest, DecodeAgreesWithTheWholePass) {
    both(0, 40, true);
    int64_t begin = 40;
    for (const int64_t count : {1, 1, 5, 1, 20, 7}) {
        EXPECT_LT(difference(begin, both(begin, count, false)), kTolerance) << "at " << begin;
        begin += count;
    }
    EXPECT_EQ(begin, kTokens);
}

TEST_P(MtpCacheTest, RowsOfRefusedDraftsAreWrittenAnew) {
    both(0, 40, true);
    std::vector<float> clean = both(40, 4, false);
    // The main model tries two tokens that are refused, and the module a chain of guesses.
    const std::vector<int32_t> tried{tokens[44], 3, 5};
    const Tensor states = run(44, tried, false).rows(0, 1);
    const std::vector<int32_t> first{tokens[45]};
    Draft chain = draft(44, first, std::span(&states, 1), false);
    for (int64_t at = 45; at < 48; ++at) {
        const std::vector<int32_t> guess{int32_t(at)};
        const Tensor last = chain.hidden;
        chain = draft(at, guess, std::span(&last, 1), false);
    }
    EXPECT_LT(difference(45, both(45, 30, false)), kTolerance);
}

TEST_P(MtpCacheTest, StatesMayComeInPartsAndLate) {
    both(0, 40, true);
    const std::vector<Tensor> parts{run(40, slice(40, 1), false), run(41, slice(41, 3), false),
                                    run(44, slice(44, 2), false)};
    const auto logits = downloadFloats(*backend, draft(40, slice(41, 6), parts, false).logits);
    EXPECT_LT(difference(40, logits), kTolerance);
}

/// Prefill sequences come first in a batch, whatever the caller's order.
TEST_P(MtpCacheTest, SequencesOfBothKindsShareADraft) {
    cache.emplace(*backend, model->config(), 8, DType::F32, true);
    const std::vector<int32_t> other{7, 1, 4};
    both(0, 40, true);
    Tensor decoded, prefilled;
    std::vector<StepSequence> steps{
        {.tokens = slice(40, 2),
         .start = 40,
         .pages = pages,
         .prefill = false,
         .logits_rows = 0,
         .hidden = &decoded},
        {.tokens = slice(0, 35), .pages = other, .logits_rows = 0, .hidden = &prefilled}};
    model->step(steps, *cache);
    std::vector<DraftSequence> drafts{{.next = steps[0], .hidden = std::span(&decoded, 1)},
                                      {.next = steps[1], .hidden = std::span(&prefilled, 1)}};
    drafts[0].next.tokens = slice(41, 2);
    drafts[0].next.logits_rows = 2;
    drafts[1].next.tokens = slice(1, 35);
    drafts[1].next.logits_rows = 1;
    const Draft result = model->draft(drafts, *cache);
    EXPECT_LT(difference(40, downloadFloats(*backend, result.logits.rows(0, 2))), kTolerance);
    EXPECT_LT(difference(34, downloadFloats(*backend, result.logits.rows(2, 3))), kTolerance);
    EXPECT_EQ(result.hidden.dim(0), 3);
}

TEST_P(MtpCacheTest, AWrongRowShows) {
    both(0, 40, true);
    const std::vector<int32_t> wrong{int32_t((tokens[31] + 1) % 400)};
    const Tensor states = run(30, slice(30, 1), true);
    draft(30, wrong, std::span(&states, 1), true);
    EXPECT_GT(difference(40, both(40, 20, true)), 100 * kTolerance);
}

TEST_P(MtpCacheTest, ADraftLayerCostsWhatALayerCosts) {
    const ModelConfig& c = model->config();
    for (const DType dtype : {DType::F32, DType::BF16}) {
        const int64_t plain = cacheBytesPerToken(c, dtype);
        EXPECT_EQ(cacheBytesPerToken(c, dtype, true), plain + plain / c.num_hidden_layers);
        EXPECT_EQ(KvCache(*backend, c, 1, dtype, true).bytesPerToken(),
                  cacheBytesPerToken(c, dtype, true));
        EXPECT_EQ(KvCache(*backend, c, 1, dtype).bytesPerToken(), plain);
    }
}

INSTANTIATE_TEST_SUITE_P(Families, MtpCacheTest,
                         testing::Values(Family{"Latent", "deepseek_v3_mtp"},
                                         Family{"ChosenKeys", "deepseek_v32"},
                                         Family{"Grouped", "glm4_moe"}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::engine

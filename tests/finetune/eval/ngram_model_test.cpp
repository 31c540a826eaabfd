#include "finetune/eval/ngram_model.h"

#include <gtest/gtest.h>
#include <cmath>

#include "finetune/model/packed_batch.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kVocab = 50;
constexpr int32_t kNone = NgramModel::kNoToken;

TokenizedExample exampleOf(const std::vector<int32_t>& tokens) {
    TokenizedExample example;
    example.ids.assign(tokens.begin(), tokens.end() - 1);
    example.labels.assign(tokens.begin() + 1, tokens.end());
    return example;
}

/// A text with strong second-order structure: the third token follows from the two before.
TokenizedDataset patterned(uint32_t seed, int lines = 1000) {
    TokenizedDataset dataset;
    for (int line = 0; line < lines; ++line) {
        std::vector<int32_t> tokens = {0, int32_t(seed % 20)};
        for (int i = 0; i < 20; ++i) {
            seed = seed * 1664525u + 1013904223u;
            const int32_t a = tokens[tokens.size() - 2];
            const int32_t b = tokens.back();
            tokens.push_back((a + 2 * b + int32_t(seed >> 30)) % 20);
        }
        dataset.examples.push_back(exampleOf(tokens));
    }
    return dataset;
}

NgramModel trained(const TokenizedDataset& dataset) {
    NgramModel model(kVocab);
    for (const TokenizedExample& example : dataset.examples)
        model.add(example);
    model.finish();
    return model;
}

TEST(NgramModel, SumsToOneInSeenAndUnseenContexts) {
    const NgramModel model = trained(patterned(1));
    double unigram = 0.0;
    for (int32_t token = 0; token < kVocab; ++token)
        unigram += model.unigramProbability(token);
    EXPECT_NEAR(unigram, 1.0, 1e-12);
    for (const auto& [before, last] : {std::pair{0, 1}, {kNone, 0}, {3, 4}, {45, 3}, {45, 46}}) {
        double sum = 0.0;
        for (int32_t token = 0; token < kVocab; ++token) {
            EXPECT_GT(model.trigramProbability(before, last, token), 0.0);
            sum += model.trigramProbability(before, last, token);
        }
        EXPECT_NEAR(sum, 1.0, 1e-12) << before << " " << last;
    }
}

TEST(NgramModel, MatchesKneserNeyByHand) {
    // One line a b a c: unigrams b1 a1 c1, all trigrams once, so every n1 is 3, n2 is 0, D = 1.
    NgramModel model(10);
    model.add(exampleOf({1, 2, 1, 3}));
    model.finish();
    // D = 1 takes all of the mass of counts of one: everything falls down to uniform.
    EXPECT_NEAR(model.unigramProbability(2), 0.1, 1e-12);
    EXPECT_NEAR(model.trigramProbability(2, 1, 3), 0.1, 1e-12);

    // Two more lines a b: c(a b) = 3, c(b a) = 1, c(b a c) = 1.
    NgramModel more(10);
    more.add(exampleOf({1, 2, 1, 3}));
    more.add(exampleOf({1, 2}));
    more.add(exampleOf({1, 2}));
    more.finish();
    // Trigrams (-,a,b) 3, (a,b,a) 1, (b,a,c) 1: n1 = 2, n2 = 0, D = 1.
    // P(b | -, a) = (3 - 1)/3 + 1*1/3 * P(b | a); bigrams (a,b) 1, (b,a) 1, (a,c) 1: D = 1,
    // P(b | a) = 0 + 1*2/2 * P(b); continuations all 1: D = 1, P(b) = 1/10.
    EXPECT_NEAR(more.trigramProbability(kNone, 1, 2), 2.0 / 3.0 + 0.1 / 3.0, 1e-12);
}

TEST(NgramModel, TrigramBeatsUnigramOnStructuredText) {
    const NgramModel model = trained(patterned(1));
    const NgramLosses losses = ngramLosses(model, patterned(99, 60));
    EXPECT_EQ(losses.labels, 60 * 21);
    EXPECT_LT(losses.trigram, losses.unigram - 0.5);
    // The text itself has two bits of noise a token: no honest model can be below that.
    EXPECT_GT(losses.trigram, 0.9 * std::log(4.0));
}

TEST(NgramModel, IgnoresPositionsWithoutALabel) {
    NgramModel model(10);
    TokenizedExample example = exampleOf({1, 2, 3});
    example.labels[0] = kIgnoredLabel;
    model.add(example);
    model.add(exampleOf({4, 5}));
    model.add(exampleOf({4, 5}));
    model.finish();
    EXPECT_LT(model.unigramProbability(2), model.unigramProbability(3));
}

}  // namespace
}  // namespace hearth::finetune

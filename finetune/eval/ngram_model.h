// Baselines that a language model has to beat: a unigram and an interpolated trigram model
// over the same token ids, with interpolated Kneser-Ney smoothing.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "finetune/data/tokenized_example.h"

namespace hearth::finetune {

/// Sums to one over the vocabulary in every context, seen or not.
/// Source: Chen & Goodman (1998), section 3, interpolated form with one discount an order,
/// D = n1 / (n1 + 2 n2); the lowest order is interpolated with the uniform distribution.
class NgramModel {
public:
    explicit NgramModel(int64_t vocabSize) : m_vocabSize(vocabSize) {}

    /// Counts every labelled position with up to two tokens before the label.
    void add(const TokenizedExample& example);
    /// Computes the discounts. Call once, after the last add.
    void finish();

    /// Plain unigram: relative frequencies, discounted towards uniform.
    double unigramProbability(int32_t token) const;
    /// P(token | before, last). kNoToken: the example begins there.
    double trigramProbability(int32_t before, int32_t last, int32_t token) const;

    static constexpr int32_t kNoToken = -1;

private:
    struct Context {
        int64_t total = 0;  // sum of the counts of what follows
        int64_t types = 0;  // different tokens that follow
    };
    using Counts = std::unordered_map<uint64_t, int64_t>;

    double bigramProbability(int32_t last, int32_t token) const;
    double continuationProbability(int32_t token) const;

    int64_t m_vocabSize;
    Counts m_unigrams;       // token -> occurrences
    Counts m_continuations;  // token -> different tokens it follows
    Counts m_bigrams;        // (last, token) -> different tokens before them
    Counts m_trigrams;       // (before, last, token) -> occurrences
    std::unordered_map<uint64_t, Context> m_bigramContexts;
    std::unordered_map<uint64_t, Context> m_trigramContexts;
    Context m_unigramContext;
    Context m_continuationContext;
    double m_unigramDiscount = 0.0;
    double m_continuationDiscount = 0.0;
    double m_bigramDiscount = 0.0;
    double m_trigramDiscount = 0.0;
};

/// Nats per label of the held-out examples.
struct NgramLosses {
    double unigram = 0.0;
    double trigram = 0.0;
    int64_t labels = 0;
};
NgramLosses ngramLosses(const NgramModel& model, const TokenizedDataset& heldOut);

}  // namespace hearth::finetune

#include "finetune/eval/ngram_model.h"

#include <cmath>

#include "core/assert.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

namespace {

// 21 bits a token: vocabularies up to two million.
constexpr int kTokenBits = 21;

uint64_t code(int32_t token) {
    return uint64_t(token + 1);
}
uint64_t pair(int32_t a, int32_t b) {
    return code(a) << kTokenBits | code(b);
}
uint64_t triple(int32_t a, int32_t b, int32_t c) {
    return code(a) << (2 * kTokenBits) | pair(b, c);
}

int64_t countOf(const std::unordered_map<uint64_t, int64_t>& counts, uint64_t key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

double discountOf(const std::unordered_map<uint64_t, int64_t>& counts) {
    double once = 0.0;
    double twice = 0.0;
    for (const auto& [key, count] : counts) {
        once += count == 1;
        twice += count == 2;
    }
    // Without any count of one nothing says how much unseen events weigh.
    return once > 0.0 ? once / (once + 2.0 * twice) : 0.5;
}

int32_t tokenAt(const std::vector<int32_t>& ids, size_t index, size_t back) {
    return index >= back ? ids[index - back] : NgramModel::kNoToken;
}

/// Visits (before, last, label) of every labelled position.
template <typename Visit>
void forEachLabel(const TokenizedExample& example, Visit&& visit) {
    for (size_t i = 0; i < example.ids.size(); ++i)
        if (example.labels[i] != kIgnoredLabel)
            visit(tokenAt(example.ids, i, 1), example.ids[i], example.labels[i]);
}

}  // namespace

void NgramModel::add(const TokenizedExample& example) {
    CORE_ASSERT(m_vocabSize < (int64_t{1} << kTokenBits));
    forEachLabel(example, [&](int32_t before, int32_t last, int32_t token) {
        ++m_unigrams[code(token)];
        ++m_trigrams[triple(before, last, token)];
    });
}

void NgramModel::finish() {
    constexpr uint64_t kPairMask = (uint64_t{1} << (2 * kTokenBits)) - 1;
    constexpr uint64_t kTokenMask = (uint64_t{1} << kTokenBits) - 1;
    for (const auto& [key, count] : m_trigrams) {
        ++m_bigrams[key & kPairMask];
        Context& context = m_trigramContexts[key >> kTokenBits];
        context.total += count;
        ++context.types;
    }
    for (const auto& [key, count] : m_bigrams) {
        ++m_continuations[key & kTokenMask];
        Context& context = m_bigramContexts[key >> kTokenBits];
        context.total += count;
        ++context.types;
    }
    for (const auto& [token, count] : m_continuations)
        m_continuationContext.total += count;
    m_continuationContext.types = int64_t(m_continuations.size());
    for (const auto& [token, count] : m_unigrams)
        m_unigramContext.total += count;
    m_unigramContext.types = int64_t(m_unigrams.size());

    m_unigramDiscount = discountOf(m_unigrams);
    m_continuationDiscount = discountOf(m_continuations);
    m_bigramDiscount = discountOf(m_bigrams);
    m_trigramDiscount = discountOf(m_trigrams);
}

namespace {

/// max(count - D, 0) / total + D * types / total * lower.
double interpolate(int64_t count, int64_t total, int64_t types, double discount, double lower) {
    if (total == 0)
        return lower;
    const double seen = std::max(double(count) - discount, 0.0);
    return (seen + discount * double(types) * lower) / double(total);
}

}  // namespace

double NgramModel::unigramProbability(int32_t token) const {
    return interpolate(countOf(m_unigrams, code(token)), m_unigramContext.total,
                       m_unigramContext.types, m_unigramDiscount, 1.0 / double(m_vocabSize));
}

double NgramModel::continuationProbability(int32_t token) const {
    return interpolate(countOf(m_continuations, code(token)), m_continuationContext.total,
                       m_continuationContext.types, m_continuationDiscount,
                       1.0 / double(m_vocabSize));
}

double NgramModel::bigramProbability(int32_t last, int32_t token) const {
    const double lower = continuationProbability(token);
    const auto context = m_bigramContexts.find(code(last));
    if (context == m_bigramContexts.end())
        return lower;
    return interpolate(countOf(m_bigrams, pair(last, token)), context->second.total,
                       context->second.types, m_bigramDiscount, lower);
}

double NgramModel::trigramProbability(int32_t before, int32_t last, int32_t token) const {
    const double lower = bigramProbability(last, token);
    const auto context = m_trigramContexts.find(pair(before, last));
    if (context == m_trigramContexts.end())
        return lower;
    return interpolate(countOf(m_trigrams, triple(before, last, token)), context->second.total,
                       context->second.types, m_trigramDiscount, lower);
}

NgramLosses ngramLosses(const NgramModel& model, const TokenizedDataset& heldOut) {
    NgramLosses losses;
    for (const TokenizedExample& example : heldOut.examples) {
        forEachLabel(example, [&](int32_t before, int32_t last, int32_t token) {
            losses.unigram -= std::log(model.unigramProbability(token));
            losses.trigram -= std::log(model.trigramProbability(before, last, token));
            ++losses.labels;
        });
    }
    if (losses.labels > 0) {
        losses.unigram /= double(losses.labels);
        losses.trigram /= double(losses.labels);
    }
    return losses;
}

}  // namespace hearth::finetune

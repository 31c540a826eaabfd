// The order in which examples reach the model: packed batches, epoch after epoch. A position
// in the stream is one number, so a resumed job continues with the very next batch.
#pragma once
#include <cstdint>
#include <vector>

#include "finetune/data/tokenized_example.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

/// Indices of the examples of one batch.
using BatchPlan = std::vector<int32_t>;

/// Shuffles by (seed, epoch) and packs first-fit: an example goes into the first of the newest
/// open batches that has room. Not sorted by length first, as first-fit decreasing is: batches
/// would then hold examples of one length, and so of one kind.
/// REQUIRES: every length <= batchTokens.
std::vector<BatchPlan> packEpoch(const std::vector<int64_t>& lengths, int64_t batchTokens,
                                 uint64_t seed, int64_t epoch);

/// The examples in their order, without shuffling (for evaluation).
std::vector<BatchPlan> packInOrder(const std::vector<int64_t>& lengths, int64_t batchTokens);

std::vector<int64_t> exampleLengths(const TokenizedDataset& dataset);
PackedBatch assembleBatch(const TokenizedDataset& dataset, const BatchPlan& plan);

class BatchStream {
public:
    /// lengths: of the examples. REQUIRES: there are some, none longer than batchTokens.
    BatchStream(std::vector<int64_t> lengths, int64_t batchTokens, uint64_t seed);

    /// Batches that so many epochs hold; a part of an epoch counts its share, rounded up.
    int64_t batchesIn(double epochs) const;

    /// Continues at the batch with this index, counted from 0 over all epochs.
    void seek(int64_t index);
    BatchPlan next();

    int64_t position() const { return m_position; }
    /// Epochs passed, with the share of the current one.
    double epoch() const;

private:
    void loadEpoch(int64_t epoch);

    std::vector<int64_t> m_lengths;
    int64_t m_batchTokens;
    uint64_t m_seed;
    int64_t m_position = 0;
    int64_t m_epoch = 0;
    size_t m_nextInEpoch = 0;
    std::vector<BatchPlan> m_plans;  // of the current epoch
};

}  // namespace hearth::finetune

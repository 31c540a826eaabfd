#include "finetune/data/batch_stream.h"

#include <gtest/gtest.h>
#include <numeric>
#include <set>

namespace hearth::finetune {
namespace {

TokenizedDataset datasetOf(const std::vector<int64_t>& lengths) {
    TokenizedDataset dataset;
    int32_t token = 0;
    for (const int64_t length : lengths) {
        TokenizedExample example;
        example.ids.assign(size_t(length), token);
        example.labels.assign(size_t(length), token);
        dataset.examples.push_back(example);
        ++token;
    }
    return dataset;
}

std::vector<int64_t> manyLengths() {
    std::vector<int64_t> lengths;
    for (int64_t i = 0; i < 500; ++i)
        lengths.push_back(1 + (i * 37) % 64);
    return lengths;
}

TEST(Packing, UsesEveryExampleOnceWithinTheLimit) {
    const auto lengths = manyLengths();
    std::multiset<int32_t> seen;
    for (const BatchPlan& plan : packEpoch(lengths, 100, 1, 0)) {
        int64_t tokens = 0;
        for (const int32_t index : plan) {
            tokens += lengths[size_t(index)];
            seen.insert(index);
        }
        EXPECT_LE(tokens, 100);
    }
    EXPECT_EQ(seen.size(), lengths.size());
    EXPECT_EQ(std::set<int32_t>(seen.begin(), seen.end()).size(), lengths.size());
}

TEST(Packing, WastesLittle) {
    const auto lengths = manyLengths();
    const int64_t tokens = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
    const auto plans = packEpoch(lengths, 256, 1, 0);
    EXPECT_LE(double(plans.size()), 1.05 * double(tokens) / 256.0 + 1.0);
}

TEST(Packing, OrderDependsOnSeedAndEpochOnly) {
    const auto lengths = manyLengths();
    EXPECT_EQ(packEpoch(lengths, 100, 1, 0), packEpoch(lengths, 100, 1, 0));
    EXPECT_NE(packEpoch(lengths, 100, 1, 0), packEpoch(lengths, 100, 1, 1));
    EXPECT_NE(packEpoch(lengths, 100, 1, 0), packEpoch(lengths, 100, 2, 0));
}

TEST(BatchStream, ContinuesAtAnyPosition) {
    BatchStream straight(manyLengths(), 100, 7);
    const int64_t total = straight.batchesIn(3.0);
    std::vector<BatchPlan> batches;
    for (int64_t i = 0; i < total; ++i)
        batches.push_back(straight.next());
    EXPECT_DOUBLE_EQ(straight.epoch(), 3.0);

    for (const int64_t position : {int64_t{0}, int64_t{1}, total / 2, total - 1}) {
        BatchStream resumed(manyLengths(), 100, 7);
        resumed.seek(position);
        EXPECT_EQ(resumed.position(), position);
        EXPECT_EQ(resumed.next(), batches[size_t(position)]) << position;
    }
}

TEST(BatchStream, APartOfAnEpochIsItsShareOfBatches) {
    const BatchStream stream(std::vector<int64_t>(40, 10), 10, 0);
    EXPECT_EQ(stream.batchesIn(1.0), 40);
    EXPECT_EQ(stream.batchesIn(0.5), 20);
    EXPECT_EQ(stream.batchesIn(2.25), 90);
}

TEST(BatchStream, SegmentsKeepExamplesApart) {
    const TokenizedDataset dataset = datasetOf({3, 2});
    const PackedBatch batch = assembleBatch(dataset, {1, 0});
    EXPECT_EQ(batch.ids, (std::vector<int32_t>{1, 1, 0, 0, 0}));
    EXPECT_EQ(batch.positions, (std::vector<int32_t>{0, 1, 0, 1, 2}));
    ASSERT_EQ(batch.segments.size(), 2u);
    EXPECT_EQ(batch.segments[1].begin, 2);
    EXPECT_EQ(batch.segments[1].len, 3);
}

}  // namespace
}  // namespace hearth::finetune

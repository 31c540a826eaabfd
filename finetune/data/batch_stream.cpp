#include "finetune/data/batch_stream.h"

#include <cmath>
#include <numeric>

#include "core/assert.h"

namespace hearth::finetune {

namespace {

// Batches that are looked at for room. More would pack hardly better and cost time.
constexpr size_t kOpenBatches = 32;

/// SplitMix64: written out because the standard library's distributions differ between
/// implementations, and a job must resume anywhere.
class Shuffler {
public:
    Shuffler(uint64_t seed, int64_t epoch)
        : m_state(seed * 0x9E3779B97F4A7C15ull + uint64_t(epoch) * 0xD1B54A32D192ED03ull + 1) {}

    void shuffle(std::vector<int32_t>& values) {
        for (size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

private:
    uint64_t next() {
        uint64_t z = (m_state += 0x9E3779B97F4A7C15ull);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    // The bias of the modulo is below n / 2^64.
    size_t below(size_t n) { return size_t(next() % n); }

    uint64_t m_state;
};

struct OpenBatch {
    BatchPlan plan;
    int64_t room = 0;
};

std::vector<int32_t> identity(size_t size) {
    std::vector<int32_t> order(size);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

std::vector<BatchPlan> packFirstFit(const std::vector<int64_t>& lengths,
                                    const std::vector<int32_t>& order, int64_t batchTokens) {
    std::vector<OpenBatch> batches;
    for (const int32_t index : order) {
        const int64_t length = lengths[size_t(index)];
        CORE_ASSERT(length <= batchTokens);
        size_t chosen = batches.size() > kOpenBatches ? batches.size() - kOpenBatches : 0;
        while (chosen < batches.size() && batches[chosen].room < length)
            ++chosen;
        if (chosen == batches.size())
            batches.push_back({{}, batchTokens});
        batches[chosen].plan.push_back(index);
        batches[chosen].room -= length;
    }
    std::vector<BatchPlan> plans;
    for (OpenBatch& batch : batches)
        plans.push_back(std::move(batch.plan));
    return plans;
}

}  // namespace

std::vector<BatchPlan> packEpoch(const std::vector<int64_t>& lengths, int64_t batchTokens,
                                 uint64_t seed, int64_t epoch) {
    std::vector<int32_t> order = identity(lengths.size());
    Shuffler(seed, epoch).shuffle(order);
    return packFirstFit(lengths, order, batchTokens);
}

std::vector<BatchPlan> packInOrder(const std::vector<int64_t>& lengths, int64_t batchTokens) {
    return packFirstFit(lengths, identity(lengths.size()), batchTokens);
}

std::vector<int64_t> exampleLengths(const TokenizedDataset& dataset) {
    std::vector<int64_t> lengths;
    for (const TokenizedExample& example : dataset.examples)
        lengths.push_back(int64_t(example.ids.size()));
    return lengths;
}

PackedBatch assembleBatch(const TokenizedDataset& dataset, const BatchPlan& plan) {
    PackedBatch batch;
    for (const int32_t index : plan) {
        const TokenizedExample& example = dataset.examples[size_t(index)];
        batch.append(example.ids, example.labels);
    }
    return batch;
}

BatchStream::BatchStream(std::vector<int64_t> lengths, int64_t batchTokens, uint64_t seed)
    : m_lengths(std::move(lengths)), m_batchTokens(batchTokens), m_seed(seed) {
    CORE_ASSERT(!m_lengths.empty());
    loadEpoch(0);
}

int64_t BatchStream::batchesIn(double epochs) const {
    int64_t batches = 0;
    for (int64_t epoch = 0; double(epoch) < epochs; ++epoch) {
        const auto size = int64_t(packEpoch(m_lengths, m_batchTokens, m_seed, epoch).size());
        const double share = std::min(1.0, epochs - double(epoch));
        batches += int64_t(std::ceil(double(size) * share));
    }
    return batches;
}

void BatchStream::seek(int64_t index) {
    loadEpoch(0);
    m_position = index;
    while (index >= int64_t(m_plans.size())) {
        index -= int64_t(m_plans.size());
        loadEpoch(m_epoch + 1);
    }
    m_nextInEpoch = size_t(index);
}

BatchPlan BatchStream::next() {
    if (m_nextInEpoch == m_plans.size())
        loadEpoch(m_epoch + 1);
    ++m_position;
    return m_plans[m_nextInEpoch++];
}

double BatchStream::epoch() const {
    return double(m_epoch) + double(m_nextInEpoch) / double(m_plans.size());
}

void BatchStream::loadEpoch(int64_t epoch) {
    m_plans = packEpoch(m_lengths, m_batchTokens, m_seed, epoch);
    m_epoch = epoch;
    m_nextInEpoch = 0;
}

}  // namespace hearth::finetune

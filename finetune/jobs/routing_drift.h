// How far a job moves the routers' choices from the base's, on the same tokens.
#pragma once
#include <vector>

#include "finetune/data/tokenized_example.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// What the base chose is written down once. Measuring is a forward pass over the sample: with at
/// most a quarter of a batch every kEvery steps, about half a percent of the training's time.
class RoutingDrift {
public:
    static constexpr int64_t kEvery = 16;  // steps

    /// REQUIRES: weights as the base has them, but for an adapter's. The model outlives it.
    RoutingDrift(const TrainableModel& model, PackedBatch sample);

    bool isDue(int64_t step) const { return step % kEvery == 0; }
    /// For each layer of expertUse(), the share of the sample's choices of experts that the base
    /// would not have made: 0 to 1.
    std::vector<double> measure() const;

private:
    const TrainableModel& m_model;
    const PackedBatch m_sample;
    const Routing m_base;
};

/// Beginnings of eight examples, evenly spread over the data set, of at most so many tokens
/// together.
PackedBatch routingSample(const TokenizedDataset& dataset, int64_t tokens);

}  // namespace hearth::finetune

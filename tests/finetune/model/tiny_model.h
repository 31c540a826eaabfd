// A model small enough to train in a unit test, with every part of the architecture.
#pragma once
#include <memory>

#include "engine/models/model_config.h"
#include "finetune/model/trainable_model.h"

namespace hearth::test {

/// Of weights: with the usual 0.02 most gradients would drown in float32's rounding.
inline constexpr double kLargeInit = 0.15;

/// Three layers (one dense, two with experts), groups, a shared expert, one MTP layer.
engine::ModelConfig tinyConfig();
/// Random ids; every position has a label unless `labelled` says otherwise.
finetune::PackedBatch tinyBatch(const std::vector<int64_t>& lengths, uint64_t seed = 1,
                                const std::function<bool(int64_t)>& labelled = {});
std::unique_ptr<finetune::TrainableModel> tinyModel(engine::Backend& backend,
                                                    const finetune::TrainableOptions& options);

/// Names and values of everything that training changes.
std::vector<finetune::NamedTensor> stateOf(finetune::TrainableModel& model);

}  // namespace hearth::test

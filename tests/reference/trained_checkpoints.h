// Checkpoints of every architecture that is trained.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::reference {

/// A checkpoint and its config: one of the goldens', or a drawn one of a family without goldens.
struct Checkpoint {
    engine::ModelConfig config;
    std::unique_ptr<engine::WeightSource> weights;
};

/// The goldens' names, and those of families without.
std::vector<std::string> checkpointNames();
Checkpoint open(const std::string& name);

}  // namespace hearth::reference

// How large a model is, by its config alone.
#pragma once
#include <cstdint>

#include "engine/models/model_config.h"

namespace hearth::engine {

struct ParameterCount {
    int64_t total = 0;   // of every tensor that a checkpoint must hold, MTP layers included
    int64_t active = 0;  // that one token uses: without MTP layers and experts not chosen
};

ParameterCount countParameters(const ModelConfig& config);

}  // namespace hearth::engine

// How much memory the tensors of a training job take, found out without having so much: the
// step's own code runs over a backend that asks for memory and computes nothing.
#pragma once
#include <cstdint>

#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// The largest batch: every token of it may have a label.
struct BatchShape {
    int64_t tokens = 0;
    int64_t sequence = 0;  // longest example
};

/// Bytes.
struct MemoryPlan {
    int64_t weights = 0;  // parameters, in every layout that is kept of them
    int64_t gradients = 0;
    int64_t optimizer = 0;    // AdamW's two moments
    int64_t activations = 0;  // the most that a step takes besides
    int64_t loading = 0;      // weights and gradients while they are laid out
    int64_t scratch = 0;      // of the threads: experts that are unpacked for one product

    /// The most at one time.
    int64_t peak() const;
};

/// weights: null: trained from scratch. threads: of the job. Exact, but for the thread's working
/// blocks of some 100 kB. Errors: those of loadTrainableModel.
core::Result<MemoryPlan> planMemory(const engine::ModelConfig& config,
                                    const engine::WeightSource* weights,
                                    const TrainableOptions& options, const BatchShape& shape,
                                    int threads);

}  // namespace hearth::finetune

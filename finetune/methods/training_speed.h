// How many tokens a second a model trains on this machine, and with how much memory, as `hearth
// bench --train` reports. The steps are a job's (TrainingLoop) on random tokens.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "finetune/data/tokenized_example.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

struct TrainingSpeedOptions {
    int64_t batch_tokens = 2048;  // of a step; as many whole sequences as fit
    int64_t sequence = 512;
    int64_t warmup = 2;  // steps before those that count
    int64_t steps = 8;   // the median of these counts
    double learning_rate = 1e-4;
    uint64_t seed = 0;  // of the tokens
};

struct TrainingSpeed {
    int64_t step_tokens = 0;
    double tokens_per_second = 0.0;
    double seconds_per_step = 0.0;     // the median
    std::vector<double> step_seconds;  // those of the warm-up first
    std::vector<double> losses;        // likewise; nats a token before each step
    int64_t trainable_parameters = 0;
    int64_t total_parameters = 0;
    int64_t peak_bytes = 0;  // of the process, while it trained
    /// Of that, what was not there before the first step. Weights, gradients and moments were.
    int64_t activation_bytes = 0;
};

/// The batch that every step trains on: token i, of all sequences in a row with the one that
/// follows each of them, is CounterRandom(seed, "tokens").bits(i) modulo the vocabulary.
/// REQUIRES: what measureTrainingSpeed requires.
TokenizedDataset randomTokens(const TrainingSpeedOptions& options, int64_t vocabulary);

/// Trains the model, which is changed. AdamW without weight decay, at one rate, gradients clipped
/// to 1. Whoever loaded the model gives freed memory back before, so that it does not hide what
/// the steps take.
/// Errors: InvalidArgument for numbers below one and sequences beyond the batch or the model's
/// context; those of TrainingLoop.
core::Result<TrainingSpeed> measureTrainingSpeed(TrainableModel& model,
                                                 const TrainingSpeedOptions& options);

}  // namespace hearth::finetune

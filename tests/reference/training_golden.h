// The batch of the training goldens, and distances between parameters.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "finetune/model/packed_batch.h"
#include "tests/reference/golden.h"

namespace hearth::reference {

/// train.safetensors: its right-padded rows as segments of their real length. Padding follows
/// the tokens and attention is causal, so leaving it out changes nothing.
finetune::PackedBatch trainingBatch(const Golden& training);
/// The batch of dpo.safetensors: chosen, then rejected; labels are the tokens of the completions.
finetune::PackedBatch preferenceBatch(const Golden& preference);
/// Of row-major values [rows, width, vocab] those of the real tokens, in the batch's order.
std::vector<float> realTokenLogits(const Golden& training, const std::vector<float>& logits);

/// Distribution of |actual - expected|.
struct Differences {
    double largest = 0.0;
    double quantile9999 = 0.0;
    double relative = 0.0;  // L2 norm of the difference over that of the expected values
};
Differences compare(std::span<const float> actual, std::span<const float> expected);

}  // namespace hearth::reference

// Proof, before anybody is told that a tuned model exists, that serving computes with its weights
// what the trainer did, and that training has changed them.
//
// Weights are published in BF16, so the trainer is asked with its weights rounded to BF16 as well:
// then the two differ by the order of sums alone (finetune/eval/served_comparison.h). A packing
// that follows, in another precision, is judged by its own report.
#pragma once
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/models/model.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

struct ModelProof {
    int64_t tokens = 0;
    double disagreement = 0.0;  // the largest difference of a log-probability
    double bound = 0.0;         // that is allowed
};

/// SHA-256 of the weights as they are published. REQUIRES: TrainedPart::Full.
std::string publishedBits(TrainableModel& model);

/// served: the engine's model of serializeModel(trained). before: publishedBits of the base. texts:
/// held-out ones, of at least two ids within the context. The trained weights are rounded and stay
/// so. Errors: Internal, with the numbers, when the two programs differ by more than the bound or
/// when no bit is another than the base's.
core::Result<ModelProof> proveModel(engine::Backend& backend, engine::Model& served,
                                    TrainableModel& trained, const std::string& before,
                                    const std::vector<std::vector<int32_t>>& texts);

/// A sentence for the job's events.
std::string proofText(const ModelProof& proof);

}  // namespace hearth::finetune

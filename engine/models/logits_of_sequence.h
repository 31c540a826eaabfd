// One sequence alone through a model, to compare what is predicted.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/models/model.h"

namespace hearth::engine {

/// How a sequence runs.
struct SequenceMode {
    DType cache = DType::F32;          // as KvCache takes it
    int64_t prefill = -1;              // ids that run as a prompt, the rest one by one; -1: all
    const Adapter* adapter = nullptr;  // null: the base model
};

/// Logits [ids, vocab] of the ids, which have a cache to themselves.
/// REQUIRES: ids within the vocabulary, not more than the context; checkCacheType.
std::vector<float> logitsOfSequence(Backend& backend, Model& model, std::span<const int32_t> ids,
                                    const SequenceMode& mode = {});

}  // namespace hearth::engine

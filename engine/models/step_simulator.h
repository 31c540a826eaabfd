// Runs a model's steps on a CountingBackend: what they allocate, read and compute.
#pragma once
#include <cstdint>

#include "engine/models/counting_backend.h"
#include "engine/models/decoder_model.h"

namespace hearth::engine {

class StepSimulator {
public:
    /// weights: shapes from a CountingStore.
    StepSimulator(const ModelConfig& config, DecoderWeights weights, DType cacheDtype,
                  int64_t prefillChunk);

    /// What the model holds beside its weights: tables of the rotations.
    int64_t tableBytes() const { return m_tableBytes; }
    int64_t cacheBytesPerToken() const { return m_cache.bytesPerToken(); }
    /// Most memory of a step, cache excluded: `users` sequences of `context` tokens, one of them
    /// still reading its prompt's last chunk; and the copy of the logits that the sampler gets.
    int64_t activationBytes(int64_t users, int64_t context);

    /// One token for each of `users` sequences of `context` tokens.
    StepCost decodeCost(int64_t users, int64_t context);
    /// The chunk of one prompt that ends at `context`. Returns its tokens in `tokens`.
    StepCost prefillCost(int64_t context, int64_t& tokens);

private:
    /// Returns the peak above what was there before.
    int64_t run(int64_t prefills, int64_t decodes, int64_t context);
    int64_t chunkAt(int64_t context) const { return std::min(m_prefillChunk, context); }

    CountingBackend m_backend;
    DecoderModel m_model;
    int64_t m_tableBytes;
    KvCache m_cache;
    int64_t m_prefillChunk;
};

}  // namespace hearth::engine

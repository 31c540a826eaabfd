// The tokens of one step as the layers see them: one flat batch, prefill sequences first.
#pragma once
#include <cstdint>
#include <span>

#include "engine/models/model_config.h"
#include "engine/ops/backend.h"
#include "engine/step_memory.h"

namespace hearth::engine {

class Adapter;
struct ExpandedKeys;
struct StepSequence;

/// Prompt tokens of one sequence and the cache pages of everything they see.
struct PrefillSequence {
    AttentionSegment segment;  // queries in the batch; keys in the gathered context
    Tensor page_table;         // [pages] I32
    ExpandedKeys* kept = nullptr;
};

/// Index tensors of a step, uploaded in one transfer. T tokens: the first prefill_tokens are
/// prompt tokens, the other D decode against the cache.
struct StepBatch {
    /// REQUIRES: every sequence has tokens within the vocabulary, positions within the
    /// context, and pages for all of them.
    StepBatch(Backend& backend, const ModelConfig& config, std::span<const StepSequence> sequences);

    int64_t tokens = 0;
    int64_t prefill_tokens = 0;
    int64_t context_tokens = 0;  // sum of the prefill sequences' visible keys
    Tensor ids;                  // [T]
    Tensor rope_rows;            // [T]: the token's row of the rope table
    Tensor slots;                // [T]
    StepVector<PrefillSequence> prefill;
    StepVector<AttentionSegment> segments;  // those of prefill
    Tensor key_owner;                       // [context_tokens * heads]: key row of each (key, head)
    Tensor page_tables;                     // [sequences, max_pages], in the order of the batch
    Tensor sequences;                       // [T]: the token's row of page_tables
    Tensor lengths;                         // [T]: keys visible to the token, itself included
    StepVector<PagedSegment> paged;         // one a sequence, in the order of the batch
    Tensor logits_rows;                     // [wanted rows], in the order of the sequences
    StepVector<int64_t> first_rows;         // of each sequence in the batch, in the caller's order

    StepVector<const Adapter*> adapters;  // those of the step, without repetition
    /// Sequences differ in their adapters. Owners number `adapters`; -1: the base model.
    bool mixed_adapters = false;
    Tensor owners;          // [T]
    Tensor context_owners;  // [context_tokens]
    Tensor logits_owners;   // [wanted rows]

    int64_t decode_tokens() const { return tokens - prefill_tokens; }
};

}  // namespace hearth::engine

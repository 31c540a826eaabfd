// A loaded language model that executes steps over a batch of sequences.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "engine/ops/backend.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {

class Adapter;
class StepObserver;
class WeightStore;
struct ExpandedKeys;
struct LinearTarget;

/// One sequence's part of a step.
struct StepSequence {
    std::span<const int32_t> tokens;  // ids to run, at positions start, start+1, ...
    int64_t start = 0;                // tokens already in the cache
    std::span<const int32_t> pages;   // cache pages of the sequence, enough for start + tokens
    bool prefill = true;              // prompt tokens: materialised; else absorbed decode
    int64_t logits_rows = 1;          // how many of the last tokens want logits (0: none)
    /// Longrope's long factors turn this sequence. The same in all its steps: decide by the
    /// length that prompt and answer may reach together (ModelConfig::needsLongRope).
    bool long_context = false;
    const Adapter* adapter = nullptr;  // null: the base model
    /// Keys and values that a prompt's chunks share, for models and caches that expand them
    /// (engine/layers/expanded_keys.h), with room for start + tokens; null: rebuilt in the step.
    ExpandedKeys* kept = nullptr;
    /// Unless null, gets the states of the tokens after the final norm, [tokens, hidden_size].
    Tensor* hidden = nullptr;
};

/// Prompt tokens on their way through the layers, which a step may leave between two of them.
struct PromptPass {
    int64_t layer = 0;  // that they run next; the model's number of layers: they are through
    Tensor hidden;      // [prompt tokens of the step, hidden_size]: goes into `layer`, if beyond 0
    /// Asked before each layer whether they run it in this step.
    std::function<bool(int64_t layer)> goes_on;
};

/// One sequence's part of a draft.
struct DraftSequence {
    /// tokens: those that follow the ones at start, start + 1, ...; the last one may be a guess.
    /// The cache's draft layer holds the positions before start, and gets these.
    StepSequence next;
    /// States of the positions start, start + 1, ...: together as many rows as next has tokens.
    /// From StepSequence::hidden; after a guess, from Draft::hidden.
    std::span<const Tensor> hidden;
};

/// Row i belongs to the i-th wanted row of the sequences (StepSequence::logits_rows).
struct Draft {
    Tensor logits;  // [rows, vocab]: of the token after the row's token of `next`
    Tensor hidden;  // [rows, hidden_size]: stands for the state of that token's position
};

/// Loading options.
struct ModelOptions {
    bool load_mtp = true;  // keep the multi-token-prediction layers in memory
};

/// Threading: one step at a time. The backend and the weights outlive the model.
class Model {
public:
    virtual ~Model() = default;
    /// As loaded; max_position_embeddings is what this model serves, at most 262,144.
    virtual const ModelConfig& config() const = 0;
    /// Bytes of weights held by the backend.
    virtual int64_t weightBytes() const = 0;
    /// DataCorrupt once its weights were found damaged while it was in use: serve it no more.
    /// From any thread.
    virtual core::Status health() const { return {}; }

    /// Runs all sequences in one step and returns logits [sum of logits_rows, vocab] F32, in
    /// the order of the sequences. Sequences may use different adapters of this model; each gets
    /// the bits that it gets alone.
    virtual Tensor step(std::span<const StepSequence> sequences, KvCache& cache) = 0;
    /// The same with one adapter for all sequences; null: base.
    Tensor step(std::span<const StepSequence> sequences, KvCache& cache, const Adapter* adapter);

    /// The same, but prompt tokens begin at pass.layer and go as far as they may; all others run
    /// every layer. Before they are through, they have no logits, states or kept keys.
    /// REQUIRES: until then, the sequences with prefill stay as they are, in their order.
    virtual Tensor stepWith(std::span<const StepSequence> sequences, KvCache& cache,
                            PromptPass& pass);

    // What follows is optional: a model without it has no observer, targets or drafts, and lets
    // prompts pass at once.

    /// Shows intermediate results of later steps to `observer` (engine/layers/layer_context.h);
    /// null: to nobody. The observer stays alive until it is replaced.
    virtual void setObserver(StepObserver* observer);
    /// The linear layers that an adapter can add to, by id (engine/layers/adapter.h).
    virtual std::span<const LinearTarget> adapterTargets() const;

    /// Multi-token-prediction modules in memory.
    virtual int64_t mtpLayers() const { return 0; }
    /// Runs the first module. REQUIRES: mtpLayers() > 0, a cache with drafts.
    virtual Draft draft(std::span<const DraftSequence> sequences, KvCache& cache);
    /// Draft logits [tokens, vocab] of a whole text, main model included, without a cache of the
    /// caller's: row i predicts the token after next[i], which follows tokens[i].
    /// REQUIRES: mtpLayers() > 0.
    virtual Tensor mtpLogits(std::span<const int32_t> tokens, std::span<const int32_t> next);
};

/// A directory with a packed file is loaded from it (loadStampedModel of packed_model.h).
/// Otherwise: verifies every tensor (missing, extra, wrong shape: InvalidArgument saying which and
/// what was expected), packs the weights for the backend. Errors: those of readModelConfig and
/// openWeightDirectory too.
core::Result<std::unique_ptr<Model>> loadModel(Backend& backend,
                                               const std::filesystem::path& directory,
                                               const ModelOptions& options = {});
core::Result<std::unique_ptr<Model>> loadModel(Backend& backend, const ModelConfig& config,
                                               const WeightSource& weights,
                                               const ModelOptions& options = {});

/// From a store that holds every tensor of the model.
std::unique_ptr<Model> loadModel(Backend& backend, const ModelConfig& config, WeightStore& store,
                                 const ModelOptions& options = {});

/// Prepares a PEFT LoRA adapter for a model (adapter_config.json text + adapter tensors).
/// An adapter that matches nothing, has wrong shapes, or whose B are all zero is refused.
core::Result<std::shared_ptr<const Adapter>> loadAdapter(Backend& backend, const Model& model,
                                                         const std::string& adapterConfigJson,
                                                         const WeightSource& weights);

}  // namespace hearth::engine

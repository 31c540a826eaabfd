// Where a model's weights come from when it is built: a checkpoint, a packed file, or a checkpoint
// on its way into a packed file. The builder asks for the same weights in the same order each time.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// What a weight does in the model; recipes choose a precision by it.
enum class WeightRole : uint8_t {
    Embedding,
    Output,
    Attention,
    LatentUp,  // kv_b_proj and its two halves for absorbed decode
    Indexer,
    Router,
    Dense,
    SharedExpert,
    Expert,
    Mtp,  // eh_proj
};

/// Rows [begin, end) of a canonical tensor (engine/models/canonical_weights.h).
struct WeightPiece {
    std::string tensor;
    int64_t begin = 0;
    int64_t end = 0;
};

/// One matrix, or one of several equal groups (experts, heads), as a kernel multiplies by it:
/// rows of checkpoint tensors stacked.
struct FusedWeight {
    std::string key;  // unique within the model; the first piece's tensor, or says more
    WeightRole role = WeightRole::Dense;
    int64_t groups = 0;  // 0: [outputs, depth]; else [groups, outputs, depth]
    int64_t outputs = 0;
    int64_t depth = 0;
    std::vector<WeightPiece> pieces;  // of group 0, then of group 1, ...
    /// The one piece of a group becomes its transpose: the piece's rows are the depth.
    bool transposed = false;

    std::vector<int64_t> shape() const;
};

class WeightGuard;

class WeightStore {
public:
    virtual ~WeightStore() = default;

    virtual bool has(const std::string& tensor) const = 0;
    /// Shape of a canonical tensor. REQUIRES: has(tensor).
    virtual std::vector<int64_t> shapeOf(const std::string& tensor) const = 0;
    /// Packed for the backend's matmul, perHeadMatmul or groupedMatmul.
    virtual Tensor matrix(const FusedWeight& weight) = 0;
    /// Norms, biases, sinks: F32, the tensors joined; [n], or [groups, n / groups]. Known by the
    /// first tensor's name.
    virtual Tensor vector(const std::vector<std::string>& tensors, int64_t groups) = 0;
    /// An embedding table, row-major.
    virtual Tensor table(const std::string& tensor) = 0;
    /// Bytes of what was handed out, as the backend holds it.
    virtual int64_t bytes() const = 0;
    /// Watches over what was handed out while it is used; null: nothing needs to.
    virtual std::shared_ptr<const WeightGuard> guard() { return nullptr; }
};

/// Weights of a checkpoint in their stored dtype; F32 where pieces differ or are quantised.
/// weights: canonical names, all there (canonicalWeights); outlives the store.
std::unique_ptr<WeightStore> sourceStore(Backend& backend, const WeightSource& weights);

}  // namespace hearth::engine

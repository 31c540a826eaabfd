// A store of weights without data: what a model would hold in a precision, by its config alone.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/models/pack_recipe.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// Shape of a tensor and the type it is loaded as: F32 for what is kept in blocks (FP8, MXFP4).
struct StoredShape {
    std::vector<int64_t> shape;
    DType dtype = DType::F32;
};
using StoredShapes = std::unordered_map<std::string, StoredShape>;  // by canonical name

/// Of a checkpoint, under canonical names.
StoredShapes storedShapes(const WeightSource& weights);
/// Of a checkpoint of which only the config is known: every tensor that is not optional, in dtype.
StoredShapes storedShapes(const ModelConfig& config, DType dtype);

/// Hands out shapes (shapeOnly) and counts what they would hold.
class CountingStore final : public WeightStore {
public:
    /// Both outlive the store.
    CountingStore(const StoredShapes& shapes, const PackRecipe& recipe)
        : m_shapes(shapes), m_recipe(recipe) {}

    bool has(const std::string& tensor) const override { return m_shapes.contains(tensor); }
    std::vector<int64_t> shapeOf(const std::string& tensor) const override {
        return m_shapes.at(tensor).shape;
    }
    Tensor matrix(const FusedWeight& weight) override;
    Tensor vector(const std::vector<std::string>& tensors, int64_t groups) override;
    Tensor table(const std::string& tensor) override;
    int64_t bytes() const override { return m_bytes; }

    /// Of the largest matrix before it is packed: a checkpoint's loader holds it twice for a while.
    int64_t largestMatrix() const { return m_largestMatrix; }
    /// That most bytes of matrices have.
    DType mostUsedType() const;

private:
    DType commonType(const FusedWeight& weight) const;

    const StoredShapes& m_shapes;
    const PackRecipe& m_recipe;
    int64_t m_bytes = 0;
    int64_t m_largestMatrix = 0;
    std::unordered_map<DType, int64_t> m_bytesOfType;
};

}  // namespace hearth::engine

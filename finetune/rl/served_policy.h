// The model that is trained, as the serving engine has it.
#pragma once
#include <filesystem>
#include <memory>

#include "core/result.h"
#include "engine/models/model.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// Keeps a served copy of the base model in step with the trained weights: through an adapter, or,
/// where every weight is trained, loaded anew.
class ServedPolicy {
public:
    /// directory: of the base. trained outlives it.
    ServedPolicy(std::filesystem::path directory, TrainableModel& trained, int threads);

    /// Takes over the weights as they are now. Errors: of loading.
    core::Status update();
    engine::Backend& backend() { return *m_backend; }
    /// REQUIRES: update() was called.
    engine::Model& model() { return *m_model; }
    /// Null while the adapter adds nothing, and without one.
    const std::shared_ptr<const engine::Adapter>& adapter() const { return m_adapter; }

private:
    core::Status loadWhole();
    core::Status loadAdapter();
    bool adapterAddsNothing() const;

    std::filesystem::path m_directory;
    TrainableModel& m_trained;
    std::unique_ptr<engine::Backend> m_backend;
    std::unique_ptr<engine::WeightSource> m_weights;  // the model may refer to them
    std::unique_ptr<engine::Model> m_model;
    std::shared_ptr<const engine::Adapter> m_adapter;
};

}  // namespace hearth::finetune

// Proof that an adapter does something before anybody is told that it exists.
#pragma once
#include <memory>
#include <span>

#include "core/result.h"
#include "engine/models/model.h"

namespace hearth::finetune {

/// Largest absolute difference between the last logits of `ids` with and without the adapter,
/// as the serving engine computes them. REQUIRES: ids is not empty and fits the context.
/// Errors: Internal when there is none (the adapter would silently do nothing), or when a logit
/// is no number.
core::Result<double> measureAdapterEffect(engine::Backend& backend, engine::Model& model,
                                          const engine::Adapter& adapter,
                                          std::span<const int32_t> ids);

}  // namespace hearth::finetune

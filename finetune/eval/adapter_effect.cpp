#include "finetune/eval/adapter_effect.h"

#include <cmath>

namespace hearth::finetune {

namespace {

core::Result<std::vector<float>> lastLogits(engine::Backend& backend, engine::Model& model,
                                            const engine::Adapter* adapter,
                                            std::span<const int32_t> ids) {
    const int64_t pages = engine::KvCache::pagesFor(int64_t(ids.size()));
    engine::KvCache cache(backend, model.config(), pages, engine::DType::F32);
    CORE_ASSIGN(const std::vector<int32_t> taken, cache.take(pages));
    engine::StepSequence sequence;
    sequence.tokens = ids;
    sequence.pages = taken;
    return engine::downloadFloats(backend, model.step({&sequence, 1}, cache, adapter));
}

}  // namespace

core::Result<double> measureAdapterEffect(engine::Backend& backend, engine::Model& model,
                                          const engine::Adapter& adapter,
                                          std::span<const int32_t> ids) {
    CORE_ASSIGN(const auto base, lastLogits(backend, model, nullptr, ids));
    CORE_ASSIGN(const auto adapted, lastLogits(backend, model, &adapter, ids));
    double largest = 0.0;
    bool finite = true;
    for (size_t i = 0; i < base.size(); ++i) {
        largest = std::max(largest, std::abs(double(adapted[i]) - double(base[i])));
        finite = finite && std::isfinite(adapted[i]);
    }
    if (!finite)
        return core::Error{core::ErrorCode::Internal, "the adapter's logits are no numbers", {}};
    if (largest == 0.0)
        return core::Error{core::ErrorCode::Internal,
                           "the adapter changes nothing: its logits equal the base model's",
                           {}};
    return largest;
}

}  // namespace hearth::finetune

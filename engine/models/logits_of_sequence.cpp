#include "engine/models/logits_of_sequence.h"

#include <algorithm>

#include "engine/runtime/kv_cache.h"

namespace hearth::engine {

std::vector<float> logitsOfSequence(Backend& backend, Model& model, std::span<const int32_t> ids,
                                    const SequenceMode& mode) {
    const auto count = int64_t(ids.size());
    KvCache cache(backend, model.config(), KvCache::pagesFor(count), mode.cache);
    const auto pages = cache.take(cache.pages()).valueOrThrow();
    const int64_t prompt = mode.prefill < 0 ? count : std::min(mode.prefill, count);
    std::vector<float> logits;
    logits.reserve(size_t(count * model.config().vocab_size));
    for (int64_t start = 0; start < count;) {
        const bool prefill = start < prompt;
        const int64_t tokens = prefill ? prompt : 1;
        const StepSequence sequence{.tokens = ids.subspan(size_t(start), size_t(tokens)),
                                    .start = start,
                                    .pages = pages,
                                    .prefill = prefill,
                                    .logits_rows = tokens,
                                    .long_context = model.config().needsLongRope(count)};
        const auto rows =
            downloadFloats(backend, model.step(std::span(&sequence, 1), cache, mode.adapter));
        logits.insert(logits.end(), rows.begin(), rows.end());
        start += tokens;
    }
    return logits;
}

}  // namespace hearth::engine

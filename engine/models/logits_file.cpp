#include "engine/models/logits_file.h"

#include "engine/models/model.h"

namespace hearth::engine {
namespace {

core::Status checkIds(std::span<const int32_t> ids, const ModelConfig& config) {
    const auto invalid = [](const std::string& message) {
        return core::Error{core::ErrorCode::InvalidArgument, message, ""};
    };
    if (ids.empty())
        return invalid("No token ids given");
    if (int64_t(ids.size()) > config.max_position_embeddings)
        return invalid(std::to_string(ids.size()) + " token ids exceed the model's context of " +
                       std::to_string(config.max_position_embeddings));
    for (const int32_t id : ids) {
        if (id < 0 || id >= config.vocab_size)
            return invalid("Token id " + std::to_string(id) + " is outside 0.." +
                           std::to_string(config.vocab_size - 1));
    }
    return {};
}

}  // namespace

core::Status writeLogits(Backend& backend, const std::filesystem::path& modelDir,
                         std::span<const int32_t> ids, const std::filesystem::path& outFile) {
    CORE_ASSIGN(const auto model, loadModel(backend, modelDir, {.load_mtp = false}));
    CORE_TRY(checkIds(ids, model->config()));
    const auto count = int64_t(ids.size());
    KvCache cache(backend, model->config(), KvCache::pagesFor(count), DType::F32);
    CORE_ASSIGN(const auto pages, cache.take(cache.pages()));
    const StepSequence sequence{.tokens = ids, .pages = pages, .logits_rows = count};
    const Tensor logits = model->step(std::span(&sequence, 1), cache, nullptr);
    const std::vector<float> values = downloadFloats(backend, logits);
    return writeSafetensors(outFile, {{.name = "logits",
                                       .dtype = DType::F32,
                                       .shape = {count, model->config().vocab_size},
                                       .bytes = std::as_bytes(std::span(values))}});
}

}  // namespace hearth::engine

#include "engine/models/logits_file.h"

#include <algorithm>

#include "core/file.h"
#include "engine/models/adapter_files.h"
#include "engine/models/model.h"

namespace hearth::engine {
namespace {

core::Status checkIds(const std::vector<int32_t>& ids, const ModelConfig& config) {
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

core::Result<std::shared_ptr<const Adapter>> adapterOf(Backend& backend, const Model& model,
                                                       const std::filesystem::path& directory) {
    if (directory.empty())
        return std::shared_ptr<const Adapter>();
    CORE_ASSIGN(const std::string config, core::readTextFile(directory / kAdapterConfig));
    CORE_ASSIGN(const auto weights, openSafetensors(directory / kAdapterWeights));
    return loadAdapter(backend, model, config, *weights);
}

/// The sequence alone in its cache: a prompt in one step, then steps of one token.
core::Result<std::vector<float>> runSequence(Backend& backend, Model& model,
                                             const LogitsRequest& request, const Adapter* adapter) {
    const auto count = int64_t(request.ids.size());
    KvCache cache(backend, model.config(), KvCache::pagesFor(count), DType::F32);
    CORE_ASSIGN(const auto pages, cache.take(cache.pages()));
    const int64_t prompt = request.prefill < 0 ? count : std::min(request.prefill, count);
    std::vector<float> logits;
    for (int64_t start = 0; start < count;) {
        const bool prefill = start < prompt;
        const int64_t tokens = prefill ? prompt : 1;
        const StepSequence sequence{
            .tokens = std::span(request.ids).subspan(size_t(start), size_t(tokens)),
            .start = start,
            .pages = pages,
            .prefill = prefill,
            .logits_rows = tokens,
            .long_context = model.config().needsLongRope(count)};
        const auto rows =
            downloadFloats(backend, model.step(std::span(&sequence, 1), cache, adapter));
        logits.insert(logits.end(), rows.begin(), rows.end());
        start += tokens;
    }
    return logits;
}

}  // namespace

core::Status writeLogits(Backend& backend, const LogitsRequest& request,
                         const std::filesystem::path& outFile) {
    CORE_ASSIGN(const auto model, loadModel(backend, request.model, {.load_mtp = false}));
    CORE_TRY(checkIds(request.ids, model->config()));
    CORE_ASSIGN(const auto adapter, adapterOf(backend, *model, request.adapter));
    CORE_ASSIGN(const auto values, runSequence(backend, *model, request, adapter.get()));
    return writeSafetensors(outFile,
                            {{.name = "logits",
                              .dtype = DType::F32,
                              .shape = {int64_t(request.ids.size()), model->config().vocab_size},
                              .bytes = std::as_bytes(std::span(values))}});
}

}  // namespace hearth::engine

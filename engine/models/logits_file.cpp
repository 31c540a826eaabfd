#include "engine/models/logits_file.h"

#include "core/file.h"
#include "engine/models/adapter_files.h"
#include "engine/models/logits_of_sequence.h"

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

}  // namespace

core::Status writeLogits(Backend& backend, const LogitsRequest& request,
                         const std::filesystem::path& outFile) {
    CORE_ASSIGN(const auto model, loadModel(backend, request.model, {.load_mtp = false}));
    CORE_TRY(checkIds(request.ids, model->config()));
    CORE_ASSIGN(const auto adapter, adapterOf(backend, *model, request.adapter));
    CORE_TRY(checkCacheType(model->config(), request.cache));
    const auto values = logitsOfSequence(
        backend, *model, request.ids,
        {.cache = request.cache, .prefill = request.prefill, .adapter = adapter.get()});
    return writeSafetensors(outFile,
                            {{.name = "logits",
                              .dtype = DType::F32,
                              .shape = {int64_t(request.ids.size()), model->config().vocab_size},
                              .bytes = std::as_bytes(std::span(values))}});
}

}  // namespace hearth::engine

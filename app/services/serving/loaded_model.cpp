#include "app/services/serving/loaded_model.h"

#include <optional>

#include "engine/cpu/cpu_backend.h"

namespace hearth::app {

core::Result<std::shared_ptr<LoadedModel>> LoadedModel::load(const std::filesystem::path& directory,
                                                             const EngineOptions& options) {
    auto backend = engine::createCpuBackend({.threads = options.threads});
    CORE_ASSIGN(auto model, engine::loadModel(*backend, directory));
    CORE_ASSIGN(auto chat, engine::ChatFormat::load(directory));
    if (chat.tokenizer().vocabSize() > model->config().vocab_size)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the tokenizer has " + std::to_string(chat.tokenizer().vocabSize()) +
                               " tokens, but the model's vocabulary has " +
                               std::to_string(model->config().vocab_size),
                           directory.string()};
    return std::shared_ptr<LoadedModel>(
        new LoadedModel(std::move(backend), std::move(model), std::move(chat), options.scheduler));
}

LoadedModel::LoadedModel(std::unique_ptr<engine::Backend> backend,
                         std::unique_ptr<engine::Model> model, engine::ChatFormat chat,
                         const engine::SchedulerOptions& options)
    : m_backend(std::move(backend)),
      m_model(std::move(model)),
      m_chat(std::move(chat)),
      m_scheduler(std::make_unique<engine::Scheduler>(*m_backend, *m_model, options)) {}

core::Result<std::shared_ptr<const engine::Adapter>> LoadedModel::loadAdapter(
    const std::string& configJson, const engine::WeightSource& weights) {
    std::optional<core::Result<std::shared_ptr<const engine::Adapter>>> adapter;
    m_scheduler->runBetweenSteps(
        [&] { adapter = engine::loadAdapter(*m_backend, *m_model, configJson, weights); });
    return std::move(*adapter);
}

}  // namespace hearth::app

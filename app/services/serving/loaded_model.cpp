#include "app/services/serving/loaded_model.h"

#include <algorithm>
#include <optional>

#include "app/services/serving/backend_choice.h"
#include "engine/models/capacity_plan.h"
#include "engine/models/served_types.h"

namespace hearth::app {

namespace {

// What one user needs at least for the model to be of use.
constexpr int64_t kLeastContext = 4096;

int64_t bytesOfWeights(const std::map<std::string, uint64_t>& types) {
    int64_t bytes = 0;
    for (const auto& [type, count] : types)
        bytes += int64_t(count);
    return bytes;
}

/// With the cache's type as this model can have it.
engine::SchedulerOptions schedulerOptions(engine::SchedulerOptions options,
                                          const engine::ModelConfig& config) {
    if (!engine::checkCacheType(config, options.cache_dtype))
        options.cache_dtype = engine::DType::BF16;
    return options;
}

/// Before anything is read: a model that is too large would take the node down with it.
core::Status checkCapacity(const std::filesystem::path& directory, const EngineOptions& options) {
    const int64_t memory =
        options.memoryBytes > 0 ? options.memoryBytes : deviceMemory(options.device);
    CORE_ASSIGN(const auto types, engine::servedTypes(directory));
    // Blocks of a checkpoint grow up to eightfold (4 bits to F32); what is far from the limit even
    // then is not simulated, which takes a while for long contexts.
    constexpr int64_t kMostGrowth = 8;
    if (memory == 0 || kMostGrowth * bytesOfWeights(types) + options.scheduler.cache_bytes +
                               options.scheduler.prompt_keys_bytes <
                           memory / 2)
        return {};
    CORE_ASSIGN(const auto source, engine::openPlanSource(directory));
    const engine::PlanRequest request{
        .precision = source.packed_as.empty() ? "exact" : source.packed_as,
        .context = std::min(kLeastContext, source.config.max_position_embeddings),
        .memory_bytes = memory,
        .cache_dtype = schedulerOptions(options.scheduler, source.config).cache_dtype,
        .prefill_chunk = options.scheduler.prefill_chunk,
        .prompt_keys_bytes = options.scheduler.prompt_keys_bytes};
    CORE_ASSIGN(const auto plan, engine::planCapacity(source, request));
    return engine::checkFits(plan);
}

}  // namespace

core::Result<std::shared_ptr<LoadedModel>> LoadedModel::load(const std::filesystem::path& directory,
                                                             const EngineOptions& options) {
    CORE_TRY(checkCapacity(directory, options));
    CORE_ASSIGN(auto backend, createBackend(options.device, options.threads));
    CORE_ASSIGN(auto model, engine::loadModel(*backend, directory));
    CORE_ASSIGN(auto chat, engine::ChatFormat::load(directory));
    if (chat.tokenizer().vocabSize() > model->config().vocab_size)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the tokenizer has " + std::to_string(chat.tokenizer().vocabSize()) +
                               " tokens, but the model's vocabulary has " +
                               std::to_string(model->config().vocab_size),
                           directory.string()};
    const auto scheduler = schedulerOptions(options.scheduler, model->config());
    return std::shared_ptr<LoadedModel>(
        new LoadedModel(std::move(backend), std::move(model), std::move(chat), scheduler));
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

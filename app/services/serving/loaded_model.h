// A base model in memory with everything a request needs: engine, tokenizer, template.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "app/services/serving/latency_watch.h"
#include "core/result.h"
#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "engine/runtime/scheduler.h"

namespace hearth::app {

struct EngineOptions {
    std::string device = "cpu";  // or "cuda"
    int threads = 0;             // 0: one per core
    engine::SchedulerOptions scheduler;
    int64_t memoryBytes = 0;  // for a model; 0: what the machine has available
};

/// Threading: every method may be called from any thread.
class LoadedModel {
public:
    /// Errors: ResourceExhausted: it cannot fit, with the nearest precision or context that would;
    /// those of createBackend, engine::loadModel and engine::ChatFormat::load.
    static core::Result<std::shared_ptr<LoadedModel>> load(const std::filesystem::path& directory,
                                                           const EngineOptions& options);

    const engine::ModelConfig& config() const { return m_model->config(); }
    const engine::ChatFormat& chat() const { return m_chat; }
    const engine::Tokenizer& tokenizer() const { return m_chat.tokenizer(); }
    engine::Scheduler& scheduler() { return *m_scheduler; }
    LatencyWatch& latency() { return m_latency; }
    int64_t weightBytes() const { return m_model->weightBytes(); }
    /// As engine::Model::health().
    core::Status health() const { return m_model->health(); }
    std::string backendDescription() const { return m_backend->description(); }

    /// Errors: those of engine::loadAdapter.
    core::Result<std::shared_ptr<const engine::Adapter>> loadAdapter(
        const std::string& configJson, const engine::WeightSource& weights);

private:
    LoadedModel(std::unique_ptr<engine::Backend> backend, std::unique_ptr<engine::Model> model,
                engine::ChatFormat chat, const engine::SchedulerOptions& options);

    // Each needs the ones before it.
    std::unique_ptr<engine::Backend> m_backend;
    std::unique_ptr<engine::Model> m_model;
    engine::ChatFormat m_chat;
    std::unique_ptr<engine::Scheduler> m_scheduler;
    LatencyWatch m_latency;
};

}  // namespace hearth::app

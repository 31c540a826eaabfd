// The models that this node serves: bases in memory and the adapters on them, each under its
// own name.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/serving/loaded_model.h"
#include "core/result.h"

namespace hearth::app {

struct ModelInfo {
    std::string id;    // the name that requests use
    std::string base;  // of an adapter: the name of its base; else empty
    std::string ownerId;
    std::string departmentId;
    bool shared = false;     // every department may use it; else only its own
    bool encrypted = false;  // at rest
    int64_t created = 0;     // Unix seconds
};

/// What a request runs on. Keeps model and adapter alive while it runs.
struct ServingTarget {
    ModelInfo info;
    std::shared_ptr<LoadedModel> model;
    std::shared_ptr<const engine::Adapter> adapter;  // null: the base itself
};

/// Threading: every method may be called from any thread.
class ModelService {
public:
    explicit ModelService(EngineOptions options) : m_options(std::move(options)) {}

    /// Loads a model directory and serves it. Errors: AlreadyExists; those of LoadedModel::load.
    core::Status serveBase(const ModelInfo& info, const std::filesystem::path& directory);
    /// Serves an adapter of a base that is served. Errors: AlreadyExists, NotFound (the base),
    /// those of engine::loadAdapter.
    core::Status serveAdapter(const ModelInfo& info, const std::string& adapterConfigJson,
                              const engine::WeightSource& weights);
    /// Also the adapters on it. Requests that run go on. Errors: NotFound.
    core::Status stopServing(const std::string& id);

    /// What the principal may use, by name.
    std::vector<ModelInfo> list(const Principal& principal) const;
    /// NotFound with context "model", also for what the principal may not see. DataCorrupt: the
    /// model was found damaged.
    core::Result<ServingTarget> find(const std::string& id, const Principal& principal) const;
    /// Whoever asks; null when it is not served, or was found damaged.
    std::optional<ServingTarget> served(const std::string& id) const;
    /// What was found wrong with a model that was served; it stays here until stopServing().
    std::optional<core::Error> damage(const std::string& id) const;
    /// For status pages: every loaded base.
    std::vector<ServingTarget> bases() const;
    /// Of the slowest model.
    ServingLatency latency() const;

private:
    core::Status checkFree(const std::string& id) const;
    core::Result<std::shared_ptr<LoadedModel>> baseOf(const ModelInfo& info) const;

    const EngineOptions m_options;
    mutable std::mutex m_mutex;  // guards m_models
    std::map<std::string, ServingTarget> m_models;
};

}  // namespace hearth::app

#include "app/services/serving/model_service.h"

#include <algorithm>

namespace hearth::app {
namespace {

bool mayUse(const ModelInfo& info, const Principal& principal) {
    return info.shared || info.departmentId == principal.departmentId;
}

core::Error unknownModel(const std::string& id) {
    return {
        core::ErrorCode::NotFound,
        "the model '" + id + "' does not exist or you may not use it; GET /v1/models lists yours",
        "model"};
}

}  // namespace

core::Status ModelService::checkFree(const std::string& id) const {
    if (m_models.contains(id))
        return core::Error{core::ErrorCode::AlreadyExists,
                           "a model named '" + id + "' is served already; choose another name",
                           "model"};
    return {};
}

core::Status ModelService::serveBase(const ModelInfo& info,
                                     const std::filesystem::path& directory) {
    {
        std::lock_guard lock(m_mutex);
        CORE_TRY(checkFree(info.id));
    }
    CORE_ASSIGN(auto model, LoadedModel::load(directory, m_options));
    std::lock_guard lock(m_mutex);
    CORE_TRY(checkFree(info.id));
    m_models[info.id] = {info, std::move(model), nullptr};
    return {};
}

core::Status ModelService::serveAdapter(const ModelInfo& info, const std::string& adapterConfigJson,
                                        const engine::WeightSource& weights) {
    std::shared_ptr<LoadedModel> model;
    {
        std::lock_guard lock(m_mutex);
        CORE_TRY(checkFree(info.id));
        CORE_ASSIGN(model, baseOf(info));
    }
    CORE_ASSIGN(auto adapter, model->loadAdapter(adapterConfigJson, weights));
    std::lock_guard lock(m_mutex);
    CORE_TRY(checkFree(info.id));
    CORE_ASSIGN(const auto base, baseOf(info));
    if (base != model)  // unloaded and loaded meanwhile: the adapter is prepared for the old one
        return core::Error{core::ErrorCode::NotFound,
                           "the base model '" + info.base + "' was loaded anew meanwhile", "model"};
    m_models[info.id] = {info, std::move(model), std::move(adapter)};
    return {};
}

core::Result<std::shared_ptr<LoadedModel>> ModelService::baseOf(const ModelInfo& info) const {
    const auto base = m_models.find(info.base);
    if (base == m_models.end() || !base->second.info.base.empty())
        return core::Error{
            core::ErrorCode::NotFound,
            "the base model '" + info.base + "' of adapter '" + info.id + "' is not served",
            "model"};
    return base->second.model;
}

core::Status ModelService::stopServing(const std::string& id) {
    std::vector<ServingTarget>
        removed;  // destroyed without the lock: joining the engine takes time
    std::lock_guard lock(m_mutex);
    if (!m_models.contains(id))
        return unknownModel(id);
    for (auto it = m_models.begin(); it != m_models.end();) {
        if (it->first != id && it->second.info.base != id) {
            ++it;
            continue;
        }
        removed.push_back(std::move(it->second));
        it = m_models.erase(it);
    }
    return {};
}

std::vector<ModelInfo> ModelService::list(const Principal& principal) const {
    std::lock_guard lock(m_mutex);
    std::vector<ModelInfo> models;
    for (const auto& [id, target] : m_models)
        if (mayUse(target.info, principal))
            models.push_back(target.info);
    return models;
}

core::Result<ServingTarget> ModelService::find(const std::string& id,
                                               const Principal& principal) const {
    std::lock_guard lock(m_mutex);
    const auto it = m_models.find(id);
    if (it == m_models.end() || !mayUse(it->second.info, principal))
        return unknownModel(id);
    CORE_TRY(it->second.model->health());
    return it->second;
}

std::optional<ServingTarget> ModelService::served(const std::string& id) const {
    std::lock_guard lock(m_mutex);
    const auto it = m_models.find(id);
    if (it == m_models.end() || !it->second.model->health())
        return std::nullopt;
    return it->second;
}

std::optional<core::Error> ModelService::damage(const std::string& id) const {
    std::lock_guard lock(m_mutex);
    const auto it = m_models.find(id);
    if (it == m_models.end())
        return std::nullopt;
    const core::Status health = it->second.model->health();
    return health ? std::optional<core::Error>() : health.error();
}

ServingLatency ModelService::latency() const {
    ServingLatency slowest;
    for (const ServingTarget& target : bases())
        slowest = slower(slowest, target.model->latency().at(LatencyWatch::Clock::now()));
    return slowest;
}

std::vector<ServingTarget> ModelService::bases() const {
    std::lock_guard lock(m_mutex);
    std::vector<ServingTarget> result;
    for (const auto& [id, target] : m_models)
        if (target.info.base.empty())
            result.push_back(target);
    return result;
}

}  // namespace hearth::app

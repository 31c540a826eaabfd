// The base models and adapters that a node has, on disk and in its tables.
#pragma once
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "app/api/principal.h"
#include "app/services/serving/model_service.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/data_directory.h"
#include "storage/model_repository.h"

namespace hearth::app {

/// A model that could not be loaded.
struct LoadFailure {
    core::Error error;
    int64_t since = 0;  // Unix seconds
};

/// Threading: every method may be called from any thread.
class ModelLibrary {
public:
    ModelLibrary(storage::DataDirectory& data, ModelService& models, const core::Clock& clock)
        : m_data(data), m_models(models), m_clock(clock), m_rows(data.control()) {}

    /// Serves what the tables list as wanted. What cannot be loaded is logged and left out.
    void serveAll();
    /// Why a model that is wanted is not served.
    std::optional<LoadFailure> loadFailure(const std::string& name) const;

    /// Copies a Hugging Face directory into the node, checks it by loading it, and serves it to
    /// every department. Errors: AlreadyExists, InvalidArgument (the name), those of
    /// LoadedModel::load; nothing is left behind.
    core::Result<storage::ModelRow> import(const Principal& owner, const std::string& name,
                                           const std::filesystem::path& source);
    core::Result<storage::ModelRow> find(const Principal& principal, const std::string& name);
    storage::Listed<storage::ModelRow> list(const Principal& principal, const storage::Page& page);
    /// Stops serving and deletes. Errors: NotFound; Conflict while adapters need it.
    core::Status remove(const Principal& principal, const std::string& name);

private:
    core::Status serve(const storage::ModelRow& row);
    core::Status serveBase(const storage::ModelRow& row);
    core::Status serveAdapter(const storage::ModelRow& row);
    core::Status copyModel(const std::filesystem::path& source,
                           const std::filesystem::path& target) const;

    storage::DataDirectory& m_data;
    ModelService& m_models;
    const core::Clock& m_clock;
    storage::ModelRepository m_rows;

    mutable std::mutex m_mutex;  // guards m_failures
    std::map<std::string, LoadFailure> m_failures;
};

}  // namespace hearth::app

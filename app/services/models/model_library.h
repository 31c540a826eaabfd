// The base models and adapters that a node has, on disk and in its tables.
#pragma once
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

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

/// What an import tells and is told while it runs. Safe from any thread.
struct ImportProgress {
    std::atomic<int64_t> bytesTotal = 0;
    std::atomic<int64_t> bytesDone = 0;
    std::atomic<bool> checking = false;  // everything is copied; the model is being loaded
    std::atomic<bool> cancel = false;    // asks the import to end
};

/// Threading: every method may be called from any thread.
class ModelLibrary {
public:
    ModelLibrary(storage::DataDirectory& data, ModelService& models, const core::Clock& clock)
        : m_data(data), m_models(models), m_clock(clock), m_rows(data.control()) {}

    /// Removes what an import left behind that died, and serves what the tables list as wanted.
    /// What cannot be loaded is logged and left out.
    void serveAll();
    /// Why a model that is wanted is not served.
    std::optional<LoadFailure> loadFailure(const std::string& name) const;

    /// What an import would be refused for before anything is copied. Errors: AlreadyExists,
    /// InvalidArgument (the name, the directory).
    core::Status checkImport(const std::string& name, const std::filesystem::path& source);
    /// Copies a Hugging Face directory into the node, checks it by loading it, and serves it to
    /// every department. Errors: those of checkImport, Cancelled, DiskFull, those of
    /// LoadedModel::load; nothing is left behind.
    core::Result<storage::ModelRow> import(const Principal& owner, const std::string& name,
                                           const std::filesystem::path& source,
                                           ImportProgress& progress);

    /// Wants a model served, also after a restart, and loads it; with a base those of its adapters
    /// that are wanted. Errors: NotFound; Conflict saying why: an adapter whose base is not loaded,
    /// or a model that cannot be loaded.
    core::Result<storage::ModelRow> load(const Principal& principal, const std::string& name);
    /// Wants a model kept on disk only, also after a restart. With a base its adapters stop being
    /// served. Requests that run go on. Errors: NotFound.
    core::Result<storage::ModelRow> unload(const Principal& principal, const std::string& name);

    core::Result<storage::ModelRow> find(const Principal& principal, const std::string& name);
    storage::Listed<storage::ModelRow> list(const Principal& principal, const storage::Page& page);
    /// Stops serving and deletes. Errors: NotFound; Conflict while adapters need it.
    core::Status remove(const Principal& principal, const std::string& name);

private:
    core::Status serve(const storage::ModelRow& row);
    core::Status serveBase(const storage::ModelRow& row);
    core::Status serveAdapter(const storage::ModelRow& row);
    void serveAdaptersOf(const std::string& base);
    std::vector<storage::ModelRow> allRows();
    void forgetFailure(const std::string& name);
    void removeLeftovers();
    core::Result<storage::ModelRow> publish(const storage::ModelRow& row,
                                            const std::filesystem::path& copy,
                                            const std::vector<storage::ModelContent>& contents,
                                            const ImportProgress& progress);

    storage::DataDirectory& m_data;
    ModelService& m_models;
    const core::Clock& m_clock;
    storage::ModelRepository m_rows;

    std::mutex m_changes;        // one change of what is served after the other
    mutable std::mutex m_mutex;  // guards m_failures
    std::map<std::string, LoadFailure> m_failures;
};

}  // namespace hearth::app

// The base models and adapters that a node has, on disk and in its tables.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/models/import_request.h"
#include "app/services/models/model_keys.h"
#include "app/services/serving/model_service.h"
#include "app/worker/import_job.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/data_directory.h"
#include "storage/model_repository.h"

namespace hearth::app {

/// A model that could not be loaded, or was found damaged afterwards.
struct LoadFailure {
    core::Error error;
    int64_t since = 0;  // Unix seconds
};

/// What an import does, one after the other. With a budget packing and measuring take turns.
enum class ImportStage { Verifying, Copying, Packing, Measuring, Checking };

/// What an import tells and is told while it runs. Safe from any thread.
struct ImportProgress {
    std::atomic<ImportStage> stage = ImportStage::Verifying;
    std::atomic<int64_t> done = 0;  // of the stage: bytes; while measuring, tokens
    std::atomic<int64_t> total = 0;
    std::atomic<bool> cancel = false;  // asks the import to end
};

/// What a private model is made of.
struct PrivateModel {
    std::string id;
    storage::Owner owner;  // whose department alone may use it
    std::optional<std::string> jobId = {};
    std::string metadata = "{}";
    std::filesystem::path weights;                     // as engine::openModelSource takes it
    std::optional<core::SecureBytes> weightsKey = {};  // where they are sealed
    std::string precision = {};                        // as SealJob::precision
    std::optional<std::string> adapter = {};           // a model of the library, to be merged
};

/// Threading: every method may be called from any thread.
class ModelLibrary {
public:
    /// workerProgram: what imports run in.
    ModelLibrary(storage::DataDirectory& data, ModelService& models, const core::Clock& clock,
                 std::filesystem::path workerProgram)
        : m_data(data),
          m_models(models),
          m_clock(clock),
          m_rows(data.control()),
          m_keys(data),
          m_workerProgram(std::move(workerProgram)) {}

    /// Removes what an import left behind that died, and serves what the tables list as wanted.
    /// What cannot be loaded is logged and left out.
    void serveAll();
    /// Why a model that is wanted is not served.
    std::optional<LoadFailure> loadFailure(const std::string& name);

    /// What an import would be refused for before anything is copied. Errors: AlreadyExists,
    /// InvalidArgument (the name, the directory).
    core::Status checkImport(const ImportRequest& request);
    /// Packs a Hugging Face directory or a GGUF file in a worker process, moves it into the node,
    /// checks it by loading it, and serves it to every department. folder: where it is made; what
    /// an interrupted import left there is gone on with, and after an error it stays.
    /// Errors: those of checkImport, importInWorker and LoadedModel::load; Cancelled.
    core::Result<storage::ModelRow> import(const storage::Owner& owner,
                                           const ImportRequest& request,
                                           const std::filesystem::path& folder,
                                           ImportProgress& progress);

    /// Makes a model whose weights are encrypted at rest, in a worker process, checks it by loading
    /// it, and serves it to its owner's department. Nothing of the weights reaches the disk in
    /// plain. progress is told what the worker says. Errors: AlreadyExists; those of sealModel and
    /// LoadedModel::load; Cancelled.
    core::Result<storage::ModelRow> addPrivate(
        const PrivateModel& model, const std::atomic<bool>& cancel,
        const std::function<void(const ImportEvent&)>& progress);
    /// For addPrivate: a base with an adapter of it merged in, in the adapter's department.
    /// Errors: NotFound (the adapter); InvalidArgument (the name, the precision, no adapter);
    /// AlreadyExists.
    core::Result<PrivateModel> prepareMerge(const Principal& principal, const std::string& adapter,
                                            const std::string& name, const std::string& precision);

    /// Wants a model served, also after a restart, and loads it; with a base those of its adapters
    /// that are wanted. Errors: NotFound; Conflict saying why: an adapter whose base is not loaded,
    /// or a model that cannot be loaded.
    core::Result<storage::ModelRow> load(const Principal& principal, const std::string& name);
    /// Wants a model kept on disk only, also after a restart. With a base its adapters stop being
    /// served. Requests that run go on. Errors: NotFound.
    core::Result<storage::ModelRow> unload(const Principal& principal, const std::string& name);

    core::Result<storage::ModelRow> find(const Principal& principal, const std::string& name);
    storage::Listed<storage::ModelRow> list(const Principal& principal, const storage::Page& page);
    /// Stops serving and deletes; of a private model also its key, and what the job that made it
    /// kept to be verified by. Errors: NotFound; Conflict while adapters need it.
    core::Status remove(const Principal& principal, const std::string& name);

private:
    static core::Status checkName(const std::string& name);
    core::Status serve(const storage::ModelRow& row);
    core::Status serveBase(const storage::ModelRow& row);
    core::Status serveAdapter(const storage::ModelRow& row);
    void serveAdaptersOf(const std::string& base);
    std::vector<storage::ModelRow> allRows();
    void forgetFailure(const std::string& name);
    core::Status checkPrivate(const PrivateModel& model);
    core::Result<std::string> sealStartLine(const PrivateModel& model,
                                            const std::filesystem::path& folder,
                                            const core::SecureBytes& key);
    void removeLeftovers();
    core::Result<storage::ModelRow> publish(const storage::ModelRow& row,
                                            const std::filesystem::path& copy,
                                            const std::vector<storage::ModelContent>& contents,
                                            const std::atomic<bool>& cancel);

    storage::DataDirectory& m_data;
    ModelService& m_models;
    const core::Clock& m_clock;
    storage::ModelRepository m_rows;
    ModelKeys m_keys;
    const std::filesystem::path m_workerProgram;

    std::mutex m_changes;        // one change of what is served after the other
    mutable std::mutex m_mutex;  // guards m_failures
    std::map<std::string, LoadFailure> m_failures;
};

}  // namespace hearth::app

// Imports of models: one at a time, in the background, watched and cancelled.
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/api/principal.h"
#include "app/services/models/model_library.h"
#include "core/clock.h"
#include "core/result.h"

namespace hearth::app {

enum class ImportStatus { Queued, Copying, Checking, Succeeded, Failed, Cancelled };
const char* importStatusName(ImportStatus status);  // as the API says it
bool isFinal(ImportStatus status);

/// How an import stands.
struct ImportState {
    std::string id;
    std::string model;
    std::string path;
    ImportStatus status = ImportStatus::Queued;
    int64_t bytesDone = 0;
    int64_t bytesTotal = 0;
    int64_t bytesPerSecond = 0;          // since it began to copy
    std::optional<int64_t> secondsLeft;  // while it copies
    int64_t createdAt = 0;
    std::optional<int64_t> finishedAt;
    std::optional<core::Error> error;
};

/// The last kKept imports are remembered until the node stops.
/// Threading: every method may be called from any thread.
class ImportService {
public:
    static constexpr size_t kKept = 50;

    ImportService(ModelLibrary& library, const core::Clock& clock);
    ~ImportService() { stop(); }

    /// Queues an import; its name is taken from here on. Errors: those of
    /// ModelLibrary::checkImport; AlreadyExists while another import has the name; Unavailable.
    core::Result<ImportState> start(const Principal& owner, const std::string& name,
                                    const std::filesystem::path& source);
    /// start() and the wait for its end. Errors: those of start and ModelLibrary::import.
    core::Result<storage::ModelRow> run(const Principal& owner, const std::string& name,
                                        const std::filesystem::path& source);

    /// Newest first.
    std::vector<ImportState> list() const;
    /// Errors: NotFound.
    core::Result<ImportState> find(const std::string& id) const;
    /// Ends it soon; a model that is being loaded for its check is loaded to the end first.
    /// Errors: NotFound; Conflict when it has ended.
    core::Result<ImportState> cancel(const std::string& id);

    /// Cancels everything and waits for it. No import starts after this.
    void stop();

private:
    struct Import;
    using ImportPtr = std::shared_ptr<Import>;

    core::Result<ImportPtr> enqueue(const Principal& owner, const std::string& name,
                                    const std::filesystem::path& source);
    ImportState stateOf(const Import& import) const;
    core::Result<ImportPtr> findEntry(const std::string& id) const;
    ImportPtr nextQueued() const;
    void loop();
    core::Result<storage::ModelRow> copyAndCheck(Import& import);
    void finish(Import& import, ImportStatus status);
    void forgetOld();

    ModelLibrary& m_library;
    const core::Clock& m_clock;

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_changed;
    std::deque<ImportPtr> m_imports;  // oldest first
    bool m_stopping = false;

    std::thread m_thread;  // last: starts when everything else is there
};

}  // namespace hearth::app

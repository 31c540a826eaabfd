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

#include "app/services/models/import_records.h"
#include "app/services/models/import_state.h"
#include "app/services/models/model_library.h"
#include "core/clock.h"
#include "core/result.h"

namespace hearth::app {

/// The last kKept imports are remembered until the node stops; those that have not ended then are
/// gone on with when it is started again.
/// Threading: every method may be called from any thread.
class ImportService {
public:
    static constexpr size_t kKept = 50;
    /// An import that the node died over so often is given up: it may be the reason.
    static constexpr int64_t kMostBegun = 3;

    ImportService(ModelLibrary& library, ImportRecords records, const core::Clock& clock);
    ~ImportService() { stop(); }

    /// Queues an import; its name is taken from here on. Errors: those of
    /// ModelLibrary::checkImport; AlreadyExists while another import has the name; Unavailable.
    core::Result<ImportState> start(const storage::Owner& owner, const ImportRequest& request);
    /// start() and the wait for its end. Errors: those of start and ModelLibrary::import.
    core::Result<storage::ModelRow> run(const storage::Owner& owner, const ImportRequest& request);
    /// Queues what an earlier run of the node has not ended. Once, after ModelLibrary::serveAll.
    void resume();

    /// Newest first.
    std::vector<ImportState> list() const;
    /// Errors: NotFound.
    core::Result<ImportState> find(const std::string& id) const;
    /// Ends it soon; a model that is being loaded for its check is loaded to the end first.
    /// Errors: NotFound; Conflict when it has ended.
    core::Result<ImportState> cancel(const std::string& id);

    /// Lays everything down and waits for it. No import starts after this.
    void stop();

private:
    struct Import;
    using ImportPtr = std::shared_ptr<Import>;

    core::Result<ImportPtr> enqueue(const storage::Owner& owner, const ImportRequest& request);
    void resumeOne(const ImportRecord& record);
    ImportState stateOf(Import& import) const;
    core::Result<ImportPtr> findEntry(const std::string& id) const;
    ImportPtr nextQueued() const;
    void loop();
    void runOne(Import& import, std::unique_lock<std::mutex>& lock);
    core::Result<storage::ModelRow> makeModel(Import& import);
    void finish(Import& import, ImportStatus status);
    void forgetOld();

    ModelLibrary& m_library;
    const ImportRecords m_records;
    const core::Clock& m_clock;

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_changed;
    std::deque<ImportPtr> m_imports;  // oldest first
    bool m_stopping = false;

    std::thread m_thread;  // last: starts when everything else is there
};

}  // namespace hearth::app

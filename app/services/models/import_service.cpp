#include "app/services/models/import_service.h"

#include <algorithm>

#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {

/// progress is shared with the library; the rest is guarded by the service's mutex.
struct ImportService::Import {
    ImportRecord record;
    ImportProgress progress;
    ImportStatus status = ImportStatus::Queued;  // Verifying until it ends, whatever progress says
    bool cancelled = false;                      // by somebody, not by the node's end
    ImportRate rate;
    std::optional<int64_t> finishedAt;
    std::optional<core::Error> error;
    std::optional<storage::ModelRow> row;
};

ImportService::ImportService(ModelLibrary& library, ImportRecords records, const core::Clock& clock)
    : m_library(library),
      m_records(std::move(records)),
      m_clock(clock),
      m_thread([this] { loop(); }) {}

void ImportService::stop() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
        for (const auto& import : m_imports)
            import->progress.cancel = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

core::Result<ImportService::ImportPtr> ImportService::enqueue(const storage::Owner& owner,
                                                              const ImportRequest& request) {
    std::lock_guard lock(m_mutex);
    if (m_stopping)
        return core::Error{core::ErrorCode::Unavailable, "the node is stopping", ""};
    for (const auto& other : m_imports)
        if (other->record.request.name == request.name && !isFinal(other->status))
            return core::Error{core::ErrorCode::AlreadyExists,
                               "a model named '" + request.name + "' is being imported already",
                               "name"};
    CORE_TRY(m_library.checkImport(request));
    auto import = std::make_shared<Import>();
    import->record = {.id = core::randomId("import-"),
                      .request = request,
                      .owner = owner,
                      .createdAt = m_clock.unixSeconds()};
    CORE_TRY(m_records.save(import->record));
    m_imports.push_back(import);
    forgetOld();
    m_changed.notify_all();
    return import;
}

void ImportService::resume() {
    for (const ImportRecord& record : m_records.load())
        resumeOne(record);
    m_changed.notify_all();
}

void ImportService::resumeOne(const ImportRecord& record) {
    const auto possible = m_library.checkImport(record.request);
    if (!possible && possible.error().code == core::ErrorCode::AlreadyExists) {
        m_records.remove(record.id);  // it had succeeded
        return;
    }
    std::lock_guard lock(m_mutex);
    auto import = std::make_shared<Import>();
    import->record = record;
    m_imports.push_back(import);
    if (record.begun < kMostBegun)
        return;
    m_records.remove(record.id);
    import->error = core::Error{core::ErrorCode::Internal,
                                "the node ended " + std::to_string(record.begun) +
                                    " times while it imported the model; it may need more memory "
                                    "than there is",
                                ""};
    finish(*import, ImportStatus::Failed);
}

core::Result<ImportState> ImportService::start(const storage::Owner& owner,
                                               const ImportRequest& request) {
    CORE_ASSIGN(const ImportPtr import, enqueue(owner, request));
    std::lock_guard lock(m_mutex);
    return stateOf(*import);
}

core::Result<storage::ModelRow> ImportService::run(const storage::Owner& owner,
                                                   const ImportRequest& request) {
    CORE_ASSIGN(const ImportPtr import, enqueue(owner, request));
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return isFinal(import->status); });
    if (import->row)
        return *import->row;
    return *import->error;
}

std::vector<ImportState> ImportService::list() const {
    std::lock_guard lock(m_mutex);
    std::vector<ImportState> states;
    for (auto it = m_imports.rbegin(); it != m_imports.rend(); ++it)
        states.push_back(stateOf(**it));
    return states;
}

core::Result<ImportState> ImportService::find(const std::string& id) const {
    std::lock_guard lock(m_mutex);
    CORE_ASSIGN(const ImportPtr import, findEntry(id));
    return stateOf(*import);
}

core::Result<ImportState> ImportService::cancel(const std::string& id) {
    std::lock_guard lock(m_mutex);
    CORE_ASSIGN(const ImportPtr import, findEntry(id));
    if (isFinal(import->status))
        return core::Error{
            core::ErrorCode::Conflict,
            std::string("the import has ended already: ") + importStatusName(import->status),
            "import_id"};
    import->progress.cancel = true;
    import->cancelled = true;
    if (import->status == ImportStatus::Queued) {
        m_records.remove(id);
        finish(*import, ImportStatus::Cancelled);
    }
    return stateOf(*import);
}

core::Result<ImportService::ImportPtr> ImportService::findEntry(const std::string& id) const {
    const auto found = std::find_if(m_imports.begin(), m_imports.end(),
                                    [&](const auto& import) { return import->record.id == id; });
    if (found == m_imports.end())
        return core::Error{core::ErrorCode::NotFound, "there is no import '" + id + "'",
                           "import_id"};
    return *found;
}

ImportService::ImportPtr ImportService::nextQueued() const {
    const auto found = std::find_if(m_imports.begin(), m_imports.end(), [](const auto& import) {
        return import->status == ImportStatus::Queued;
    });
    return found == m_imports.end() ? nullptr : *found;
}

ImportState ImportService::stateOf(Import& import) const {
    ImportState state{.id = import.record.id,
                      .request = import.record.request,
                      .status = import.status,
                      .createdAt = import.record.createdAt,
                      .finishedAt = import.finishedAt,
                      .error = import.error};
    if (state.status == ImportStatus::Queued)
        return state;
    const ImportStage stage = addProgress(import.progress, state);
    if (isFinal(state.status))
        return state;
    state.status = statusOf(stage);
    import.rate.addTo(state, stage, m_clock.steadyNow());
    return state;
}

void ImportService::loop() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_stopping || nextQueued(); });
        const ImportPtr import = nextQueued();
        if (!import)
            return;
        if (m_stopping)
            finish(*import, ImportStatus::Cancelled);  // its record stays
        else
            runOne(*import, lock);
    }
}

void ImportService::runOne(Import& import, std::unique_lock<std::mutex>& lock) {
    import.status = ImportStatus::Verifying;
    import.rate.begin(m_clock.steadyNow());
    ++import.record.begun;
    lock.unlock();
    const auto result = makeModel(import);
    const bool stopped = !result && result.error().code == core::ErrorCode::Cancelled;
    lock.lock();
    if (stopped && m_stopping && !import.cancelled) {
        --import.record.begun;
        static_cast<void>(m_records.save(import.record));
        finish(import, ImportStatus::Cancelled);
        return;
    }
    lock.unlock();
    m_records.remove(import.record.id);  // may take a while
    lock.lock();
    if (result)
        import.row = *result;
    else
        import.error = result.error();
    finish(import, result    ? ImportStatus::Succeeded
                   : stopped ? ImportStatus::Cancelled
                             : ImportStatus::Failed);
}

core::Result<storage::ModelRow> ImportService::makeModel(Import& import) {
    try {
        CORE_TRY(m_records.save(import.record));
        return m_library.import(import.record.owner, import.record.request,
                                m_records.modelFolder(import.record.id), import.progress);
    } catch (const core::Exception& e) {
        return e.error();
    } catch (const std::exception& e) {
        return core::Error{core::ErrorCode::Internal, e.what(), import.record.request.name};
    }
}

void ImportService::finish(Import& import, ImportStatus status) {
    import.status = status;
    import.finishedAt = m_clock.unixSeconds();
    if (status == ImportStatus::Cancelled)
        import.error =
            core::Error{core::ErrorCode::Cancelled,
                        import.cancelled ? "the import was cancelled"
                                         : "the node stops; it goes on with the import after its "
                                           "next start",
                        ""};
    if (status == ImportStatus::Failed)
        core::logError("the import of " + import.record.request.name + " failed", *import.error);
    m_changed.notify_all();
}

void ImportService::forgetOld() {
    for (auto it = m_imports.begin(); it != m_imports.end() && m_imports.size() > kKept;)
        it = isFinal((*it)->status) ? m_imports.erase(it) : std::next(it);
}

}  // namespace hearth::app

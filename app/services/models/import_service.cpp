#include "app/services/models/import_service.h"

#include <algorithm>

#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {

/// progress is shared with the library; the rest is guarded by the service's mutex.
struct ImportService::Import {
    std::string id;
    Principal owner;
    std::string name;
    std::filesystem::path source;
    int64_t createdAt = 0;
    ImportProgress progress;
    ImportStatus status = ImportStatus::Queued;  // Copying until it ends, whatever progress says
    std::chrono::steady_clock::time_point started;
    std::chrono::steady_clock::time_point ended;
    std::optional<int64_t> finishedAt;
    std::optional<core::Error> error;
    std::optional<storage::ModelRow> row;
};

const char* importStatusName(ImportStatus status) {
    switch (status) {
        case ImportStatus::Queued:
            return "queued";
        case ImportStatus::Copying:
            return "copying";
        case ImportStatus::Checking:
            return "checking";
        case ImportStatus::Succeeded:
            return "succeeded";
        case ImportStatus::Failed:
            return "failed";
        case ImportStatus::Cancelled:
            break;
    }
    return "cancelled";
}

bool isFinal(ImportStatus status) {
    return status == ImportStatus::Succeeded || status == ImportStatus::Failed ||
           status == ImportStatus::Cancelled;
}

ImportService::ImportService(ModelLibrary& library, const core::Clock& clock)
    : m_library(library), m_clock(clock), m_thread([this] { loop(); }) {}

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

core::Result<ImportService::ImportPtr> ImportService::enqueue(const Principal& owner,
                                                              const std::string& name,
                                                              const std::filesystem::path& source) {
    std::lock_guard lock(m_mutex);
    if (m_stopping)
        return core::Error{core::ErrorCode::Unavailable, "the node is stopping", ""};
    for (const auto& other : m_imports)
        if (other->name == name && !isFinal(other->status))
            return core::Error{core::ErrorCode::AlreadyExists,
                               "a model named '" + name + "' is being imported already", "name"};
    CORE_TRY(m_library.checkImport(name, source));
    auto import = std::make_shared<Import>();
    import->id = core::randomId("import-");
    import->owner = owner;
    import->name = name;
    import->source = source;
    import->createdAt = m_clock.unixSeconds();
    m_imports.push_back(import);
    forgetOld();
    m_changed.notify_all();
    return import;
}

core::Result<ImportState> ImportService::start(const Principal& owner, const std::string& name,
                                               const std::filesystem::path& source) {
    CORE_ASSIGN(const ImportPtr import, enqueue(owner, name, source));
    std::lock_guard lock(m_mutex);
    return stateOf(*import);
}

core::Result<storage::ModelRow> ImportService::run(const Principal& owner, const std::string& name,
                                                   const std::filesystem::path& source) {
    CORE_ASSIGN(const ImportPtr import, enqueue(owner, name, source));
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
    if (import->status == ImportStatus::Queued)
        finish(*import, ImportStatus::Cancelled);
    return stateOf(*import);
}

core::Result<ImportService::ImportPtr> ImportService::findEntry(const std::string& id) const {
    const auto found = std::find_if(m_imports.begin(), m_imports.end(),
                                    [&](const auto& import) { return import->id == id; });
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

ImportState ImportService::stateOf(const Import& import) const {
    ImportState state{.id = import.id,
                      .model = import.name,
                      .path = import.source.string(),
                      .status = import.status,
                      .bytesDone = import.progress.bytesDone,
                      .bytesTotal = import.progress.bytesTotal,
                      .createdAt = import.createdAt,
                      .finishedAt = import.finishedAt,
                      .error = import.error};
    if (import.status == ImportStatus::Queued)
        return state;
    const bool running = import.status == ImportStatus::Copying;
    const auto until = running ? m_clock.steadyNow() : import.ended;
    const double seconds = std::chrono::duration<double>(until - import.started).count();
    if (seconds > 0)
        state.bytesPerSecond = int64_t(double(state.bytesDone) / seconds);
    if (running && import.progress.checking)
        state.status = ImportStatus::Checking;
    else if (running && state.bytesPerSecond > 0)
        state.secondsLeft =
            std::max<int64_t>(0, state.bytesTotal - state.bytesDone) / state.bytesPerSecond;
    return state;
}

void ImportService::loop() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_stopping || nextQueued(); });
        const ImportPtr import = nextQueued();
        if (!import)
            return;
        if (import->progress.cancel) {
            finish(*import, ImportStatus::Cancelled);
            continue;
        }
        import->status = ImportStatus::Copying;
        import->started = m_clock.steadyNow();
        lock.unlock();
        const auto result = copyAndCheck(*import);
        lock.lock();
        if (result) {
            import->row = *result;
            finish(*import, ImportStatus::Succeeded);
            continue;
        }
        import->error = result.error();
        finish(*import, result.error().code == core::ErrorCode::Cancelled ? ImportStatus::Cancelled
                                                                          : ImportStatus::Failed);
    }
}

core::Result<storage::ModelRow> ImportService::copyAndCheck(Import& import) {
    try {
        return m_library.import(import.owner, import.name, import.source, import.progress);
    } catch (const core::Exception& e) {
        return e.error();
    } catch (const std::exception& e) {
        return core::Error{core::ErrorCode::Internal, e.what(), import.name};
    }
}

void ImportService::finish(Import& import, ImportStatus status) {
    import.status = status;
    import.ended = m_clock.steadyNow();
    import.finishedAt = m_clock.unixSeconds();
    if (status == ImportStatus::Cancelled)
        import.error = core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    if (status == ImportStatus::Failed)
        core::logError("the import of " + import.name + " failed", *import.error);
    m_changed.notify_all();
}

void ImportService::forgetOld() {
    for (auto it = m_imports.begin(); it != m_imports.end() && m_imports.size() > kKept;)
        it = isFinal((*it)->status) ? m_imports.erase(it) : std::next(it);
}

}  // namespace hearth::app

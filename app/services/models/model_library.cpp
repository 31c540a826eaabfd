#include "app/services/models/model_library.h"

#include <algorithm>
#include <functional>
#include <map>

#include "app/services/accounts/scope_of.h"
#include "app/services/models/import_process.h"
#include "app/services/models/model_copy.h"
#include "core/file.h"
#include "core/log.h"
#include "engine/formats/weight_source.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelKind;
using storage::ModelRow;
using storage::Scope;

constexpr size_t kMaxName = 64;
// In an imported folder until its row is written.
constexpr const char* kImportMark = ".importing";
constexpr const char* kAdapterConfig = "adapter_config.json";
constexpr const char* kAdapterWeights = "adapter_model.safetensors";

/// Between two stages the numbers may belong to either for a moment: they are for eyes only.
void showIn(ImportProgress& progress, const ImportEvent& event) {
    static const std::map<std::string, ImportStage> stages = {{"verifying", ImportStage::Verifying},
                                                              {"copying", ImportStage::Copying},
                                                              {"packing", ImportStage::Packing},
                                                              {"measuring", ImportStage::Measuring},
                                                              {"checking", ImportStage::Checking}};
    if (const auto stage = stages.find(event.stage); stage != stages.end())
        progress.stage = stage->second;
    progress.done = event.done;
    progress.total = event.total;
}

void discard(const fs::path& path) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

/// Does something at the end of the scope, however it ends.
class Cleanup {
public:
    explicit Cleanup(std::function<void()> work) : m_work(std::move(work)) {}
    ~Cleanup() {
        if (m_work)
            m_work();
    }
    Cleanup(const Cleanup&) = delete;
    Cleanup& operator=(const Cleanup&) = delete;
    void dismiss() { m_work = nullptr; }

private:
    std::function<void()> m_work;
};

ModelInfo infoOf(const ModelRow& row) {
    return {.id = row.id,
            .base = row.baseModelId.value_or(""),
            .ownerId = row.owner.userId,
            .departmentId = row.owner.departmentId,
            .shared = row.visibility == storage::Visibility::Everyone,
            .encrypted = row.isPrivate(),
            .created = row.createdAt};
}

}  // namespace

/// Names become paths of URLs and of the models folder.
core::Status ModelLibrary::checkName(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
    if (name.empty() || name.size() > kMaxName || !plain || name.front() == '.')
        return core::Error{core::ErrorCode::InvalidArgument,
                           "a model's name has 1 to 64 letters, digits, '-', '_' and '.', and does "
                           "not begin with '.'",
                           "name"};
    return {};
}

std::vector<ModelRow> ModelLibrary::allRows() {
    return m_rows.list(Scope::everything(), {.limit = 100'000, .oldestFirst = true}).items;
}

void ModelLibrary::serveAll() {
    std::lock_guard lock(m_changes);
    removeLeftovers();
    for (const ModelRow& row : allRows())
        if (row.kind == ModelKind::Base && row.wanted) {
            static_cast<void>(serve(row));  // recorded, and the others are served
            serveAdaptersOf(row.id);
        }
}

void ModelLibrary::serveAdaptersOf(const std::string& base) {
    for (const ModelRow& row : allRows())
        if (row.baseModelId == base && row.wanted)
            static_cast<void>(serve(row));
}

/// Folders that still bear the mark have no row, unless the mark alone was left. Others are left
/// alone: a table that was restored from a backup may not know every model.
void ModelLibrary::removeLeftovers() {
    std::vector<fs::path> marked;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_data.paths().models(), ignored))
        if (fs::exists(entry.path() / kImportMark, ignored))
            marked.push_back(entry.path());
    for (const auto& path : marked) {
        if (m_rows.find(Scope::everything(), path.filename().string())) {
            discard(path / kImportMark);
            continue;
        }
        core::logWarn("removing what an import left", {{"path", path.string()}});
        discard(path);
    }
}

/// Remembers how it went.
core::Status ModelLibrary::serve(const ModelRow& row) {
    core::Status served = row.kind == ModelKind::Adapter ? serveAdapter(row) : serveBase(row);
    if (!served)
        core::logError("the model " + row.id + " is not served", served.error());
    std::lock_guard lock(m_mutex);
    m_failures.erase(row.id);
    if (!served)
        m_failures[row.id] = {served.error(), m_clock.unixSeconds()};
    return served;
}

core::Status ModelLibrary::serveBase(const ModelRow& row) {
    // Until everything is decrypted into memory.
    CORE_ASSIGN(const auto key, m_keys.hold(row));
    return m_models.serveBase(infoOf(row), m_data.paths().root / row.path.value_or(""));
}

std::optional<LoadFailure> ModelLibrary::loadFailure(const std::string& name) {
    const auto damage = m_models.damage(name);
    std::lock_guard lock(m_mutex);
    if (damage)
        m_failures.try_emplace(name, LoadFailure{*damage, m_clock.unixSeconds()});
    const auto found = m_failures.find(name);
    return found == m_failures.end() ? std::optional<LoadFailure>() : found->second;
}

core::Status ModelLibrary::serveAdapter(const ModelRow& row) {
    std::map<std::string, std::vector<std::byte>> files;
    for (const auto& file : m_rows.files(Scope::everything(), row.id)) {
        CORE_ASSIGN(files[file.name], m_data.blobs().read(Scope::everything(), file.blobId));
    }
    const auto& config = files[kAdapterConfig];
    CORE_ASSIGN(const auto weights,
                engine::parseSafetensors(std::move(files[kAdapterWeights]), row.id));
    return m_models.serveAdapter(
        infoOf(row), std::string(reinterpret_cast<const char*>(config.data()), config.size()),
        *weights);
}

core::Status ModelLibrary::checkImport(const ImportRequest& request) {
    CORE_TRY(checkName(request.name));
    if (m_rows.find(Scope::everything(), request.name))
        return core::Error{core::ErrorCode::AlreadyExists,
                           "there is a model named '" + request.name + "' already", "name"};
    CORE_TRY(listModelFiles(request.source));
    return {};
}

core::Result<ModelRow> ModelLibrary::import(const storage::Owner& owner,
                                            const ImportRequest& request, const fs::path& folder,
                                            ImportProgress& progress) {
    CORE_TRY(checkImport(request));
    CORE_ASSIGN(
        const auto contents,
        importInWorker(m_workerProgram, writeImportStartLine({request, folder}), progress.cancel,
                       [&](const ImportEvent& event) { showIn(progress, event); }));
    progress.stage = ImportStage::Checking;
    const ModelRow row{.id = request.name,
                       .owner = owner,
                       .kind = ModelKind::Base,
                       .path = "models/" + request.name,  // relative: the directory may be moved
                       .visibility = storage::Visibility::Everyone,
                       .createdAt = m_clock.unixSeconds()};
    CORE_ASSIGN(const ModelRow published, publish(row, folder, contents, progress));
    int64_t bytes = 0;
    for (const auto& content : contents)
        bytes += content.bytes;
    progress.total = bytes;
    progress.done = bytes;
    return published;
}

core::Result<ModelRow> ModelLibrary::publish(const ModelRow& row, const fs::path& copy,
                                             const std::vector<storage::ModelContent>& contents,
                                             const ImportProgress& progress) {
    std::lock_guard lock(m_changes);
    const fs::path target = m_data.paths().root / *row.path;
    CORE_TRY(core::writeFileAtomic(copy / kImportMark, std::string_view()));
    std::error_code code;
    fs::rename(copy, target, code);
    if (code)
        return core::Error{core::ErrorCode::Conflict,
                           "cannot move the model into place: " + code.message(), target.string()};
    Cleanup undo([&] {
        static_cast<void>(m_models.stopServing(row.id));
        std::error_code failure;
        fs::rename(target, copy, failure);  // a node that is started again goes on from here
        if (failure)
            discard(target);
    });
    CORE_TRY(core::fsyncDirectory(m_data.paths().models()));
    CORE_TRY(serveBase(row));
    if (progress.cancel)
        return core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    CORE_TRY(m_rows.create(row, {}, contents));
    undo.dismiss();
    discard(target / kImportMark);
    return row;
}

core::Result<ModelRow> ModelLibrary::load(const Principal& principal, const std::string& name) {
    std::lock_guard lock(m_changes);
    CORE_ASSIGN(ModelRow row, find(principal, name));
    if (row.baseModelId && !m_models.served(*row.baseModelId))
        return core::Error{core::ErrorCode::Conflict,
                           "the base '" + *row.baseModelId +
                               "' of this adapter is not loaded; "
                               "load the base first",
                           "model"};
    CORE_TRY(m_rows.setWanted(scopeOf(principal), name, true));
    row.wanted = true;
    if (m_models.served(name))
        return row;
    static_cast<void>(m_models.stopServing(name));  // what was found damaged
    if (const auto served = serve(row); !served)
        return core::Error{core::ErrorCode::Conflict,
                           "the model cannot be loaded: " + served.error().text(), "model"};
    if (row.kind == ModelKind::Base)
        serveAdaptersOf(name);
    return row;
}

core::Result<ModelRow> ModelLibrary::unload(const Principal& principal, const std::string& name) {
    std::lock_guard lock(m_changes);
    CORE_ASSIGN(ModelRow row, find(principal, name));
    CORE_TRY(m_rows.setWanted(scopeOf(principal), name, false));
    row.wanted = false;
    static_cast<void>(m_models.stopServing(name));  // it may not have been served
    forgetFailure(name);
    for (const ModelRow& other : allRows())
        if (other.baseModelId == name)
            forgetFailure(other.id);
    return row;
}

void ModelLibrary::forgetFailure(const std::string& name) {
    std::lock_guard lock(m_mutex);
    m_failures.erase(name);
}

core::Result<ModelRow> ModelLibrary::find(const Principal& principal, const std::string& name) {
    auto row = m_rows.find(scopeOf(principal), name);
    if (!row)
        return core::Error{core::ErrorCode::NotFound, "there is no model '" + name + "'", "model"};
    return row;
}

storage::Listed<ModelRow> ModelLibrary::list(const Principal& principal,
                                             const storage::Page& page) {
    return m_rows.list(scopeOf(principal), page);
}

core::Status ModelLibrary::remove(const Principal& principal, const std::string& name) {
    std::lock_guard lock(m_changes);
    CORE_ASSIGN(const ModelRow row, find(principal, name));
    const auto files = m_rows.files(scopeOf(principal), name);
    CORE_TRY(m_rows.remove(scopeOf(principal), name));
    if (auto stopped = m_models.stopServing(name);
        !stopped && stopped.error().code != core::ErrorCode::NotFound)
        return stopped;
    forgetFailure(name);
    for (const auto& file : files) {
        CORE_TRY(m_data.blobs().remove(scopeOf(principal), file.blobId));
    }
    if (row.path)
        discard(m_data.paths().root / *row.path);
    if (!row.wrappedKey.empty() && row.jobId)  // its checkpoints hold the same weights
        discard(m_data.paths().jobs() / *row.jobId);
    return {};
}

}  // namespace hearth::app

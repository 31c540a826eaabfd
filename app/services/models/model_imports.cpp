// The part of ModelLibrary that brings models in: from a worker's folder to one that is served.
#include <map>

#include "app/services/models/import_process.h"
#include "app/services/models/model_copy.h"
#include "app/services/models/model_folder.h"
#include "app/services/models/model_library.h"
#include "core/file.h"
#include "core/log.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelKind;
using storage::ModelRow;
using storage::Scope;

// In an imported folder until its row is written.
constexpr const char* kImportMark = ".importing";

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

}  // namespace

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
            discardFolder(path / kImportMark);
            continue;
        }
        core::logWarn("removing what an import left", {{"path", path.string()}});
        discardFolder(path);
    }
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
    CORE_ASSIGN(const ModelRow published, publish(row, folder, contents, progress.cancel));
    int64_t bytes = 0;
    for (const auto& content : contents)
        bytes += content.bytes;
    progress.total = bytes;
    progress.done = bytes;
    return published;
}

core::Result<ModelRow> ModelLibrary::publish(const ModelRow& row, const fs::path& copy,
                                             const std::vector<storage::ModelContent>& contents,
                                             const std::atomic<bool>& cancel) {
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
            discardFolder(target);
    });
    CORE_TRY(core::fsyncDirectory(m_data.paths().models()));
    CORE_TRY(serveBase(row));
    if (cancel)
        return core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    CORE_TRY(m_rows.create(row, {}, contents));
    undo.dismiss();
    discardFolder(target / kImportMark);
    return row;
}

}  // namespace hearth::app

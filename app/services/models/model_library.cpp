#include "app/services/models/model_library.h"

#include <algorithm>
#include <map>

#include "app/services/accounts/scope_of.h"
#include "app/services/models/model_folder.h"
#include "core/log.h"
#include "engine/formats/private_memory.h"
#include "engine/formats/weight_source.h"
#include "engine/models/adapter_files.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelKind;
using storage::ModelRow;
using storage::Scope;

constexpr size_t kMaxName = 64;

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
    const int64_t unlocked = engine::PrivateMemory::unlockedBytes();
    CORE_TRY(m_models.serveBase(infoOf(row), m_data.paths().root / row.path.value_or("")));
    if (engine::PrivateMemory::unlockedBytes() > unlocked)
        core::logWarn(
            "the decrypted weights of a private model may be swapped to the disk: RLIMIT_MEMLOCK "
            "does not allow to lock them; raise it (LimitMEMLOCK of systemd, ulimit -l) or encrypt "
            "the swap",
            {{"model", row.id}, {"bytes", engine::PrivateMemory::unlockedBytes() - unlocked}});
    return {};
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
    const auto& config = files[engine::kAdapterConfig];
    CORE_ASSIGN(const auto weights,
                engine::parseSafetensors(std::move(files[engine::kAdapterWeights]), row.id));
    return m_models.serveAdapter(
        infoOf(row), std::string(reinterpret_cast<const char*>(config.data()), config.size()),
        *weights);
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
        discardFolder(m_data.paths().root / *row.path);
    if (!row.wrappedKey.empty() && row.jobId)  // its checkpoints hold the same weights
        discardFolder(m_data.paths().jobs() / *row.jobId);
    return {};
}

}  // namespace hearth::app

#include "app/services/node/model_library.h"

#include <algorithm>
#include <map>

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"
#include "core/log.h"
#include "engine/formats/weight_source.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelKind;
using storage::ModelRow;
using storage::Scope;

constexpr size_t kMaxName = 64;
constexpr const char* kAdapterConfig = "adapter_config.json";
constexpr const char* kAdapterWeights = "adapter_model.safetensors";

/// Names become paths of URLs and of the models folder.
core::Status checkName(const std::string& name) {
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

/// Only what a model consists of; never a link, which could name any file of the machine.
bool belongsToModel(const fs::directory_entry& entry) {
    const auto extension = entry.path().extension();
    return !entry.is_symlink() && entry.is_regular_file() &&
           (extension == ".json" || extension == ".safetensors" || extension == ".jinja" ||
            extension == ".model" || extension == ".txt");
}

core::Error fileError(const std::error_code& code, const std::string& what) {
    const bool full = code == std::errc::no_space_on_device;
    return {full ? core::ErrorCode::DiskFull : core::ErrorCode::InvalidArgument,
            what + ": " + code.message(), "path"};
}

ModelInfo infoOf(const ModelRow& row) {
    return {.id = row.id,
            .base = row.baseModelId.value_or(""),
            .ownerId = row.owner.userId,
            .departmentId = row.owner.departmentId,
            .shared = row.visibility == storage::Visibility::Everyone,
            .created = row.createdAt};
}

}  // namespace

void ModelLibrary::serveAll() {
    const auto rows =
        m_rows.list(Scope::everything(), {.limit = 100'000, .oldestFirst = true}).items;
    for (const ModelKind kind : {ModelKind::Base, ModelKind::Adapter})
        for (const ModelRow& row : rows)
            if (row.kind == kind && row.wanted)
                static_cast<void>(serve(row));  // recorded, and the others are served
}

/// Remembers how it went.
core::Status ModelLibrary::serve(const ModelRow& row) {
    const core::Status served = row.kind == ModelKind::Adapter ? serveAdapter(row) : serveBase(row);
    if (!served)
        core::logError("the model " + row.id + " is not served", served.error());
    std::lock_guard lock(m_mutex);
    m_failures.erase(row.id);
    if (!served)
        m_failures[row.id] = {served.error(), m_clock.unixSeconds()};
    return served;
}

core::Status ModelLibrary::serveBase(const ModelRow& row) {
    return m_models.serveBase(infoOf(row), m_data.paths().root / row.path.value_or(""));
}

std::optional<LoadFailure> ModelLibrary::loadFailure(const std::string& name) const {
    std::lock_guard lock(m_mutex);
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

core::Status ModelLibrary::copyModel(const fs::path& source, const fs::path& target) const {
    std::error_code code;
    if (!fs::is_directory(source, code))
        return core::Error{core::ErrorCode::InvalidArgument,
                           "there is no directory " + source.string() + " on the node's machine",
                           "path"};
    fs::create_directories(target, code);
    for (const auto& entry : fs::directory_iterator(source, code)) {
        if (!belongsToModel(entry))
            continue;
        fs::copy_file(entry.path(), target / entry.path().filename(), code);
        if (code)
            return fileError(code, "cannot copy " + entry.path().string());
    }
    return code ? core::Status(fileError(code, "cannot read " + source.string())) : core::Status();
}

core::Result<ModelRow> ModelLibrary::import(const Principal& owner, const std::string& name,
                                            const fs::path& source) {
    CORE_TRY(checkName(name));
    if (m_rows.find(Scope::everything(), name))
        return core::Error{core::ErrorCode::AlreadyExists,
                           "there is a model named '" + name + "' already", "name"};
    // Built under another name and renamed once it has proved to load.
    const fs::path pending = m_data.paths().temporary() / ("import-" + core::randomHex(8));
    const fs::path target = m_data.paths().models() / name;
    const auto discard = [](const fs::path& path) {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    };
    if (const auto copied = copyModel(source, pending); !copied) {
        discard(pending);
        return copied.error();
    }
    ModelRow row{.id = name,
                 .owner = ownerOf(owner),
                 .kind = ModelKind::Base,
                 .path = "models/" + name,  // relative: a data directory may be moved
                 .visibility = storage::Visibility::Everyone,
                 .createdAt = m_clock.unixSeconds()};
    discard(target);  // of an import that died between here and the row
    std::error_code code;
    fs::rename(pending, target, code);
    if (code) {
        discard(pending);
        return fileError(code, "cannot move the model into place");
    }
    auto status = m_models.serveBase(infoOf(row), target);
    if (status && !(status = m_rows.create(row)))
        static_cast<void>(m_models.stopServing(name));
    if (!status) {
        discard(target);
        return status.error();
    }
    return row;
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
    CORE_ASSIGN(const ModelRow row, find(principal, name));
    const auto files = m_rows.files(scopeOf(principal), name);
    CORE_TRY(m_rows.remove(scopeOf(principal), name));
    if (const auto stopped = m_models.stopServing(name);
        !stopped && stopped.error().code != core::ErrorCode::NotFound)
        return stopped;
    for (const auto& file : files) {
        CORE_TRY(m_data.blobs().remove(scopeOf(principal), file.blobId));
    }
    if (row.path) {
        std::error_code ignored;
        fs::remove_all(m_data.paths().root / *row.path, ignored);
    }
    return {};
}

}  // namespace hearth::app

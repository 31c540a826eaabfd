// The part of ModelLibrary that makes private models.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/services/accounts/scope_of.h"
#include "app/services/models/import_process.h"
#include "app/services/models/model_folder.h"
#include "app/services/models/model_library.h"
#include "app/worker/seal_job.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/models/adapter_files.h"
#include "engine/models/pack_recipe.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelKind;
using storage::ModelRow;
using storage::Scope;

// A name is a folder's, and file systems end at 255 bytes.
constexpr size_t kMaxName = 200;

core::Error invalid(const std::string& message, const char* field) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Status checkPrecision(const std::string& precision) {
    const auto names = engine::PackRecipe::names();
    if (precision.empty() || std::ranges::find(names, precision) != names.end())
        return {};
    return invalid("the precision must be one of " +
                       core::join(std::vector<std::string>(names.begin(), names.end()), ", "),
                   "precision");
}

/// Removes a folder at the end of the scope.
class Folder {
public:
    explicit Folder(fs::path path) : m_path(std::move(path)) {}
    ~Folder() { discardFolder(m_path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    const fs::path m_path;
};

class KeyTexts {
public:
    KeyTexts() = default;
    ~KeyTexts() {
        for (auto& [name, hex] : m_keys)
            core::wipe(std::as_writable_bytes(std::span(hex)));
    }
    KeyTexts(const KeyTexts&) = delete;
    KeyTexts& operator=(const KeyTexts&) = delete;
    void add(const char* name, const core::SecureBytes& key) {
        m_keys.emplace_back(name, core::toHex(key.span()));
    }
    const HexKeys& keys() const { return m_keys; }

private:
    HexKeys m_keys;
};

}  // namespace

core::Result<std::string> ModelLibrary::sealStartLine(const PrivateModel& model,
                                                      const fs::path& folder,
                                                      const core::SecureBytes& key) {
    SealJob job{.weights = model.weights, .directory = folder, .precision = model.precision};
    KeyTexts keys;
    keys.add(SealJob::kModelKey, key);
    if (model.weightsKey)
        keys.add(SealJob::kWeightsKey, *model.weightsKey);
    if (model.adapter) {
        job.adapter.emplace();
        for (const auto& file : m_rows.files(Scope::everything(), *model.adapter)) {
            if (file.name == engine::kAdapterConfig) {
                CORE_ASSIGN(const auto text, m_data.blobs().read(Scope::everything(), file.blobId));
                job.adapter->config = core::asText(text);
            } else if (file.name == engine::kAdapterWeights) {
                CORE_ASSIGN(const auto blob,
                            m_data.blobs().locate(Scope::everything(), file.blobId));
                job.adapter->weights = blob.path;
                keys.add(SealJob::kAdapterKey, blob.key);
            }
        }
    }
    return writeSealStartLine(job, keys.keys());
}

core::Status ModelLibrary::checkPrivate(const PrivateModel& model) {
    if (model.id.size() > kMaxName)
        return invalid("the name of a private model has at most " + std::to_string(kMaxName) +
                           " bytes; choose a shorter one",
                       "name");
    if (m_rows.find(Scope::everything(), model.id))
        return core::Error{core::ErrorCode::AlreadyExists,
                           "there is a model named '" + model.id + "' already", "name"};
    return checkPrecision(model.precision);
}

core::Result<ModelRow> ModelLibrary::addPrivate(
    const PrivateModel& model, const std::atomic<bool>& cancel,
    const std::function<void(const ImportEvent&)>& progress) {
    CORE_TRY(checkPrivate(model));
    const core::SecureBytes key = core::randomKey();
    // Where a node that is started again removes what it does not know.
    const Folder work(m_data.paths().imports() / core::randomId("private-"));
    CORE_ASSIGN(std::string line, sealStartLine(model, work.path() / "model", key));
    CORE_ASSIGN(const auto contents,
                importInWorker(m_workerProgram, std::move(line), cancel, progress));
    return publish({.id = model.id,
                    .owner = model.owner,
                    .kind = ModelKind::Base,
                    .jobId = model.jobId,
                    .path = "models/" + model.id,
                    .visibility = storage::Visibility::Department,
                    .metadata = model.metadata,
                    .createdAt = m_clock.unixSeconds(),
                    .wrappedKey = m_keys.wrap(model.id, key)},
                   work.path() / "model", contents, cancel);
}

core::Result<PrivateModel> ModelLibrary::prepareMerge(const Principal& principal,
                                                      const std::string& adapter,
                                                      const std::string& name,
                                                      const std::string& precision) {
    CORE_TRY(checkName(name));
    CORE_ASSIGN(const ModelRow row, find(principal, adapter));
    if (row.kind != ModelKind::Adapter || !row.baseModelId)
        return invalid("'" + adapter + "' is no adapter; only an adapter can be merged", "model");
    CORE_ASSIGN(const ModelRow base, m_rows.find(Scope::everything(), *row.baseModelId));
    PrivateModel model{
        .id = name,
        .owner = {principal.userId, row.owner.departmentId},
        .metadata = core::dumpJson({{"derived_from", base.id}, {"adapter", adapter}}),
        .weights = m_data.paths().root / base.path.value_or(""),
        .precision = precision,
        .adapter = adapter};
    CORE_TRY(checkPrivate(model));
    if (!base.wrappedKey.empty()) {
        CORE_ASSIGN(model.weightsKey, m_keys.unwrap(base));
    }
    return model;
}

}  // namespace hearth::app

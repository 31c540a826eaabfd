#include "finetune/jobs/checkpoint_store.h"

#include <cstdio>
#include <cstdlib>
#include <set>
#include <system_error>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/json.h"
#include "finetune/jobs/job_files.h"
#include "finetune/jobs/json_fields.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

struct ManifestFile {
    std::string name;
    int64_t bytes = 0;
    std::string sha256;
};

struct Manifest {
    std::string format;
    int64_t best_step = 0;  // its checkpoint stays as long as this one; 0: none
    std::vector<ManifestFile> files;
};

namespace {

constexpr const char* kFormat = "hearth-checkpoint-1";
constexpr const char* kTensors = "tensors.safetensors";
constexpr const char* kState = "state.json";
constexpr const char* kManifest = "manifest.json";
constexpr std::string_view kPrefix = "step-";
constexpr Range<int64_t> kCount{0, std::numeric_limits<int64_t>::max()};

}  // namespace

// Found by argument-dependent lookup, hence outside the unnamed namespaces.

template <typename Walker>
static void describe(Walker& walker, StoppingState& stopping) {
    walker.field("best_step", stopping.best_step, kCount);
    walker.field("best_loss", stopping.best_loss, Range<double>{});
    walker.field("stale_evaluations", stopping.stale_evaluations, kCount);
}

template <typename Walker>
static void describe(Walker& walker, CheckpointState& state) {
    walker.field("step", state.step, kCount);
    walker.field("batches", state.batches, kCount);
    walker.field("trained_tokens", state.trained_tokens, kCount);
    walker.field("fingerprint", state.fingerprint);
    walker.field("metrics", state.metrics);
    walker.object("stopping", state.stopping);
}

template <typename Walker>
static void describe(Walker& walker, ManifestFile& file) {
    walker.field("name", file.name);
    walker.field("bytes", file.bytes, kCount);
    walker.field("sha256", file.sha256);
}

template <typename Walker>
static void describe(Walker& walker, Manifest& manifest) {
    walker.field("format", manifest.format);
    walker.field("best_step", manifest.best_step, kCount);
    walker.list("files", manifest.files);
}

namespace {

core::Error corrupt(std::string message, const fs::path& path) {
    return {core::ErrorCode::DataCorrupt, std::move(message), path.string()};
}

template <typename T>
std::string toJson(T value) {
    JsonWriter writer;
    describe(writer, value);
    return writer.take().dump(1);
}

template <typename T>
core::Result<T> fromJson(std::string_view text, const fs::path& path) {
    auto document = core::parseJson(text, path.filename().string());
    if (!document)
        return corrupt(document.error().message, path);
    T value;
    JsonReader reader(*document, "");
    describe(reader, value);
    if (auto status = reader.finish(); !status)
        return corrupt(status.error().message, path);
    return value;
}

/// Of a checkpoint's directory.
int64_t stepOf(const fs::path& path) {
    return std::strtoll(path.filename().string().substr(kPrefix.size()).c_str(), nullptr, 10);
}

core::Result<ManifestFile> measure(const fs::path& directory, const char* name) {
    CORE_ASSIGN(std::string digest, core::sha256HexOfFile(directory / name));
    return ManifestFile{name, int64_t(fs::file_size(directory / name)), std::move(digest)};
}

core::Status writeManifest(const fs::path& directory, int64_t bestStep) {
    Manifest manifest{kFormat, bestStep, {}};
    for (const char* name : {kTensors, kState}) {
        CORE_ASSIGN(ManifestFile file, measure(directory, name));
        manifest.files.push_back(std::move(file));
    }
    return core::writeFileAtomic(directory / kManifest, toJson(manifest));
}

core::Result<Manifest> readManifest(const fs::path& directory) {
    CORE_ASSIGN(const std::string text, core::readTextFile(directory / kManifest));
    return fromJson<Manifest>(text, directory / kManifest);
}

core::Status checkManifest(const fs::path& directory) {
    CORE_ASSIGN(const Manifest manifest, readManifest(directory));
    if (manifest.format != kFormat || manifest.files.size() != 2)
        return corrupt("not a checkpoint of this version", directory);
    for (size_t i = 0; i < 2; ++i) {
        const ManifestFile& listed = manifest.files[i];
        CORE_ASSIGN(const ManifestFile found, measure(directory, i == 0 ? kTensors : kState));
        if (listed.name != found.name || listed.bytes != found.bytes ||
            listed.sha256 != found.sha256)
            return corrupt("differs from its SHA-256 in the manifest", directory / found.name);
    }
    return {};
}

}  // namespace

CheckpointStore::CheckpointStore(fs::path directory, const core::SecureBytes* key)
    : m_directory(std::move(directory)), m_key(key) {}

core::Result<fs::path> CheckpointStore::save(const CheckpointState& state,
                                             const std::vector<engine::TensorToWrite>& tensors) {
    const fs::path target = pathOf(state.step);
    std::error_code ignored;
    fs::remove_all(target, ignored);  // a corrupted one that resuming has passed over

    CORE_ASSIGN(PendingDirectory pending, PendingDirectory::create(target));
    CORE_TRY(writeJobFile(pending.path() / kTensors, engine::serializeSafetensors(tensors), m_key));
    CORE_TRY(writeJobFile(pending.path() / kState, core::asBytes(toJson(state)), m_key));
    CORE_TRY(writeManifest(pending.path(), state.stopping.best_step));
    CORE_TRY(pending.publish());
    removeOld(target);
    return target;
}

std::optional<LoadedCheckpoint> CheckpointStore::loadNewest(
    const std::string& fingerprint, std::vector<std::string>& warnings) const {
    for (const fs::path& path : newestFirst()) {
        auto checkpoint = loadFrom(path);
        if (!checkpoint)
            warnings.push_back("checkpoint passed over: " + checkpoint.error().text());
        else if (checkpoint->state.fingerprint != fingerprint)
            warnings.push_back(
                "checkpoint passed over: it was made with other data, model or "
                "settings (" +
                path.string() + ")");
        else
            return std::move(*checkpoint);
    }
    return {};
}

void CheckpointStore::removeAll() {
    std::error_code ignored;
    fs::remove_all(m_directory, ignored);
}

std::vector<fs::path> CheckpointStore::newestFirst() const {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_directory, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(kPrefix) && entry.path().extension().empty())
            paths.push_back(entry.path());
    }
    std::sort(paths.rbegin(), paths.rend());
    return paths;
}

fs::path CheckpointStore::pathOf(int64_t step) const {
    char name[32];
    std::snprintf(name, sizeof name, "%s%010lld", kPrefix.data(), static_cast<long long>(step));
    return m_directory / name;
}

std::vector<int64_t> CheckpointStore::steps() const {
    std::vector<int64_t> steps;
    for (const fs::path& path : newestFirst())
        steps.insert(steps.begin(), stepOf(path));
    return steps;
}

core::Result<LoadedCheckpoint> CheckpointStore::load(int64_t step) const {
    return loadFrom(pathOf(step));
}

core::Result<LoadedCheckpoint> CheckpointStore::loadFrom(const fs::path& path) const {
    CORE_TRY(checkManifest(path));
    LoadedCheckpoint checkpoint;
    CORE_ASSIGN(const std::vector<std::byte> state, readJobFile(path / kState, m_key));
    CORE_ASSIGN(checkpoint.state, fromJson<CheckpointState>(core::asText(state), path / kState));
    CORE_ASSIGN(std::vector<std::byte> tensors, readJobFile(path / kTensors, m_key));
    CORE_ASSIGN(checkpoint.tensors,
                engine::parseSafetensors(std::move(tensors), (path / kTensors).string()));
    return checkpoint;
}

void CheckpointStore::removeOld(const fs::path& saved) {
    size_t kept = 0;
    std::set<fs::path> best;
    std::error_code ignored;
    for (const fs::path& path : newestFirst()) {
        // One of a later step was passed over when this run resumed.
        if (path > saved || (kept == kKept && !best.contains(path))) {
            fs::remove_all(path, ignored);
        } else if (kept < kKept) {
            ++kept;
            if (const auto manifest = readManifest(path))
                best.insert(pathOf(manifest->best_step));
        }
    }
}

}  // namespace hearth::finetune

#include "engine/models/packed_model.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/models/decoder_builder.h"
#include "engine/models/on_all_cores.h"
#include "engine/models/packed_store.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHashPiece = 4 << 20;
// Header, table of hashes and journal, beside the data.
constexpr uint64_t kFileOverhead = 64 << 20;

core::Error cancelled() {
    return {core::ErrorCode::Cancelled, "the import was cancelled", ""};
}

/// Adds up what several threads report.
class SharedProgress {
public:
    SharedProgress(const PackSink& sink, PackStage stage, uint64_t total)
        : m_sink(sink), m_state{stage, 0, total} {}
    bool add(uint64_t bytes) {
        const std::lock_guard lock(m_mutex);
        m_state.done += bytes;
        return !m_sink || m_sink(m_state);
    }

private:
    std::mutex m_mutex;  // guards m_state and the calls
    const PackSink& m_sink;
    PackProgress m_state;
};

core::Result<std::string> hashFile(const fs::path& file, SharedProgress& progress) {
    CORE_ASSIGN(const core::UniqueFd fd, core::openFile(file, O_RDONLY));
    core::Sha256 hash;
    std::vector<std::byte> piece(kHashPiece);
    for (;;) {
        const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return core::errnoError(errno, "read", file);
        if (got == 0)
            return hash.finishHex();
        hash.update(std::span(piece).first(size_t(got)));
        if (!progress.add(uint64_t(got)))
            return cancelled();
    }
}

std::vector<fs::path> weightFiles(const fs::path& path) {
    if (isGgufFile(path))
        return {path};
    if (fs::exists(path / kGgufInDirectory))
        return {path / kGgufInDirectory};
    std::vector<fs::path> files;
    std::error_code failure;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        if (entry->path().extension() == ".safetensors")
            files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

core::Result<std::vector<PackedSourceFile>> hashShards(const fs::path& path, const PackSink& sink) {
    const std::vector<fs::path> paths = weightFiles(path);
    std::vector<PackedSourceFile> files;
    uint64_t total = 0;
    std::error_code failure;
    for (const fs::path& file : paths) {
        files.push_back({file.filename().string(), fs::file_size(file, failure), ""});
        total += files.back().bytes;
    }
    SharedProgress progress(sink, PackStage::Verifying, total);
    try {
        onAllCores(int64_t(files.size()), [&](int64_t i) {
            files[size_t(i)].sha256 = hashFile(paths[size_t(i)], progress).valueOrThrow();
        });
    } catch (const core::Exception& e) {
        return e.error();
    }
    return files;
}

core::Status requireSpace(const fs::path& target, uint64_t bytes) {
    std::error_code failure;
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    const auto space = fs::space(folder, failure);
    fs::path partial = target;
    partial += ".partial";
    const uintmax_t kept = fs::exists(partial, failure) ? fs::file_size(partial, failure) : 0;
    if (failure || bytes + kFileOverhead <= space.available + kept)
        return {};
    const auto megabytes = [](uint64_t n) { return std::to_string((n >> 20) + 1) + " MB"; };
    return core::Error{core::ErrorCode::DiskFull,
                       "The packed model needs " + megabytes(bytes + kFileOverhead) +
                           ", but only " + megabytes(space.available + kept) +
                           " are free; free some space and import again",
                       folder.string()};
}

PackedHeader headerOf(const PackSource& source, const PackRecipe& recipe) {
    PackedHeader header{.config = source.text("config.json"),
                        .generation_config = source.text("generation_config.json"),
                        .recipe = recipe.name(),
                        .files = source.files,
                        .weights = {},
                        .tensors = planPacking(source, recipe)};
    for (const std::string& name : source.model.weights->names())
        header.weights[name] = source.model.weights->find(name)->shape;
    return header;
}

/// The config counts MTP layers that the checkpoint may have lacked (storedMtpLayers).
bool hasMtp(const PackedHeader& header, const ModelConfig& config) {
    const std::string prefix = "model.layers." + std::to_string(config.num_hidden_layers) + ".";
    const auto first = header.weights.lower_bound(prefix);
    return first != header.weights.end() && first->first.starts_with(prefix);
}

}  // namespace

std::string PackSource::text(const std::string& name) const {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string() : found->second;
}

core::Result<PackSource> openPackSource(const fs::path& path, const PackSink& progress) {
    PackSource source;
    CORE_ASSIGN(source.model, openModelSource(path));
    CORE_ASSIGN(source.texts, modelTextFiles(path));
    CORE_ASSIGN(source.files, hashShards(path, progress));
    return source;
}

std::vector<PackedTensor> planPacking(const PackSource& source, const PackRecipe& recipe) {
    std::vector<PackedTensor> plan;
    const auto store = planningStore(*source.model.weights, recipe, plan);
    buildDecoderWeights(source.model.config, *store, true);
    return plan;
}

uint64_t plannedBytes(const std::vector<PackedTensor>& plan) {
    uint64_t bytes = 0;
    for (const PackedTensor& tensor : plan)
        bytes += tensor.bytes;
    return bytes;
}

core::Status packWeights(const PackSource& source, const PackRecipe& recipe, const fs::path& target,
                         const PackSink& sink) {
    PackedHeader header = headerOf(source, recipe);
    const uint64_t total = plannedBytes(header.tensors);
    CORE_TRY(requireSpace(target, total));
    SharedProgress progress(sink, PackStage::Packing, total);
    CORE_ASSIGN(const auto writer, PackedFileWriter::create(target, std::move(header)));
    try {
        const auto store = packingStore(*writer, *source.model.weights, recipe,
                                        [&](uint64_t bytes) { return progress.add(bytes); });
        buildDecoderWeights(source.model.config, *store, true);
    } catch (const core::Exception& e) {
        return e.error();
    }
    return writer->finish();
}

core::Result<std::unique_ptr<Model>> loadPackedModel(Backend& backend, const fs::path& path,
                                                     const ModelOptions& options) {
    CORE_ASSIGN(const auto file, PackedFile::open(path));
    const PackedHeader& header = file->header();
    auto config = parseModelConfig(header.config, header.generation_config);
    if (!config)
        return core::Error{config.error().code, config.error().message, path.string()};
    if (!hasMtp(header, *config))
        config->num_nextn_predict_layers = 0;
    try {
        const auto store = packedStore(backend, file);
        return loadModel(backend, *config, *store, options);
    } catch (const core::Exception& e) {
        if (e.error().code != core::ErrorCode::DataCorrupt)
            throw;
        return e.error();
    }
}

}  // namespace hearth::engine

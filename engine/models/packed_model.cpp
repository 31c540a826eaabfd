#include "engine/models/packed_model.h"

#include <mutex>

#include "engine/formats/packed_stamp.h"
#include "engine/models/decoder_builder.h"
#include "engine/models/packed_store.h"
#include "engine/models/packed_weights.h"
#include "engine/models/source_check.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

// Header, table of hashes and journal, beside the data.
constexpr uint64_t kFileOverhead = 64 << 20;

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

core::Result<std::unique_ptr<Model>> loadFrom(WeightStore& store, Backend& backend,
                                              const PackedFile& file, const ModelOptions& options) {
    CORE_ASSIGN(const ModelConfig config, packedConfig(file));
    try {
        return loadModel(backend, config, store, options);
    } catch (const core::Exception& e) {
        if (e.error().code != core::ErrorCode::DataCorrupt)
            throw;
        return e.error();
    }
}

}  // namespace

std::string PackSource::text(const std::string& name) const {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string() : found->second;
}

core::Result<PackSource> openPackSource(const fs::path& path, const PackSink& progress,
                                        std::vector<PackedSourceFile> verified) {
    PackSource source;
    CORE_ASSIGN(source.model, openModelSource(path));
    CORE_ASSIGN(source.texts, modelTextFiles(path));
    if (verified.empty()) {
        CORE_ASSIGN(verified, verifySource(path, progress));
    }
    source.files = std::move(verified);
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
                         const PackSink& sink, const core::SecureBytes* key) {
    PackedHeader header = headerOf(source, recipe);
    const uint64_t total = plannedBytes(header.tensors);
    CORE_TRY(requireSpace(target, total));
    SharedProgress progress(sink, PackStage::Packing, total);
    CORE_ASSIGN(const auto writer,
                PackedFileWriter::create(target, std::move(header), {.key = key}));
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
    return loadFrom(*packedStore(backend, file), backend, *file, options);
}

core::Result<std::unique_ptr<Model>> loadStampedModel(Backend& backend, const fs::path& path,
                                                      const ModelOptions& options) {
    CORE_ASSIGN(const auto file, PackedFile::open(path));
    if (!file->sealed() && isStamped(*file)) {
        file->trust();
        return loadFrom(*guardedStore(backend, file), backend, *file, options);
    }
    CORE_TRY(file->checkAll());
    if (!file->sealed())  // what is decrypted at each load is checked by that
        stamp(*file);
    return loadFrom(*packedStore(backend, file), backend, *file, options);
}

}  // namespace hearth::engine

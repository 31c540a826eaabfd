#include "engine/models/model_source.h"

#include "core/file.h"
#include "engine/formats/gguf_blocks.h"
#include "engine/models/canonical_weights.h"
#include "engine/models/gguf_model.h"
#include "engine/models/gguf_weights.h"
#include "engine/models/pack_report.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"
#include "engine/models/source_reference.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeightIndex = "model.safetensors.index.json";

core::Result<ModelSource> openFile(const fs::path& file) {
    CORE_ASSIGN(GgufModel model, openGgufModel(file));
    return ModelSource{std::move(model.config), std::move(model.file), std::move(model.weights)};
}

/// A packed file without the checkpoint that it was made from.
bool isPackedOnly(const fs::path& directory) {
    return fs::exists(directory / kPackedFileName) && !hasSourceWeights(directory);
}

core::Result<ModelSource> openPacked(const fs::path& directory) {
    CORE_ASSIGN(auto file, PackedFile::open(directory / kPackedFileName));
    ModelSource source;
    CORE_ASSIGN(source.config, packedConfig(*file));
    CORE_ASSIGN(source.weights, packedWeights(std::move(file)));
    return source;
}

core::Result<ModelSource> openDirectory(const fs::path& directory) {
    ModelSource source;
    if (isPackedOnly(directory))
        return openPacked(directory);
    CORE_ASSIGN(source.config, readModelConfig(directory));
    if (fs::exists(directory / kGgufInDirectory)) {
        CORE_ASSIGN(auto file, openGguf(directory / kGgufInDirectory));
        CORE_ASSIGN(source.weights, ggufWeights(source.config, *file));
        source.stored = std::move(file);
        return source;
    }
    CORE_ASSIGN(source.stored, openWeightDirectory(directory));
    source.config.num_nextn_predict_layers = storedMtpLayers(source.config, *source.stored);
    auto weights = canonicalWeights(source.config, *source.stored);
    if (!weights) {
        core::Error error = weights.error();
        error.context = directory.string();
        return error;
    }
    source.weights = std::move(*weights);
    return source;
}

bool isTextFile(const fs::directory_entry& entry) {
    const fs::path extension = entry.path().extension();
    std::error_code ignored;
    return entry.is_regular_file(ignored) && !entry.is_symlink(ignored) &&
           entry.path().filename() != kWeightIndex && entry.path().filename() != kPackReportName &&
           entry.path().filename() != kSourceReferenceName &&
           (extension == ".json" || extension == ".jinja" || extension == ".txt");
}

}  // namespace

std::string storedTypeName(const StoredTensor& tensor) {
    if (tensor.codec == Codec::Fp8Block || tensor.dtype == DType::F8E4M3)
        return "FP8";
    // Bytes of their own are all that MXFP4 looks like in a file, and nothing else is kept so.
    if (tensor.codec == Codec::Mxfp4 || tensor.dtype == DType::U8)
        return "MXFP4";
    const GgufBlock* block = ggufBlock(tensor.codec);
    return block ? block->name : dtypeName(tensor.dtype);
}

bool isGgufFile(const fs::path& path) {
    std::error_code ignored;
    return path.extension() == ".gguf" && fs::is_regular_file(path, ignored);
}

core::Result<ModelSource> openModelSource(const fs::path& path) {
    return isGgufFile(path) ? openFile(path) : openDirectory(path);
}

core::Result<std::map<std::string, std::string>> modelTextFiles(const fs::path& path) {
    if (isGgufFile(path)) {
        CORE_ASSIGN(const auto file, openGguf(path));
        return ggufTextFiles(*file);
    }
    std::map<std::string, std::string> out;
    std::error_code code;
    for (fs::directory_iterator entry(path, code), end; !code && entry != end;
         entry.increment(code)) {
        if (isTextFile(*entry)) {
            CORE_ASSIGN(out[entry->path().filename().string()], core::readTextFile(entry->path()));
        }
    }
    if (code)
        return core::errnoError(code.value(), "read", path);
    return out;
}

}  // namespace hearth::engine

#include "engine/models/source_reference.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "engine/models/model_source.h"
#include "engine/models/packed_model.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxFileName = 255;

core::Status checkUnchanged(const fs::path& source, const json& file) {
    CORE_ASSIGN(const std::string name, core::readString(file, "name", kMaxFileName));
    CORE_ASSIGN(const int64_t bytes, core::readInt(file, "bytes", 0, INT64_MAX));
    const fs::path path = isGgufFile(source) ? source : source / fs::path(name).filename();
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    if (!failure && int64_t(size) == bytes)
        return {};
    return core::Error{core::ErrorCode::NotFound,
                       "the checkpoint that the model was imported from is " +
                           std::string(failure ? "gone" : "not the same any more") +
                           "; put it back, or import the model again and keep its source",
                       path.string()};
}

/// Weights in 16 bits and more stand for the checkpoint that they came from.
core::Result<fs::path> packedAlone(const fs::path& directory) {
    CORE_ASSIGN(const auto file, PackedFile::open(directory / kPackedFileName));
    const std::string& recipe = file->header().recipe;
    if (recipe == "exact" || recipe == "f32" || recipe == "bf16")
        return directory;
    return core::Error{core::ErrorCode::NotFound,
                       "only weights packed in " + recipe +
                           " are here, which are too coarse to tune; import the model again and "
                           "keep its source",
                       directory.string()};
}

}  // namespace

core::Status writeSourceReference(const fs::path& directory, const fs::path& source,
                                  const std::vector<PackedSourceFile>& files) {
    json list = json::array();
    for (const PackedSourceFile& file : files)
        list.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    const json object = {{"path", source.string()}, {"files", std::move(list)}};
    return core::writeFileAtomic(directory / kSourceReferenceName, core::dumpJson(object) + "\n");
}

bool hasSourceWeights(const fs::path& directory) {
    std::error_code ignored;
    const fs::directory_iterator entries(directory, ignored);
    return std::any_of(begin(entries), end(entries), [](const auto& entry) {
        return entry.path().extension() == ".safetensors" ||
               entry.path().filename() == kGgufInDirectory;
    });
}

core::Result<fs::path> findSource(const fs::path& directory) {
    if (isGgufFile(directory) || hasSourceWeights(directory))
        return directory;
    const fs::path reference = directory / kSourceReferenceName;
    if (!fs::exists(reference))
        return packedAlone(directory);
    CORE_ASSIGN(const std::string text, core::readTextFile(reference));
    CORE_ASSIGN(const json object, core::parseJson(text, reference.string()));
    CORE_ASSIGN(const fs::path source, core::readString(object, "path", kMaxPath));
    const json* files = core::findField(object, "files");
    if (!files || !files->is_array())
        return core::Error{core::ErrorCode::DataCorrupt, "it names no files", reference.string()};
    for (const json& file : *files) {
        CORE_TRY(checkUnchanged(source, file));
    }
    return source;
}

}  // namespace hearth::engine

#include "engine/models/served_types.h"

#include "engine/formats/gguf.h"
#include "engine/models/model_source.h"
#include "engine/models/packed_model.h"

namespace hearth::engine {
namespace {

std::map<std::string, uint64_t> typesOf(const WeightSource& source) {
    std::map<std::string, uint64_t> bytes;
    for (const auto& name : source.names()) {
        const StoredTensor* tensor = source.find(name);
        bytes[storedTypeName(*tensor)] += tensor->bytes.size();
    }
    return bytes;
}

}  // namespace

core::Result<std::map<std::string, uint64_t>> servedTypes(const std::filesystem::path& directory) {
    if (std::filesystem::exists(directory / kPackedFileName)) {
        CORE_ASSIGN(const auto file, PackedFile::open(directory / kPackedFileName));
        std::map<std::string, uint64_t> bytes;
        for (const PackedTensor& tensor : file->header().tensors)
            bytes[dtypeName(tensor.dtype)] += tensor.bytes;
        return bytes;
    }
    if (std::filesystem::exists(directory / kGgufInDirectory)) {
        CORE_ASSIGN(const auto file, openGguf(directory / kGgufInDirectory));
        return typesOf(*file);
    }
    CORE_ASSIGN(const auto source, openWeightDirectory(directory));
    return typesOf(*source);
}

}  // namespace hearth::engine

// A model's packed file as a whole: planned, written and loaded.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/crypto/secure_bytes.h"
#include "engine/formats/packed_file.h"
#include "engine/models/model.h"
#include "engine/models/model_source.h"
#include "engine/models/pack_recipe.h"

namespace hearth::engine {

/// In a model's directory; what serving prefers to safetensors.
inline constexpr const char* kPackedFileName = "model.hearth";

enum class PackStage : uint8_t { Verifying, Packing, Measuring };

struct PackProgress {
    PackStage stage = PackStage::Verifying;
    uint64_t done = 0;  // bytes; when measuring, tokens
    uint64_t total = 0;
};
/// Told now and then, from any thread but one at a time. False ends the work (Cancelled).
using PackSink = std::function<bool(const PackProgress&)>;

/// A checkpoint that was verified and is to be packed.
struct PackSource {
    ModelSource model;
    std::map<std::string, std::string> texts;  // modelTextFiles
    std::vector<PackedSourceFile> files;       // those that hold weights

    /// Empty: there is none.
    std::string text(const std::string& name) const;
};

/// Opens a Hugging Face directory or a GGUF file: every shard's header, every tensor's name, shape
/// and type, and the hash of every shard, unless they are `verified` (verifySource) already.
/// Errors: those of verifySource, openModelSource and modelTextFiles.
core::Result<PackSource> openPackSource(const std::filesystem::path& path, const PackSink& progress,
                                        std::vector<PackedSourceFile> verified = {});

/// What a recipe would write: entries with bytes, without offsets.
std::vector<PackedTensor> planPacking(const PackSource& source, const PackRecipe& recipe);
uint64_t plannedBytes(const std::vector<PackedTensor>& plan);

/// Writes the packed file, going on where an interrupted call stopped. key: writes it sealed, and
/// always from the beginning. Memory: below 200 MB for any model whose rows have at most a million
/// elements. Errors: DiskFull, before anything is
/// written when the space is not there; those of PackedFileWriter and packingStore.
core::Status packWeights(const PackSource& source, const PackRecipe& recipe,
                         const std::filesystem::path& target, const PackSink& progress,
                         const core::SecureBytes* key = nullptr);

/// Config and weights from the file alone. Errors: those of PackedFile::open and parseModelConfig;
/// DataCorrupt for a damaged chunk or weights that do not fit the config.
core::Result<std::unique_ptr<Model>> loadPackedModel(Backend& backend,
                                                     const std::filesystem::path& file,
                                                     const ModelOptions& options = {});
/// The same, and beside the file it is noted that the whole of it was hashed. A file that has such
/// a note and was not written to since is used at once and hashed meanwhile, with little of one
/// core; Model::health() tells of damage, which also takes the note away.
core::Result<std::unique_ptr<Model>> loadStampedModel(Backend& backend,
                                                      const std::filesystem::path& file,
                                                      const ModelOptions& options = {});

}  // namespace hearth::engine

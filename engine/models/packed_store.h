// Weight stores around the packed model file: one that reads it, and two that a model is "built"
// from while it is planned and written.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "engine/formats/packed_file_writer.h"
#include "engine/models/pack_recipe.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// Hands out the file's weights; a backend that can leaves them in the mapping. The store may go
/// before the tensors.
/// Errors: its functions throw core::Exception(DataCorrupt): a damaged chunk, or a weight that the
/// file lacks or has in another shape.
std::unique_ptr<WeightStore> packedStore(Backend& backend, std::shared_ptr<PackedFile> file);
/// The same for a file that was trusted instead of hashed; it is hashed while it is used.
std::unique_ptr<WeightStore> guardedStore(Backend& backend, std::shared_ptr<PackedFile> file);

/// Tensors of these two have their shape and dtype and no data: for a model that is built to learn
/// what it asks for. weights: canonical names, all there; outlives the store.

/// Appends what would be written to `plan`, with bytes and without offsets.
std::unique_ptr<WeightStore> planningStore(const WeightSource& weights, const PackRecipe& recipe,
                                           std::vector<PackedTensor>& plan);

/// Writes each weight as it is asked for; those that the writer has from an interrupted import are
/// passed over. Memory: two buffers of some 16 MB, or of one panel if that is more, on all cores.
/// written(bytes) is told of each piece; false ends it.
/// Errors: its functions throw core::Exception: those of the writer; Cancelled; DataCorrupt for a
/// weight to be quantised that is not a finite number.
std::unique_ptr<WeightStore> packingStore(PackedFileWriter& writer, const WeightSource& weights,
                                          const PackRecipe& recipe,
                                          std::function<bool(uint64_t bytes)> written);

}  // namespace hearth::engine

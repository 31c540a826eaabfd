// The part of ModelInspector that gives a private model's files away in plain.
#include <algorithm>

#include "app/services/models/model_inspector.h"
#include "core/file.h"
#include "engine/formats/safetensors_stream.h"
#include "engine/models/model_source.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"

namespace hearth::app {
namespace {

using storage::ModelRow;
using storage::Scope;

constexpr size_t kPieceBytes = 1 << 20;

core::Error unknownFile(const std::string& name) {
    return {core::ErrorCode::NotFound,
            "the model has no file '" + name +
                "'; its files are those of GET /api/v1/models/{model}, a private model's "
                "model.hearth being given as " +
                kExportedWeights,
            "name"};
}

/// Values as they were packed: what has 16 bits or fewer fits BF16 up to the rounding of 4- and
/// 8-bit codes, and what steps finer than BF16 stays F32.
engine::DType exportedType(const std::string& recipe, const std::string& tensor) {
    const bool fine = recipe == "f32" || tensor.ends_with("e_score_correction_bias");
    return fine ? engine::DType::F32 : engine::DType::BF16;
}

core::Status gone() {
    return core::Error{core::ErrorCode::Cancelled, "the client left", ""};
}

PlainFile wholeText(std::string text) {
    return [text = std::move(text)](const ByteTaker& take) {
        return take(core::asBytes(text)) ? core::Status() : gone();
    };
}

}  // namespace

core::Result<PlainFile> ModelInspector::openFile(const ModelRow& row, const std::string& name) {
    if (row.kind == storage::ModelKind::Adapter)
        return openBlob(row, name);
    if (row.wrappedKey.empty())
        return core::Error{core::ErrorCode::Conflict,
                           "the model '" + row.id +
                               "' is not private: take the checkpoint that it was imported from",
                           "model"};
    if (name == kExportedWeights)
        return openWeights(row);
    CORE_ASSIGN(const auto files, contents(row));
    const bool known = std::ranges::any_of(files, [&](const auto& f) { return f.name == name; });
    if (!known || name == engine::kPackedFileName)
        return unknownFile(name);
    CORE_ASSIGN(std::string text, core::readTextFile(directory(row) / name));
    return wholeText(std::move(text));
}

core::Result<PlainFile> ModelInspector::openBlob(const ModelRow& row, const std::string& name) {
    const auto files = m_rows.files(Scope::everything(), row.id);
    const auto file = std::ranges::find(files, name, &storage::ModelFile::name);
    if (file == files.end())
        return unknownFile(name);
    CORE_ASSIGN(auto opened, m_data.blobs().open(Scope::everything(), file->blobId));
    const auto reader = std::make_shared<core::SealedReader>(std::move(opened));
    return PlainFile([reader](const ByteTaker& take) -> core::Status {
        std::vector<std::byte> piece(kPieceBytes);
        for (;;) {
            CORE_ASSIGN(const size_t count, reader->read(piece));
            if (count == 0)
                return {};
            if (!take(std::span(piece).first(count)))
                return gone();
        }
    });
}

core::Result<PlainFile> ModelInspector::openWeights(const ModelRow& row) {
    CORE_ASSIGN(const auto key, m_keys.hold(row));
    CORE_ASSIGN(auto file, engine::PackedFile::open(directory(row) / engine::kPackedFileName));
    CORE_TRY(file->checkAll());  // before the first byte is sent
    const std::string recipe = file->header().recipe;
    CORE_ASSIGN(auto opened, engine::packedWeights(std::move(file)));
    const std::shared_ptr<const engine::WeightSource> weights = std::move(opened);
    return PlainFile([weights, recipe](const ByteTaker& take) {
        return engine::streamSafetensors(
            *weights, [&](const std::string& tensor) { return exportedType(recipe, tensor); },
            take);
    });
}

}  // namespace hearth::app

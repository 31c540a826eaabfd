#include "core/file.h"
#include "engine/formats/gguf_header.h"
#include "engine/formats/gguf_metadata.h"

namespace hearth::engine {
namespace {

constexpr size_t kMaxNameBytes = 63;
constexpr std::byte kZeros[kGgufAlignment] = {};

uint64_t aligned(uint64_t position) {
    return (position + kGgufAlignment - 1) / kGgufAlignment * kGgufAlignment;
}

void appendEntry(std::string& out, const GgufTensorToWrite& tensor, uint64_t offset) {
    const GgufTensorType* type = findGgufTensorType(tensor.dtype, tensor.codec);
    CORE_ASSERT(type != nullptr && tensor.name.size() <= kMaxNameBytes);
    CORE_ASSERT(!tensor.shape.empty() && tensor.shape.size() <= 4);
    CORE_ASSERT(tensor.shape.back() % type->elements == 0);
    appendGgufText(out, tensor.name);
    appendGgufNumber(out, uint32_t(tensor.shape.size()));
    for (auto dim = tensor.shape.rbegin(); dim != tensor.shape.rend(); ++dim)
        appendGgufNumber(out, uint64_t(*dim));
    appendGgufNumber(out, type->id);
    appendGgufNumber(out, offset);
}

std::string headerBytes(const GgufMetadata& metadata,
                        const std::vector<GgufTensorToWrite>& tensors) {
    std::string out(kGgufMagic);
    appendGgufNumber(out, kGgufVersion);
    appendGgufNumber(out, uint64_t(tensors.size()));
    appendGgufNumber(out, uint64_t(metadata.size()));
    for (const auto& [key, value] : metadata)
        appendGgufKey(out, key, value);
    uint64_t offset = 0;
    for (const GgufTensorToWrite& tensor : tensors) {
        appendEntry(out, tensor, offset);
        offset = aligned(offset + uint64_t(tensor.byteCount()));
    }
    out.resize(aligned(out.size()), '\0');
    return out;
}

core::Status writeTensor(core::AtomicFile& file, const GgufTensorToWrite& tensor,
                         const std::function<bool(int64_t)>& written) {
    uint64_t bytes = 0;
    CORE_TRY(tensor.produce([&](std::span<const std::byte> piece) -> core::Status {
        CORE_TRY(file.write(piece));
        bytes += piece.size();
        if (written && !written(int64_t(piece.size())))
            return core::Error{core::ErrorCode::Cancelled, "The export was cancelled", ""};
        return {};
    }));
    CORE_ASSERT(bytes == uint64_t(tensor.byteCount()));
    return file.write(std::span(kZeros).first(aligned(bytes) - bytes));
}

}  // namespace

int64_t GgufTensorToWrite::byteCount() const {
    const GgufTensorType* type = findGgufTensorType(dtype, codec);
    CORE_ASSERT(type != nullptr);
    int64_t blocks = 1;
    for (const int64_t dim : shape)
        blocks *= dim;
    return blocks / type->elements * type->bytes;
}

core::Status writeGguf(const std::filesystem::path& file, const GgufMetadata& metadata,
                       const std::vector<GgufTensorToWrite>& tensors,
                       const std::function<bool(int64_t)>& written) {
    CORE_ASSIGN(core::AtomicFile out, core::AtomicFile::create(file, 0644));
    CORE_TRY(out.write(core::asBytes(headerBytes(metadata, tensors))));
    for (const GgufTensorToWrite& tensor : tensors)
        CORE_TRY(writeTensor(out, tensor, written));
    return out.commit();
}

}  // namespace hearth::engine

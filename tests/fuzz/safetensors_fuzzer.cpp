// A safetensors file: what opens can be read whole, and written again without a change.
#include <cstring>

#include "core/assert.h"
#include "engine/formats/weight_source.h"

using namespace hearth::engine;

namespace {

bool isInteger(DType dtype) {
    return dtype == DType::I32 || dtype == DType::I64;
}

/// Every element, so that a range outside the file is touched.
void readElements(const StoredTensor& tensor) {
    int64_t elements = 1;
    for (const int64_t size : tensor.shape)
        elements *= size;
    CORE_ASSERT(static_cast<size_t>(elements * dtypeSize(tensor.dtype)) == tensor.bytes.size());
    if (isInteger(tensor.dtype))
        CORE_ASSERT(tensor.toInts().size() == static_cast<size_t>(elements));
    else
        CORE_ASSERT(tensor.toFloats().size() == static_cast<size_t>(elements));
}

void checkSame(const StoredTensor& a, const StoredTensor& b) {
    CORE_ASSERT(a.dtype == b.dtype && a.shape == b.shape && a.bytes.size() == b.bytes.size());
    CORE_ASSERT(a.bytes.empty() ||
                std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0);
}

void checkRoundTrip(const WeightSource& source) {
    std::vector<TensorToWrite> tensors;
    for (const std::string& name : source.names()) {
        const StoredTensor& tensor = *source.find(name);
        tensors.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    }
    const auto again = parseSafetensors(serializeSafetensors(tensors), "again");
    CORE_ASSERT(again.ok());
    CORE_ASSERT((*again)->names().size() == tensors.size());
    for (const TensorToWrite& tensor : tensors)
        checkSame(*source.find(tensor.name), *(*again)->find(tensor.name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    const auto source = parseSafetensors({bytes, bytes + size}, "input");
    if (!source)
        return 0;
    for (const std::string& name : (*source)->names()) {
        CORE_ASSERT((*source)->find(name) != nullptr);
        readElements(*(*source)->find(name));
    }
    checkRoundTrip(**source);
    return 0;
}

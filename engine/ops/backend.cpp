#include "engine/ops/backend.h"

#include "core/assert.h"

namespace hearth::engine {

Tensor Backend::adoptRows(DType dtype, std::span<const int64_t> shape,
                          std::span<const std::byte> bytes, std::shared_ptr<const void>) {
    const Tensor copy = allocate(dtype, shape);
    upload(copy, bytes);
    return copy;
}

Tensor allocate(Backend& backend, DType dtype, std::initializer_list<int64_t> shape) {
    return backend.allocate(dtype, std::span(shape.begin(), shape.size()));
}

Tensor uploadFloats(Backend& backend, std::span<const float> values,
                    std::initializer_list<int64_t> shape) {
    Tensor tensor = allocate(backend, DType::F32, shape);
    CORE_ASSERT(tensor.size() == int64_t(values.size()));
    backend.upload(tensor, std::as_bytes(values));
    return tensor;
}

Tensor uploadInts(Backend& backend, std::span<const int32_t> values) {
    Tensor tensor = allocate(backend, DType::I32, {int64_t(values.size())});
    backend.upload(tensor, std::as_bytes(values));
    return tensor;
}

std::vector<float> downloadFloats(Backend& backend, const Tensor& tensor) {
    CORE_ASSERT(tensor.dtype() == DType::F32);
    std::vector<float> values(size_t(tensor.size()));
    backend.download(tensor, std::as_writable_bytes(std::span(values)));
    return values;
}

std::vector<int32_t> downloadInts(Backend& backend, const Tensor& tensor) {
    CORE_ASSERT(tensor.dtype() == DType::I32);
    std::vector<int32_t> values(size_t(tensor.size()));
    backend.download(tensor, std::as_writable_bytes(std::span(values)));
    return values;
}

}  // namespace hearth::engine

#include "engine/cpu/cpu_tensor.h"

#include <cstring>
#include <typeinfo>

#include "engine/cpu/cpu_backend.h"
#include "engine/float_bits.h"

namespace hearth::engine {

void* cpuData(const Tensor& t) {
    return cpu::dataOf(t);
}

namespace cpu {

void* dataOf(const Tensor& tensor) {
    const Buffer* buffer = tensor.buffer().get();
    CORE_ASSERT(buffer && typeid(*buffer) == typeid(CpuBuffer));
    auto* data = static_cast<std::byte*>(static_cast<const CpuBuffer*>(buffer)->data());
    // A packed weight is never a part of a buffer, and elements of Q8 and Q4 have no size.
    return tensor.layout() == Layout::Packed ? data
                                             : data + tensor.offset() * dtypeSize(tensor.dtype());
}

void loadRow(const Kernels& kernels, const Tensor& source, int64_t row, float* target,
             int64_t count) {
    if (source.dtype() == DType::F32) {
        std::memcpy(target, Rows<const float>(source)[row], size_t(count) * sizeof(float));
        return;
    }
    const uint16_t* bits = Rows<const uint16_t>(source)[row];
    if (source.dtype() == DType::BF16)
        return kernels.bf16ToFloat(bits, count, target);
    for (int64_t i = 0; i < count; ++i)
        target[i] = f16ToFloat(bits[i]);
}

void storeRow(const Kernels& kernels, const Tensor& target, int64_t row, const float* source,
              int64_t count) {
    if (target.dtype() == DType::F32) {
        std::memcpy(Rows<float>(target)[row], source, size_t(count) * sizeof(float));
        return;
    }
    uint16_t* bits = Rows<uint16_t>(target)[row];
    if (target.dtype() == DType::BF16)
        return kernels.floatToBf16(source, count, bits);
    for (int64_t i = 0; i < count; ++i)
        bits[i] = floatToF16(source[i]);
}

}  // namespace cpu
}  // namespace hearth::engine

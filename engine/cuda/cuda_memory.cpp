#include "engine/cuda/cuda_memory.h"

#include <algorithm>
#include <bit>
#include <string>
#include <typeinfo>

#include "core/assert.h"
#include "core/result.h"
#include "engine/cuda/cuda_error.h"

namespace hearth::engine::cuda {
namespace {

constexpr size_t kMostKept = size_t{16} << 20;  // bytes of a block

/// Of blocks that are kept: one of eight sizes per power of two, at most 1/8 is wasted.
size_t sizeClass(size_t bytes) {
    constexpr size_t kLeast = 512;
    const size_t step =
        bytes <= kLeast ? kLeast : std::max(kLeast / 8, std::bit_floor(bytes - 1) / 8);
    return (bytes + step - 1) / step * step;
}

std::string megabytes(size_t bytes) {
    return std::to_string(bytes >> 20) + " MiB";
}

[[noreturn]] void throwOutOfMemory(size_t bytes) {
    size_t free = 0, total = 0;
    cudaMemGetInfo(&free, &total);
    throw core::Exception({core::ErrorCode::ResourceExhausted,
                           "The GPU has no room for " + megabytes(bytes) +
                               " more: " + megabytes(free) + " of " + megabytes(total) +
                               " are free. Use a model with fewer bits, a shorter context or a "
                               "smaller cache",
                           "device"});
}

}  // namespace

DeviceMemory::DeviceMemory(int device) {
    check(cudaSetDevice(device), "cudaSetDevice");
    cudaMemPool_t pool = nullptr;
    check(cudaDeviceGetDefaultMemPool(&pool, device), "cudaDeviceGetDefaultMemPool");
    uint64_t kept = UINT64_MAX;  // never hand memory back to the driver between steps
    check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &kept),
          "cudaMemPoolSetAttribute");
    check(cudaDeviceGetAttribute(&m_multiprocessors, cudaDevAttrMultiProcessorCount, device),
          "cudaDeviceGetAttribute");
    check(cudaStreamCreateWithFlags(&m_stream, cudaStreamNonBlocking), "cudaStreamCreate");
}

DeviceMemory::~DeviceMemory() {
    dropKept();
    cudaStreamSynchronize(m_stream);
    cudaStreamDestroy(m_stream);
}

void* DeviceMemory::takeKept(size_t bytes) {
    std::lock_guard lock(m_mutex);
    const auto found = m_kept.find(bytes);
    if (found == m_kept.end() || found->second.empty())
        return nullptr;
    void* block = found->second.back();
    found->second.pop_back();
    return block;
}

void DeviceMemory::dropKept() noexcept {
    std::lock_guard lock(m_mutex);
    for (const auto& [bytes, blocks] : m_kept)
        for (void* block : blocks)
            cudaFreeAsync(block, m_stream);
    m_kept.clear();
}

void* DeviceMemory::allocate(size_t bytes) {
    if (bytes <= kMostKept) {
        bytes = sizeClass(bytes);
        if (void* block = takeKept(bytes))
            return block;
    }
    void* block = nullptr;
    cudaError_t status = cudaMallocAsync(&block, bytes, m_stream);
    if (status == cudaErrorMemoryAllocation) {
        // What is kept here, or was released while kernels still ran, may be enough.
        cudaGetLastError();
        dropKept();
        synchronise();
        status = cudaMallocAsync(&block, bytes, m_stream);
    }
    if (status == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        throwOutOfMemory(bytes);
    }
    check(status, "cudaMallocAsync");
    return block;
}

void DeviceMemory::release(void* block, size_t bytes) noexcept {
    if (bytes <= kMostKept) {
        try {
            std::lock_guard lock(m_mutex);
            m_kept[sizeClass(bytes)].push_back(block);
            return;
        } catch (...) {
            // No memory even for the list: give the block back to the driver.
        }
    }
    cudaFreeAsync(block, m_stream);
}

void DeviceMemory::synchronise() {
    check(cudaStreamSynchronize(m_stream), "cudaStreamSynchronize");
}

void* dataOf(const Tensor& tensor) {
    const Buffer* buffer = tensor.buffer().get();
    CORE_ASSERT(buffer && typeid(*buffer) == typeid(CudaBuffer));
    auto* data = static_cast<std::byte*>(static_cast<const CudaBuffer*>(buffer)->data());
    // A packed weight is never a part of a buffer, and elements of Q8 and Q4 have no size.
    return tensor.layout() == Layout::Packed ? data
                                             : data + tensor.offset() * dtypeSize(tensor.dtype());
}

void copyToDevice(DeviceMemory& memory, void* target, const void* source, size_t bytes) {
    // From pageable memory the call returns once the bytes are on their way.
    if (bytes > 0)
        check(cudaMemcpyAsync(target, source, bytes, cudaMemcpyHostToDevice, memory.stream()),
              "cudaMemcpyAsync");
}

}  // namespace hearth::engine::cuda

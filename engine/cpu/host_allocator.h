// Memory behind the CPU backend's tensors.
#pragma once
#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

namespace hearth::engine {

/// Uninitialised memory for std::free, aligned to 64 bytes. Large blocks begin where a huge page
/// does, and ask for huge pages: rows that lie far apart, as those of a product's result, otherwise
/// need an address translation each. Errors: core::Exception(ResourceExhausted).
void* allocateHostBlock(size_t bytes);

/// Threading: any thread. Errors: allocate throws core::Exception(ResourceExhausted).
class HostAllocator {
public:
    virtual ~HostAllocator() = default;
    /// Uninitialised block, aligned to 64 bytes.
    virtual void* allocate(size_t bytes) = 0;
    /// Takes back a block of exactly the size it was asked for.
    virtual void release(void* block, size_t bytes) noexcept = 0;
};

/// Keeps released blocks, up to some size in all, for the next request of their size class, so that
/// a steady decode step asks the system for nothing.
class CachingAllocator : public HostAllocator {
public:
    ~CachingAllocator() override;
    void* allocate(size_t bytes) override;
    void release(void* block, size_t bytes) noexcept override;
    /// Gives what nobody uses back to the system.
    void trim();

private:
    void dropFree();

    std::mutex m_mutex;  // guards the members below
    std::map<size_t, std::vector<void*>> m_free;
    size_t m_freeBytes = 0;
};

}  // namespace hearth::engine

#include "engine/formats/private_memory.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace hearth::engine {
namespace {

std::atomic<int64_t> g_unlocked{0};

}  // namespace

core::Result<PrivateMemory> PrivateMemory::reserve(size_t bytes) {
    if (bytes == 0)
        return PrivateMemory();
    void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED)
        return core::Error{
            core::ErrorCode::ResourceExhausted,
            std::string("Cannot get memory for the decrypted weights: ") + std::strerror(errno),
            ""};
    ::madvise(address, bytes, MADV_DONTDUMP);
    // Panels are read all over: large pages save a walk of the page table for most of them.
    ::madvise(address, bytes, MADV_HUGEPAGE);
    // When they are touched: all at once would take memory for what is never read.
    const bool locked = ::mlock2(address, bytes, MLOCK_ONFAULT) == 0;
    return PrivateMemory({static_cast<std::byte*>(address), bytes}, locked);
}

PrivateMemory::PrivateMemory(std::span<std::byte> bytes, bool locked)
    : m_bytes(bytes), m_locked(locked) {
    if (!locked)
        g_unlocked += int64_t(bytes.size());
}

PrivateMemory::~PrivateMemory() {
    if (m_bytes.empty())
        return;
    if (!m_locked)
        g_unlocked -= int64_t(m_bytes.size());
    ::munmap(m_bytes.data(), m_bytes.size());
}

int64_t PrivateMemory::unlockedBytes() {
    return g_unlocked;
}

PrivateMemory::PrivateMemory(PrivateMemory&& other) noexcept
    : m_bytes(std::exchange(other.m_bytes, {})), m_locked(other.m_locked) {}

}  // namespace hearth::engine

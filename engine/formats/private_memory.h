// Memory for what must not reach a disk: left out of core dumps, and locked out of swap where the
// system's limit allows it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/result.h"

namespace hearth::engine {

/// Anonymous pages, zeros until they are written; a page takes memory when it is touched first.
class PrivateMemory {
public:
    PrivateMemory() = default;
    /// Errors: ResourceExhausted.
    static core::Result<PrivateMemory> reserve(size_t bytes);
    ~PrivateMemory();
    PrivateMemory(PrivateMemory&& other) noexcept;
    PrivateMemory& operator=(PrivateMemory&&) = delete;

    std::span<std::byte> bytes() const { return m_bytes; }
    /// False: it may be swapped out, as RLIMIT_MEMLOCK does not allow so much.
    bool locked() const { return m_locked; }
    /// What this process has of memory that is not locked.
    static int64_t unlockedBytes();

private:
    PrivateMemory(std::span<std::byte> bytes, bool locked);

    std::span<std::byte> m_bytes;
    bool m_locked = true;
};

}  // namespace hearth::engine

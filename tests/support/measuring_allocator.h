// Memory for a CPU backend that knows how much of it is used, now and at most.
#pragma once
#include <algorithm>
#include <cstdlib>

#include "engine/cpu/host_allocator.h"

namespace hearth::test {

/// Counts what is asked for. Threading: one thread.
class MeasuringAllocator final : public engine::HostAllocator {
public:
    void* allocate(size_t bytes) override {
        m_live += int64_t(bytes);
        m_peak = std::max(m_peak, m_live);
        return std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    }
    void release(void* block, size_t bytes) noexcept override {
        m_live -= int64_t(bytes);
        std::free(block);
    }
    int64_t live() const { return m_live; }
    int64_t peak() const { return m_peak; }
    void resetPeak() { m_peak = m_live; }

private:
    int64_t m_live = 0;
    int64_t m_peak = 0;
};

}  // namespace hearth::test

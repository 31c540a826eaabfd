#include "engine/formats/huge_blocks.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "core/file.h"

namespace hearth::engine {
namespace {

constexpr uint64_t kBlock = uint64_t{2} << 20;

}  // namespace

HugeBlocks::HugeBlocks(uint64_t begin, uint64_t end)
    : m_next((begin + kBlock - 1) / kBlock * kBlock), m_end(end / kBlock * kBlock) {}

core::Status HugeBlocks::reach(int fd, uint64_t position, const std::filesystem::path& file) {
    static const std::vector<std::byte> kZeros(kBlock);
    for (; m_next < std::min(position, m_end); m_next += kBlock) {
        for (uint64_t done = 0; done < kBlock;) {
            const ssize_t put =
                ::pwrite(fd, kZeros.data() + done, kBlock - done, off_t(m_next + done));
            if (put < 0 && errno != EINTR)
                return core::errnoError(errno, "write", file);
            done += uint64_t(std::max<ssize_t>(0, put));
        }
    }
    return {};
}

}  // namespace hearth::engine

#include "engine/cpu/numa.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <fstream>
#include <string>

#include "core/assert.h"

namespace hearth::engine {
namespace {

constexpr int kMaxNodes = 1024;  // the kernel's own limit
constexpr int kInterleave = 3;   // MPOL_INTERLEAVE of <linux/mempolicy.h>
constexpr int kWordBits = sizeof(unsigned long) * CHAR_BIT;

/// Appends "2" or "2-4".
bool addRange(std::string_view text, std::vector<int>& nodes) {
    const char* const end = text.data() + text.size();
    int first = 0, last = 0;
    auto read = std::from_chars(text.data(), end, first);
    last = first;
    if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-')
        read = std::from_chars(read.ptr + 1, end, last);
    if (read.ec != std::errc() || read.ptr != end || first < 0 || last < first || last >= kMaxNodes)
        return false;
    for (int node = first; node <= last; ++node)
        nodes.push_back(node);
    return true;
}

}  // namespace

std::vector<int> parseNodeList(std::string_view text) {
    std::vector<int> nodes;
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        if (!addRange(text.substr(0, comma), nodes))
            return {};
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return nodes;
}

std::vector<int> memoryNodes() {
    std::ifstream file("/sys/devices/system/node/has_memory");
    std::string line;
    std::getline(file, line);
    return parseNodeList(line);
}

bool spreadMemoryOver(std::span<const int> nodes) {
    std::array<unsigned long, kMaxNodes / kWordBits> mask{};
    for (const int node : nodes) {
        CORE_ASSERT(node >= 0 && node < kMaxNodes);
        mask[size_t(node / kWordBits)] |= 1ul << node % kWordBits;
    }
    return syscall(SYS_set_mempolicy, kInterleave, mask.data(), kMaxNodes) == 0;
}

bool spreadMemory() {
    const std::vector<int> nodes = memoryNodes();
    return nodes.size() > 1 && spreadMemoryOver(nodes);
}

}  // namespace hearth::engine

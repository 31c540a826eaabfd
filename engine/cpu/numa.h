// Memory on machines whose processors have channels of their own (NUMA).
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace hearth::engine {

/// Node numbers of a list as the kernel writes it, "0-2,5"; empty when it cannot be read.
std::vector<int> parseNodeList(std::string_view text);

/// Nodes with memory; empty where the system does not tell.
std::vector<int> memoryNodes();

/// Pages that this thread and threads which it starts later touch first come from these nodes in
/// turn: all threads read all weights, and so from every node's channels. False where the kernel
/// refuses (containers may forbid it). REQUIRES: 0 <= node < 1024.
bool spreadMemoryOver(std::span<const int> nodes);

/// The same over all nodes; does nothing, and is false, where there is only one.
bool spreadMemory();

}  // namespace hearth::engine

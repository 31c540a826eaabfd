// Parts of a data set, such as training and test. A row's part depends on its content and the seed
// alone, so that it stays where it is when other rows come or go, and equal rows are never divided.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::finetune {

/// Of each row the index of its part; shares.size() for rows that are in none, where the shares
/// leave some. REQUIRES: shares above 0, their sum at most 1 (with the rounding of doubles).
std::vector<size_t> splitRows(const std::vector<std::string>& rowHashes, uint64_t seed,
                              const std::vector<double>& shares);

}  // namespace hearth::finetune

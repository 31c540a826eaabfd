// One data set out of several, by weights.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::finetune {

struct MixSource {
    std::string name;
    double weight = 1.0;  // above 0; only their ratios count
    std::vector<std::string> rowHashes;
};

struct MixedRow {
    size_t source = 0;
    size_t row = 0;  // of the source
    auto operator<=>(const MixedRow&) const = default;
};

/// As many rows as can be had without taking one twice.
int64_t rowsOfMix(const std::vector<MixSource>& sources);

/// `rows` rows in an order by chance, each source's share of them by largest remainder. A source
/// with fewer rows than its share gives each as often as the others, but for one. The same seed and
/// sources give the same rows, in whatever order a source has them. REQUIRES: no source is empty.
std::vector<MixedRow> mixRows(const std::vector<MixSource>& sources, int64_t rows, uint64_t seed);

}  // namespace hearth::finetune

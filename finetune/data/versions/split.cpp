#include "finetune/data/versions/split.h"

#include <cmath>

#include "finetune/data/versions/row_key.h"

namespace hearth::finetune {

std::vector<size_t> splitRows(const std::vector<std::string>& rowHashes, uint64_t seed,
                              const std::vector<double>& shares) {
    // Where each part ends, as a multiple of 2^-32: what doubles round must not lose rows at 1.
    std::vector<uint64_t> ends;
    double sum = 0;
    for (const double share : shares) {
        sum += share;
        ends.push_back(uint64_t(std::llround(std::min(sum, 1.0) * 0x1p32)));
    }
    std::vector<size_t> parts;
    for (const std::string& hash : rowHashes) {
        const uint64_t place = rowKey("split", seed, hash) >> 32;
        size_t part = 0;
        while (part < ends.size() && place >= ends[part])
            ++part;
        parts.push_back(part);
    }
    return parts;
}

}  // namespace hearth::finetune

// Several examples side by side in one row of tokens.
#pragma once
#include <cstdint>
#include <vector>

namespace hearth::finetune {

/// Label of a position that does not count.
inline constexpr int32_t kIgnoredLabel = -100;

/// One example (or document) of a packed batch. Attention never leaves it.
struct PackedSegment {
    int64_t begin = 0;
    int64_t len = 0;
};

struct PackedBatch {
    std::vector<int32_t> ids;        // [T]
    std::vector<int32_t> positions;  // [T], from 0 in every segment
    std::vector<int32_t> labels;     // [T], the token that follows, or kIgnoredLabel
    std::vector<PackedSegment> segments;
    /// Experts that the tokens go to, whatever the routers would choose now, [layer with
    /// experts][T * experts of a token]; empty: the routers choose.
    std::vector<std::vector<int32_t>> routing;

    int64_t tokens() const { return int64_t(ids.size()); }
    int64_t labelCount() const;
    int64_t labelsIn(const PackedSegment& segment) const;
    /// Adds one example. labels[i] is the target of position i (already shifted).
    /// REQUIRES: ids.size() == labels.size().
    void append(const std::vector<int32_t>& ids, const std::vector<int32_t>& labels);
};

}  // namespace hearth::finetune

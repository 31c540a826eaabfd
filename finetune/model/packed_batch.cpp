#include "finetune/model/packed_batch.h"

#include <algorithm>

#include "core/assert.h"

namespace hearth::finetune {

int64_t PackedBatch::labelCount() const {
    return labelsIn({0, tokens()});
}

int64_t PackedBatch::labelsIn(const PackedSegment& segment) const {
    const auto begin = labels.begin() + segment.begin;
    return segment.len - std::count(begin, begin + segment.len, kIgnoredLabel);
}

void PackedBatch::append(const std::vector<int32_t>& newIds,
                         const std::vector<int32_t>& newLabels) {
    CORE_ASSERT(newIds.size() == newLabels.size());
    segments.push_back({tokens(), int64_t(newIds.size())});
    ids.insert(ids.end(), newIds.begin(), newIds.end());
    labels.insert(labels.end(), newLabels.begin(), newLabels.end());
    for (size_t i = 0; i < newIds.size(); ++i)
        positions.push_back(int32_t(i));
}

}  // namespace hearth::finetune

// A canonical tensor as a view of the checkpoint tensor that holds it.
#pragma once
#include <map>
#include <memory>
#include <tuple>

#include "engine/models/weight_check.h"

namespace hearth::engine {

/// Makes views; those that pick the same rows share one row_order.
class WeightViews {
public:
    /// REQUIRES: problemWith(found) is empty, found.place is a place of spec.
    StoredTensor view(const TensorSpec& spec, const FoundTensor& found);

private:
    using RowOrder = std::shared_ptr<const std::vector<int32_t>>;

    RowOrder rowOrder(int64_t begin, int64_t step, int64_t count);
    void pickRows(StoredTensor& view, const StoredPlace& place);

    std::map<std::tuple<int64_t, int64_t, int64_t>, RowOrder> m_orders;
};

}  // namespace hearth::engine

// Weights packed by hand for tests, beside the floats that they stand for.
#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {

struct PackedBytes {
    std::shared_ptr<std::vector<std::byte>> storage;  // with room to move the start
    std::span<const std::byte> bytes;
    std::vector<float> values;  // [groups, outputs, depth] as they come out of the panels
};

/// weights: [groups * outputs, depth]. misalign: bytes begin so far behind a cache line's start.
inline PackedBytes packForTest(DType dtype, const std::vector<float>& weights, int64_t groups,
                               int64_t outputs, int64_t depth, size_t misalign = 0) {
    const auto total = size_t(engine::packedBytes(dtype, groups, outputs, depth));
    const auto panel = engine::panelBytes(dtype, depth);
    auto storage = std::make_shared<std::vector<std::byte>>(total + 128);
    const auto address = reinterpret_cast<uintptr_t>(storage->data());
    std::byte* target = storage->data() + (64 - address % 64) % 64 + misalign;
    PackedBytes out{storage, {target, total}, std::vector<float>(weights.size())};
    for (int64_t g = 0; g < groups; ++g) {
        for (int64_t first = 0; first < outputs; first += engine::kPanelOutputs) {
            const int64_t row = g * outputs + first;
            const int64_t count = std::min(engine::kPanelOutputs, outputs - first);
            engine::packPanel(dtype, {weights.data() + row * depth, depth, count, depth}, target);
            engine::unpackPanel(dtype, target, count, depth, out.values.data() + row * depth,
                                depth);
            target += panel;
        }
    }
    return out;
}

inline std::vector<float> floatsOf(const Matrix& m) {
    return {m.values.begin(), m.values.end()};
}

}  // namespace hearth::test

// What distinguishes two versions of a data set.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hearth::finetune {

struct RowIdentity {
    std::string hash;
    std::string prompt;  // rows with the same one are the same row, changed; empty: none
};

/// Indices of rows of the old and the new version.
struct RowDiff {
    std::vector<size_t> added;
    std::vector<size_t> removed;
    std::vector<std::pair<size_t, size_t>> changed;  // old, new
    int64_t unchanged = 0;
};

/// Order does not count; a row that a version has twice is two rows.
RowDiff diffRows(const std::vector<RowIdentity>& before, const std::vector<RowIdentity>& after);

}  // namespace hearth::finetune

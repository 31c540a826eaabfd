#include "finetune/data/versions/mix.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "finetune/data/versions/row_key.h"

namespace hearth::finetune {

namespace {

double weightSum(const std::vector<MixSource>& sources) {
    double sum = 0;
    for (const MixSource& source : sources)
        sum += source.weight;
    return sum;
}

std::vector<int64_t> apportion(const std::vector<MixSource>& sources, int64_t rows) {
    const double sum = weightSum(sources);
    std::vector<int64_t> counts;
    std::vector<std::pair<double, size_t>> remainders;
    for (size_t i = 0; i < sources.size(); ++i) {
        const double exact = double(rows) * sources[i].weight / sum;
        counts.push_back(int64_t(std::floor(exact)));
        remainders.emplace_back(std::floor(exact) - exact, i);
    }
    std::sort(remainders.begin(), remainders.end());
    const int64_t left = rows - std::accumulate(counts.begin(), counts.end(), int64_t(0));
    for (int64_t i = 0; i < left; ++i)
        ++counts[remainders[size_t(i) % remainders.size()].second];
    return counts;
}

struct Drawn {
    uint64_t key;
    MixedRow row;
    auto operator<=>(const Drawn&) const = default;
};

/// Of one source, each row in the order of its key.
std::vector<Drawn> ordered(const MixSource& source, size_t index, uint64_t seed) {
    std::vector<Drawn> rows;
    for (size_t i = 0; i < source.rowHashes.size(); ++i)
        rows.push_back({rowKey("draw " + source.name, seed, source.rowHashes[i]), {index, i}});
    std::sort(rows.begin(), rows.end());
    return rows;
}

}  // namespace

int64_t rowsOfMix(const std::vector<MixSource>& sources) {
    const double sum = weightSum(sources);
    double rows = double(INT64_MAX / 2);
    for (const MixSource& source : sources)
        rows = std::min(rows, double(source.rowHashes.size()) * sum / source.weight);
    // A share that is a whole number but for rounding is that number.
    return int64_t(std::floor(rows + 1e-9 * rows));
}

std::vector<MixedRow> mixRows(const std::vector<MixSource>& sources, int64_t rows, uint64_t seed) {
    const std::vector<int64_t> counts = apportion(sources, rows);
    std::vector<Drawn> drawn;
    for (size_t i = 0; i < sources.size(); ++i) {
        const auto all = ordered(sources[i], i, seed);
        for (int64_t k = 0; k < counts[i]; ++k) {
            const auto& row = all[size_t(k) % all.size()];
            const int64_t copy = k / int64_t(all.size());
            const std::string purpose = "place " + sources[i].name + " " + std::to_string(copy);
            drawn.push_back({rowKey(purpose, seed, sources[i].rowHashes[row.row.row]), row.row});
        }
    }
    std::sort(drawn.begin(), drawn.end());
    std::vector<MixedRow> mixed;
    for (const Drawn& one : drawn)
        mixed.push_back(one.row);
    return mixed;
}

}  // namespace hearth::finetune

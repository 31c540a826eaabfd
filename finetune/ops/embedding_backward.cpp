#include "finetune/ops/embedding_backward.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kIdGrain = 16;

/// Tokens ordered by id, and where each run of one id starts (with the end at the back).
struct TokensById {
    std::vector<int32_t> tokens;
    std::vector<int64_t> starts;
};

TokensById groupTokens(const RowView<int32_t>& ids) {
    TokensById groups;
    groups.tokens.resize(size_t(ids.columns));
    std::iota(groups.tokens.begin(), groups.tokens.end(), 0);
    std::stable_sort(groups.tokens.begin(), groups.tokens.end(),
                     [&](int32_t a, int32_t b) { return ids.data[a] < ids.data[b]; });
    for (size_t i = 0; i < groups.tokens.size(); ++i)
        if (i == 0 || ids.data[groups.tokens[i]] != ids.data[groups.tokens[i - 1]])
            groups.starts.push_back(int64_t(i));
    groups.starts.push_back(ids.columns);
    return groups;
}

void addRow(float* sum, const float* row, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        sum[i] += row[i];
}

}  // namespace

void embeddingBackward(engine::ThreadPool& pool, const EmbeddingBackwardParams& p) {
    const RowView<int32_t> ids(p.ids);
    const RowView<> dout(p.dout), dtable(p.dtable);
    CORE_ASSERT(ids.rows == 1 && ids.columns == dout.rows && dout.columns == dtable.columns);
    const TokensById groups = groupTokens(ids);
    pool.parallelFor(int64_t(groups.starts.size()) - 1, kIdGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = groups.starts[size_t(begin)]; i < groups.starts[size_t(end)]; ++i) {
            const int32_t token = groups.tokens[size_t(i)];
            addRow(dtable.row(ids.data[token]), dout.row(token), dout.columns);
        }
    });
}

}  // namespace hearth::finetune

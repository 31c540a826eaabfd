// Rows of one data set whose prompts (of documents: whose text) another one has, too: a test that
// asks what was trained measures memory.
#pragma once
#include <string_view>
#include <unordered_set>

#include "core/result.h"
#include "finetune/data/gate/finding.h"
#include "finetune/data/gate/similarity.h"
#include "finetune/data/row_text.h"

namespace hearth::finetune {

class OverlapFinder {
public:
    /// other: training data of any form, or questions of an evaluation. Errors: InvalidArgument
    /// when it is neither.
    static core::Result<OverlapFinder> of(std::string_view other);

    void add(int64_t line, const RowText& text);
    std::vector<Finding> finish() const;

private:
    SimilarityIndex m_index;
    std::unordered_set<std::string> m_texts;
    Finding m_exact{.code = "overlap"};
    Finding m_near{.code = "near_overlap"};
};

}  // namespace hearth::finetune

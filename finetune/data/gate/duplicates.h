// Rows that a data set has twice, or nearly so, and prompts with different answers.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "finetune/data/data_kind.h"
#include "finetune/data/gate/finding.h"
#include "finetune/data/gate/similarity.h"
#include "finetune/data/row_text.h"

namespace hearth::finetune {

class DuplicateFinder {
public:
    void add(int64_t line, const nlohmann::json& row, const RowText& text);
    /// Once, at the end.
    std::vector<Finding> finish();

private:
    std::unordered_map<std::string, int64_t> m_firstLine;  // by row hash
    std::unordered_map<std::string, std::string>
        m_answers;  // hash of the whole, by that of the prompt
    SimilarityIndex m_index;
    std::vector<int64_t> m_lines;  // of the index's texts
    Finding m_exact{.code = "duplicates"};
    Finding m_contradictions{.code = "contradictions"};
};

}  // namespace hearth::finetune

#include "finetune/data/gate/duplicates.h"

#include <nlohmann/json.hpp>

#include "core/crypto/sha256.h"
#include "finetune/data/row_hash.h"

namespace hearth::finetune {

void DuplicateFinder::add(int64_t line, const nlohmann::json& row, const RowText& text) {
    if (!m_firstLine.emplace(rowHash(row), line).second) {
        m_exact.addRow(line);
        return;
    }
    const bool answered = !text.prompt.empty() && row.contains("messages");
    if (answered) {
        const std::string whole = core::sha256Hex(text.whole);
        const auto [known, fresh] = m_answers.emplace(core::sha256Hex(text.prompt), whole);
        if (!fresh && known->second != whole)
            m_contradictions.addRow(line);
    }
    m_index.add(shinglesOf(text.whole));
    m_lines.push_back(line);
}

std::vector<Finding> DuplicateFinder::finish() {
    m_index.build();
    Finding near{.code = "near_duplicates"};
    for (size_t i = 0; i < m_index.size(); ++i)
        if (const auto similar = m_index.find(i)) {
            near.addRow(m_lines[i]);
            if (near.samples.size() < Finding::kSamples)
                near.samples.push_back("line " + std::to_string(m_lines[i]) + " and line " +
                                       std::to_string(m_lines[similar->index]));
        }
    m_exact.message = rowsText(m_exact.count) + " equal to an earlier one";
    near.message = rowsText(near.count) + " nearly equal to an earlier one";
    if (m_index.givenUp() > 0)
        near.message += "; " + rowsText(m_index.givenUp()) +
                        " resembled too many others to be compared with all of them";
    m_contradictions.message =
        rowsText(m_contradictions.count) + " with the prompt of an earlier one and another answer";
    std::vector<Finding> findings;
    for (Finding* finding : {&m_exact, &near, &m_contradictions})
        if (finding->count > 0)
            findings.push_back(std::move(*finding));
    return findings;
}

}  // namespace hearth::finetune

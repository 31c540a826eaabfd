#include "finetune/data/gate/overlap.h"

#include "engine/formats/case_fold.h"
#include "finetune/data/forms/recognise.h"

namespace hearth::finetune {

namespace {

const std::string& comparedText(const RowText& text) {
    return text.prompt.empty() ? text.whole : text.prompt;
}

}  // namespace

core::Result<OverlapFinder> OverlapFinder::of(std::string_view other) {
    OverlapFinder finder;
    const auto form = recogniseForm(other);
    const auto add = [&](int64_t, const ReadRow& row) {
        const std::string text = row ? comparedText(rowText(*row)) : "";
        if (!text.empty()) {
            finder.m_index.add(shinglesOf(text));
            finder.m_texts.insert(engine::utf8::foldCase(text));
        }
        return true;
    };
    if (form)
        forEachMappedRow(other, *form, add);
    else
        forEachRow(other, recogniseContainer(other), add);
    if (finder.m_texts.empty())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the data set to compare with has neither training data nor questions",
                           "against"};
    finder.m_index.build();
    return finder;
}

void OverlapFinder::add(int64_t line, const RowText& text) {
    const std::string& compared = comparedText(text);
    if (compared.empty())
        return;
    if (m_texts.contains(engine::utf8::foldCase(compared)))
        m_exact.addRow(line);
    else if (m_index.find(shinglesOf(compared), m_index.size()))
        m_near.addRow(line);
}

std::vector<Finding> OverlapFinder::finish() const {
    std::vector<Finding> findings;
    for (const Finding* finding : {&m_exact, &m_near})
        if (finding->count > 0)
            findings.push_back(*finding);
    for (Finding& finding : findings)
        finding.message = rowsText(finding.count) + (finding.code == "overlap" ? "" : " nearly") +
                          " the same as one of the other data set";
    return findings;
}

}  // namespace hearth::finetune

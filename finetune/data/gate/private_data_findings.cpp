#include "finetune/data/gate/private_data_findings.h"

#include <nlohmann/json.hpp>
#include <set>

namespace hearth::finetune {

namespace {

using nlohmann::json;

template <typename Visit>
void forEachText(const json& value, Visit&& visit) {
    if (value.is_string())
        visit(value.get_ref<const std::string&>());
    else
        for (const json& part : value)
            if (part.is_structured() || part.is_string())
                forEachText(part, visit);
}

}  // namespace

void PrivateDataCounter::add(int64_t line, const json& row) {
    std::set<const PrivateDataRule*> inRow;
    forEachText(row, [&](const std::string& text) {
        for (const PrivateDataMatch& match : findPrivateData(text)) {
            Finding& finding = m_findings[match.rule];
            if (inRow.insert(match.rule).second)
                finding.addRow(line);
            if (finding.samples.size() < Finding::kSamples)
                finding.samples.push_back(maskedSample(
                    std::string_view(text).substr(match.begin, match.end - match.begin)));
        }
    });
}

std::vector<Finding> PrivateDataCounter::finish() const {
    std::vector<Finding> findings;
    for (const auto& [rule, found] : m_findings) {
        findings.push_back(found);
        findings.back().error = rule->secret;
        findings.back().code = rule->name;
        findings.back().message = rowsText(found.count) + " with " + rule->title +
                                  (rule->secret ? "; remove them, since a model that learned one "
                                                  "tells it to whoever asks"
                                                : "");
    }
    return findings;
}

json maskedRow(const json& row) {
    if (row.is_string())
        return maskPrivateData(row.get_ref<const std::string&>());
    json masked = row;
    if (row.is_structured())
        for (auto part = masked.begin(); part != masked.end(); ++part)
            *part = maskedRow(*part);
    return masked;
}

}  // namespace hearth::finetune

// Counts what rows hold of personal data and secrets.
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "finetune/data/gate/finding.h"
#include "finetune/data/gate/private_data.h"

namespace hearth::finetune {

class PrivateDataCounter {
public:
    void add(int64_t line, const nlohmann::json& row);
    std::vector<Finding> finish() const;

private:
    std::map<const PrivateDataRule*, Finding> m_findings;  // in the order of the rules
};

/// The row with every match masked.
nlohmann::json maskedRow(const nlohmann::json& row);

}  // namespace hearth::finetune

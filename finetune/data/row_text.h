// What a row says, for comparing it with others.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hearth::finetune {

struct RowText {
    std::string prompt;  // what users say; empty for documents
    std::string
        whole;  // that and the answers. Not: system messages and tools, which many rows share
};

/// row: mapped, or a question of an evaluation.
RowText rowText(const nlohmann::json& row);

}  // namespace hearth::finetune

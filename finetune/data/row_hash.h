// A row's identity: SHA-256 over the mapped row as compact JSON with sorted names.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hearth::finetune {

/// The text that is hashed, and that versions of data sets hold a line of.
std::string rowLine(const nlohmann::json& mappedRow);
/// 64 hexadecimal digits of rowLine.
std::string rowHash(const nlohmann::json& mappedRow);

}  // namespace hearth::finetune

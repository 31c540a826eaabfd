#include "finetune/data/row_hash.h"

#include <nlohmann/json.hpp>

#include "core/crypto/sha256.h"
#include "core/json.h"

namespace hearth::finetune {

std::string rowLine(const nlohmann::json& mappedRow) {
    return core::dumpJson(mappedRow);
}

std::string rowHash(const nlohmann::json& mappedRow) {
    return core::sha256Hex(rowLine(mappedRow));
}

}  // namespace hearth::finetune

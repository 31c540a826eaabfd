#pragma once
#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "finetune/data/data_kind.h"

namespace hearth::finetune {

/// Checks a mapped row as its kind's reader does. Errors: InvalidArgument without the line's
/// number.
core::Status checkMappedRow(DataKind kind, const nlohmann::json& row);

}  // namespace hearth::finetune

// JSON as the values that a template computes with.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/formats/chat_template/runtime.h"

namespace hearth::engine::jinja {

/// origin: of all texts; within a message of the assistant, Input becomes Assistant. The role of
/// a message counts as the template's own when it is one of the well-known names: templates
/// build control tokens around it, and none of the names is one. Text that isn't UTF-8 is repaired.
Value fromJson(Runtime& runtime, const nlohmann::json& json, Origin origin);
Value fromJson(Runtime& runtime, const nlohmann::ordered_json& json, Origin origin);

}  // namespace hearth::engine::jinja

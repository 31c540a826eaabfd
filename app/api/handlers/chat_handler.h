#pragma once
#include "app/api/handlers/serving_context.h"
#include "app/api/route_table.h"

namespace hearth::app {

/// POST /v1/chat/completions, at once or as a stream. The context outlives the handler.
Handler chatCompletionsHandler(const ServingContext& context);

}  // namespace hearth::app

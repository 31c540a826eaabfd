#pragma once
#include "app/api/route_table.h"
#include "app/services/serving/serving_context.h"

namespace hearth::app {

/// POST /v1/chat/completions, at once or as a stream. The context outlives the handler.
Handler chatCompletionsHandler(const ServingContext& context);

}  // namespace hearth::app

#pragma once
#include "app/api/route_table.h"
#include "app/services/serving/serving_context.h"

namespace hearth::app {

/// GET /v1/models: what the caller may use.
Handler listModelsHandler(const ServingContext& context);
/// GET /v1/models/{model}
Handler getModelHandler(const ServingContext& context);

}  // namespace hearth::app

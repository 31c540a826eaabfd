#pragma once
#include "app/api/handlers/model_object.h"
#include "app/api/route_table.h"
#include "app/services/node/model_library.h"

namespace hearth::app {

// /api/v1/models. What the sources refer to outlives the handlers.
Handler importModelHandler(const ModelSources& sources);
Handler listModelRowsHandler(const ModelSources& sources);
Handler inspectModelHandler(const ModelSources& sources);
Handler deleteModelHandler(ModelLibrary& library);

}  // namespace hearth::app

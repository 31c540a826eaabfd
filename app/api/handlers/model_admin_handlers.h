#pragma once
#include "app/api/route_table.h"
#include "app/services/node/model_library.h"

namespace hearth::app {

// /api/v1/models. Library and service outlive the handlers.
Handler importModelHandler(ModelLibrary& library);
Handler listModelRowsHandler(ModelLibrary& library);
Handler inspectModelHandler(ModelLibrary& library, ModelService& models);
Handler deleteModelHandler(ModelLibrary& library);

}  // namespace hearth::app

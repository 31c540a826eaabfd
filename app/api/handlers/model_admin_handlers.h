#pragma once
#include "app/api/handlers/model_object.h"
#include "app/api/route_table.h"
#include "app/services/models/import_service.h"
#include "app/services/models/model_library.h"
#include "app/services/operations/operation_service.h"

namespace hearth::app {

// /api/v1/models. What the sources refer to outlives the handlers.
/// Answers when the import has ended; POST /api/v1/imports answers at once.
Handler importModelHandler(const ModelSources& sources, ImportService& imports);
Handler listModelRowsHandler(const ModelSources& sources);
Handler inspectModelHandler(const ModelSources& sources);
Handler loadModelHandler(const ModelSources& sources);
Handler unloadModelHandler(const ModelSources& sources);
/// Makes a private model of a base and an adapter; answers with the operation that does.
Handler mergeModelHandler(ModelLibrary& library, OperationService& operations);
/// A file of what is private, in plain.
Handler exportModelFileHandler(const ModelSources& sources);
Handler deleteModelHandler(ModelLibrary& library);

}  // namespace hearth::app

#pragma once
#include "app/api/route_table.h"
#include "app/services/models/import_service.h"

namespace hearth::app {

// /api/v1/imports. The service outlives the handlers.
Handler startImportHandler(ImportService& imports);
Handler listImportsHandler(ImportService& imports);
Handler getImportHandler(ImportService& imports);
Handler cancelImportHandler(ImportService& imports);

core::Result<ImportRequest> parseImportBody(std::string_view body);

}  // namespace hearth::app

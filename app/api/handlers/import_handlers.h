#pragma once
#include "app/api/route_table.h"
#include "app/services/models/import_service.h"

namespace hearth::app {

// /api/v1/imports. The service outlives the handlers.
Handler startImportHandler(ImportService& imports);
Handler listImportsHandler(ImportService& imports);
Handler getImportHandler(ImportService& imports);
Handler cancelImportHandler(ImportService& imports);

/// What a request to import a model says: {"name", "path"}.
struct ImportRequest {
    std::string name;
    std::string path;  // on the node's machine
};
core::Result<ImportRequest> parseImportRequest(std::string_view body);

}  // namespace hearth::app

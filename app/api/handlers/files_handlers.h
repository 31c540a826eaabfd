#pragma once
#include "app/api/route_table.h"
#include "app/services/files/file_service.h"

namespace hearth::app {

// /v1/files. The service outlives the handlers.
Handler uploadFileHandler(FileService& files);
Handler listFilesHandler(FileService& files);
Handler getFileHandler(FileService& files);
Handler fileContentHandler(FileService& files);
Handler fileRowsHandler(FileService& files);
Handler deleteFileHandler(FileService& files);

}  // namespace hearth::app

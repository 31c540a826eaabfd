#pragma once
#include "app/api/route_table.h"
#include "app/services/files/file_service.h"
#include "app/services/serving/model_service.h"

namespace hearth::app {

/// The report on a stored file, by the query's model, against, max_seq_len, truncate and preview.
Handler fileReportHandler(FileService& files, ModelService& models);
/// The same for a file that is sent and not stored.
Handler checkFileHandler(FileService& files, ModelService& models);

}  // namespace hearth::app

#pragma once
#include "app/api/route_table.h"
#include "app/services/datasets/dataset_service.h"
#include "app/services/datasets/lineage_service.h"

namespace hearth::app {

Handler commitVersionHandler(DatasetService& datasets);
Handler mixDatasetsHandler(DatasetService& datasets);
Handler splitDatasetHandler(DatasetService& datasets);
Handler listDatasetsHandler(DatasetService& datasets);
Handler getDatasetHandler(DatasetService& datasets);
Handler listVersionsHandler(DatasetService& datasets);
Handler diffVersionsHandler(DatasetService& datasets);
Handler deleteDatasetHandler(DatasetService& datasets);
Handler lineageHandler(LineageService& lineage);

}  // namespace hearth::app

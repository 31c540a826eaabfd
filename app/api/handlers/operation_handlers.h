#pragma once
#include "app/api/route_table.h"
#include "app/services/operations/operation_service.h"

namespace hearth::app {

/// 202 with the operation that a request began.
Response operationBegun(const OperationState& state);

// /api/v1/operations. The service outlives the handlers.
Handler listOperationsHandler(OperationService& operations);
Handler getOperationHandler(OperationService& operations);
Handler cancelOperationHandler(OperationService& operations);

}  // namespace hearth::app

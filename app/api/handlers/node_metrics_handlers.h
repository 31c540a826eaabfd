#pragma once
#include "app/api/route_table.h"

namespace hearth::app {

class Node;

// /api/v1/node/metrics and /api/v1/node/usage. The node outlives the handlers.
Handler nodeMetricsHandler(Node& node);
Handler nodeUsageHandler(Node& node);

}  // namespace hearth::app

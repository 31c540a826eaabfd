#pragma once
#include "app/api/route_table.h"

namespace hearth::app {

class Node;

/// /api/v1/node/alarms. The node outlives the handler.
Handler nodeAlarmsHandler(Node& node);

}  // namespace hearth::app

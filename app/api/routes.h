#pragma once
#include "app/api/route_table.h"

namespace hearth::app {

class Node;

/// Every path that the node answers. The node outlives the table.
RouteTable makeRoutes(Node& node);

}  // namespace hearth::app

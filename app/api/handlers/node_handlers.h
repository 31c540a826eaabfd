#pragma once
#include "app/api/route_table.h"

namespace hearth::app {

class Node;

Handler healthHandler();
/// 503 until the node's models are loaded.
Handler readyHandler(const Node& node);
Handler nodeStatusHandler(Node& node);
Handler nodeLogHandler(Node& node);
Handler stopNodeHandler(Node& node);

}  // namespace hearth::app

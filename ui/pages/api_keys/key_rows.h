// API keys as rows of a table.
#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// "active", "expiring" (within a week), "expired", "revoked". Unix seconds.
QString keyState(const ApiKey& key, qint64 now);

Columns keyColumns();
TableRow keyRow(const ApiKey& key, qint64 now);

}  // namespace hearth::ui

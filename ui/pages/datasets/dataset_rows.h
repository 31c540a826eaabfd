// Data sets as rows of a table.
#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

Columns datasetColumns();
TableRow datasetRow(const DataFile& file);

/// In the present language; an unknown purpose stands as it is.
QString purposeText(const QString& purpose);

}  // namespace hearth::ui

// The list of runs as a data table's columns and rows.
#pragma once
#include "ui/api_client/node_types.h"
#include "ui/pages/fine_tuning/run_facts.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

Columns runColumns();
TableRow rowOf(const Job& job, const FileNames& files);

}  // namespace hearth::ui

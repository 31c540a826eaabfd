// Models as rows of a table.
#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

enum class ModelState { Served, Loading, Unloaded, Failed };

ModelState stateOf(const Model& model);
QString modelStateCode(ModelState state);
QString modelStateText(ModelState state);
Tone modelStateTone(ModelState state);

Columns modelColumns();
/// `busy`: a load or unload of ours is on its way.
TableRow modelRow(const Model& model, bool busy);

/// "Ran out of memory": what an administrator can do about why a model did not load.
QString adviceForLoadError(const QString& error);

}  // namespace hearth::ui

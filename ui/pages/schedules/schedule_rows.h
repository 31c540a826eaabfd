// Schedules as rows of a table.
#pragma once
#include <QHash>

#include "ui/api_client/node_types.h"
#include "ui/pages/schedules/schedule_texts.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// What a page knows beside its schedules, by id.
struct ScheduleContext {
    QHash<QString, QString> files;  // names
    Predecessors predecessors;
    QHash<QString, Job> jobs;
};

Columns scheduleColumns();
TableRow scheduleRow(const Schedule& schedule, const ScheduleContext& known);

/// How long its last run took, in seconds; none while nothing has run to its end.
std::optional<double> lastDuration(const Schedule& schedule, const ScheduleContext& known);

}  // namespace hearth::ui

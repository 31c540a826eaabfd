#pragma once
#include "app/api/route_table.h"
#include "app/services/jobs/schedule_service.h"

namespace hearth::app {

// /api/v1/schedules. The service outlives the handlers.
Handler createScheduleHandler(ScheduleService& schedules);
Handler listSchedulesHandler(ScheduleService& schedules);
Handler previewScheduleHandler(ScheduleService& schedules);
Handler getScheduleHandler(ScheduleService& schedules);
Handler editScheduleHandler(ScheduleService& schedules);
Handler deleteScheduleHandler(ScheduleService& schedules);
Handler comingStartsHandler(ScheduleService& schedules);
Handler scheduleStartsHandler(ScheduleService& schedules);
Handler pauseScheduleHandler(ScheduleService& schedules);
Handler resumeScheduleHandler(ScheduleService& schedules);

}  // namespace hearth::app

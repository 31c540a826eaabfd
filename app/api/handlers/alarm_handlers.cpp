#include "app/api/handlers/alarm_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/services/node/node.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json alarmObject(const Alarm& alarm) {
    return {{"id", alarm.id()},
            {"code", alarm.code},
            {"severity", alarmSeverityName(alarm.severity)},
            {"message", alarm.message},
            {"action", alarm.action},
            {"since", alarm.since},
            {"subject", {{"kind", alarm.subjectKind}, {"id", alarm.subjectId}}},
            {"values", alarm.values}};
}

}  // namespace

Handler nodeAlarmsHandler(Node& node) {
    return [&node](const Request& http) -> core::Result<Response> {
        json data = json::array();
        for (const Alarm& alarm : node.alarms().current(http.principal, !node.ready()))
            data.push_back(alarmObject(alarm));
        return listResponse(std::move(data), false);
    };
}

}  // namespace hearth::app

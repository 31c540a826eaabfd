// JSON of the node to values. Whatever is missing keeps its default.
#pragma once
#include "ui/api_client/node_api.h"

namespace hearth::ui {

SignIn signInFrom(const QJsonObject& json);
Me meFrom(const QJsonObject& json);
NodeStatus nodeStatusFrom(const QJsonObject& json);
NodeMetrics nodeMetricsFrom(const QJsonObject& json);
Usage usageFrom(const QJsonObject& json);
Alarm alarmFrom(const QJsonObject& json);

Model modelFrom(const QJsonObject& json);
ModelDetails modelDetailsFrom(const QJsonObject& json);
ModelImport modelImportFrom(const QJsonObject& json);

DataFile dataFileFrom(const QJsonObject& json);
DataRows dataRowsFrom(const QJsonObject& json);

Job jobFrom(const QJsonObject& json);
JobEvent jobEventFrom(const QJsonObject& json);
JobCurves jobCurvesFrom(const QJsonObject& json);
Checkpoint checkpointFrom(const QJsonObject& json);

ApiKey apiKeyFrom(const QJsonObject& json);
NewApiKey newApiKeyFrom(const QJsonObject& json);
ChatDelta chatDeltaFrom(const QJsonObject& json);

}  // namespace hearth::ui

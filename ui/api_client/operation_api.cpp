// The part of NodeApi that is about operations, and about the record of a run.
#include "core/api/paths.h"
#include "ui/api_client/node_api.h"
#include "ui/api_client/node_calls.h"

namespace hearth::ui {

namespace paths = core::paths;

namespace {

Operation operationFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .kind = textIn(json, "kind"),
            .subject = textIn(json, "subject"),
            .status = textIn(json, "status"),
            .stage = textIn(json, "stage"),
            .done = wholeIn(json, "done"),
            .total = wholeIn(json, "total"),
            .result = objectIn(json, "result"),
            .error = textIn(objectIn(json, "error"), "message"),
            .createdAt = wholeIn(json, "created_at"),
            .finishedAt = maybeWholeIn(json, "finished_at")};
}

QString operationIdFrom(const QJsonObject& json) {
    return textIn(json, "operation_id");
}

QJsonObject recordFrom(const QJsonObject& json) {
    return objectIn(json, "record");
}

}  // namespace

void NodeApi::jobRecord(const QString& id, QObject* context, Then<QJsonObject> then) {
    callFor(m_client, {.path = pathWith(paths::kJobRecord, id)}, context, recordFrom,
            std::move(then));
}

void NodeApi::operations(QObject* context, Then<QVector<Operation>> then) {
    std::make_shared<ListCall<Operation>>(
        m_client, ApiRequest{.path = pathText(paths::kOperations)}, operationFrom)
        ->start(context, std::move(then), 1);
}

void NodeApi::operation(const QString& id, QObject* context, Then<Operation> then) {
    callFor(m_client, {.path = pathWith(paths::kOperation, id)}, context, operationFrom,
            std::move(then));
}

void NodeApi::cancelOperation(const QString& id, QObject* context, Then<Operation> then) {
    callFor(m_client, {.method = "POST", .path = pathWith(paths::kOperationCancel, id)}, context,
            operationFrom, std::move(then));
}

void NodeApi::verifyJob(const QString& jobId, QObject* context, Then<QString> then) {
    callFor(m_client, {.method = "POST", .path = pathWith(paths::kJobVerification, jobId)}, context,
            operationIdFrom, std::move(then));
}

void NodeApi::probeJob(const QJsonObject& job, QObject* context, Then<Operation> then) {
    callFor(m_client,
            {.method = "POST", .path = pathText(paths::kJobProbe), .body = {{"job", job}}}, context,
            operationFrom, std::move(then));
}

void NodeApi::mergeModel(const QString& adapter, const QString& name, QObject* context,
                         Then<Operation> then) {
    callFor(
        m_client,
        {.method = "POST", .path = pathWith(paths::kModelMerge, adapter), .body = {{"name", name}}},
        context, operationFrom, std::move(then));
}

}  // namespace hearth::ui

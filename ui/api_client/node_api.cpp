#include "ui/api_client/node_api.h"

#include "core/api/paths.h"
#include "ui/api_client/node_calls.h"
#include "ui/api_client/node_parsing.h"

namespace hearth::ui {

namespace paths = core::paths;

namespace {

// A model is read from disk before the node answers.
constexpr int kLoadTimeoutMs = 10 * 60'000;

QUrlQuery timeRange(qint64 from, qint64 to) {
    QUrlQuery query;
    addQuery(query, "from", QString::number(from));
    addQuery(query, "to", QString::number(to));
    return query;
}

ApiRequest get(std::string_view path, const QUrlQuery& query = {}) {
    return {.path = pathText(path), .query = query};
}

ApiRequest getOne(std::string_view path, const QString& id, const QUrlQuery& query = {}) {
    return {.path = pathWith(path, id), .query = query};
}

ApiRequest postTo(std::string_view path, const QString& id) {
    return {.method = "POST", .path = pathWith(path, id)};
}

ApiRequest deleteOne(std::string_view path, const QString& id) {
    return {.method = "DELETE", .path = pathWith(path, id)};
}

QStringList logLinesFrom(const QJsonObject& json) {
    return textsIn(json, "lines");
}

}  // namespace

void NodeApi::signIn(const QString& user, const QString& password, QObject* context,
                     Then<SignIn> then) {
    callFor(m_client,
            {.method = "POST",
             .path = pathText(paths::kSessions),
             .body = {{"name", user}, {"password", password}},
             .anonymous = true},
            context, signInFrom, std::move(then));
}

void NodeApi::signOut(QObject* context, Then<Nothing> then) {
    callForNothing(m_client, {.method = "DELETE", .path = pathText(paths::kSession)}, context,
                   std::move(then));
}

void NodeApi::me(QObject* context, Then<Me> then) {
    callFor(m_client, get(paths::kMe), context, meFrom, std::move(then));
}

void NodeApi::health(QObject* context, Then<Nothing> then) {
    ApiRequest request = get(paths::kHealth);
    request.anonymous = true;
    callForNothing(m_client, request, context, std::move(then));
}

void NodeApi::ready(QObject* context, Then<Nothing> then) {
    ApiRequest request = get(paths::kReady);
    request.anonymous = true;
    callForNothing(m_client, request, context, std::move(then));
}

void NodeApi::status(QObject* context, Then<NodeStatus> then) {
    callFor(m_client, get(paths::kNodeStatus), context, nodeStatusFrom, std::move(then));
}

void NodeApi::metrics(qint64 from, qint64 to, int points, QObject* context,
                      Then<NodeMetrics> then) {
    QUrlQuery query = timeRange(from, to);
    addQuery(query, "points", QString::number(points));
    callFor(m_client, get(paths::kNodeMetrics, query), context, nodeMetricsFrom, std::move(then));
}

void NodeApi::usage(qint64 from, qint64 to, QObject* context, Then<Usage> then) {
    callFor(m_client, get(paths::kNodeUsage, timeRange(from, to)), context, usageFrom,
            std::move(then));
}

void NodeApi::alarms(QObject* context, Then<QVector<Alarm>> then) {
    listFor(m_client, get(paths::kNodeAlarms), context, alarmFrom, std::move(then));
}

void NodeApi::log(int lines, QObject* context, Then<QStringList> then) {
    QUrlQuery query;
    addQuery(query, "lines", QString::number(lines));
    callFor(m_client, get(paths::kNodeLog, query), context, logLinesFrom, std::move(then));
}

void NodeApi::stopNode(QObject* context, Then<Nothing> then) {
    callForNothing(m_client, {.method = "POST", .path = pathText(paths::kNodeStop)}, context,
                   std::move(then));
}

void NodeApi::models(QObject* context, Then<QVector<Model>> then) {
    listFor(m_client, get(paths::kAdminModels), context, modelFrom, std::move(then));
}

void NodeApi::model(const QString& id, QObject* context, Then<ModelDetails> then) {
    callFor(m_client, getOne(paths::kAdminModel, id), context, modelDetailsFrom, std::move(then));
}

void NodeApi::loadModel(const QString& id, QObject* context, Then<Model> then) {
    ApiRequest request = postTo(paths::kModelLoad, id);
    request.timeoutMs = kLoadTimeoutMs;
    callFor(m_client, request, context, modelFrom, std::move(then));
}

void NodeApi::unloadModel(const QString& id, QObject* context, Then<Model> then) {
    ApiRequest request = postTo(paths::kModelUnload, id);
    request.timeoutMs = kLoadTimeoutMs;
    callFor(m_client, request, context, modelFrom, std::move(then));
}

void NodeApi::deleteModel(const QString& id, QObject* context, Then<Nothing> then) {
    callForNothing(m_client, deleteOne(paths::kAdminModel, id), context, std::move(then));
}

void NodeApi::importModel(const QString& name, const QString& path, const QString& precision,
                          QObject* context, Then<ModelImport> then) {
    callFor(m_client,
            {.method = "POST",
             .path = pathText(paths::kImports),
             .body = {{"name", name}, {"path", path}, {"precision", precision}}},
            context, modelImportFrom, std::move(then));
}

void NodeApi::imports(QObject* context, Then<QVector<ModelImport>> then) {
    listFor(m_client, get(paths::kImports), context, modelImportFrom, std::move(then));
}

void NodeApi::cancelImport(const QString& id, QObject* context, Then<ModelImport> then) {
    callFor(m_client, postTo(paths::kImportCancel, id), context, modelImportFrom, std::move(then));
}

void NodeApi::keys(QObject* context, Then<QVector<ApiKey>> then) {
    listFor(m_client, get(paths::kKeys), context, apiKeyFrom, std::move(then));
}

void NodeApi::createKey(const QString& name, const QStringList& permissions,
                        std::optional<int> expiresInDays, QObject* context, Then<NewApiKey> then) {
    QJsonObject body{{"name", name}, {"permissions", QJsonArray::fromStringList(permissions)}};
    if (expiresInDays)
        body["expires_in_days"] = *expiresInDays;
    callFor(m_client, {.method = "POST", .path = pathText(paths::kKeys), .body = body}, context,
            newApiKeyFrom, std::move(then));
}

void NodeApi::revokeKey(const QString& id, QObject* context, Then<Nothing> then) {
    callForNothing(m_client, deleteOne(paths::kKey, id), context, std::move(then));
}

QPointer<ApiCall> NodeApi::chat(QJsonObject request, QObject* context,
                                std::function<void(const ChatDelta&)> delta, Then<Nothing> end) {
    request["stream"] = true;
    request["stream_options"] = QJsonObject{{"include_usage", true}};
    return m_client.stream(
        {.method = "POST", .path = pathText(paths::kChatCompletions), .body = request}, context,
        [delta = std::move(delta)](const QJsonObject& event) { delta(chatDeltaFrom(event)); },
        std::move(end));
}

}  // namespace hearth::ui
